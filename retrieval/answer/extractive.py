"""Answers in the articles' own words: what the reader picked, or a whole article in short."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from retrieval.answer.select import quoted_sentences, quoted_words, speaker_before
from retrieval.draft import Draft, Evidence
from retrieval.text.sentences import is_leaning, passage_sentences
from retrieval.types import Article, Citation, Passage, Span, Spent, Statement
from retrieval.verify.claims import disagree

MODEL = "extractive"
MAX_STATEMENTS = 4
# Two quotes that share this much of the shorter one's words say the same.
_SAME_FACT_SHARE = 0.7
_WORD = re.compile(r"\w+")


class ExtractiveWriter:
    """Gives up to four quotes of a sentence or a few; needs no key and cannot invent a word."""

    room_chars = 0

    def write(
        self,
        question: str,  # noqa: ARG002  the seam of all writers
        evidence: Sequence[Evidence],
        *,
        further: Sequence[Passage] = (),  # noqa: ARG002  the reader has read all it needs
        is_sure: bool = True,  # noqa: ARG002  the articles' own words stand in any case
        on_text: Callable[[str], None] | None = None,  # noqa: ARG002  it is there at once
        on_spent: Callable[[Spent], None] | None = None,  # noqa: ARG002  it costs nothing
    ) -> Draft | None:
        """Give the best of the picked sentences as statements, in the order of the evidence."""
        quotes: list[tuple[Evidence, Span]] = []
        for item in evidence:
            for quote in _quotes_of(item):
                _take(quotes, item, quote)
        told: list[tuple[float, Citation]] = []
        for item, quote in quotes:
            citation = _citation(item, quote)
            if not any(_same_fact(citation, known) for _, known in told):
                told.append((item.worth, citation))
        best = sorted(told, key=lambda one: one[0], reverse=True)[:MAX_STATEMENTS]
        kept = [one for one in told if one in best]
        citations = [replace(citation, n=n) for n, (_, citation) in enumerate(kept, start=1)]
        return _drafted(citations) if citations else None

    def stand_alone(
        self,
        question: str,
        history: Sequence[str],
        *,
        on_spent: Callable[[Spent], None] | None = None,
    ) -> None:
        """Give nothing: rules make the question stand alone."""


def _drafted(citations: Sequence[Citation], *notes: str) -> Draft:
    """Give a draft in which each quote is a statement."""
    statements = tuple(Statement(text=c.quote, citations=(c.n,)) for c in citations)
    return Draft(statements=statements, citations=tuple(citations), notes=notes, model=MODEL)


def _quotes_of(item: Evidence) -> Iterator[Span]:
    """Give what is quoted of a passage: the answer, who says it, and the words asked about."""
    answer = quoted_sentences(item)
    speaker = speaker_before(item, answer)
    yield from (speaker, answer) if speaker else (answer,)
    if item.quotation:
        yield quoted_words(item, item.quotation)


def _take(quotes: list[tuple[Evidence, Span]], item: Evidence, quote: Span) -> None:
    """Add a quote; one that follows or precedes another of its passage becomes one with it."""
    for at, (known, (start, end)) in enumerate(quotes):
        if known.passage.passage_id != item.passage.passage_id:
            continue
        gap = item.passage.words_at((min(end, quote[1]), max(start, quote[0])))
        if not gap.strip() and "\n" not in gap:
            quotes[at] = known, (min(start, quote[0]), max(end, quote[1]))
            return
    quotes.append((item, quote))


def _citation(item: Evidence, quote: Span) -> Citation:
    span = item.span
    is_in = span is not None and quote[0] <= span[0] and span[1] <= quote[1]
    cited = item.passage.cited_at(quote, highlight=span if is_in else None)
    return replace(cited, stance=item.stance if is_in else None)


def _same_fact(new: Citation, known: Citation) -> bool:
    if {new.stance, known.stance} == {"supports", "contradicts"}:
        return False
    if new.article.article_id == known.article.article_id:
        overlap = min(new.end, known.end) - max(new.start, known.start)
        if overlap > 0:
            return True
    elif disagree((new, known)):
        return False
    left, right = (set(_WORD.findall(c.quote.lower())) for c in (new, known))
    if any(word.isdigit() for word in left ^ right):
        return False
    return len(left & right) >= _SAME_FACT_SHARE * min(len(left), len(right))


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
    """Give an extract of the first articles, one after the other, each sentence a quote.

    `centrality` gives how near each sentence is to the middle of them all.
    """
    taken = articles[:MOST_ARTICLES]
    most = _SENTENCES.get(len(taken), _SENTENCES_OF_MANY)
    quoted = [
        quote
        for article in taken
        for quote in _telling(passages(article.article_id), most, centrality)
    ]
    citations = [passage.cited_at(place, n=n) for n, (passage, place) in enumerate(quoted, 1)]
    left = len(articles) - len(taken)
    more = (f"{left} more articles are not extracted here.",) if left else ()
    return _drafted(citations, NOTE, *more)


def _telling(
    passages: Sequence[Passage], most: int, centrality: Centrality
) -> list[tuple[Passage, Place]]:
    """Give the lead and the most central sentences that stand by themselves, in their order."""
    by_place = {place: p for p in reversed(passages) for place in passage_sentences(p)}
    places = sorted(by_place) or [(passages[0].start, passages[0].end)]
    owner = by_place or {places[0]: passages[0]}
    whole = [at for at in places if len(owner[at].words_at(at).split()) >= _LEAST_WORDS] or places
    lead, rest = whole[0], whole[1:]
    near = dict(zip(whole, centrality([owner[at].words_at(at) for at in whole]), strict=True))
    alone = [at for at in rest if not is_leaning(owner[at].words_at(at))]
    best = sorted(alone, key=lambda at: near[at], reverse=True)[: most - 1]
    return [(owner[at], at) for at in sorted([lead, *best])]
