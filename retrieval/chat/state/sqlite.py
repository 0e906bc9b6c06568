"""The state in a file of SQLite, for one process."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from retrieval.chat.state.kept import Rows
from retrieval.errors import StateError


class SqliteState:
    """One file; `path` names it to people.

    Raises:
        StateError: The file cannot be opened.
    """

    holder = "the one bot"
    is_shared = False

    def __init__(self, path: Path, *, wait_s: float = 5.0) -> None:
        self._path = path
        with self._named_failures():
            self._db = sqlite3.connect(path, timeout=wait_s, check_same_thread=False)

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
