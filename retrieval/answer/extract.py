"""An article in short, in its own words: its lead and the sentences nearest to all that it says."""

from collections.abc import Callable, Sequence

from retrieval.answer.extractive import MODEL, leans
from retrieval.draft import Draft
from retrieval.text.sentences import passage_sentences
from retrieval.types import Article, Citation, Passage, Statement

NOTE = (
    "This is an extract: the article's first sentence and those nearest to all that it says, in"
    " their order. No summary was written."
)
MOST_ARTICLES = 4
# How many sentences of each article are quoted, by how many articles there are.
_SENTENCES = {1: 5, 2: 3}
_SENTENCES_OF_MANY = 2
# What is shorter is a heading, a byline or an exclamation.
_LEAST_WORDS = 8

Place = tuple[int, int]
Centrality = Callable[[Sequence[str]], Sequence[float]]


def extract_draft(
    articles: Sequence[Article],
    passages: Callable[[str], Sequence[Passage]],
    centrality: Centrality,
) -> Draft:
    """Give an extract of the articles, one after the other, each sentence a quote.

    Args:
        articles: Those to extract, at least one; of more than `MOST_ARTICLES` the first.
        passages: Gives an article's passages, in order, by its id.
        centrality: Gives how near each sentence is to the middle of them all.
    """
    taken = articles[:MOST_ARTICLES]
    most = _SENTENCES.get(len(taken), _SENTENCES_OF_MANY)
    quoted = [
        quote
        for article in taken
        for quote in _telling(passages(article.article_id), most, centrality)
    ]
    citations = tuple(
        Citation(n=n, passage=passage, quote=_text(passage, place), start=place[0], end=place[1])
        for n, (passage, place) in enumerate(quoted, start=1)
    )
    left = len(articles) - len(taken)
    more = (f"{left} more articles are not extracted here.",) if left else ()
    return Draft(
        statements=tuple(Statement(text=c.quote, citations=(c.n,)) for c in citations),
        citations=citations,
        notes=(NOTE, *more),
        model=MODEL,
    )


def _telling(
    passages: Sequence[Passage], most: int, centrality: Centrality
) -> list[tuple[Passage, Place]]:
    """Give the lead and the most central sentences that stand by themselves, in their order."""
    by_place = {place: p for p in reversed(passages) for place in passage_sentences(p)}
    places = sorted(by_place) or [(passages[0].start, passages[0].end)]
    owner = by_place or {places[0]: passages[0]}
    whole = [at for at in places if len(_text(owner[at], at).split()) >= _LEAST_WORDS] or places
    lead, rest = whole[0], whole[1:]
    near = dict(zip(whole, centrality([_text(owner[at], at) for at in whole]), strict=True))
    alone = [at for at in rest if not leans(_text(owner[at], at))]
    best = sorted(alone, key=lambda at: near[at], reverse=True)[: most - 1]
    return [(owner[at], at) for at in sorted([lead, *best])]


def _text(passage: Passage, place: Place) -> str:
    return passage.text[place[0] - passage.start : place[1] - passage.start]
