"""Kills ingests at random moments, reads in between, goes on, and compares with a clean run.

    python tests/bench/bench_kills.py [ROUNDS] [SEED] [KIND ...]

The command writes pages of four passages. A round kills a first ingest, an update or a watch
(4 : 4 : 2, or the kinds that are named: first, update, watch) with SIGKILL, at a moment drawn from
the time between its first write and its end; reads as `dateline sources` does; and runs the same
ingest to its end.
What is served in between must be one whole state: nothing, the samples, the old or the new folder.
In the end the passages must be those of a clean run, with no row and no word index beside them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from random import Random

from bot.first_run import opened_library
from retrieval.errors import DatelineError
from retrieval.index.chroma.store import Store
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.models.embedder import BuiltinEmbedder
from retrieval.settings import Settings

ROUNDS, ARTICLES = 100, 24
KINDS = ("first", "update", "watch", "first", "update")
MOST_LEXICAL = 2  # the revision that is served, and the one that a reader may still hold
ROOT = Path(__file__).parents[2]
# Runs the command in small pages, so that a kill falls between them as in a large ingest.
_CHILD = """
from retrieval.index.writing import embedding_queue
embedding_queue.SLICE_PASSAGES, embedding_queue.PAGE_PASSAGES = 2, 4
from bot.cli import run
run()
"""
Texts = Mapping[str, str]
State = frozenset[tuple[str, str]]


def folder_texts(place: str) -> dict[str, str]:
    """Articles of several passages; half of them tell of the place."""
    return {
        f"{number:03}.txt": f"Train {number} left the rails near "
        f"{place if number % 2 else 'Hallmark'}. "
        + " ".join(f"Wagon {n} of train {number} was empty." for n in range(30))
        for number in range(ARTICLES)
    }


def write(folder: Path, texts: Texts) -> None:
    """Make the folder hold these files."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")


def settings_of(index: Path) -> Settings:
    """Give settings whose samples are those of the working folder."""
    return Settings(_env_file=None, index=index)


def rows_of(settings: Settings) -> list[str]:
    """Give the id of every row in the store, seen by readers or not."""
    store = Store(settings)
    live = store.live()
    ids = sorted(one.passage_id for one in live.examined()) if live else []
    spare = len(store.collections()) - 1
    store.close()
    return [*ids, *["a second collection"] * spare]


def served(settings: Settings) -> State | None:
    """Read as `dateline sources` and `dateline show` do; None if that is refused by name."""
    try:
        with opened_library(settings) as library, library.snapshot() as held:
            return frozenset((a.source, held.article_text(a.article_id)) for a in held.articles)
    except DatelineError:
        return None


def changed_at(index: Path) -> float:
    """Give when any file of the index was changed last, 0 before there is one."""
    times = [0.0]
    for path in index.rglob("*"):
        with suppress(OSError):  # gone meanwhile
            times.append(path.stat().st_mtime)
    return max(times)


def killed(settings: Settings, folder: Path, kind: str, after: Texts, delay_s: float) -> float:
    """Run the command in another process and kill it so many seconds after its first write.

    Gives how long it lived after that write.
    """
    before = changed_at(settings.index)
    more = ["--watch"] if kind == "watch" else []
    process = subprocess.Popen(
        [sys.executable, "-c", _CHILD, "ingest", str(folder), "--json", *more],
        env={"PYTHONPATH": str(ROOT), "DATELINE_INDEX": str(settings.index)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    if kind == "watch":
        assert process.stdout is not None
        process.stdout.readline()  # the first ingest is over
        before = changed_at(settings.index)
        write(folder, after)
    while process.poll() is None and changed_at(settings.index) == before:
        time.sleep(0.005)
    began = time.perf_counter()
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=delay_s)
    process.kill()
    process.communicate()
    return time.perf_counter() - began


def one_round(room: Path, kind: str, clean: list[str], delay_s: float) -> Counter[str]:
    """Kill, read, go on; count what was seen and what is wrong."""
    folder, index = room / "folder", room / "index"
    old, new = folder_texts("Oldham"), folder_texts("Penrith")
    shutil.rmtree(index, ignore_errors=True)
    if kind != "first":
        shutil.copytree(room / "old", index)
    write(folder, old if kind == "watch" else new)
    settings = settings_of(index)
    killed(settings, folder, kind, new, delay_s)
    state = served(settings)
    states = {
        frozenset({("sample.txt", "A sample is of no use to anybody here.")}): "samples",
        frozenset(old.items()): "old folder",
        frozenset(new.items()): "new folder",
    }
    seen = Counter(["told" if state is None else states.get(state, "WRONG: half a state")])
    with open_library(settings) as library:
        library.embedder = EMBEDDER
        ingest(library, [folder])
    if rows_of(settings) != clean:
        seen["WRONG: other rows than a clean run"] += 1
    # Drafts, whose names begin with a dot, are kept for an hour: a reader may be writing one.
    if len(list((index / "lexical").glob("[!.]*"))) > MOST_LEXICAL:
        seen["WRONG: word indexes left behind"] += 1
    return seen


EMBEDDER = BuiltinEmbedder()


def prepared(room: Path) -> tuple[list[str], float]:
    """Make the old index and give a clean run's rows, and how long the command writes."""
    write(room / "seeds", {"sample.txt": "A sample is of no use to anybody here."})
    rows: list[str] = []
    for name, place in (("old", "Oldham"), ("clean", "Penrith")):
        write(room / "folder", folder_texts(place))
        with open_library(settings_of(room / name)) as library:
            library.embedder = EMBEDDER
            ingest(library, [room / "folder"])
        rows = rows_of(settings_of(room / name))
    return rows, killed(settings_of(room / "timed"), room / "folder", "first", {}, 600)


def main() -> None:
    """Print what was seen after each kind of kill."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    random = Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    kinds = sys.argv[3:] or KINDS
    with tempfile.TemporaryDirectory() as temporary:
        room = Path(temporary)
        os.chdir(room)  # its `seeds` are the samples that come by themselves
        clean, whole_s = prepared(room)
        print(f"{len(clean)} passages; the command writes for {whole_s:.1f} s", flush=True)
        seen: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
        for number in range(rounds):
            kind = kinds[number % len(kinds)]
            seen[kind] += one_round(room, kind, clean, random.uniform(0.0, whole_s))
            if number % 10 == 9:
                print(number + 1, {name: dict(one) for name, one in seen.items()}, flush=True)
    wrong = sum(n for one in seen.values() for what, n in one.items() if what.startswith("WRONG"))
    print(f"{rounds} kills, {wrong} wrong")


if __name__ == "__main__":
    main()
