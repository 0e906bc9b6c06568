"""Where the state is kept: what any place for it can do, and a file of SQLite for one process.

Both places take the same SQL.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from retrieval.errors import StateError

NEWER = "the bot's state was written by a newer Dateline; update this one"
"""What is said of tables that only a later program knows."""


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


class SqliteState:
    """One file; `path` names it to people.

    Raises:
        StateError: The file cannot be opened.
    """

    holder = "the one bot"
    is_shared = False

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._named_failures():
            self._db = sqlite3.connect(path, check_same_thread=False)

    def now(self) -> float:
        """Give the moment by this machine's clock."""
        return time.time()

    def execute(self, query: str, values: Sequence[object] = (), /) -> Rows:
        """Run one statement."""
        with self._named_failures():
            return self._db.execute(query, values)

    def executemany(self, query: str, rows: Sequence[Sequence[object]], /) -> None:
        """Run one statement for each row of values."""
        with self._named_failures():
            self._db.executemany(query, rows)

    def executescript(self, script: str) -> None:
        """Run many statements without values."""
        with self._named_failures():
            self._db.executescript(script)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        self._db.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        with self._named_failures():
            self._db.__exit__(kind, error, trace)

    @contextmanager
    def _named_failures(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StateError(
                f"the bot's state in {self._path.parent} cannot be used ({error}); see"
                " DATELINE_STATE"
            ) from error
