"""Where no terminal is, the REPL gives one answer a line, in order, and nothing else."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.terminal.repl import run_repl
from retrieval.answer.chain import Answerer
from retrieval.settings import Settings
from retrieval.types import Filters

Piped = Callable[[str], tuple[int, str, str]]
HARBOUR = "How long was the harbour shut?"
BAKERY = "Who built the oven of the bakery?"


def test_lines_get_one_answer_each_without_prompt_or_colour(piped: Piped) -> None:
    code, out, err = piped(f"{HARBOUR}\n\n   \n{BAKERY}\n")

    assert (code, err) == (0, "")
    assert out.count("[1] ") == 2
    assert out.index("nine weeks") < out.index("Anna Novak")
    assert "\x1b" not in out
    assert "> " not in out


def test_the_last_line_needs_no_line_end(piped: Piped) -> None:
    code, out, _ = piped(HARBOUR)

    assert code == 0
    assert "nine weeks" in out


def test_no_line_is_no_answer(piped: Piped) -> None:
    assert piped("") == (0, "", "")


@pytest.mark.parametrize("bad", ["x" * 5000, "/nonsense", "/since 2014-13", "/open 9", "/check"])
def test_a_bad_line_is_told_in_one_line_and_the_rest_is_answered(piped: Piped, bad: str) -> None:
    code, out, err = piped(f"{bad}\n{HARBOUR}\n")

    assert code == 1
    assert "nine weeks" in out
    assert err.startswith("dateline: ")
    assert err.count("\n") == 1


def test_json_gives_one_object_a_line_in_order(piped: Piped) -> None:
    code, out, err = piped(f"/json\n{HARBOUR}\n{'x' * 5000}\n{BAKERY}\n")

    first, failed, last = (json.loads(line) for line in out.splitlines())
    assert code == 1
    assert first["question"] == HARBOUR
    assert failed.keys() == {"question", "error"}
    assert last["question"] == BAKERY
    assert "JSON lines: on" in err


def test_every_command_speaks_json(piped: Piped) -> None:
    _, out, _ = piped(f"/json\n/sources\n/search harbour\n/open 1\n/open bakery.txt\n{HARBOUR}\n")

    sources, hits, passage, article, _ = (json.loads(line) for line in out.splitlines())
    assert {source["source"] for source in sources} == {"bakery.txt", "harbour.txt"}
    assert hits["query"] == "harbour"
    assert passage["quote"] == hits["hits"][0]["text"]
    assert article["text"].endswith("Its oven was built by Anna Novak in 1931.")


def test_limits_narrow_the_search_until_they_are_lifted(piped: Piped) -> None:
    commands = (
        "/json\n/since 2018\n/outlet mill\n/search oven\n/outlet\n/since\n/search oven ships\n"
    )

    _, out, err = piped(commands)

    narrow, wide = (json.loads(line)["hits"] for line in out.splitlines())
    assert {hit["outlet"] for hit in narrow} == {"Mill Gazette"}
    assert {hit["outlet"] for hit in wide} == {"Mill Gazette", "Coast Herald"}
    assert "only: since 2018, outlet Mill Gazette" in err
    assert "no limits" in err


def test_a_search_that_finds_nothing_names_the_limits(piped: Piped) -> None:
    _, out, _ = piped("/since 2030\n/search oven\n")

    assert "No passage was found for: oven (only: since 2030)" in out


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        ("/opne 1", "did you mean /open?"),
        ("/xyzzy", "/help lists them all"),
        ("/outlet Nowhere Times", "there are: Coast Herald, Mill Gazette"),
        ("/open nowhere.txt", "nowhere.txt"),
        ("/search", "words to search for"),
    ],
)
def test_a_command_that_fails_says_what_to_do(piped: Piped, command: str, hint: str) -> None:
    code, out, err = piped(f"{command}\n")

    assert (code, out) == (1, "")
    assert hint in err


def test_a_passage_opens_in_its_paragraph_with_the_quote_marked(piped: Piped) -> None:
    _, out, _ = piped(f"{HARBOUR}\n/open 1\n")

    opened = out.split("harbour.txt\n")[-1]
    assert "»»The harbour of Ostrava Bay was shut for nine weeks after the storm.««" in opened


def test_help_lists_every_command(piped: Piped) -> None:
    _, out, _ = piped("/help\n")

    for name in "help sources open search check since until outlet json new quit".split():
        assert f"/{name} " in out


def test_quit_leaves_the_rest_unread(answerer: Answerer, settings: Settings) -> None:
    rest = io.StringIO(f"/quit\n{HARBOUR}\n")

    code = run_repl(answerer, settings, filters=Filters(), stdin=rest, stdout=io.StringIO())

    assert code == 0
    assert rest.read() == f"{HARBOUR}\n"


def test_bytes_that_are_no_text_do_not_end_the_talk(
    answerer: Answerer, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "lines").write_bytes(b"\xef\xbb\xbf" + HARBOUR.encode() + b"\n\xff\xfe?\n")
    out = io.StringIO()

    with (tmp_path / "lines").open(encoding="ascii") as lines:
        run_repl(answerer, settings, filters=Filters(), stdin=lines, stdout=out)

    assert "nine weeks" in out.getvalue()


@pytest.mark.parametrize("way", ["pipe", "file", "null"])
def test_the_command_reads_a_pipe_a_file_and_nothing(
    answerer: Answerer, settings: Settings, tmp_path: Path, way: str
) -> None:
    (tmp_path / "questions").write_text(f"{HARBOUR}\n", "utf-8")
    command = [sys.executable, "-m", "bot", "repl", "--index", str(settings.index)]
    source = {"file": tmp_path / "questions", "null": Path(os.devnull)}.get(way)

    if source is None:
        done = subprocess.run(command, input=f"{HARBOUR}\n", capture_output=True, text=True)
    else:
        with source.open() as lines:
            done = subprocess.run(command, stdin=lines, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")
    assert ("nine weeks" in done.stdout) == (way != "null")
    assert "\x1b" not in done.stdout


def test_a_claim_is_checked(piped: Piped) -> None:
    _, out, _ = piped("/json\n/check The harbour was shut for nine weeks.\n")

    answer = json.loads(out)
    assert answer["verdict"] == "supported"
    assert answer["citations"][0]["stance"] == "supports"
