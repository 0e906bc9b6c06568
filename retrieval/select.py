"""Which passages answer, best first, and with which of their words."""

from collections.abc import Sequence

from retrieval.reader import Reading
from retrieval.sentences import sentence_spans
from retrieval.types import Hit, Passage, Span
from retrieval.writers.evidence import Evidence

# How much the reader's span and the search's rank count beside its answerability (log-odds);
# chosen on development questions, see models/MODELS.md.
SPAN_WEIGHT = 0.4
RANK_WEIGHT = 4.0
_RANK_DAMPING = 10


def order_evidence(hits: Sequence[Hit], readings: Sequence[Reading]) -> list[Evidence]:
    """Give the passages as evidence, those first that answer best.

    The reader decides, its span and the search's rank help: a sum of log-odds and damped rank.

    Args:
        hits: What the search returned.
        readings: One for each hit, in the same order.
    """
    ranked = sorted(zip(hits, readings, strict=True), key=lambda pair: _worth(*pair), reverse=True)
    return [_evidence(hit.passage, reading) for hit, reading in ranked]


def _worth(hit: Hit, reading: Reading) -> float:
    search = RANK_WEIGHT / (_RANK_DAMPING + hit.rank)
    return reading.logit + SPAN_WEIGHT * reading.span_score + search


def _evidence(passage: Passage, reading: Reading) -> Evidence:
    return Evidence(
        passage=passage,
        sentences=passage_sentences(passage),
        probability=reading.probability,
        span=(passage.start + reading.start, passage.start + reading.end)
        if reading.end > reading.start
        else None,
    )


def passage_sentences(passage: Passage) -> tuple[Span, ...]:
    """Give the sentences of a passage as places in the article's clean text."""
    offset = passage.start
    return tuple((start + offset, end + offset) for start, end in sentence_spans(passage.text))
