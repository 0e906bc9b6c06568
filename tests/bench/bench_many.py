"""Five thousand articles: progress, memory, a second ingest, and a kill in the middle.

    python -m tests.bench.bench_many TEXTS [ARTICLES]

TEXTS is a file of JSON lines (`.xz` or not) with `paragraphs` or `text`; names are changed in each
copy. Two fifths of the articles are text files, two fifths web pages with menus and comments, one
fifth lines of JSON. The real command runs in a process on a terminal of its own; what it embeds is
logged, and it is killed when half of the passages are embedded.
"""

import ast
import html
import json
import lzma
import os
import pty
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from retrieval.index.chroma.store import Store
from retrieval.settings import Settings

ROOT = Path(__file__).parents[2]
ARTICLES, OUTLETS, EVERY_S = 5000, 300, 0.5
MOST_WORDS = 250  # of an article: news in brief
_NAME = re.compile(r"\b[A-Z][a-z]{3,}\b")
_SYLLABLES = "ba dor fen gal hul kim lor mav nor pel quin ras sol tor und vek wil yar zem".split()
_PROGRESS = re.compile(r"\d+:\d\d:\d\d")
_PAGE = """<!doctype html><html><head><title>{title} | {outlet}</title>
<meta property="og:site_name" content="{outlet}">
<meta property="article:published_time" content="{day}T08:00:00Z"></head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<article><h1>{title}</h1>{paragraphs}</article>
<section class="comments"><h2>Comments</h2><p>First!</p></section>
<footer>© {outlet}. All rights reserved.</footer></body></html>"""
# Runs the command with an embedder that tells what it embeds.
_CHILD = """
import hashlib, os, sys
from retrieval.models.embedder import BuiltinEmbedder
log = os.open(sys.argv.pop(1), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
plain = BuiltinEmbedder.embed_documents
def told(self, texts):
    made = plain(self, texts)
    os.write(log, b"".join(hashlib.md5(t.encode()).hexdigest().encode() + b"\\n" for t in texts))
    return made
BuiltinEmbedder.embed_documents = told
from bot.cli import run
run()
"""


def texts_of(path: Path) -> list[list[str]]:
    """Give the paragraphs of each text of more than a few."""
    data = path.read_bytes()
    text = (lzma.decompress(data) if path.suffix == ".xz" else data).decode()
    rows = [json.loads(line) for line in text.splitlines()]
    found = [row.get("paragraphs") or row["text"].split("\n\n") for row in rows]
    parsed = [ast.literal_eval(one) if isinstance(one, str) else one for one in found]
    return [shortened(one) for one in parsed if len(one) > 5]


def shortened(paragraphs: list[str]) -> list[str]:
    """Give the first paragraphs, as many words as there may be."""
    words, kept = 0, []
    for paragraph in paragraphs:
        words += len(paragraph.split())
        if kept and words > MOST_WORDS:
            break
        kept.append(paragraph)
    return kept


def renamed(text: str, number: int) -> str:
    """Give the text with names of its own."""

    def other(match: re.Match[str]) -> str:
        return "".join(Random(f"{match[0]} {number}").choices(_SYLLABLES, k=3)).capitalize()

    return _NAME.sub(other, text)


def write_articles(folder: Path, texts: list[list[str]], articles: int) -> None:
    """Write text files, web pages and lines of JSON."""
    folder.mkdir()
    lines = []
    for number in range(articles):
        paragraphs = [renamed(one, number) for one in texts[number % len(texts)]]
        title = f"{' '.join(_NAME.findall(' '.join(paragraphs))[:3])} and others"
        day = f"{2000 + number % 20}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        known = {"title": title, "outlet": f"Outlet {number % OUTLETS}"}
        if number % 5 < 2:
            text = "\n\n".join([title, *paragraphs])
            (folder / f"{number:05}.txt").write_text(text, "utf-8")
        elif number % 5 < 4:
            body = "".join(f"<p>{html.escape(one)}</p>" for one in paragraphs)
            page = _PAGE.format(**known, day=day, paragraphs=body)
            (folder / f"{number:05}.html").write_text(page, "utf-8")
        else:
            text = "\n\n".join(paragraphs)
            lines.append(json.dumps(known | {"id": f"l{number}", "published": day, "text": text}))
    (folder / "lines.jsonl").write_text("\n".join(lines), "utf-8")


@dataclass
class Seen:
    """What one run of the command took, and what stood on its terminal."""

    seconds: float = 0.0
    processor_s: float = 0.0
    code: int = 0
    out: str = ""
    first_words_s: float | None = None
    first_estimate_s: float | None = None
    memory_mb: list[float] = field(default_factory=list)


