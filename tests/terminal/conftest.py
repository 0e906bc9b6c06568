"""A small collection, and the REPL over it, piped and typed into."""

import io
from collections.abc import Callable, Iterator

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from bot.terminal.repl import run_repl
from retrieval.answer.chain import Answerer
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.settings import Settings
from retrieval.types import Filters

ARTICLES = {
    "harbour.txt": "The harbour of Ostrava Bay was shut for nine weeks after the storm.\n\n"
    "It reopened on Monday, and twelve ships entered before noon.",
    "bakery.txt": "The bakery in Mill Lane sells forty kinds of bread.\n\n"
    "Its oven was built by Anna Novak in 1931.",
}
SOURCES = """
["harbour.txt"]
title = "Harbour reopens"
outlet = "Coast Herald"
published = "2016-03-07"
["bakery.txt"]
title = "Forty breads"
outlet = "Mill Gazette"
published = "2019"
"""


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("repl")
    articles = folder / "articles"
    articles.mkdir()
    for name, text in ARTICLES.items():
        (articles / name).write_text(text, "utf-8")
    (articles / "sources.toml").write_text(SOURCES, "utf-8")
    return Settings(articles=articles, index=folder / "index", state=folder / "state")


@pytest.fixture(scope="session")
def answerer(settings: Settings) -> Iterator[Answerer]:
    with open_library(settings) as library:
        ingest(library, [settings.articles_folder])
        yield Answerer(library)


@pytest.fixture
def piped(
    answerer: Answerer, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> Callable[[str], tuple[int, str, str]]:
    def run(text: str) -> tuple[int, str, str]:
        out = io.StringIO()
        code = run_repl(answerer, settings, filters=Filters(), stdin=io.StringIO(text), stdout=out)
        return code, out.getvalue(), capsys.readouterr().err

    return run


@pytest.fixture
def typed(answerer: Answerer, settings: Settings) -> Callable[..., tuple[int, str]]:
    def run(text: str, talking_to: Answerer = answerer) -> tuple[int, str]:
        out = Terminal()
        with create_pipe_input() as keys, create_app_session(input=keys, output=DummyOutput()):
            keys.send_bytes(text.encode("utf-8", "surrogateescape"))
            code = run_repl(talking_to, settings, filters=Filters(), stdin=Terminal(), stdout=out)
        return code, out.getvalue()

    return run
