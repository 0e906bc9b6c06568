"""Measures ingest: passages a second, beside what the embedder alone does with the same passages.

    python tests/bench/bench_ingest.py [PASSAGES]

The articles are made of the seeds' sentences, shuffled. Ingest and embedder take turns, so that
what else the machine does weighs on both; the middle one of the rounds counts.
"""

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from retrieval.index.ingest import ingest
from retrieval.index.library import Library, open_library
from retrieval.index.passages import header_line, indexed_text
from retrieval.settings import Settings
from retrieval.text.sentences import sentence_spans
from retrieval.types import Passage

ROUNDS = 3
ARTICLE_PASSAGES = 10
PASSAGE_SENTENCES = 6
SEEDS = Path(__file__).parent.parent.parent / "seeds"


def seed_sentences(room: Path) -> list[str]:
    """The sentences of the seeds, cleaned."""
    with open_library(Settings(_env_file=None, index=room / "seeds")) as library:
        ingest(library, [SEEDS])
        texts = [library.article_text(article.article_id) for article in library.articles()]
    return [text[slice(*span)] for text in texts for span in sentence_spans(text)]


def write_articles(folder: Path, sentences: list[str], passages: int) -> None:
    """Write articles that give about as many passages, other ones for every folder."""
    random = Random(folder.name)
    folder.mkdir()
    for number in range(passages // ARTICLE_PASSAGES):
        paragraphs = (
            " ".join(random.choices(sentences, k=PASSAGE_SENTENCES // 2))
            for _ in range(2 * ARTICLE_PASSAGES)
        )
        (folder / f"{number:04}.txt").write_text("\n\n".join(paragraphs), "utf-8")


def embedding_s(library: Library, passages: list[Passage]) -> float:
    """Seconds that the embedder alone takes."""
    texts = [indexed_text(header_line(one.article), one.text) for one in passages]
    began = time.perf_counter()
    library.embedder.embed_documents(texts)
    return time.perf_counter() - began


def one_round(room: Path, sentences: list[str], passages: int) -> tuple[float, float]:
    """Passages a second of the embedder alone and of an ingest into a new index."""
    folder = room / "articles"
    write_articles(folder, sentences, passages)
    with open_library(Settings(_env_file=None, index=room / "index")) as library:
        library.embedder.embed_query("load the weights")
        began = time.perf_counter()
        ingest(library, [folder])
        ingest_s = time.perf_counter() - began
        with library.snapshot() as now:
            held = [p for a in now.articles for p in now.passages(a.article_id)]
        alone_s = embedding_s(library, held)
        began = time.perf_counter()
        ingest(library, [folder])
        again_s = time.perf_counter() - began
    alone, ingested = len(held) / alone_s, len(held) / ingest_s
    print(
        f"{len(held)} passages: {alone:.1f} a second alone, {ingested:.1f} ingested "
        f"({ingested / alone:.0%}); the same again takes {again_s:.2f} s"
    )
    return alone, ingested


def main(passages: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        sentences = seed_sentences(Path(place))
        rates = []
        for number in range(ROUNDS):
            room = Path(place, f"round {number}")
            room.mkdir()
            rates.append(one_round(room, sentences, passages))
    share = statistics.median(ingested / alone for alone, ingested in rates)
    print(f"ingest at {share:.0%} of the embedder's rate; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
