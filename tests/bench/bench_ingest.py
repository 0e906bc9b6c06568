"""Measures ingest: passages a second, beside what the embedder alone does with the same passages.

    python tests/bench/bench_ingest.py [PASSAGES]

The articles are made of the seeds' sentences, shuffled.
"""

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
    """Write articles that give about as many passages."""
    random = Random(0)
    folder.mkdir()
    for number in range(passages // ARTICLE_PASSAGES):
        paragraphs = (
            " ".join(random.choices(sentences, k=PASSAGE_SENTENCES // 2))
            for _ in range(2 * ARTICLE_PASSAGES)
        )
        (folder / f"{number:04}.txt").write_text("\n\n".join(paragraphs), "utf-8")


def embedding_rate(library: Library, passages: list[Passage]) -> float:
    """Passages a second of the embedder alone."""
    texts = [indexed_text(header_line(one.article), one.text) for one in passages]
    began = time.perf_counter()
    library.embedder.embed_documents(texts)
    return len(texts) / (time.perf_counter() - began)


def main(passages: int) -> None:
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room, "articles")
        write_articles(folder, seed_sentences(Path(room)), passages)
        with open_library(Settings(_env_file=None, index=Path(room, "index"))) as library:
            library.embedder.embed_query("load the weights")
            began = time.perf_counter()
            ingest(library, [folder])
            ingest_s = time.perf_counter() - began
            held = [p for a in library.articles() for p in library.passages(a.article_id)]
            began = time.perf_counter()
            ingest(library, [folder])
            again_s = time.perf_counter() - began
            alone = embedding_rate(library, held)
    rate = len(held) / ingest_s
    print(f"{len(held)} passages, {len(held) // ARTICLE_PASSAGES} articles")
    print(f"embedder alone {alone:.1f} passages/s")
    print(f"ingest         {rate:.1f} passages/s, {rate / alone:.0%} of it; again {again_s:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
