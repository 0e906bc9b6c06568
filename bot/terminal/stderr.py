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


OnProgress = Callable[[int, int, str], None]


@contextmanager
def ingest_progress() -> Iterator[OnProgress]:
    """Give a callback `(done, total, what)` that draws a bar with the time left."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    is_watched = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not is_watched) as progress:
        task = progress.add_task("Reading articles", total=None)

        def show(done: int, total: int, what: str) -> None:
            progress.update(task, completed=done, total=total, description=what)

        yield show


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
