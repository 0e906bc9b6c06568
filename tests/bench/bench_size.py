"""What grows with the collection, and how: 1,000, 10,000, 100,000 passages.

    uv run python tests/bench/bench_size.py 1000 10000 [--real-embedder]

Articles of fourteen passages are made of the seeds' sentences with other names in each, from 300
outlets. Each size runs in a process of its own. A cheap embedder (hashed words) stands in for the
shipped one, whose cost a passage is the same at every size; everything else is real.
"""

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
from bench_ingest import seed_sentences

from retrieval.answer.chain import Answerer
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.models.embedder import Embedder
from retrieval.settings import Settings

ARTICLE_PASSAGES, PARAGRAPHS, SENTENCES = 14, 20, 3
OUTLETS = 300
QUESTIONS = 30
FILE_ARTICLES = 500
DIMENSIONS = 384
_NAME = re.compile(r"\b[A-Z][a-z]{3,}\b")
_SYLLABLES = "ba dor fen gal hul kim lor mav nor pel quin ras sol tor und vek wil yar zem".split()


class HashedWords(Embedder):
    """A vector of each word, summed: near where many words are the same."""

    name = "hashed words"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        total = sum(map(_vector, re.findall(r"\w+", text.casefold())), np.zeros(DIMENSIONS))
        return [float(x) for x in total / (np.linalg.norm(total) or 1)]


@cache
def _vector(word: str) -> "np.ndarray":
    return np.random.default_rng(zlib.crc32(word.encode())).standard_normal(DIMENSIONS)


def made_name(word: str, article: int) -> str:
    """Another name for the same word in every article."""
    random = Random(f"{word} {article}")
    return "".join(random.choices(_SYLLABLES, k=3)).capitalize()


def write_collection(folder: Path, sentences: list[str], passages: int) -> list[str]:
    """Write the articles; give questions about some of them."""
    random, questions = Random(0), []
    lines = []
    for number in range(passages // ARTICLE_PASSAGES):
        drawn = [" ".join(random.choices(sentences, k=SENTENCES)) for _ in range(PARAGRAPHS)]
        text = _NAME.sub(lambda m, n=number: made_name(m[0], n), "\n\n".join(drawn))
        name = random.choice(_NAME.findall(text))
        questions.append(f"What did {name} say about the {random.choice(sentences).split()[-1]}")
        day = f"{2000 + number % 20}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        known = {"outlet": f"Outlet {number % OUTLETS}", "published": day, "text": text}
        lines.append(json.dumps({"id": f"{number}", "title": f"{name} and others", **known}))
    folder.mkdir()
    for at in range(0, len(lines), FILE_ARTICLES):
        text = "\n".join(lines[at : at + FILE_ARTICLES])
        (folder / f"{at:06}.jsonl").write_text(text, "utf-8")
    random.shuffle(questions)
    return questions[:QUESTIONS]


def timed_ms(work: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def spread(values: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    p95 = statistics.quantiles(values, n=20)[-1]
    return {"p50": round(statistics.median(values)), "p95": round(p95)}


def measured(passages: int, room: Path, *, real: bool) -> dict[str, object]:
    """Everything about one size."""
    questions = write_collection(room / "articles", seed_sentences(room), passages)
    settings = Settings(_env_file=None, index=room / "index")
    row: dict[str, object] = {}
    with open_library(settings) as library:
        if not real:
            library.embedder = HashedWords()
        library.embedder.embed_query("load the weights")
        first_s = timed_ms(lambda: ingest(library, [room / "articles"])) / 1000
        again_s = timed_ms(lambda: ingest(library, [room / "articles"])) / 1000
        held = sum(article.passages for article in library.articles())
        row |= {"passages": held, "ingested a second": round(held / first_s)}
        row["again, share of the first"] = f"{again_s / first_s:.1%}"
    with open_library(settings) as library:
        if not real:
            library.embedder = HashedWords()
        row["first search ms"] = round(timed_ms(lambda: library.search(questions[0])))
        row["first overview ms"] = round(timed_ms(library.overview))
        answerer = Answerer(library)
        answerer.answer(questions[0])
        asked = [timed_ms(lambda q=q: answerer.answer(q)) for q in questions]
        searched = [timed_ms(lambda q=q: library.search(f"{q}?")) for q in questions]
        row |= {"ask ms": spread(asked), "search ms": spread(searched)}
        row["sources ms"] = round(timed_ms(library.articles))
        row["outlets ms"] = round(timed_ms(library.outlets))
        about = "How many articles are there from Outlet 7?"
        row["question on the collection ms"] = round(timed_ms(lambda: answerer.answer(about)))
    files = [f for f in (room / "index").rglob("*") if f.is_file()]
    row["disk MB"] = round(sum(f.stat().st_size for f in files) / 1e6)
    row["memory MB"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return row


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="+", type=int)
    parser.add_argument("--real-embedder", action="store_true")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    for size in given.sizes:
        if given.here:
            with tempfile.TemporaryDirectory() as room:
                print(json.dumps(measured(size, Path(room), real=given.real_embedder)), flush=True)
            continue
        more = ["--real-embedder"] * given.real_embedder
        subprocess.run([sys.executable, __file__, str(size), "--here", *more], check=True)
    if not given.here:
        print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
