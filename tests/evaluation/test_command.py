"""`dateline eval` from end to end: real index, real answers, exit codes and files."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

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
Eval = Callable[..., int]


def written(*lines: object, name: str = "set.jsonl") -> str:
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    Path(name).write_text("\n".join(text), "utf-8")
    return name


def test_a_good_run_passes_and_leaves_its_files(
    evaluate: Eval, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(CLOSED, CRANE, MOON)

    code = evaluate(path, "--json", "out.json", "--html", "page.html")

    assert code == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.startswith("measure")
    assert said.out.endswith("PASS\n")
    record = json.loads(Path("out.json").read_text("utf-8"))
    assert record["summary"]["passed"] is True
    assert [row["id"] for row in record["rows"]] == ["closed", "crane", "moon"]
    assert "<mark" in Path("page.html").read_text("utf-8")


def test_a_missed_threshold_exits_1_after_the_files_are_written(
    evaluate: Eval, capsys: pytest.CaptureFixture[str]
) -> None:
    code = evaluate(
        written(CLOSED), "--threshold", "EM=1.5", "--json", "out.json", "--html", "page.html"
    )

    assert code == 1
    assert capsys.readouterr().out.endswith("FAIL: EM\n")
    assert json.loads(Path("out.json").read_text("utf-8"))["summary"]["passed"] is False
    assert Path("page.html").exists()


def test_a_threshold_can_be_eased(evaluate: Eval) -> None:
    wrong = {**CLOSED, "answers": ["ten hours"]}

    assert evaluate(written(wrong)) == 1
    assert evaluate(written(wrong), "--threshold", "contains=0") == 0


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["{", CLOSED], "set.jsonl:1: not JSON"),
        ([CLOSED, {**CRANE, "evidence": [{"source": "x.txt", "quote": "y"}]}], "set.jsonl:2: "),
        ([], "set.jsonl: holds no question"),
    ],
)
def test_what_is_wrong_with_a_set_is_one_line_by_file_and_line(
    evaluate: Eval, capsys: pytest.CaptureFixture[str], lines: list[object], said: str
) -> None:
    assert evaluate(written(*lines)) == 1

    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert said in err


def test_the_rest_runs_with_keep_going(evaluate: Eval, capsys: pytest.CaptureFixture[str]) -> None:
    unknown = {**CRANE, "id": "unknown", "evidence": [{"source": "x.txt", "quote": "y"}]}
    path = written("{", CLOSED, unknown, MOON)

    code = evaluate(path, "--keep-going", "--json", "out.json")

    said = capsys.readouterr()
    assert code == 1
    assert "set.jsonl:1: not JSON" in said.err
    assert "set.jsonl:3: there is no article 'x.txt'" in said.err
    rows = json.loads(Path("out.json").read_text("utf-8"))["rows"]
    assert [row["id"] for row in rows] == ["closed", "moon"]
    assert "2 lines could not be used" in said.out


def test_a_quote_that_no_article_holds_is_told_and_counts_against(
    evaluate: Eval, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = {**CLOSED, "evidence": [{"source": "harbour.txt", "quote": "shut for a whole week"}]}

    assert evaluate(written(lost)) == 1

    said = capsys.readouterr()
    assert "set.jsonl:1: no article holds 'shut for a whole week'" in said.err
    assert "FAIL: recall@4" in said.out


def test_halves_kinds_and_limits_choose(evaluate: Eval) -> None:
    path = written(CLOSED, CRANE, MOON)

    def asked(*options: str) -> list[str]:
        evaluate(path, *options, "--json", "out.json")
        return [row["id"] for row in json.loads(Path("out.json").read_text("utf-8"))["rows"]]

    assert asked("--split", "test") == ["crane", "moon"]
    assert asked("--kind", "fact", "--limit", "1") == ["closed"]
    assert evaluate(path, "--kind", "none") == 1


def test_a_baseline_is_written_on_request_only_and_then_held(
    evaluate: Eval, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(CLOSED, CRANE)

    assert evaluate(path, "--baseline", "base.json") == 1
    assert "base.json: cannot be read" in capsys.readouterr().err
    assert evaluate(path, "--baseline", "base.json", "--update-baseline") == 0
    assert evaluate(path, "--baseline", "base.json") == 0

    better = json.loads(Path("base.json").read_text("utf-8"))
    for scores in better["scores"].values():
        scores["citation recall"] = 2.0
    Path("base.json").write_text(json.dumps(better), "utf-8")
    capsys.readouterr()
    assert evaluate(path, "--baseline", "base.json") == 1
    out = capsys.readouterr().out
    assert "FAIL: citation recall" in out
    assert "2 questions got worse" in out


def test_a_part_of_the_set_updates_its_part_of_the_baseline(evaluate: Eval) -> None:
    path = written(CLOSED, CRANE)
    update = ("--baseline", "base.json", "--update-baseline")

    evaluate(path, *update)
    evaluate(path, "--split", "dev", *update)
    assert set(json.loads(Path("base.json").read_text("utf-8"))["scores"]) == {"closed", "crane"}
    evaluate(written(CLOSED), *update)
    assert set(json.loads(Path("base.json").read_text("utf-8"))["scores"]) == {"closed"}


def test_the_same_run_twice_gives_the_same_measures(evaluate: Eval) -> None:
    path = written(CLOSED, CRANE, MOON)

    def measures() -> object:
        evaluate(path, "--json", "out.json")
        summary = json.loads(Path("out.json").read_text("utf-8"))["summary"]
        return summary["measures"], summary["slices"], summary["refusal_curve"]

    assert measures() == measures()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--threshold", "nonsense=1"],
        ["--update-baseline"],
        ["--sweep", "nonsense=1"],
        ["--limit", "0"],
        ["--format", "other"],
    ],
)
def test_a_call_that_means_nothing_exits_2(evaluate: Eval, arguments: list[str]) -> None:
    assert evaluate(written(CLOSED), *arguments) == 2


def test_a_place_that_cannot_be_written_is_told_before_the_run(
    evaluate: Eval, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(CLOSED)

    assert evaluate(path, "--json", f"{path}/out.json") == 1

    said = capsys.readouterr()
    assert "cannot be written" in said.err
    assert said.out == ""
