"""Measures of citations: what the quotes support, and whether they are verbatim.

Citation recall and precision are those of ALCE (Gao et al., Enabling Large Language Models to
Generate Text with Citations, EMNLP 2023), on gold quotes in place of an entailment model: a
quote supports a gold quote of the same article if they rest on the same words (`spans`).
"""

from collections.abc import Callable, Sequence

from retrieval.errors import ArticleError
from retrieval.evaluation.measures.ranking import GoldSpan
from retrieval.evaluation.measures.wording import fold
from retrieval.types import Answer, Citation


def supports(citation: Citation, gold: Sequence[GoldSpan]) -> bool:
    """Tell whether the quote supports any of the gold quotes."""
    words = fold(citation.quote)
    return any(span.is_in(citation.article.article_id, words) for span in gold)


def citation_precision(answer: Answer, gold: Sequence[GoldSpan]) -> float | None:
    """Give supporting citations / citations; 0 for an answer without citations.

    The mean is over answered questions with gold quotes: None for a refusal, which recall
    counts as 0.
    """
    if answer.refusal:
        return None
    return _share([supports(citation, gold) for citation in answer.citations])


def citation_recall(answer: Answer, gold: Sequence[GoldSpan]) -> float:
    """Give statements with a supporting citation / statements; 0 for a refusal.

    A number that no citation bears supports nothing. The mean is over the answerable questions
    with gold quotes, refused or not.
    """
    supporting = {c.n for c in answer.citations if supports(c, gold)}
    return _share([not supporting.isdisjoint(s.citations) for s in answer.statements])


def citation_coverage(answer: Answer) -> float | None:
    """Give statements that name an existing citation / statements; None for a refusal.

    The mean is over answered questions; an answer without statements counts 0.
    """
    if answer.refusal:
        return None
    numbers = {citation.n for citation in answer.citations}
    return _share([not numbers.isdisjoint(s.citations) for s in answer.statements])


def evidence_shown(answer: Answer, gold: Sequence[GoldSpan]) -> float:
    """Give gold quotes that a shown quote supports / gold quotes; 0 for a refusal."""
    if answer.refusal:
        return 0.0
    return _share([any(supports(c, [span]) for c in answer.citations) for span in gold])


def first_quote_answers(answer: Answer, gold: Sequence[GoldSpan], answers: Sequence[str]) -> float:
    """Give 1 if the first quote holds an answer string or supports a gold quote, else 0.

    What a person reads first. The denominator is the answerable questions with answers or gold
    quotes; a refusal counts 0.
    """
    if answer.refusal or not answer.citations:
        return 0.0
    first = min(answer.citations, key=lambda citation: citation.n)
    words = fold(first.quote)
    return float(supports(first, gold) or any(fold(text) in words for text in answers))


def quote_validity(answer: Answer, text_of: Callable[[str], str]) -> float | None:
    """Give quotes that stand verbatim at their offsets / quotes shown; None if none is shown.

    The nearest quotes of a refusal count too. A hard gate at 1: one invented quote fails it.

    Args:
        answer: What was shown.
        text_of: Gives the clean text of an article id; raises ArticleError if there is none.
    """
    shown = [is_verbatim(citation, text_of) for citation in answer.shown]
    return _share(shown) if shown else None


def is_verbatim(citation: Citation, text_of: Callable[[str], str]) -> bool:
    """Tell whether `text[start:end] == quote` in the article that the citation names."""
    try:
        text = text_of(citation.article.article_id)
    except ArticleError:
        return False
    in_order = 0 <= citation.start < citation.end
    return in_order and text[citation.start : citation.end] == citation.quote


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0
