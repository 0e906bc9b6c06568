"""Question sets at the door: what is wrong is named by file and line, the rest is read."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import QuestionSetError
from retrieval.evaluation.questions import choose, parse_line, read_questions
from retrieval.types import Filters


def written(folder: Path, *lines: object) -> Path:
    path = folder / "set.jsonl"
    text = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(text), encoding="utf-8")
    return path


def test_only_id_and_question_are_needed(tmp_path: Path) -> None:
    found = read_questions([written(tmp_path, {"id": "1", "question": "Who?"})])

    (question,) = found.questions
    assert (question.history, question.answerable, question.kind) == ((), None, "other")
    assert question.filters == Filters()
    assert (found.problems, found.notes) == ((), ())


def test_a_whole_line_is_read(tmp_path: Path) -> None:
    line = {
        "id": 7,
        "question": " Who? ",
        "history": ["What?"],
        "answers": ["she"],
        "evidence": [{"source": "a.txt", "quote": "She did."}],
        "forbidden": ["he"],
        "kind": "fact",
        "split": "dev",
        "since": 2014,
        "until": "2014-10",
        "outlet": None,
    }

    (question,) = read_questions([written(tmp_path, line)]).questions

    assert (question.id, question.question, question.history) == ("7", "Who?", ("What?",))
    assert question.answerable is True
    assert question.evidence[0].quote == "She did."
    assert question.filters == Filters(since="2014", until="2014-10", origin="option")
    assert question.place == f"{tmp_path / 'set.jsonl'}:1"


def test_a_line_may_say_yes_or_no_and_what_comes_near(tmp_path: Path) -> None:
    nearest = [{"source": "a.txt", "quote": "She did."}]
    told = {"id": "1", "question": "Did she?", "answers": ["did"], "yesno": "differ"}
    asked = {"id": "2", "question": "Where?", "answerable": False, "nearest": nearest}

    found = read_questions([written(tmp_path, told, asked)])

    assert found.notes == ()
    assert [q.yesno for q in found.questions] == ["differ", None]
    assert [[e.quote for e in q.nearest] for q in found.questions] == [[], ["She did."]]


def test_a_claim_is_a_question_with_a_verdict(tmp_path: Path) -> None:
    line = {"id": "c", "claim": "It rained.", "verdict": "not found", "split": "dev"}

    (claim,) = read_questions([written(tmp_path, line)]).questions

    assert (claim.question, claim.verdict, claim.kind) == ("It rained.", "not found", "claim")
    assert claim.answerable is None


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "not JSON"),
        ("[]", "a JSON object"),
        ('"text"', "a JSON object"),
        ({"question": "Who?"}, "field 'id'"),
        ({"id": "1"}, "field 'question'"),
        ({"id": "1", "question": "  "}, "field 'question'"),
        ({"id": "1", "question": "Who?", "answers": "she"}, "field 'answers'"),
        ({"id": "1", "question": "Who?", "answers": [""]}, r"field 'answers\.0'"),
        ({"id": "1", "question": "Who?", "evidence": [{"quote": "x"}]}, "source"),
        ({"id": "1", "question": "Who?", "answerable": "perhaps"}, "field 'answerable'"),
        ({"id": "1", "question": "Who?", "since": "last year"}, "YYYY-MM-DD"),
        ({"id": "1", "question": "Who?", "until": "2014-13"}, "field 'until'"),
        ({"id": "1", "question": "Who?", "yesno": "maybe"}, "field 'yesno'"),
        ({"id": "1", "question": "Who?", "nearest": ["She did."]}, r"field 'nearest\.0'"),
        ({"id": "1", "claim": "It rained."}, "field 'verdict'"),
        ({"id": "1", "claim": "It rained.", "verdict": "true"}, "field 'verdict'"),
        ("[" * 100_000, "set.jsonl:2"),
        ('{"id": "1", "question": "\\ud800"}', "field 'question'"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_read(tmp_path: Path, line: object, said: str) -> None:
    good = {"id": "good", "question": "Who?"}

    found = read_questions([written(tmp_path, good, line, "", {**good, "id": "also good"})])

    (problem,) = found.problems
    assert problem.startswith(f"{tmp_path / 'set.jsonl'}:2: ")
    with pytest.raises(AssertionError, match=said):
        raise AssertionError(problem)
    assert [question.id for question in found.questions] == ["good", "also good"]


def test_an_id_that_comes_twice_names_both_places(tmp_path: Path) -> None:
    line = {"id": "1", "question": "Who?"}

    (problem,) = read_questions([written(tmp_path, line, line)]).problems

    assert "set.jsonl:2: id '1'" in problem
    assert problem.endswith("set.jsonl:1")


def test_an_unknown_field_is_told_once(tmp_path: Path) -> None:
    line = {"id": "1", "question": "Who?", "answer": ["she"]}

    found = read_questions([written(tmp_path, line, {**line, "id": "2"})])

    assert len(found.questions) == 2
    assert found.notes == (f"{tmp_path / 'set.jsonl'}:1: field 'answer' is not known and not used",)


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_set_is_a_problem(tmp_path: Path, text: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(text)

    assert read_questions([path]).problems == (f"{path}: holds no question",)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "1", "question": "Caf\xe9?"}')

    with pytest.raises(QuestionSetError, match=r"missing\.jsonl: cannot be read"):
        read_questions([tmp_path / "missing.jsonl"])
    with pytest.raises(QuestionSetError, match=r"latin\.jsonl: is not UTF-8"):
        read_questions([tmp_path / "latin.jsonl"])
    with pytest.raises(QuestionSetError, match="cannot be read"):
        read_questions([tmp_path])


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"id": "1", "question": "Who?"}', encoding="utf-8-sig")

    assert read_questions([path]).problems == ()


def test_halves_kinds_and_a_limit_choose_in_order(tmp_path: Path) -> None:
    lines = [
        {"id": str(at), "question": "Who?", "split": "dev" if at % 2 else "test", "kind": kind}
        for at, kind in enumerate(["a", "b", "c", "a", "b", "c"])
    ]
    questions = read_questions([written(tmp_path, *lines)]).questions

    assert [q.id for q in choose(questions, split="dev")] == ["1", "3", "5"]
    assert [q.id for q in choose(questions, kinds=["a", "c"], limit=3)] == ["0", "2", "3"]
    with pytest.raises(QuestionSetError, match="kinds a, b, c"):
        choose(questions, kinds=["d"])


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_no_value_of_a_field_gets_past_the_door_unchecked(value: object) -> None:
    line = json.dumps({"id": "1", "question": "Who?", "evidence": value, "history": value})

    try:
        said, evidence = "set.jsonl:1: field", parse_line(line, "set.jsonl:1")[0].evidence
    except QuestionSetError as error:
        said, evidence = str(error), ()

    assert said.startswith("set.jsonl:1: field")
    assert evidence == ()
