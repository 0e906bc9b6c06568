"""Measures against gold quotes: of a ranking, and of what an answer cites.

Those of a ranking have the names and definitions of ir-measures. A passage holds a gold quote of
its article if they rest on the same words (`spans`). What is ranked is the gold quotes: every hit
stands for the quotes that it is the first to hold, in their order, or for one miss.

Citation recall and precision are those of ALCE (Gao et al., Enabling Large Language Models to
Generate Text with Citations, EMNLP 2023), on gold quotes in place of an entailment model: a
quote supports a gold quote of the same article if they rest on the same words.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.errors import ArticleError
from retrieval.evaluation.wording import fold, folded_same_words
from retrieval.types import Answer, Citation, Hit

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
