"""Which passages answer, best first, and which of them an answer should rest on."""

from collections.abc import Sequence

from retrieval.breadth import Breadth
from retrieval.dates import first_day
from retrieval.reader import Reading
from retrieval.sentences import sentence_spans
from retrieval.types import Hit, Passage, Span
from retrieval.writers.evidence import Evidence

# How much the reader's span and the search's rank count beside its answerability (log-odds);
# chosen on development questions, see models/MODELS.md.
_SPAN_WEIGHT = 0.4
_RANK_WEIGHT = 4.0
_RANK_DAMPING = 10
# For one fact, a further passage is quoted if it answers nearly as likely as the best.
_FURTHER_SHARE = 0.75
# For several views, each article may speak whose best passage is at least this likely.
_VIEW_SHARE = 0.25


def order_evidence(hits: Sequence[Hit], readings: Sequence[Reading]) -> list[Evidence]:
    """Give the passages as evidence, those first that answer best.

    The reader decides, its span and the search's rank help: a sum of log-odds and damped rank.

    Args:
        hits: What the search returned.
        readings: One for each hit, in the same order.
    """
    pairs = sorted(zip(hits, readings, strict=True), key=lambda pair: _worth(*pair), reverse=True)
    return [_evidence(hit.passage, reading) for hit, reading in pairs]


def pick_evidence(
    evidence: Sequence[Evidence], breadth: Breadth, outlets: Sequence[str]
) -> list[Evidence]:
    """Give the evidence that an answer should rest on, in the order that reads best.

    A fact takes the passages that answer nearly as well as the best one. Views take the best
    passage of each article, of the named outlets if any are named; a development takes the
    same, oldest first.
    """
    if breadth == "fact":
        least = _FURTHER_SHARE * max((item.probability for item in evidence), default=0.0)
        return [item for item in evidence if item.probability >= least]
    picked = _one_an_article([e for e in evidence if not outlets or _outlet(e) in outlets])
    least = _VIEW_SHARE * max((item.probability for item in picked), default=0.0)
    picked = [item for item in picked if item.probability >= least]
    return sorted(picked, key=_published) if breadth == "development" else picked


def passage_sentences(passage: Passage) -> tuple[Span, ...]:
    """Give the sentences of a passage as places in the article's clean text."""
    offset = passage.start
    return tuple((start + offset, end + offset) for start, end in sentence_spans(passage.text))


def _worth(hit: Hit, reading: Reading) -> float:
    search = _RANK_WEIGHT / (_RANK_DAMPING + hit.rank)
    return reading.logit + _SPAN_WEIGHT * reading.span_score + search


def _evidence(passage: Passage, reading: Reading) -> Evidence:
    return Evidence(
        passage=passage,
        sentences=passage_sentences(passage),
        probability=reading.probability,
        span=(passage.start + reading.start, passage.start + reading.end)
        if reading.end > reading.start
        else None,
    )


def _one_an_article(evidence: Sequence[Evidence]) -> list[Evidence]:
    best: dict[str, Evidence] = {}
    for item in evidence:
        best.setdefault(item.passage.article.article_id, item)
    return list(best.values())


def _outlet(item: Evidence) -> str | None:
    return item.passage.article.outlet


def _published(item: Evidence) -> int:
    published = item.passage.article.published
    return first_day(published) if published else 0
