"""Whether articles that answer one question differ, or say other than it takes for granted."""

from collections.abc import Sequence
from itertools import combinations

from retrieval.text.date_mentions import date_mentions, spans_of
from retrieval.text.numbers import quantities
from retrieval.types import Citation
from retrieval.verify.facts import Source
from retrieval.verify.polarity import clashes
from retrieval.verify.support import compare, coverage

# Quotes that share this much of the shorter one's words speak of the same matter.
_SAME_MATTER = 0.5
# A sentence with this much of a question's words speaks of what the question takes for granted. Of
# 24 `dev` questions with a wrong premise 3 are named so, of 61 answerable ones none.
_ITS_PREMISE = 0.6


def disagree(citations: Sequence[Citation]) -> bool:
    """Tell whether two articles give other figures, or opposite words on the same matter.

    The figures compared are those of the answering words; only what can be told by rule counts,
    so a difference in opinion is not called one.
    """
    return any(
        one.article.article_id != other.article.article_id
        and (_other_figures(one, other) or _opposite(one.quote, other.quote))
        for one, other in combinations(citations, 2)
    )


def wrong_premise(question: str, nearest: Sequence[Citation]) -> str | None:
    """Say what a question takes for granted and the sentence nearest to it says otherwise.

    That is a number, a date or a word whose opposite stands in its place; None if there is none.
    """
    for citation in nearest:
        source = Source(citation.quote, published=citation.article.published)
        found = compare(question, source, logit=0.0)
        rivals = [(fact.text, source.rival(question, fact)) for fact in found.missing]
        pairs = [*rivals, *([found.opposite] if found.opposite else [])]
        asked, held = next(((asked, held) for asked, held in pairs if held), (None, None))
        if asked and found.coverage >= _ITS_PREMISE:
            who = citation.article.outlet or "the article"
            return f"The question says “{asked}”, {who} “{held}”."
    return None


def _other_figures(one: Citation, other: Citation) -> bool:
    left, right = (
        {
            quantity.unit: quantity
            for quantity in quantities(words, skip=spans_of(date_mentions(words)))
            if quantity.unit
        }
        for words in (_answering_words(one), _answering_words(other))
    )
    return any(not left[unit].agrees(right[unit]) for unit in left.keys() & right.keys())


def _answering_words(citation: Citation) -> str:
    if citation.highlight is None:
        return ""
    start, end = (at - citation.start for at in citation.highlight)
    return citation.quote[start:end]


def _opposite(one: str, other: str) -> bool:
    shared = max(coverage(one, other), coverage(other, one))
    return shared >= _SAME_MATTER and bool(clashes(one, other))
