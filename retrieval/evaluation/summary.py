"""Means of a run, per slice, with how many questions they rest on and how sure they are.

And what answers took, by who wrote them: the wait for the first words and for all, and tokens.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from retrieval.evaluation.compare import intervals, means_of, table
from retrieval.evaluation.runner import EvalRow
from retrieval.evaluation.scoring import ALWAYS_SHOWN, MEASURES, Scores
from retrieval.record import Json, rounded
from retrieval.types import Answer

CURVE_STEPS = 20  # points of the refusal curve: confidence in steps of .05


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What a summary keeps of a row: a few hundred bytes, so that large sets fit."""

    id: str
    kind: str = "other"
    split: str | None = None
    scores: Scores = field(default_factory=dict)
    latency_ms: float = 0.0
    first_words_ms: float | None = None
    tokens: int | None = None
    writer: str | None = None
    answerable: bool | None = None
    answered: bool = False
    confidence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean over n questions and its 95 % bootstrap interval; None where there is no gold."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The questions of one kind or split, or all."""

    name: str
    questions: int
    estimates: Mapping[str, Estimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """What would be answered if doubts below `confidence` were refused; shares, or None."""

    confidence: float
    answered: float | None
    false_answers: float | None


REFUSED = "refused"
_PERCENTILES = (50, 95)

Percentiles = Mapping[str, float]
"""`p50` and `p95` in ms; empty where nothing was timed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriterTimes:
    """The times of all answers of one writer; a writer that gives answers whole has no first words.

    First words are verified ones, as a chat model's answer shows them while it still writes.
    """

    writer: str
    answers: int
    first_words_ms: Percentiles
    total_ms: Percentiles
    mean_tokens: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A whole run. Latencies and times stand apart: they alone differ between two equal runs."""

    overall: Slice
    kinds: tuple[Slice, ...]
    splits: tuple[Slice, ...]
    latency_ms: Percentiles
    times: tuple[WriterTimes, ...]
    curve: tuple[CurvePoint, ...]


def scored(row: EvalRow) -> Scored:
    """Give what a summary needs of a row."""
    answer = row.answer
    return Scored(
        id=row.question.id,
        kind=row.question.kind,
        split=row.question.split,
        scores=row.scores,
        latency_ms=row.latency_ms,
        first_words_ms=row.first_words_ms,
        tokens=answer.tokens if answer else None,
        writer=writer_of(answer) if answer else None,
        answerable=row.question.answerable,
        answered=answer is not None and answer.refusal is None,
        confidence=answer.confidence if answer else None,
    )


def summarise(rows: Sequence[Scored]) -> Summary:
    """Give means, intervals and slices; slices are in order of first appearance."""
    return Summary(
        overall=slice_of("all", rows),
        kinds=_slices(rows, lambda row: row.kind),
        splits=_slices(rows, lambda row: row.split),
        latency_ms=percentiles([row.latency_ms for row in rows]),
        times=times_by_writer(rows),
        curve=_curve(rows),
    )


def slice_of(name: str, rows: Sequence[Scored]) -> Slice:
    """Give the estimates of the measures that the rows have, and of those always shown."""
    names, values = table([row.scores for row in rows])
    means = means_of(names, values)
    bounds = intervals(names, values)
    shown = [m for m in MEASURES if m in ALWAYS_SHOWN or means.get(m) is not None]
    estimates = {}
    for measure in shown:
        low, high = bounds.get(measure, (None, None))
        estimates[measure] = Estimate(
            value=means.get(measure), n=_count(measure, rows), low=low, high=high
        )
    return Slice(name=name, questions=len(rows), estimates=estimates)


def summary_record(summary: Summary) -> dict[str, Json]:
    """Give the summary as it is written to the results file."""
    return {
        "questions": summary.overall.questions,
        "measures": _estimates_record(summary.overall),
        "slices": {part.name: _slice_record(part) for part in summary.kinds},
        "splits": {part.name: _slice_record(part) for part in summary.splits},
        "latency_ms": dict(summary.latency_ms),
        "times_ms": times_record(summary.times),
        "refusal_curve": [
            {"confidence": p.confidence, "answered": p.answered, "false_answers": p.false_answers}
            for p in summary.curve
        ],
    }


def _slice_record(part: Slice) -> dict[str, Json]:
    return {"questions": part.questions, "measures": _estimates_record(part)}


def _estimates_record(part: Slice) -> dict[str, Json]:
    return {
        name: {"value": rounded(e.value), "n": e.n, "low": rounded(e.low), "high": rounded(e.high)}
        for name, e in part.estimates.items()
    }


def _slices(rows: Sequence[Scored], key: Callable[[Scored], str | None]) -> tuple[Slice, ...]:
    groups: dict[str, list[Scored]] = {}
    for row in rows:
        name = key(row)
        if name is not None:
            groups.setdefault(name, []).append(row)
    return tuple(slice_of(name, group) for name, group in groups.items())


def _count(measure: str, rows: Iterable[Scored]) -> int:
    """Give the denominator; a derived measure's is that of the means it is made of."""
    parts = {
        "refusal F1": ("refusal precision", "refusal recall"),
        "balanced accuracy": ("supported recall", "supported specificity"),
    }.get(measure, (measure,))
    return sum(any(row.scores.get(part) is not None for part in parts) for row in rows)


def _curve(rows: Sequence[Scored]) -> tuple[CurvePoint, ...]:
    """Give the trade of false answers against answers that a higher gate would make."""
    if not any(row.confidence is not None for row in rows):
        return ()
    return tuple(_point(rows, step / CURVE_STEPS) for step in range(CURVE_STEPS + 1))


def _point(rows: Sequence[Scored], confidence: float) -> CurvePoint:
    def share(answerable: bool) -> float | None:
        kept = [
            row.answered and (row.confidence is None or row.confidence >= confidence)
            for row in rows
            if row.answerable is answerable
        ]
        return round(sum(kept) / len(kept), 4) if kept else None

    return CurvePoint(
        confidence=confidence,
        answered=share(answerable=True),
        false_answers=share(answerable=False),
    )


def writer_of(answer: Answer) -> str:
    """Give who wrote: the model, that its reply was kept from before, or that it is a refusal."""
    if answer.refusal:
        return REFUSED
    return f"{answer.model}, kept reply" if answer.recalled else answer.model


def times_by_writer(rows: Sequence[Scored]) -> tuple[WriterTimes, ...]:
    """Give each writer's times, in order of first appearance; failures are nobody's."""
    writers = dict.fromkeys(row.writer for row in rows if row.writer is not None)
    return tuple(_times_of(name, [row for row in rows if row.writer == name]) for name in writers)


def percentiles(times_ms: Sequence[float]) -> Percentiles:
    """Give the median and the 95th percentile."""
    if not times_ms:
        return {}
    values = np.percentile(times_ms, _PERCENTILES)
    return {f"p{p}": round(float(v), 1) for p, v in zip(_PERCENTILES, values, strict=True)}


def times_record(times: Sequence[WriterTimes]) -> dict[str, Json]:
    """Give the times as they are written to the results file, by writer."""
    return {
        one.writer: {
            "answers": one.answers,
            "first_words": dict(one.first_words_ms) or None,
            "total": dict(one.total_ms),
            "mean_tokens": one.mean_tokens,
        }
        for one in times
    }


def _times_of(writer: str, rows: Sequence[Scored]) -> WriterTimes:
    first = [row.first_words_ms for row in rows if row.first_words_ms is not None]
    tokens = [row.tokens for row in rows if row.tokens is not None]
    return WriterTimes(
        writer=writer,
        answers=len(rows),
        first_words_ms=percentiles(first),
        total_ms=percentiles([row.latency_ms for row in rows]),
        mean_tokens=round(sum(tokens) / len(tokens), 1) if tokens else None,
    )
