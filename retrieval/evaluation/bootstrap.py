"""Seeded resampling of questions: how far a mean, or the difference of two, is chance.

Efron & Tibshirani, An Introduction to the Bootstrap, 1993; for systems on one question set,
Koehn, Statistical Significance Tests for Machine Translation Evaluation, 2004.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.evaluation.measures.measure_table import MEASURES, derived
from retrieval.evaluation.measures.scoring import Scores

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