def run(index: Path, *arguments: str, stop: Callable[[], bool] = lambda: False) -> Seen:
    """Run `dateline ingest` on a terminal of its own; kill it once `stop` says so."""
    seen, began, used = Seen(), time.perf_counter(), _children_s()
    terminal, other = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(index.with_suffix(".log")), *arguments],
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "DATELINE_INDEX": str(index)},
        stdout=subprocess.PIPE,
        stderr=other,
        start_new_session=True,
    )
    os.close(other)
    reader = threading.Thread(target=_watched, args=(terminal, seen, began))
    reader.start()
    assert process.stdout is not None
    taken: list[bytes] = []
    out = threading.Thread(target=lambda: taken.append(process.stdout.read()))  # type: ignore[union-attr]
    out.start()
    while process.poll() is None:
        seen.memory_mb.append(_memory_mb(process.pid))
        if stop():
            os.killpg(process.pid, signal.SIGKILL)
        time.sleep(EVERY_S)
    out.join()
    os.close(terminal) if not reader.is_alive() else None
    seen.seconds, seen.code = time.perf_counter() - began, process.returncode
    seen.processor_s = _children_s() - used
    seen.out = taken[0].decode()
    return seen


def _children_s() -> float:
    """Give the processor time of all processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _watched(terminal: int, seen: Seen, began: float) -> None:
    """Note when something, and when an estimate, first stood on the terminal."""
    with suppress(OSError):
        while shown := os.read(terminal, 65536).decode("utf-8", "replace"):
            now = time.perf_counter() - began
            seen.first_words_s = seen.first_words_s or now
            if _PROGRESS.search(shown):
                seen.first_estimate_s = seen.first_estimate_s or now


def _memory_mb(pid: int) -> float:
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(x for x in lines if x.startswith("VmRSS")).split()[1]) / 1024
    return 0.0


def embedded(index: Path) -> Counter[str]:
    """Count what the runs on an index embedded."""
    log = index.with_suffix(".log")
    return Counter(log.read_text().split()) if log.exists() else Counter()


def rows_of(index: Path) -> list[str]:
    """Give the ids of all rows that are stored."""
    store = Store(Settings(_env_file=None, index=index))
    held = store.collections()[-1:]
    ids = sorted(one.passage_id for collection in held for one in collection.examined())
    store.close()
    return ids


def quarters(values: list[float]) -> str:
    """Give the memory at a quarter, a half, three quarters and the end of a run, and the most."""
    at = [values[len(values) * part // 4 - 1] for part in (1, 2, 3, 4)] if len(values) > 4 else []
    return " ".join(f"{one:.0f}" for one in at) + f", most {max(values):.0f} MB"


def stages(folder: Path, room: Path) -> Iterator[str]:
    """Run the whole course and say what was seen."""
    clean = room / "clean"
    first = run(clean, "ingest", str(folder), "--json")
    report = json.loads(first.out)
    passages = sum(one["passages"] for one in report["added"])
    yield (
        f"first: {len(report['added'])} articles, {passages} passages in {first.seconds:.0f} s "
        f"({passages / first.seconds:.0f} a second), {first.processor_s:.0f} s of a processor, "
        f"{len(report['failed'])} failed"
    )
    yield (
        f"  words on the terminal after {first.first_words_s or 0:.1f} s, a time left after "
        f"{first.first_estimate_s or 0:.1f} s; memory by quarters {quarters(first.memory_mb)}"
    )
    again = run(clean, "ingest", str(folder), "--json")
    unchanged = len(json.loads(again.out)["unchanged"])
    yield (
        f"again: {unchanged} unchanged in {again.seconds:.1f} s, "
        f"{again.seconds / first.seconds:.1%} of the first; {again.processor_s:.1f} s of a "
        f"processor, {again.processor_s / first.processor_s:.1%}; "
        f"memory {quarters(again.memory_mb)}"
    )
    yield from _killed(folder, room, clean, passages)


def _killed(folder: Path, room: Path, clean: Path, passages: int) -> Iterator[str]:
    index = room / "killed"
    run(index, "ingest", str(folder), stop=lambda: embedded(index).total() > passages // 2)
    at_kill, stored = embedded(index).total(), len(rows_of(index))
    read = run(index, "sources", "--json")
    yield (
        f"killed after {at_kill} passages, {stored} stored; sources: exit {read.code}, "
        f"{len(read.out)} characters"
    )
    ended = run(index, "ingest", str(folder), "--json")
    counts = embedded(index)
    twice = sum(n - 1 for n in counts.values())
    same = rows_of(index) == rows_of(clean)
    yield (
        f"continued in {ended.seconds:.0f} s: {counts.total()} texts embedded in all, {twice} "
        f"twice; rows {'as' if same else 'NOT as'} of a clean run"
    )


def main() -> None:
    """Print a line for each stage."""
    texts = texts_of(Path(sys.argv[1]))
    articles = int(sys.argv[2]) if len(sys.argv) > 2 else ARTICLES
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room, "articles")
        write_articles(folder, texts, articles)
        for line in stages(folder, Path(room)):
            print(line, flush=True)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
