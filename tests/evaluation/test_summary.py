"""Means, intervals, slices and the refusal curve."""

from retrieval.evaluation.scoring import ALWAYS_SHOWN, MEASURES
from retrieval.evaluation.summary import Scored, summarise, summary_record


def rows() -> list[Scored]:
    right = Scored(id="1", kind="a", split="dev", scores={"accuracy": 1.0, "refusal recall": None})
    wrong = Scored(id="2", kind="b", split="test", scores={"accuracy": 0.0})
    return [right, wrong, Scored(id="3", kind="b", split="test", scores={})]


def test_a_mean_is_over_the_questions_of_its_denominator() -> None:
    estimate = summarise(rows()).overall.estimates["accuracy"]

    assert (estimate.value, estimate.n) == (0.5, 2)
    assert (estimate.low, estimate.high) == (0, 1)


def test_every_kind_and_split_is_a_slice_with_its_count() -> None:
    summary = summarise(rows())

    assert [(part.name, part.questions) for part in summary.kinds] == [("a", 1), ("b", 2)]
    assert [(part.name, part.questions) for part in summary.splits] == [("dev", 1), ("test", 2)]
    assert summary.kinds[0].estimates["accuracy"].value == 1


def test_unknown_values_are_null_and_never_missing() -> None:
    record = summary_record(summarise(rows()))

    assert set(record["measures"]) == set(ALWAYS_SHOWN)
    assert record["measures"]["recall@4"] == {"value": None, "n": 0, "low": None, "high": None}


def test_a_run_of_nothing_has_no_figures() -> None:
    summary = summarise([])

    assert summary.overall.questions == 0
    assert {estimate.value for estimate in summary.overall.estimates.values()} == {None}
    assert (dict(summary.latency_ms), summary.curve) == ({}, ())


def test_refusal_f1_is_worked_out_from_precision_and_recall() -> None:
    scores = [
        {"refusal precision": 1.0, "refusal recall": 1.0},
        {"refusal precision": 0.0},
        {"refusal recall": 0.0},
        {"refusal recall": 0.0},
    ]

    estimate = summarise([Scored(id=str(at), scores=s) for at, s in enumerate(scores)]).overall
    f1 = estimate.estimates["refusal F1"]

    # Precision 1/2 and recall 1/3 make 2/5.
    assert f1.value is not None
    assert round(f1.value, 9) == 0.4
    assert f1.n == 4


def test_never_refusing_has_an_f1_of_zero_and_no_precision() -> None:
    estimates = summarise([Scored(id="1", scores={"refusal recall": 0.0})]).overall.estimates

    assert estimates["refusal F1"].value == 0
    assert estimates["refusal precision"].value is None


def test_balanced_accuracy_is_the_mean_over_both_kinds_of_claims() -> None:
    claims = [{"supported recall": 1.0}] * 3 + [{"supported specificity": 0.0}]

    summary = summarise([Scored(id=str(at), scores=s) for at, s in enumerate(claims)])

    assert summary.overall.estimates["balanced accuracy"].value == 0.5


def test_the_same_run_gives_the_same_summary() -> None:
    many = [Scored(id=str(at), scores={"accuracy": float(at % 3 == 0)}) for at in range(50)]

    assert summary_record(summarise(many)) == summary_record(summarise(many))


def test_an_interval_holds_its_mean_and_narrows_with_more_questions() -> None:
    def width(count: int) -> float:
        rows = [Scored(id=str(at), scores={"accuracy": float(at % 2)}) for at in range(count)]
        estimate = summarise(rows).overall.estimates["accuracy"]
        assert estimate.low is not None
        assert estimate.high is not None
        assert estimate.low <= 0.5 <= estimate.high
        return estimate.high - estimate.low

    assert width(400) < width(40) / 2


def test_latencies_are_percentiles_in_ms() -> None:
    summary = summarise([Scored(id=str(at), latency_ms=float(at)) for at in range(101)])

    assert dict(summary.latency_ms) == {"p50": 50, "p95": 95}


def test_the_refusal_curve_trades_false_answers_against_answers() -> None:
    def asked(name: str, answerable: bool, answered: bool, confidence: float) -> Scored:
        return Scored(id=name, answerable=answerable, answered=answered, confidence=confidence)

    curve = summarise(
        [
            asked("sure", True, True, 0.9),
            asked("doubtful", True, True, 0.4),
            asked("false", False, True, 0.4),
            asked("refused", False, False, 0.2),
        ]
    ).curve

    points = {point.confidence: (point.answered, point.false_answers) for point in curve}
    assert points[0.0] == (1, 0.5)
    assert points[0.5] == (0.5, 0)
    assert points[0.95] == (0, 0)


def test_every_measure_says_what_it_counts() -> None:
    assert all(measure.meaning for measure in MEASURES.values())
    assert [name for name, m in MEASURES.items() if m.lower_is_better] == [
        "false-answer rate",
        "forbidden",
    ]
