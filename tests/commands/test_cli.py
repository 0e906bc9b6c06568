"""The command line: what it prints where, and its exit codes."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import exit_code, main
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from tests.conftest import SEEDS, settings_for

MEETING = "How long did the Kerry and Lavrov meeting in Paris last?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("cli") / "index"
    with open_library(settings_for(folder)) as library:
        ingest(library, [SEEDS])
    return str(folder)


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_ask_prints_one_answer_object(index: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = exit_code(["ask", "--json", "--index", index, MEETING])

    answer = json.loads(capsys.readouterr().out)
    assert code == 0
    assert answer["status"] == "answered"
    assert "three-hour" in answer["citations"][0]["quote"]


def test_a_refusal_is_an_answer(index: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = exit_code(["ask", "--json", "--index", index, "Who won the 2018 World Cup?"])

    assert code == 0
    assert json.loads(capsys.readouterr().out)["refusal"]["reason"]


def test_a_batch_answers_each_line_in_order_and_goes_on_after_a_bad_one(
    index: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, f"{MEETING}\n\n{'x ' * 5000}\nWho is Lukyanov?\n")

    code = exit_code(["ask", "--json", "--index", index, "-"])

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 1
    assert [set(line) == {"question", "error"} for line in lines] == [False, True, False]


def test_search_gives_one_object_a_query(
    index: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    type_in(monkeypatch, "meeting in Paris\nsafe zones\n")

    code = exit_code(["search", "-k", "3", "--json", "--index", index, "-"])

    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert [item["query"] for item in found] == ["meeting in Paris", "safe zones"]
    assert [hit["rank"] for hit in found[0]["hits"]] == [1, 2, 3]


def test_a_search_within_limits_says_what_they_leave_out_and_keeps_its_form(
    index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    search = ["search", "--index", index, "--outlet", "Typo", "meeting"]

    codes = [exit_code(search), exit_code([*search, "--json"])]

    printed = capsys.readouterr()
    listed, record = printed.out.splitlines()
    assert codes == [0, 0]
    assert listed == "No passage was found for: meeting (only: outlet Typo)"
    assert json.loads(record) == {"query": "meeting", "hits": []}
    assert printed.err == "dateline: No article is of an outlet called 'Typo'.\n" * 2


def test_sources_and_show_agree_with_a_citation(
    index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code(["ask", "--json", "--index", index, MEETING])
    citation = json.loads(capsys.readouterr().out)["citations"][0]

    exit_code(["sources", "--json", "--index", index])
    sources = json.loads(capsys.readouterr().out)
    exit_code(["show", "--json", "--index", index, citation["article_id"]])
    shown = json.loads(capsys.readouterr().out)

    assert len(sources) == len(list(SEEDS.glob("*.txt")))
    assert shown["article"] in sources
    assert shown["text"][citation["start"] : citation["end"]] == citation["quote"]


def test_ingest_reports_what_changed_and_nothing_the_second_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "mill.txt").write_text("Ida Huber bought the mill in Lindau in 1921. " * 3, "utf-8")
    command = ["ingest", "--json", "--index", str(tmp_path / "index"), str(folder)]

    first_code = exit_code(command)
    first = json.loads(capsys.readouterr().out)
    exit_code(command)
    second = json.loads(capsys.readouterr().out)

    assert first_code == 0
    assert len(first["added"]) == 1
    assert (len(second["added"]), len(second["unchanged"])) == (0, 1)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ask"], 2),
        (["nonsense"], 2),
        (["ask", "--since", "yesterday", "Why?"], 2),
        (["ask", "--since", "2017", "--until", "2014", "Why?"], 2),
        (["ingest", "missing-folder"], 1),
        (["ask", ""], 1),
        (["show", "missing.txt"], 1),
        (["--help"], 0),
    ],
)
def test_exit_codes_tell_wrong_usage_from_a_named_problem(
    index: str, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int
) -> None:
    with_index = [] if arguments == ["--help"] or len(arguments) == 1 else ["--index", index]

    given = exit_code([*arguments, *with_index])

    printed = capsys.readouterr()
    assert given == code
    assert "Traceback" not in printed.err + printed.out
    assert bool(printed.err) == (code != 0)


def test_dates_the_wrong_way_round_are_told_with_what_to_do(
    index: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code(["ask", "--index", index, "--since", "2017", "--until", "2014", "Why?"])

    assert capsys.readouterr().err == "dateline: since 2017 is after until 2014; swap them\n"


def options(command: click.Command) -> Iterator[click.Option]:
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            yield parameter
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from options(command.get_command(context, name) or click.Command(name))


def test_every_option_says_what_it_is_for() -> None:
    assert [option.name for option in options(main) if not option.help] == []


def test_a_line_of_the_env_file_that_gives_no_value_is_told(
    index: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("DISCORD_TOKEN: secret\n", "utf-8")

    code = exit_code(["sources", "--index", index])

    printed = capsys.readouterr()
    assert code == 0
    assert "line 1 of .env is left out; write it as NAME=value" in printed.err
    assert "secret" not in printed.err
    (tmp_path / ".env").write_bytes(b"DISCORD_TOKEN=\xff\n")
    assert exit_code(["sources", "--index", index]) == 1
    assert capsys.readouterr().err == "dateline: .env is not UTF-8 text; save it as UTF-8.\n"


def test_a_misspelt_setting_is_told_on_standard_error_only(
    index: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_INDX", "secret")

    exit_code(["sources", "--json", "--index", index])

    printed = capsys.readouterr()
    json.loads(printed.out)
    assert "DATELINE_INDX" in printed.err
    assert "secret" not in printed.err


@pytest.mark.parametrize("ids", ["0,2", "x", "-1", ""])
def test_shards_that_there_are_none_of_are_named(
    ids: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = exit_code(["discord", "--shards", "2", f"--shard-ids={ids}"])

    assert code == 2
    assert "--shards 4 --shard-ids 0,1" in capsys.readouterr().err
