"""What is said beside the result, on standard error: lines, and bars where somebody watches."""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bot.terminal.harmless import one_line
from bot.terminal.json_log import is_json

if TYPE_CHECKING:
    from retrieval.evaluation.runner import EvalRow

log = logging.getLogger(__name__)


def say_on_stderr(words: str, level: int = logging.INFO) -> None:
    """Say something on standard error, as the program; it stays one line.

    Args:
        words: What to say.
        level: How much it matters, to who collects the log as JSON.
    """
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
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    is_watched = console.is_terminal
    with Progress(
        *columns,
        console=console,
        transient=True,
        disable=not is_watched,
        refresh_per_second=_REDRAWN_A_SECOND,
    ) as progress:
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
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("Answering", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        yield from bar.track(rows, total=total)
