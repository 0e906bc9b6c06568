"""Pass and fail: honest systems pass, and each bad one fails on the measure meant for it."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import QuestionSetError, UsageError
from retrieval.evaluation.results import Baseline
from retrieval.evaluation.runner import EvalRow
from retrieval.evaluation.summary import Scored, scored, summarise
from retrieval.evaluation.thresholds import (
    Check,
    check_run,
    missed,
    parse_threshold,
    worse_ids,
    wrong_ids,
)
from retrieval.types import Answer, Statement

if TYPE_CHECKING:
    from tests.evaluation.conftest import Newsroom


def held(rows: list[EvalRow], baseline: Baseline | None = None) -> tuple[Check, ...]:
    kept = [scored(row) for row in rows]
    return check_run(summarise(kept), kept, baseline=baseline)


def fails(rows: list[EvalRow], baseline: Baseline | None = None) -> list[str]:
    return missed(held(rows, baseline))


@pytest.fixture
def honest(newsroom: "Newsroom") -> Baseline:
    return Baseline("honest.json", {row.question.id: row.scores for row in newsroom.run()})


def test_an_honest_system_passes_every_threshold(newsroom: "Newsroom", honest: Baseline) -> None:
    assert fails(newsroom.run()) == []
    assert fails(newsroom.run(), honest) == []


def test_a_system_that_answers_everything_fails_on_refusals(newsroom: "Newsroom") -> None:
    always = newsroom.script[next(iter(newsroom.script))]

    rows = newsroom.run(lambda _, answer: always if answer.refusal else answer)

    assert fails(rows) == ["refusal F1"]


def test_a_system_that_refuses_everything_fails_on_what_it_should_answer(
    newsroom: "Newsroom", refuse: Callable[[str], Answer]
) -> None:
    rows = newsroom.run(lambda question, _: refuse(question))

    checks = {check.measure.name: check for check in held(rows)}
    assert missed(held(rows)) == ["contains", "refusal F1"]
    assert checks["citation recall"].now.value == 0
    assert checks["accuracy"].now.value == pytest.approx(2 / 5)
    assert checks["quote validity"].passed is None


def test_an_invented_quote_fails_quote_validity_alone(newsroom: "Newsroom") -> None:
    def invent(_: str, answer: Answer) -> Answer:
        made_up = [replace(c, quote=c.quote.replace("Monday", "Sunday")) for c in answer.citations]
        return replace(answer, citations=tuple(made_up))

    assert fails(newsroom.run(invent)) == ["quote validity"]


def test_swapped_citations_fail_on_citations_alone(newsroom: "Newsroom", honest: Baseline) -> None:
    others = dict(zip(newsroom.script, [*list(newsroom.script.values())[1:], None], strict=True))
    last = next(iter(newsroom.script.values()))

    def swap(question: str, answer: Answer) -> Answer:
        return replace(answer, citations=(others.get(question) or last).citations)

    rows = newsroom.run(lambda q, answer: answer if answer.refusal else swap(q, answer))

    assert fails(rows) == []
    assert fails(rows, honest) == [
        "citation precision",
        "citation recall",
        "first quote answers",
        "evidence in quotes",
    ]


def test_a_statement_without_citation_fails_on_coverage(
    newsroom: "Newsroom", honest: Baseline
) -> None:
    def add(_: str, answer: Answer) -> Answer:
        bare = Statement(text="So everyone knows.", citations=())
        return replace(answer, statements=(*answer.statements, bare))

    rows = newsroom.run(lambda q, answer: answer if answer.refusal else add(q, answer))

    assert fails(rows, honest) == ["citation recall", "citation coverage"]


def test_a_forbidden_string_fails_its_hard_gate(newsroom: "Newsroom") -> None:
    first, *rest = newsroom.questions
    newsroom.questions = (first.model_copy(update={"forbidden": ("Lerwick",)}), *rest)

    assert fails(newsroom.run()) == ["forbidden"]


def test_a_measure_without_gold_neither_passes_nor_fails(newsroom: "Newsroom") -> None:
    newsroom.questions = newsroom.questions[:3]

    checks = {check.measure.name: check for check in held(newsroom.run())}

    for name in ("refusal F1", "refusal precision", "forbidden", "follow-up accuracy"):
        assert (checks[name].now.value, checks[name].now.n, checks[name].passed) == (None, 0, None)


def test_a_baseline_is_compared_on_the_questions_that_both_hold(newsroom: "Newsroom") -> None:
    rows = newsroom.run()
    one = {"closed": {"contains": 1.0, "accuracy": 0.0}, "gone": {"contains": 0.0}}

    checks = {check.measure.name: check for check in held(rows, Baseline("b", one))}

    assert (checks["contains"].before, checks["contains"].change) == (1, 0)
    assert (checks["accuracy"].before, checks["accuracy"].change) == (0, 1)


def test_a_baseline_of_other_questions_is_named(newsroom: "Newsroom") -> None:
    with pytest.raises(QuestionSetError, match=r"old\.json.*--update-baseline"):
        held(newsroom.run(), Baseline("old.json", {"gone": {"contains": 1.0}}))


def rows_with(**means: float) -> list[Scored]:
    return [Scored(id=str(at), scores=dict(means)) for at in range(10)]


def judged(now: float, before: float, name: str) -> bool | None:
    rows = rows_with(**{name: now})
    old = Baseline("b", {row.id: {name: before} for row in rows})
    checks = check_run(summarise(rows), rows, thresholds={}, baseline=old)
    return next(check.passed for check in checks if check.measure.name == name)


def test_a_small_fall_is_forgiven_and_a_larger_one_is_not() -> None:
    assert judged(0.785, 0.80, "contains") is True
    assert judged(0.775, 0.80, "contains") is False
    assert judged(0.95, 0.80, "contains") is True
    assert judged(0.30, 0.20, "false-answer rate") is False
    assert judged(0.10, 0.20, "false-answer rate") is True


def test_a_hard_gate_forgives_nothing() -> None:
    assert judged(0.995, 1.0, "quote validity") is False
    assert judged(0.005, 0.0, "forbidden") is False


def test_a_threshold_is_met_by_its_own_value() -> None:
    rows = rows_with(contains=0.7)
    checks = check_run(summarise(rows), rows)

    assert next(c.passed for c in checks if c.measure.name == "contains") is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("recall@4=0.5", ("recall@4", 0.5)),
        ("Refusal_F1=.9", ("refusal F1", 0.9)),
        ("quote validity=1", ("quote validity", 1.0)),
        ("false-answer-rate=0.1", ("false-answer rate", 0.1)),
        ("latency p95=2000", ("latency p95", 2000.0)),
    ],
)
def test_a_threshold_is_read_from_the_command_line(text: str, expected: tuple[str, float]) -> None:
    assert parse_threshold(text) == expected


@pytest.mark.parametrize("text", ["recall@4", "=1", "nonsense=1", "recall@4=high", ""])
def test_a_threshold_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--threshold"):
        parse_threshold(text)


def test_a_latency_threshold_holds_from_above(newsroom: "Newsroom") -> None:
    rows = [Scored(id=str(at), latency_ms=100.0 * at) for at in range(1, 11)]

    checks = check_run(summarise(rows), rows, thresholds={"latency p95": 900.0})

    assert missed(checks) == ["latency p95"]


def test_worse_and_wrong_questions_are_named(newsroom: "Newsroom", honest: Baseline) -> None:
    rows = [scored(row) for row in newsroom.run(lambda q, a: replace(a, text="It is said."))]

    assert worse_ids(rows, honest) == ["closed", "crane", "apples"]
    assert wrong_ids(rows) == ["closed", "crane", "apples"]
