"""What Discord servers have added, in the terminal: only where it is asked for by name."""

import json
from pathlib import Path

import pytest

from bot.cli import exit_code
from retrieval.index.library import Library
from retrieval.index.writing.additions import Upload, add_articles

SERVER, OTHER = "201", "202"


@pytest.fixture
def index(held: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    for server in (SERVER, OTHER):
        upload = Upload(name="mill.txt", data=b"A fire broke out in the old Quenby mill on Friday.")
        add_articles(held.seen_by(server), upload, most=5)
    monkeypatch.chdir(tmp_path)
    return str(held.settings.index)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert exit_code(list(arguments)) == 0
    return capsys.readouterr().out


def test_the_terminal_sees_what_everybody_sees(
    index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = printed(capsys, "sources", "--index", index)
    told += printed(capsys, "search", "Quenby mill", "--index", index)
    told += printed(capsys, "ask", "What broke out in the old mill?", "--index", index, "--json")

    assert "Quenby" not in told
    assert "mill.txt" not in told
    assert exit_code(["show", "mill.txt", "--index", index]) == 1


def test_whoever_answers_for_the_bot_lists_and_takes_out_what_servers_added(
    index: str, held: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = json.loads(printed(capsys, "sources", "--servers", "--json", "--index", index))
    first = listed[0]["article_id"]
    one = printed(capsys, "ingest", "--remove", first, "--servers", "--index", index, "--json")
    printed(capsys, "ingest", "--remove", OTHER, "--servers", "--index", index)

    assert [article["article_id"].split("-")[0] for article in listed] == [SERVER, OTHER]
    assert [article["article_id"] for article in json.loads(one)["removed"]] == [first]
    assert held.audiences == frozenset()
    assert len(held.articles()) == 3
    assert exit_code(["ingest", "--remove", first, "--servers", "--index", index]) == 1
    assert exit_code(["ingest", "--servers", "--index", index]) == 2
