"""Chat in the terminal; where no terminal is, plain lines in and one answer a question out."""

import io
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from bot.terminal.console import make_console, say
from bot.terminal.session import Session, run_command
from retrieval.errors import DatelineError
from retrieval.settings import Settings
from retrieval.text.numbers import counted
from retrieval.types import Filters

if TYPE_CHECKING:
    from retrieval.answer.chain import Answerer

# What people type when they look for the door.
_BARE_WORDS = {"exit": "/quit", "quit": "/quit", "help": "/help", "?": "/help"}


def run_repl(
    answerer: "Answerer",
    settings: Settings,
    *,
    filters: Filters,
    stdin: TextIO | None = None,
    stdout: TextIO | None = None,
) -> int:
    """Talk until the person leaves or the input ends; gives the exit code."""
    stdin, stdout = stdin or sys.stdin, stdout or sys.stdout
    is_chat = stdin.isatty() and stdout.isatty()
    session = Session(
        answerer=answerer,
        console=make_console(file=stdout, plain=not is_chat),
        errors=make_console(stderr=True, plain=not is_chat),
        filters=filters,
    )
    return _chat(session, settings) if is_chat else _answer_lines(session, stdin)


def _chat(session: Session, settings: Settings) -> int:
    from bot.terminal.line_editor import make_prompt

    ask_line = make_prompt(session, settings.state)
    held = counted(len(session.answerer.library.articles()), "article")
    say(session.console, f"Dateline, {held}. Ask a question; /help lists commands, Ctrl-D leaves.")
    while not session.is_over:
        try:
            line = ask_line().strip()
        except (EOFError, KeyboardInterrupt):
            break
        try:
            _take(session, _BARE_WORDS.get(line.lower(), line))
        except KeyboardInterrupt:
            session.tell("\nStopped.")
    return 0


def _answer_lines(session: Session, stdin: TextIO) -> int:
    taken = [_take(session, line) for line in _lines(session, stdin)]
    return int(not all(taken))


def _lines(session: Session, stdin: TextIO) -> Iterator[str]:
    if isinstance(stdin, io.TextIOWrapper):
        stdin.reconfigure(encoding="utf-8-sig", errors="replace")
    while not session.is_over and (line := stdin.readline()):
        yield line.strip()


def _take(session: Session, line: str) -> bool:
    """Run a command or answer a question; tells whether that went well. Blank lines do."""
    # A terminal passes bytes that are no text as halves of surrogate pairs.
    line = line.encode("utf-8", "replace").decode("utf-8")
    try:
        if line.startswith("/"):
            run_command(session, line)
        elif line:
            session.ask(line)
    except DatelineError as error:
        session.fail(line, error)
        return False
    return True
