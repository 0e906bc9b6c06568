"""The bar of a running evaluation, on standard error; silent where nobody watches."""

from collections.abc import Iterable, Iterator

from retrieval.evaluation.runner import Row


def watched(rows: Iterable[Row], total: int) -> Iterator[Row]:
    """Give the rows one by one, drawing how many are done and how long the rest will take."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = ("Answering", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        yield from bar.track(rows, total=total)
