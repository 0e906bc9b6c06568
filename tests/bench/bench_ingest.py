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

from retrieval.chunk import header_line, indexed_text
from retrieval.ingest import ingest
from retrieval.library import Library, open_library
from retrieval.sentences import sentence_spans
from retrieval.settings import Settings
from retrieval.types import Passage

ROUNDS = 5
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


def one_round(library: Library, folder: Path) -> tuple[int, float, float]:
    """Number of passages of a folder, seconds to ingest it and seconds to embed it."""
    began = time.perf_counter()
    ingest(library, [folder])
    ingest_s = time.perf_counter() - began
    articles = [a for a in library.articles() if a.folder == str(folder.resolve())]
    passages = [p for a in articles for p in library.passages(a.article_id)]
    return len(passages), ingest_s, embedding_s(library, passages)


def main(passages: int) -> None:
    with tempfile.TemporaryDirectory() as room:
        sentences = seed_sentences(Path(room))
        with open_library(Settings(_env_file=None, index=Path(room, "index"))) as library:
            library.embedder.embed_query("load the weights")
            rounds = []
            for number in range(ROUNDS):
                folder = Path(room, f"articles{number}")
                write_articles(folder, sentences, passages // ROUNDS)
                rounds.append(one_round(library, folder))
                count, ingest_s, alone_s = rounds[-1]
                print(f"{count / alone_s:6.1f} alone, {count / ingest_s:6.1f} ingested a second")
            began = time.perf_counter()
            ingest(library, [Path(room, f"articles{number}") for number in range(ROUNDS)])
            again_s = time.perf_counter() - began
    share = statistics.median(alone_s / ingest_s for _, ingest_s, alone_s in rounds)
    print(f"{sum(count for count, _, _ in rounds)} passages; ingest at {share:.0%} of the embedder")
    print(f"the same again: {again_s:.2f} s; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
