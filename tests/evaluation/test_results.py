"""Results and baselines on disk."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import QuestionSetError
from retrieval.evaluation.compare import compare, comparison_record, mcnemar_p
from retrieval.evaluation.results import (
    Result,
    RowSpool,
    read_baseline,
    read_results,
    write_baseline,
    write_results,
)
from retrieval.evaluation.summary import scored, summarise, summary_record
from retrieval.types import Answer

if TYPE_CHECKING:
    from tests.evaluation.conftest import Newsroom


@pytest.fixture
def out(newsroom: "Newsroom", tmp_path: Path) -> Path:
    """The results of the honest system."""
    rows = newsroom.run()
    with RowSpool() as spool:
        for row in rows:
            spool.add(row)
        summary = summary_record(summarise([scored(row) for row in rows]))
        write_results(tmp_path / "new" / "out.json", summary, spool.rows())
    return tmp_path / "new" / "out.json"


def test_the_results_file_is_what_was_promised(out: Path) -> None:
    record = json.loads(out.read_text("utf-8"))

    assert set(record) == {"summary", "rows"}
    assert record["summary"]["measures"]["recall@4"]["value"] == 1
    assert record["summary"]["slices"]["fact"]["questions"] == 2
    row = record["rows"][0]
    assert {"id", "answer", "hits", "scores"} <= set(row)
    assert row["answer"]["status"] == "answered"
    assert row["answer"]["citations"][0]["quote"] in row["answer"]["text"]
    assert [hit["rank"] for hit in row["hits"]] == [1, 2, 3, 4]
    assert row["scores"]["contains"] == 1


def test_results_are_read_line_by_line_and_whole_alike(out: Path, tmp_path: Path) -> None:
    pretty = tmp_path / "pretty.json"
    pretty.write_text(json.dumps(json.loads(out.read_text("utf-8")), indent=2))

    assert read_results(out) == read_results(pretty)
    assert [row.id for row in read_results(out)] == ["closed", "crane", "apples", "mayor", "moon"]
    assert read_results(out)[3].status == "refused"


def test_a_run_without_rows_is_read_again(tmp_path: Path) -> None:
    write_results(tmp_path / "out.json", {}, [])

    assert json.loads((tmp_path / "out.json").read_text()) == {"summary": {}, "rows": []}
    assert read_results(tmp_path / "out.json") == []


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("old")

    def broken() -> "list[str]":
        raise KeyboardInterrupt
        yield

    with pytest.raises(KeyboardInterrupt):
        write_results(path, {}, broken())

    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.json"]


def test_a_baseline_keeps_scores_a_question_a_line(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"

    write_baseline(path, {"b": {"contains": 1 / 3, "F1": None}, "a": {"contains": 0.0}})

    assert read_baseline(path).scores == {"a": {"contains": 0.0}, "b": {"contains": 0.3333}}
    assert path.read_text().splitlines()[1:3] == [
        '"a": {"contains": 0.0},',
        '"b": {"contains": 0.3333}',
    ]


def test_results_serve_as_a_baseline(out: Path) -> None:
    assert read_baseline(out).scores["closed"]["contains"] == 1


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"scores": 3}', '{"rows": [{"id": 1}]}', "{"])
@pytest.mark.parametrize("read", [read_results, read_baseline])
def test_another_file_is_refused_by_name(
    tmp_path: Path, text: str, read: Callable[[Path], object]
) -> None:
    path = tmp_path / "other.json"
    path.write_text(text)

    with pytest.raises(QuestionSetError, match=r"other\.json: is not a"):
        read(path)
    with pytest.raises(QuestionSetError, match=r"gone\.json: cannot be read"):
        read(tmp_path / "gone.json")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(QuestionSetError, match="cannot be written"):
        write_baseline(tmp_path / "file" / "baseline.json", {})


def results(**sides: float) -> list[Result]:
    return [Result(id=name, scores={"accuracy": side}) for name, side in sides.items()]


@pytest.mark.parametrize(
    ("won", "lost", "p"), [(0, 0, 1), (1, 0, 1), (5, 0, 2 / 32), (3, 1, 10 / 16), (2, 2, 1)]
)
def test_mcnemar_by_hand(won: int, lost: int, p: float) -> None:
    assert mcnemar_p(won, lost) == pytest.approx(p)
    assert mcnemar_p(lost, won) == pytest.approx(p)


def test_questions_that_changed_sides_are_named() -> None:
    found = compare(results(a=1, b=0, c=1, only=1), results(a=0, b=1, c=1, more=0))

    assert [now.id for _, now in found.won] == ["b"]
    assert [now.id for _, now in found.lost] == ["a"]
    assert (found.questions, found.left_out) == (3, 2)


def test_a_run_does_not_differ_from_itself(out: Path) -> None:
    found = compare(read_results(out), read_results(out))

    assert (found.won, found.lost, found.mcnemar_p) == ((), (), 1)
    assert {d.now - d.before for d in found.differences} == {0}
    assert {d.p for d in found.differences} == {1}


def test_a_system_that_is_better_everywhere_is_surely_better() -> None:
    before = results(**{f"q{at}": 0.0 for at in range(20)})
    now = results(**{f"q{at}": 1.0 for at in range(20)})

    (difference,) = compare(before, now).differences

    assert (difference.before, difference.now) == (0, 1)
    assert (difference.low, difference.high) == (1, 1)
    assert difference.p == pytest.approx(2 / 1001)


def test_a_comparison_is_the_same_twice_and_goes_into_a_file() -> None:
    before, now = results(a=1, b=0, c=1, d=0), results(a=1, b=1, c=0, d=1)

    one = json.dumps(comparison_record(compare(before, now)))

    assert one == json.dumps(comparison_record(compare(before, now)))
    assert json.loads(one)["won"] == ["b", "d"]


def test_results_of_other_questions_cannot_be_compared(refuse: Callable[[str], Answer]) -> None:
    with pytest.raises(QuestionSetError, match="no question in common"):
        compare(results(a=1), results(b=1))
