"""Where a person types, the REPL edits lines, keeps a history and leaves cleanly."""

import signal
import stat
from collections.abc import Callable, Iterator, Sequence

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from rich.console import Console

from bot.terminal.line_editor import CommandCompleter
from bot.terminal.session import Session
from retrieval.answer.chain import Answerer
from retrieval.answer.extractive import ExtractiveWriter
from retrieval.draft import Draft, Evidence
from retrieval.settings import Settings
from retrieval.types import Filters

Typed = Callable[..., tuple[int, str]]
HARBOUR = "How long was the harbour shut?"
Completed = Callable[[str], list[str]]


@pytest.fixture
def completed(answerer: Answerer) -> Completed:
    session = Session(
        answerer=answerer, console=Console(), errors=Console(stderr=True), filters=Filters()
    )
    session.ask(HARBOUR)
    completer = CommandCompleter(session)
    return lambda line: sorted(
        completion.text for completion in completer.get_completions(Document(line), CompleteEvent())
    )


@pytest.fixture(autouse=True)
def _ctrl_c_is_not_ignored() -> Iterator[None]:
    """A shell starts what runs in its background with Ctrl-C ignored; a terminal does not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class SlowModel:
    """A chat model's writer that is interrupted, or writes in pieces."""

    room_chars = 20_000

    def __init__(self, *pieces: str) -> None:
        self._pieces = pieces

    def write(
        self,
        question: str,
        evidence: Sequence[Evidence],
        *,
        on_text: Callable[[str], None] | None = None,
        **_: object,
    ) -> Draft | None:
        if not self._pieces:
            signal.raise_signal(signal.SIGINT)
        for piece in self._pieces:
            assert on_text is not None
            on_text(piece)
        return ExtractiveWriter().write(question, evidence)

    def stand_alone(self, question: str, history: Sequence[str], **_: object) -> None:
        """Leave follow-ups to the rules."""


def test_ctrl_d_and_quit_leave(typed: Typed) -> None:
    assert typed("\x04")[0] == 0
    assert typed("quit\r")[0] == 0
    assert typed("\x03")[0] == 0


def test_ctrl_c_clears_a_line_that_is_not_empty(typed: Typed) -> None:
    code, out = typed(f"nonsense\x03{HARBOUR}\r\x03")

    assert code == 0
    assert "nine weeks" in out


def test_a_person_gets_colour_and_a_greeting(typed: Typed) -> None:
    _, out = typed(f"{HARBOUR}\r\x04")

    assert out.startswith("Dateline, 2 articles.")
    assert "\x1b[36m[1] " in out


def test_a_question_of_any_characters_gives_the_prompt_back(typed: Typed) -> None:
    code, out = typed(f"[bold] 😀 \udcff?\r{'x' * 5000}\r{HARBOUR}\r\x04")

    assert code == 0
    assert "nine weeks" in out


def test_the_history_is_kept_for_its_owner_alone(typed: Typed, settings: Settings) -> None:
    typed(f"{HARBOUR}\r\x04")

    path = settings.state / "repl_history"
    assert HARBOUR in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_ctrl_c_stops_an_answer_and_gives_the_prompt_back(typed: Typed, answerer: Answerer) -> None:
    interrupted = Answerer(answerer.library, writer=SlowModel())

    code, out = typed(f"{HARBOUR}\r/help\r\x04", interrupted)

    assert code == 0
    assert "Stopped." in out
    assert out.index("Stopped.") < out.index("/sources ")
    assert "nine weeks" not in out


def test_text_is_shown_as_it_grows_and_once(typed: Typed, answerer: Answerer) -> None:
    model = SlowModel("It was shut. [1]", "It was shut. [1]\nFor nine weeks. [1]")
    growing = Answerer(answerer.library, writer=model)

    _, out = typed(f"{HARBOUR}\r\x04", growing)

    assert out.count("It was shut. [1]\n") == 1
    assert "That draft did not hold." in out
    assert "nine weeks" in out


def test_completion_knows_commands_outlets_passages_and_articles(completed: Completed) -> None:
    assert completed("/o") == ["/open", "/outlet"]
    assert completed("/outlet mill") == ["Mill Gazette"]
    assert completed("/open ") == ["1", "bakery.txt", "harbour.txt"]
    assert completed("How long") == []
