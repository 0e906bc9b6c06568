"""Slips of the hand on the command line: what is said, and that nothing is lost by them."""

import json
from pathlib import Path

import pytest

from bot.cli import exit_code

Said = pytest.CaptureFixture[str]
MILL = "Ida Huber bought the mill in Lindau in 1921. It burnt down two years later. "


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Said) -> str:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "mill.txt").write_text(MILL, "utf-8")
    exit_code(["ingest", "news", "--index", "index"])
    capsys.readouterr()
    return "index"


def held(index: str, capsys: Said) -> list[str]:
    capsys.readouterr()
    exit_code(["sources", "--json", "--index", index])
    return [article["source"] for article in json.loads(capsys.readouterr().out)]


@pytest.mark.parametrize(
    "arguments", [["ingest", "--remove", ""], ["ingest", "--remove", " "], ["ingest", ""]]
)
def test_an_empty_name_never_means_the_folder_one_stands_in(
    index: str, capsys: Said, arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "diary.txt").write_text("Nobody should read this in an index. " * 3, "utf-8")

    code = exit_code([*arguments, "--index", index])

    assert code == 2
    assert "empty" in capsys.readouterr().err
    assert held(index, capsys) == ["mill.txt"]


def test_an_empty_index_name_is_no_folder(tmp_path: Path, index: str, capsys: Said) -> None:
    before = sorted(tmp_path.iterdir())

    code = exit_code(["sources", "--index", ""])

    assert code == 2
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("asl", "Did you mean 'ask'?"),
        ("inges", "Did you mean 'ingest'?"),
        ("Who bought the mill?", "dateline ask 'Who bought the mill?'"),
    ],
)
def test_what_is_no_command_is_told_with_what_may_be_meant(
    capsys: Said, typed: str, hint: str
) -> None:
    assert exit_code([typed]) == 2
    assert hint in capsys.readouterr().err


def test_the_index_may_be_named_to_every_command(index: str, capsys: Said) -> None:
    assert exit_code(["feedback", "export", "--index", index]) == 0


def test_an_outlet_that_nobody_has_is_told(index: str, capsys: Said) -> None:
    code = exit_code(["ask", "Who bought the mill?", "--outlet", "Nobody", "--index", index])

    assert code == 0
    assert "No article is of an outlet called 'Nobody'" in capsys.readouterr().out


def test_an_ingest_that_nobody_watches_prints_its_report_alone(index: str, capsys: Said) -> None:
    exit_code(["ingest", "news", "--index", index])

    printed = capsys.readouterr()
    assert printed.err == ""
    assert printed.out.startswith("added")


def test_what_came_twice_is_no_failure(index: str, capsys: Said, tmp_path: Path) -> None:
    (tmp_path / "news" / "copy.txt").write_text(MILL, "utf-8")
    (tmp_path / "news" / "bad.pdf").write_bytes(b"no PDF")

    exit_code(["ingest", "news", "--index", index, "--json"])
    report = json.loads(capsys.readouterr().out)
    exit_code(["ingest", "news", "--index", index])

    assert [one["source"] for one in report["failed"]] == ["bad.pdf", "mill.txt"]
    assert report["duplicates"] == [{"source": "mill.txt", "reason": "same text as copy.txt"}]
    assert "duplicate 1\n  mill.txt: same text as copy.txt" in capsys.readouterr().out


def test_a_dry_run_and_an_explanation_read_the_text_that_is_named(
    index: str, capsys: Said, tmp_path: Path
) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps({"words": MILL.replace("mill", "inn")}))
    asked = ["ingest", "rows.jsonl", "--text-key", "words", "--index", index]

    exit_code([*asked, "--dry-run", "--json"])
    report = json.loads(capsys.readouterr().out)
    exit_code([*asked, "--explain"])

    assert [one["source"] for one in report["added"]] == ["rows.jsonl#1"]
    assert "kept: Ida Huber bought the inn" in capsys.readouterr().out


def test_an_address_is_never_called_a_missing_path(index: str, capsys: Said) -> None:
    exit_code(["ingest", "https://127.0.0.1/a", "--explain", "--index", index])
    assert "127.0.0.1 is not on the public web" in capsys.readouterr().out

    assert exit_code(["ingest", "www.example.org/a", "--index", index]) == 1
    assert "a page as https://" in capsys.readouterr().err
