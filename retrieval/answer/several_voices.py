"""Searches for questions that want several voices: some passages of each article or outlet."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from retrieval.question.breadth import Breadth, breadth_of, outlets_named
from retrieval.question.turn import Turn
from retrieval.types import Hit

if TYPE_CHECKING:
    from retrieval.index.library import Library

# Of one article no more passages are read when several are to speak.
_OF_ONE_ARTICLE = 2
# How much deeper the search goes to find passages of several articles.
_DEPTH = 4


def find_hits(turn: Turn, library: "Library", passages: int) -> tuple[Hit, ...]:
    """Give the passages to read for a turn, best first; of named outlets, one after the other.

    An outlet that the question names is searched by itself, so that it is heard; a question for
    views or a development hears at most two passages of one article.

    Args:
        turn: A planned question.
        library: Where to search.
        passages: How many to read.
    """
    articles = library.articles()
    breadth = breadth_of(turn.standalone, articles, turn.order)
    outlets = [] if turn.filters.outlet else outlets_named(turn.standalone, articles)
    if outlets:
        share = max(_OF_ONE_ARTICLE, passages // len(outlets))
        return tuple(hit for name in outlets for hit in _search(turn, library, share, name))
    hits = _search(turn, library, passages * (1 if breadth == "fact" else _DEPTH))
    return tuple(_spread(hits, breadth))[:passages]


def _search(turn: Turn, library: "Library", k: int, outlet: str | None = None) -> list[Hit]:
    filters = replace(turn.filters, outlet=outlet) if outlet else turn.filters
    retriever = library.retriever(k=k, filters=filters)
    return [document.metadata["hit"] for document in retriever.invoke(turn.standalone)]


def _spread(hits: Sequence[Hit], breadth: Breadth) -> list[Hit]:
    if breadth == "fact":
        return list(hits)
    seen: Counter[str] = Counter()
    kept = []
    for hit in hits:
        seen[hit.passage.article.article_id] += 1
        if seen[hit.passage.article.article_id] <= _OF_ONE_ARTICLE:
            kept.append(hit)
    return kept
