"""Is one run better than another, or is it chance? Seeded resampling of questions tells.

Efron & Tibshirani, An Introduction to the Bootstrap, 1993; for systems on one question set,
Koehn, Statistical Significance Tests for Machine Translation Evaluation, 2004.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import QuestionSetError
from retrieval.evaluation.results import Result
from retrieval.evaluation.scoring import MEASURES, Measure, Scores, derived
from retrieval.record import Json, rounded

Table = NDArray[np.float64]
"""Questions x measures; nan where a question is not in the denominator."""

RESAMPLES = 1000
SEED = 2004
TAILS = (2.5, 97.5)  # percentiles: a 95 % interval
_CHUNK = 100  # resamples at once: 10,000 questions take 8 MB


def table(rows: Sequence[Scores]) -> tuple[list[str], Table]:
    """Give the names of the measures that any row has, and the scores as a table."""
    present = {name for row in rows for name, score in row.items() if score is not None}
    names = [name for name in MEASURES if name in present]
    values = np.full((len(rows), len(names)), np.nan)
    for at, row in enumerate(rows):
        for column, name in enumerate(names):
            score = row.get(name)
            if score is not None:
                values[at, column] = score
    return names, values


def means_of(names: Sequence[str], values: Table) -> dict[str, float | None]:
    """Give the mean of every column and what is derived from them."""
    weights = np.ones((1, len(values)))
    return _named(names, _weighted(values, weights)[0])


def intervals(names: Sequence[str], values: Table) -> dict[str, tuple[float | None, float | None]]:
    """Give the 95 % percentile interval of every mean; None where no resample has one."""
    found = _resampled(names, values)
    return {name: _tails(found[name]) for name in found}


def paired(
    names: Sequence[str], before: Table, now: Table
) -> dict[str, tuple[float | None, float | None, float | None]]:
    """Give low and high end of each difference, and the two-sided p value of no difference.

    Both tables are of the same questions in the same order, and are resampled together.
    """
    one, other = _resampled(names, before), _resampled(names, now)
    return {name: _difference(other[name] - one[name]) for name in one}


def _difference(gaps: NDArray[np.float64]) -> tuple[float | None, float | None, float | None]:
    real = gaps[~np.isnan(gaps)]
    if not real.size:
        return None, None, None
    least = min(int((real <= 0).sum()), int((real >= 0).sum()))
    # One is added to both counts: a resampling test never shows a p of zero.
    p = min(1.0, 2 * (least + 1) / (real.size + 1))
    return *_tails(real), p


def _resampled(names: Sequence[str], values: Table) -> dict[str, NDArray[np.float64]]:
    """Give each measure's value in every resample; the seed makes two runs equal."""
    rng = np.random.default_rng(SEED)
    count = len(values)
    even = np.full(count, 1 / count) if count else np.zeros(0)
    found: list[Mapping[str, float | None]] = []
    for _ in range(0, RESAMPLES if count else 0, _CHUNK):
        weights = rng.multinomial(count, even, size=_CHUNK).astype(np.float64)
        found += [_named(names, means) for means in _weighted(values, weights)]
    measures = found[0] if found else {}
    return {
        name: np.array([np.nan if (v := one[name]) is None else v for one in found])
        for name in measures
    }


def _weighted(values: Table, weights: NDArray[np.float64]) -> Table:
    """Give the weighted mean of every column over the rows that it has; nan for none."""
    known = ~np.isnan(values)
    sums = weights @ np.where(known, values, 0.0)
    counts = weights @ known.astype(np.float64)
    return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)


def _named(names: Sequence[str], means: NDArray[np.float64]) -> dict[str, float | None]:
    found = {
        name: None if np.isnan(mean) else float(mean)
        for name, mean in zip(names, means, strict=True)
    }
    return found | derived(found)


def _tails(values: NDArray[np.float64]) -> tuple[float | None, float | None]:
    real = values[~np.isnan(values)]
    if not real.size:
        return None, None
    low, high = np.percentile(real, TAILS)
    return float(low), float(high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A measure in both runs; low and high bound the change with 95 %, p is two-sided."""

    measure: Measure
    before: float
    now: float
    low: float | None
    high: float | None
    p: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs side by side, over the questions that both hold.

    `won` and `lost` are (before, now) of the questions that became right or wrong;
    `mcnemar_p` says how likely such a split is between equals.
    """

    questions: int
    left_out: int
    differences: tuple[Difference, ...]
    won: tuple[tuple[Result, Result], ...]
    lost: tuple[tuple[Result, Result], ...]
    mcnemar_p: float


def compare(before: Sequence[Result], now: Sequence[Result]) -> Comparison:
    """Compare two runs, question by question.

    Raises:
        QuestionSetError: No question is in both.
    """
    earlier = {result.id: result for result in before}
    pairs = [(earlier[result.id], result) for result in now if result.id in earlier]
    if not pairs:
        raise QuestionSetError("the two results have no question in common; nothing to compare")
    won = tuple(pair for pair in pairs if _side(pair[0]) == 0 and _side(pair[1]) == 1)
    lost = tuple(pair for pair in pairs if _side(pair[0]) == 1 and _side(pair[1]) == 0)
    return Comparison(
        questions=len(pairs),
        left_out=len(earlier) + len(now) - 2 * len(pairs),
        differences=_differences(pairs),
        won=won,
        lost=lost,
        mcnemar_p=mcnemar_p(len(won), len(lost)),
    )


def mcnemar_p(won: int, lost: int) -> float:
    """Give the exact two-sided p of a split of changed outcomes as uneven as this, or more.

    McNemar, Psychometrika 1947: of won + lost questions that changed sides, half would go
    either way by chance. 1 if none changed.
    """
    changed = won + lost
    tail = sum(math.comb(changed, k) for k in range(min(won, lost) + 1))
    return min(1.0, 2 * tail / (1 << changed))


def comparison_record(comparison: Comparison) -> dict[str, Json]:
    """Give the comparison as a JSON object."""
    return {
        "questions": comparison.questions,
        "left_out": comparison.left_out,
        "measures": {
            difference.measure.name: {
                "before": round(difference.before, 4),
                "now": round(difference.now, 4),
                "low": rounded(difference.low),
                "high": rounded(difference.high),
                "p": rounded(difference.p),
            }
            for difference in comparison.differences
        },
        "mcnemar_p": round(comparison.mcnemar_p, 4),
        "won": [now.id for _, now in comparison.won],
        "lost": [now.id for _, now in comparison.lost],
    }


def _side(result: Result) -> float | None:
    return result.scores.get("accuracy", result.scores.get("verdict accuracy"))


def _differences(pairs: Sequence[tuple[Result, Result]]) -> tuple[Difference, ...]:
    names_before, before = table([one.scores for one, _ in pairs])
    names_now, now = table([other.scores for _, other in pairs])
    both = [name for name in names_before if name in names_now]
    before = before[:, [names_before.index(name) for name in both]]
    now = now[:, [names_now.index(name) for name in both]]
    bounds = paired(both, before, now)
    one, other = means_of(both, before), means_of(both, now)
    found = []
    for name in MEASURES:
        mean, mean_now = one.get(name), other.get(name)
        if mean is None or mean_now is None:
            continue
        low, high, p = bounds[name]
        found.append(
            Difference(measure=MEASURES[name], before=mean, now=mean_now, low=low, high=high, p=p)
        )
    return tuple(found)
