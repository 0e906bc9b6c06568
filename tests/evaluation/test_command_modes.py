"""`dateline eval` from end to end: comparing, sweeping, examining, public sets, claims."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.index.library import open_library
from retrieval.settings import Settings

CLOSED = {
    "id": "closed",
    "question": "How long was the harbour of Lerwick closed?",
    "answers": ["nine hours"],
    "evidence": [{"source": "harbour.txt", "quote": "closed for nine hours on Monday"}],
    "kind": "fact",
    "split": "dev",
}
CRANE = {
    "id": "crane",
    "question": "What did the ferry strike?",
    "answers": ["a crane"],
    "evidence": [{"source": "harbour.txt", "quote": "the ferry had struck a crane"}],
    "kind": "fact",
    "split": "test",
}
MOON = {
    "id": "moon",
    "question": "How many moons does the planet Saturn have?",
    "answerable": False,
    "kind": "unanswerable",
    "split": "test",
}
VALLEY = (
    "Farmers in the valley lost half of their apples to the frost in April. "
    "The growers' union asked the government for help on Tuesday."
)
Eval = Callable[..., int]


def written(*lines: object, name: str = "set.jsonl") -> str:
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    Path(name).write_text("\n".join(text), "utf-8")
    return name


def test_two_runs_are_compared(evaluate: Eval, capsys: pytest.CaptureFixture[str]) -> None:
    evaluate(written(CLOSED, MOON), "--json", "a.json")
    evaluate(written({**CLOSED, "answers": ["ten hours"]}, MOON), "--json", "b.json")
    capsys.readouterr()

    assert evaluate("--compare", "a.json", "b.json", "--json", "difference.json") == 0

    out = capsys.readouterr().out
    assert "1 questions became wrong" in out
    assert "closed (fact): How long was the harbour of Lerwick closed?" in out
    assert json.loads(Path("difference.json").read_text("utf-8"))["lost"] == ["closed"]


def test_settings_are_swept_into_one_table(
    evaluate: Eval, capsys: pytest.CaptureFixture[str]
) -> None:
    code = evaluate(written(CLOSED), "--sweep", "min_confidence=0,1", "--json", "sweep.json")

    assert code == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["min_confidence", "0", "1"]
    zero, one = json.loads(Path("sweep.json").read_text("utf-8"))
    assert zero["summary"]["measures"]["accuracy"]["value"] == 1
    assert one["summary"]["measures"]["accuracy"]["value"] == 0


def test_the_doctor_names_what_is_wrong_with_a_set(
    evaluate: Eval, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(written(CLOSED, CRANE, MOON), "--doctor") == 0
    assert evaluate(written(CLOSED, {**CLOSED, "id": "again"}), "--doctor") == 1
    assert "again is like closed" in capsys.readouterr().out


def test_a_public_set_gets_an_index_of_its_own(
    evaluate: Eval, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paragraph = {
        "context": VALLEY.replace("apples", "plums"),
        "qas": [
            {
                "id": "plums",
                "question": "What did farmers in the valley lose to the frost?",
                "answers": [{"text": "half of their plums", "answer_start": 28}],
            },
            {"id": "none", "question": "Who invented the telephone?", "is_impossible": True},
        ],
    }
    squad = {"data": [{"title": "Frost", "paragraphs": [paragraph]}]}
    Path("squad.json").write_text(json.dumps(squad), "utf-8")

    evaluate("squad.json", "--format", "squad", "--json", "out.json")

    measures = json.loads(Path("out.json").read_text("utf-8"))["summary"]["measures"]
    assert measures["recall@1"]["value"] == 1
    assert measures["NoAns EM"]["n"] == measures["HasAns F1"]["n"] == 1
    with open_library(Settings(index=index)) as library:
        assert len(library.articles()) == 2


def test_failed_questions_grow_another_set(
    evaluate: Eval, capsys: pytest.CaptureFixture[str]
) -> None:
    new = {"id": "new", "question": "How long was the harbour of Lerwick closed?"}

    evaluate(written(CRANE, new), "--add-to", "grown.jsonl")

    assert "1 questions added to grown.jsonl" in capsys.readouterr().err
    (line,) = Path("grown.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["evidence"][0]["source"] == "harbour.txt"


def test_claims_are_scored_by_their_verdicts(evaluate: Eval) -> None:
    evidence = [{"source": "harbour.txt", "quote": "closed for nine hours on Monday"}]
    true = {
        "id": "true",
        "claim": "The harbour of Lerwick was closed for nine hours on Monday.",
        "verdict": "supported",
        "evidence": evidence,
    }
    false = {
        "id": "false",
        "claim": "The harbour of Lerwick was closed for two hours on Monday.",
        "verdict": "contradicted",
        "evidence": evidence,
    }

    evaluate(written(true, false), "--json", "out.json")

    measures = json.loads(Path("out.json").read_text("utf-8"))["summary"]["measures"]
    assert measures["balanced accuracy"]["value"] == 1
