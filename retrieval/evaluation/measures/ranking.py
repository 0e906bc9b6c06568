"""Measures of a ranking against gold quotes, under the names and definitions of ir-measures.

A passage holds a gold quote of its article if they rest on the same words (`spans`). What is
ranked is the gold quotes: every hit stands for the quotes that it is the first to hold, in
their order, or for one miss if it holds none that is new.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.evaluation.measures.wording import fold, folded_same_words
from retrieval.types import Hit

CUT = 10  # hits that a system is asked for, and the depth of RR and nDCG


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """A gold quote, folded, in an article of the library."""

    article_id: str
    words: str

    def is_in(self, article_id: str, folded_text: str) -> bool:
        """Tell whether the text, which stands in that article, rests on the gold quote."""
        return article_id == self.article_id and folded_same_words(folded_text, self.words)


def ranks_of_gold(hits: Sequence[Hit], gold: Sequence[GoldSpan]) -> list[int | None]:
    """Give for each gold quote the rank, from 1, of the first hit that holds it, or None."""
    folded = [(hit.passage.article.article_id, fold(hit.passage.text)) for hit in hits]
    return [
        next((rank for rank, text in enumerate(folded, start=1) if span.is_in(*text)), None)
        for span in gold
    ]


def recall_at(k: int, ranks: Sequence[int | None]) -> float:
    """Give R@k: gold quotes held by the first k hits / gold quotes.

    Manning, Raghavan & Schütze, Introduction to Information Retrieval, 2008, section 8.3.
    """
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)


def success_at(k: int, ranks: Sequence[int | None]) -> float:
    """Give Success@k: 1 if any gold quote is held by the first k hits, else 0."""
    return float(any(rank is not None and rank <= k for rank in ranks))


def reciprocal_rank(ranks: Sequence[int | None]) -> float:
    """Give RR@10: 1 / rank of the first hit that holds a gold quote, 0 if none of ten does.

    Kantor & Voorhees, The TREC-5 Confusion Track, 2000.
    """
    found = [rank for rank in ranks if rank is not None and rank <= CUT]
    return 1 / min(found) if found else 0.0


def ndcg(ranks: Sequence[int | None]) -> float:
    """Give nDCG@10: the sum of 1 / log2(place + 1) over gold quotes / that of a perfect ranking.

    Järvelin & Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002; gains are 1.
    """
    places = _places(sorted(rank for rank in ranks if rank is not None))
    gain = sum(1 / math.log2(place + 1) for place in places if place <= CUT)
    best = sum(1 / math.log2(place + 1) for place in range(1, min(len(ranks), CUT) + 1))
    return gain / best


def _places(ranks: Sequence[int]) -> list[int]:
    """Give places in the list of gold quotes and misses; a hit with two quotes takes two."""
    places = []
    extra = 0
    for position, rank in enumerate(ranks):
        extra += position > 0 and rank == ranks[position - 1]
        places.append(rank + extra)
    return places
