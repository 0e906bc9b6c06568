"""Where the state is kept: a file of SQLite for one process, or a PostgreSQL that several share.

Both take the same SQL.
"""

import secrets
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeAlias

from pydantic import SecretStr

from retrieval.errors import StateError

if TYPE_CHECKING:
    import psycopg


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


class SqliteState:
    """One file for one process at a time; `path` names it to people.

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

    def __exit__(self, *raised: Any) -> None:
        with self._named_failures():
            self._db.__exit__(*raised)

    @contextmanager
    def _named_failures(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StateError(
                f"the bot's state in {self._path.parent} cannot be used ({error}); see"
                " DATELINE_STATE"
            ) from error


_CONNECT_WAIT_S = 3
_REVISIONS = Path(__file__).parent / "revisions"
_NOT_INSTALLED = (
    'DATELINE_STATE_URL needs PostgreSQL\'s client; `pip install ".[postgres]"` or'
    " `uv sync --extra postgres`"
)
_NO_ADDRESS = "DATELINE_STATE_URL is no address that PostgreSQL's client understands"


def open_postgres(url: SecretStr) -> "PostgresState":
    """Connect, and bring the tables up to date.

    Raises:
        StateError: The client is not installed, the server cannot be used, or a newer Dateline
            wrote the tables.
    """
    state = PostgresState(url)
    try:
        _lay_tables(url)
    except BaseException:
        state.close()
        raise
    return state


class PostgresState:
    """A connection that is made anew when the server was away.

    Raises:
        StateError: The client is not installed, or the server cannot be used.
    """

    is_shared = True

    def __init__(self, url: SecretStr) -> None:
        self.holder = secrets.token_hex(8)
        self._url = url
        self._db = _connected(url)
        self._is_inside = False

    def now(self) -> float:
        """Give the moment by the server's clock."""
        row = self.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
        return float(row[0])

    def execute(self, query: str, values: Sequence[object] = (), /) -> Rows:
        """Run one statement; outside `with` it is a transaction of its own."""
        if self._is_inside:
            with _named_failures():
                return self._db.execute(_marked(query), values)
        with self:
            return self.execute(query, values)

    def executemany(self, query: str, rows: Sequence[Sequence[object]], /) -> None:
        """Run one statement for each row of values, within `with`."""
        for row in rows:
            self.execute(query, row)

    def close(self) -> None:
        """End the connection."""
        self._db.close()

    def __enter__(self) -> Self:
        if not self._is_alive():
            self._db = _connected(self._url)
        self._is_inside = True
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._is_inside = False
        with _named_failures():
            if kind is None:
                self._db.commit()
            elif not self._db.closed:
                self._db.rollback()

    def _is_alive(self) -> bool:
        """Ask before anything is written: what was sent to a server that goes may have counted."""
        import psycopg

        try:
            self._db.execute("SELECT 1")
        except psycopg.Error:
            self._db.close()
            return False
        return True


State: TypeAlias = SqliteState | PostgresState
"""A connection for one thread at a time; a block under `with` is one transaction.

SQL is written with `?` for values, and keeps to what both SQLite 3.35 and PostgreSQL 13 know. What
goes wrong is a `StateError`. `holder` is the process that uses it, `is_shared` whether others may.
"""


def _connected(url: SecretStr) -> "psycopg.Connection[Any]":
    try:
        import psycopg
    except ImportError as error:
        raise StateError(_NOT_INSTALLED) from error
    try:
        # A pooler in between would not know statements that were prepared; values are put in
        # by the client, so that the same SQL needs no types here.
        return psycopg.connect(
            url.get_secret_value(),
            connect_timeout=_CONNECT_WAIT_S,
            cursor_factory=psycopg.ClientCursor,
            prepare_threshold=None,
            application_name="dateline",
        )
    except psycopg.OperationalError as error:
        raise _unusable(error) from error
    except (psycopg.Error, ValueError) as error:  # its words may repeat the password
        raise StateError(_NO_ADDRESS) from error


def _lay_tables(url: SecretStr) -> None:
    try:
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError
        from sqlalchemy import create_engine, exc
        from sqlalchemy.pool import NullPool
    except ImportError as error:
        raise StateError(_NOT_INSTALLED) from error
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: _connected(url), poolclass=NullPool
    )
    config = Config()
    config.set_main_option("script_location", str(_REVISIONS))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except CommandError as error:
        raise StateError(NEWER) from error
    except exc.DBAPIError as error:
        raise _unusable(error.orig or error) from error


def _marked(query: str) -> str:
    return query.replace("%", "%%").replace("?", "%s")


@contextmanager
def _named_failures() -> Iterator[None]:
    import psycopg

    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError) as error:
        raise _unusable(error) from error


def _unusable(error: BaseException) -> StateError:
    told = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return StateError(
        f"the bot's state in PostgreSQL cannot be used ({told}); see DATELINE_STATE_URL"
    )
