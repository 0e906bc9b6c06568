"""Two runs over the same questions: is one better, or is it chance?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.errors import QuestionSetError
from retrieval.evaluation.bootstrap import means_of, paired, table
from retrieval.evaluation.measures.measure_table import MEASURES, Measure
from retrieval.evaluation.results import Result
from retrieval.record import Json


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
                "low": _rounded(difference.low),
                "high": _rounded(difference.high),
                "p": _rounded(difference.p),
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


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
