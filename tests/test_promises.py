"""The examples of README and docs, run as they are written: commands, and answers as shown."""

import io
import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from bot.cli import exit_code
from retrieval.evaluation.questions import read_questions
from tests.test_docs import DOCS

README, ARTICLES = DOCS["README.md"], DOCS["docs/articles.md"]
EXAMPLES = [
    (page, command, shown)
    for page, text in DOCS.items()
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def run_line(line: str) -> int:
    """Run a line of the docs in this process: what uv would start is installed already."""
    words = shlex.split(line, comments=True)
    return exit_code(words[words.index("dateline") + 1 :])


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("promises") / "index"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("page", "command", "shown"), EXAMPLES)
def test_an_example_gives_the_answer_that_stands_under_it(
    page: str,
    command: str,
    shown: str,
    index: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATELINE_INDEX", str(index))

    code = run_line(command)

    parts = (re.escape(" ".join(part.split())) for part in shown.split("…"))
    said = " ".join(capsys.readouterr().out.split())
    assert code == 0
    assert re.fullmatch(r"\s*.*\s*".join(parts), said), f"{page}: {said}"


def test_the_readme_has_examples() -> None:
    assert len([page for page, _, _ in EXAMPLES if page == "README.md"]) >= 3


def test_the_two_commands_of_the_start_end_in_a_chat_over_the_samples(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install, chat = blocks(README, "sh")[0].splitlines()
    asked = "Where did Kerry and Lavrov meet on October 14?\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(asked.encode())))

    code = run_line(chat)

    assert install == "pip install uv"
    assert code == 0
    assert "meeting in Paris on October 14" in capsys.readouterr().out
    assert Path(".dateline").is_dir()


def test_discord_without_a_token_says_which_setting_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "`uv run dateline discord`" in README

    assert run_line("uv run dateline discord") == 1
    assert "DISCORD_TOKEN" in capsys.readouterr().err


def test_articles_are_taken_in_as_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path("FOLDER")
    folder.mkdir()
    (folder / "sources.toml").write_text(blocks(ARTICLES, "toml")[0], "utf-8")
    (folder / "2014-paris.txt").write_text("The talks in Paris took three hours.", "utf-8")
    (folder / "matter.md").write_text(blocks(ARTICLES, "markdown")[0], "utf-8")
    (folder / "lines.jsonl").write_text(blocks(ARTICLES, "json")[0].replace("three", "six"))

    assert run_line(blocks(README, "sh")[1].strip()) == 0
    capsys.readouterr()
    assert run_line("dateline sources --json") == 0
    held = {article["source"]: article for article in json.loads(capsys.readouterr().out)}
    assert {article["title"] for article in held.values()} == {"Talks in Paris"}
    assert {article["published"] for article in held.values()} == {"2014-10", "2014-10-14"}
    assert held["2014-paris.txt"]["author"] == "Jane Doe"


def test_the_commands_for_articles_run_one_after_the_other() -> None:
    Path("FOLDER").mkdir()
    Path("FOLDER/rain.txt").write_text("Rain fell in the valley on Monday.", "utf-8")

    lines = blocks(ARTICLES, "sh")[0].splitlines()

    assert [line for line in lines if run_line(line) != 0] == []


def test_the_question_of_the_evaluation_page_is_one(tmp_path: Path) -> None:
    written = tmp_path / "mine.jsonl"
    written.write_text(blocks(DOCS["docs/evaluation.md"], "json")[0].replace("\n ", ""), "utf-8")

    (question,) = read_questions([written]).questions

    assert question.answers == ("nine hours",)
