"""What is said beside the result, on standard error: lines, plain or as JSON, and bars."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
from typing_extensions import override

from bot.terminal.harmless import one_line

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn

    from retrieval.evaluation.runner import EvalRow


request_id: ContextVar[str] = ContextVar("request_id", default="")
"""The question that is worked on; set for the task and the thread that answer it."""


class _JsonLines(logging.Formatter):
    @override
    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request": request_id.get() or None,
            "error": self.formatException(record.exc_info) if record.exc_info else None,
        }
        return json.dumps({name: value for name, value in told.items() if value is not None})


def log_as_json() -> None:
    """Write every line on standard error as JSON, and tell what each question came to."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    for handler in root.handlers:
        handler.setFormatter(_JsonLines())


def is_json() -> bool:
    """Tell whether standard error is written as JSON."""
    return any(
        isinstance(handler.formatter, _JsonLines) for handler in logging.getLogger().handlers
    )


log = logging.getLogger(__name__)


def say_on_stderr(words: str, level: int = logging.INFO) -> None:
    """Say something on standard error, as the program; it stays one line."""
    if is_json():
        log.log(level, one_line(words))
    else:
        click.echo(f"dateline: {one_line(words)}", err=True)


# Drawing a bar takes some milliseconds of the processor that also embeds.
_REDRAWN_A_SECOND = 3
OnProgress = Callable[[int, int, str], None]


@contextmanager
def ingest_progress() -> Iterator[tuple[OnProgress, OnProgress]]:
    """Give two callbacks `(done, total, what)` that draw bars with the time left.

    The first is for articles that are embedded, the second for files that are read.
    """
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with _bars(*columns) as progress:
        reading = progress.add_task("Reading articles", total=None)
        embedding = progress.add_task("", total=None, visible=False)

        def show_embedded(done: int, total: int, what: str) -> None:
            progress.update(reading, visible=False)
            words = f"{what or 'Taking in articles'} ({done} of {total})"
            progress.update(embedding, completed=done, total=total, description=words, visible=True)

        def show_read(done: int, total: int, _what: str) -> None:
            words = f"Reading files ({done} of {total})"
            progress.update(reading, completed=done, total=total, description=words)

        yield show_embedded, show_read


def watched(rows: "Iterable[EvalRow]", total: int) -> "Iterator[EvalRow]":
    """Give the rows one by one, drawing how many are done and how long the rest will take."""
    from rich.progress import BarColumn, MofNCompleteColumn, TimeRemainingColumn

    columns = ("Answering", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with _bars(*columns) as bar:
        yield from bar.track(rows, total=total)


def _bars(*columns: "str | ProgressColumn") -> "Progress":
    """Give bars that are drawn on a terminal alone and leave no trace."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    return Progress(
        *columns,
        console=console,
        transient=True,
        disable=not console.is_terminal,
        refresh_per_second=_REDRAWN_A_SECOND,
    )
