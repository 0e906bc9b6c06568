"""What answers took, by who wrote them: the wait for the first words and for all, and tokens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from retrieval.record import Json
from retrieval.types import Answer

REFUSED = "refused"
_PERCENTILES = (50, 95)

Percentiles = Mapping[str, float]
"""`p50` and `p95` in ms; empty where nothing was timed."""


class Timed(Protocol):
    """A question that was asked; `writer` is None if the system failed."""

    @property
    def writer(self) -> str | None:
        """Who wrote the answer, as `writer_of` says it."""
        ...

    @property
    def first_words_ms(self) -> float | None:
        """Time until the first words could be read; None if the answer came whole."""
        ...

    @property
    def latency_ms(self) -> float:
        """Time until the answer was there."""
        ...

    @property
    def tokens(self) -> int | None:
        """Tokens of a chat model; None if none was asked."""
        ...


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


def writer_of(answer: Answer) -> str:
    """Give who wrote: the model, that its reply was kept from before, or that it is a refusal."""
    if answer.refusal:
        return REFUSED
    return f"{answer.model}, kept reply" if answer.recalled else answer.model


def times_by_writer(rows: Sequence[Timed]) -> tuple[WriterTimes, ...]:
    """Give each writer's times, in order of first appearance; failures are nobody's."""
    writers = dict.fromkeys(row.writer for row in rows if row.writer is not None)
    return tuple(_times(name, [row for row in rows if row.writer == name]) for name in writers)


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


def _times(writer: str, rows: Sequence[Timed]) -> WriterTimes:
    first = [row.first_words_ms for row in rows if row.first_words_ms is not None]
    tokens = [row.tokens for row in rows if row.tokens is not None]
    return WriterTimes(
        writer=writer,
        answers=len(rows),
        first_words_ms=percentiles(first),
        total_ms=percentiles([row.latency_ms for row in rows]),
        mean_tokens=round(sum(tokens) / len(tokens), 1) if tokens else None,
    )
