"""What a place for the state can do, whichever it is; both take the same SQL."""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Any, Protocol, Self


class Rows(Protocol):
    """What a query found or changed."""

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        ...

    def fetchone(self) -> Any:
        """Give the next row, None after the last."""
        ...

    def fetchall(self) -> list[Any]:
        """Give the rows that are left."""
        ...

    def __iter__(self) -> Iterator[Any]: ...


class State(Protocol):
    """A connection for one thread at a time; a block under `with` is one transaction.

    SQL is written with `?` for values, and keeps to what both SQLite 3.35 and PostgreSQL 13 know.
    What goes wrong is a `StateError`.
    """

    holder: str
    """The process that uses it; a single name where there is but one."""
    is_shared: bool
    """Whether other processes of the same bot use it too."""

    def now(self) -> float:
        """Give the moment by the clock that all processes share, in seconds since 1970."""
        ...

    def execute(self, query: str, values: Sequence[object] = (), /) -> Rows:
        """Run one statement; outside `with` it is a transaction of its own if it is shared."""
        ...

    def executemany(self, query: str, rows: Sequence[Sequence[object]], /) -> None:
        """Run one statement for each row of values."""
        ...

    def close(self) -> None:
        """End the connection."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None: ...
