"""Answers in the articles' own words: the sentences that the reader picked, quoted whole."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from retrieval.draft import Draft, Evidence
from retrieval.types import Citation, Passage, Span, Statement
from retrieval.verify.disagreement import disagree

MODEL = "extractive"
MAX_STATEMENTS = 4
# Two quotes that share this much of the shorter one's words say the same.
_SAME_FACT_SHARE = 0.7
_WORD = re.compile(r"\w+")
# A sentence that opens so leans on the one before it.
_LEANS = re.compile(
    r"[\"“‘'(]*(he|she|it|they|his|her|its|their|this|that|these|those|such|both|and|nor|so|yet"
    r"|rather|then)\b",
    re.IGNORECASE,
)


class ExtractiveWriter:
    """Gives up to four quotes of a sentence or a few; needs no key and cannot invent a word."""

    room_chars = 0

    def write(
        self,
        question: str,  # noqa: ARG002  the seam of all writers
        evidence: Sequence[Evidence],
        *,
        further: Sequence[Passage] = (),  # noqa: ARG002  the reader has read all it needs
        on_text: Callable[[str], None] | None = None,  # noqa: ARG002  it is there at once
        on_spent: Callable[[int], None] | None = None,  # noqa: ARG002  it costs nothing
    ) -> Draft | None:
        """Give the best of the picked sentences as statements, in the order of the evidence."""
        quotes: list[tuple[Evidence, Span]] = []
        for item in evidence:
            _take(quotes, item, quoted_sentences(item))
        told: list[tuple[float, Citation]] = []
        for item, quote in quotes:
            citation = _citation(item, quote)
            if not any(_same_fact(citation, known) for _, known in told):
                told.append((item.worth, citation))
        best = sorted(told, key=lambda one: one[0], reverse=True)[:MAX_STATEMENTS]
        kept = [one for one in told if one in best]
        citations = [replace(citation, n=n) for n, (_, citation) in enumerate(kept, start=1)]
        statements = tuple(Statement(text=c.quote, citations=(c.n,)) for c in citations)
        if not citations:
            return None
        return Draft(statements=statements, citations=tuple(citations), model=MODEL)

    def stand_alone(
        self,
        question: str,
        history: Sequence[str],
        *,
        on_spent: Callable[[int], None] | None = None,
    ) -> None:
        """Give nothing: rules make the question stand alone."""


def quoted_sentences(item: Evidence) -> Span:
    """Give the place of the sentence around the answering words.

    A sentence that opens with a pronoun brings the one before it along, and one that says what is
    asked only with the next brings that one.
    """
    span = item.span or item.sentences[0]
    touched = [
        index
        for index, (start, end) in enumerate(item.sentences)
        if start < span[1] and span[0] < end
    ]
    first, last = (touched[0], touched[-1]) if touched else (0, 0)
    start, end = item.sentences[first]
    text = item.passage.text[start - item.passage.start : end - item.passage.start]
    if first > 0 and leans(text) and _same_paragraph(item, first - 1, first):
        first -= 1
    if item.with_next and _leans_next(item, last):
        last += 1
    return item.sentences[first][0], item.sentences[last][1]


def leans(sentence: str) -> bool:
    """Tell whether a sentence opens with a word that leans on the one before it."""
    return _LEANS.match(sentence) is not None


def _leans_next(item: Evidence, place: int) -> bool:
    """Tell whether the next sentence opens with a pronoun that leans on this one."""
    if place + 1 >= len(item.sentences) or not _same_paragraph(item, place, place + 1):
        return False
    start, end = item.sentences[place + 1]
    text = item.passage.text[start - item.passage.start : end - item.passage.start]
    return leans(text)


def _take(quotes: list[tuple[Evidence, Span]], item: Evidence, quote: Span) -> None:
    """Add a quote; one that follows or precedes another of its passage becomes one with it."""
    for at, (known, (start, end)) in enumerate(quotes):
        if known.passage.passage_id != item.passage.passage_id:
            continue
        gap = item.passage.text[
            min(end, quote[1]) - item.passage.start : max(start, quote[0]) - item.passage.start
        ]
        if not gap.strip() and "\n" not in gap:
            quotes[at] = known, (min(start, quote[0]), max(end, quote[1]))
            return
    quotes.append((item, quote))


def _same_paragraph(item: Evidence, left: int, right: int) -> bool:
    between = item.passage.text[
        item.sentences[left][1] - item.passage.start : item.sentences[right][0] - item.passage.start
    ]
    return "\n" not in between


def _citation(item: Evidence, quote: Span) -> Citation:
    passage = item.passage
    start, end = quote
    span = item.span
    return Citation(
        n=1,
        passage=passage,
        quote=passage.text[start - passage.start : end - passage.start],
        start=start,
        end=end,
        highlight=span if span and start <= span[0] and span[1] <= end else None,
    )


def _same_fact(new: Citation, known: Citation) -> bool:
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
