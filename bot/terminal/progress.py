"""Progress bars on standard error; silent where nobody watches."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

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
