"""Pass or fail: every measure against its threshold and against an earlier run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.errors import QuestionSetError, UsageError
from retrieval.evaluation.compare import means_of, table
from retrieval.evaluation.results import Baseline
from retrieval.evaluation.scoring import ALWAYS_SHOWN, MEASURES, THRESHOLDS, Measure
from retrieval.evaluation.summary import Estimate, Scored, Summary
from retrieval.record import Json, rounded

TOLERANCE = 0.02
"""A mean may fall by this much: int8 sums differ between processors, and move a question or two."""

_HARD = ("quote validity", "forbidden")  # no fall at all
_ROUNDING = 1e-4  # baselines keep four decimals
_TELLING = ("accuracy", "citation recall", "evidence in quotes", "verdict accuracy", "recall@4")
LATENCIES = {name: Measure(f"latency {name}", "ms to an answer", True) for name in ("p50", "p95")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the gate's table; `passed` is None where there is nothing to hold it to.

    `change` is now - before over the questions that both runs hold.
    """

    measure: Measure
    now: Estimate
    before: float | None = None
    change: float | None = None
    threshold: float | None = None
    passed: bool | None = None


def parse_threshold(text: str) -> tuple[str, float]:
    """Read `NAME=VALUE`; case, and `_` or `-` for a space, do not matter.

    Raises:
        UsageError: No such measure, or not a number.
    """
    name, equals, value = text.rpartition("=")
    known = {_plain(known): known for known in (*MEASURES, *(m.name for m in LATENCIES.values()))}
    if not equals or _plain(name) not in known:
        raise UsageError(
            f"--threshold {text!r}: write NAME=VALUE with one of {', '.join(MEASURES)}"
        )
    try:
        return known[_plain(name)], float(value)
    except ValueError:
        raise UsageError(f"--threshold {text!r}: {value!r} is not a number") from None


def _plain(name: str) -> str:
    return name.strip().casefold().replace("_", " ").replace("-", " ")


def check_run(
    summary: Summary,
    rows: Sequence[Scored],
    *,
    thresholds: Mapping[str, float] = THRESHOLDS,
    baseline: Baseline | None = None,
    only_show_baseline: bool = False,
) -> tuple[Check, ...]:
    """Hold a run to thresholds and a baseline, each measure once, in the table's order.

    With `only_show_baseline` the changes are given and nothing fails by them.

    Raises:
        QuestionSetError: The baseline has no question of this run.
    """
    before, now = _on_common_ids(rows, baseline) if baseline else ({}, {})
    if baseline and not before and not only_show_baseline:
        raise QuestionSetError(
            f"{baseline.name}: holds none of these questions; make it anew with --update-baseline"
        )
    estimates = summary.overall.estimates
    wanted = dict.fromkeys([*ALWAYS_SHOWN, *estimates, *thresholds])
    checks = [
        _check(
            MEASURES[name],
            estimates.get(name, Estimate(value=None, n=0)),
            threshold=thresholds.get(name),
            before=before.get(name),
            common=now.get(name),
            hold=not only_show_baseline,
        )
        for name in MEASURES
        if name in wanted
    ]
    return (*checks, *_latency_checks(summary, thresholds))


def missed(checks: Sequence[Check]) -> list[str]:
    """Give the names of the measures that fail."""
    return [check.measure.name for check in checks if check.passed is False]


def worse_ids(rows: Sequence[Scored], baseline: Baseline) -> list[str]:
    """Give the questions that any telling measure scores lower now, in the set's order."""
    return [row.id for row in rows if _is_worse(row, baseline.scores.get(row.id, {}))]


def wrong_ids(rows: Sequence[Scored]) -> list[str]:
    """Give the questions that were answered, refused or judged wrongly, in the set's order."""
    return [
        row.id
        for row in rows
        if 0 in (row.scores.get("accuracy"), row.scores.get("verdict accuracy"))
    ]


def checks_record(checks: Sequence[Check]) -> list[Json]:
    """Give the gate's table as it is written to the results file."""
    return [
        {
            "measure": check.measure.name,
            "now": rounded(check.now.value),
            "n": check.now.n,
            "baseline": rounded(check.before),
            "change": rounded(check.change),
            "threshold": check.threshold,
            "passed": check.passed,
        }
        for check in checks
    ]


def _is_worse(row: Scored, before: Mapping[str, float | None]) -> bool:
    pairs = [(row.scores.get(name), before.get(name)) for name in _TELLING]
    return any(
        now is not None and then is not None and now < then - _ROUNDING for now, then in pairs
    )


def _on_common_ids(
    rows: Sequence[Scored], baseline: Baseline
) -> tuple[dict[str, float | None], dict[str, float | None]]:
    common = [row for row in rows if row.id in baseline.scores]
    if not common:
        return {}, {}
    before = means_of(*table([baseline.scores[row.id] for row in common]))
    return before, means_of(*table([row.scores for row in common]))


def _check(
    measure: Measure,
    now: Estimate,
    *,
    threshold: float | None,
    before: float | None = None,
    common: float | None = None,
    hold: bool = True,
) -> Check:
    change = None if before is None or common is None else common - before
    verdicts = []
    if threshold is not None and now.value is not None:
        verdicts.append(not measure.is_worse(now.value, _eased(measure, threshold, _ROUNDING / 2)))
    if hold and before is not None and common is not None:
        leeway = _ROUNDING if measure.name in _HARD else TOLERANCE
        verdicts.append(not measure.is_worse(common, _eased(measure, before, leeway)))
    return Check(
        measure=measure,
        now=now,
        before=before,
        change=change,
        threshold=threshold,
        passed=all(verdicts) if verdicts else None,
    )


def _eased(measure: Measure, bound: float, leeway: float) -> float:
    return bound + leeway if measure.lower_is_better else bound - leeway


def _latency_checks(summary: Summary, thresholds: Mapping[str, float]) -> list[Check]:
    return [
        _check(
            measure,
            Estimate(value=summary.latency_ms.get(name), n=summary.overall.questions),
            threshold=thresholds.get(measure.name),
        )
        for name, measure in LATENCIES.items()
    ]
