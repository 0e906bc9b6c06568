"""The bot's memory: one SQLite file in `DATELINE_STATE`, or the PostgreSQL of `DATELINE_STATE_URL`.

A change of the tables is a version in `tables.sql`, and one in `retrieval/chat/state/revisions/`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.chat.state.kept import NEWER, SqliteState, State, open_postgres
from retrieval.errors import DiscordError, StateError
from retrieval.settings import Settings

_TABLES = Path(__file__).parent / "tables.sql"
_VERSION = re.compile(r"^-- version \d+\n", re.MULTILINE)


@contextmanager
def sole_bot(folder: Path) -> Iterator[None]:
    """Be the one bot of this state: two with one token would answer everything twice.

    A killed process holds nothing any more.

    Raises:
        DiscordError: Another process runs on this state, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder / "bot.lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise DiscordError(
            f"a bot already runs on the state in {folder}; stop it or set DATELINE_STATE"
        ) from error
    except (OSError, NotImplementedError) as error:
        raise DiscordError(
            f"the bot's state in {folder} cannot be used ({error}); see DATELINE_STATE"
        ) from error
    try:
        yield
    finally:
        lock.release()


def state_of(settings: Settings) -> State:
    """Open the state where the settings say it is kept; see `open_state`."""
    if settings.state_url is None:
        return open_state(settings.state)
    return open_postgres(settings.state_url)


def open_state(folder: Path) -> SqliteState:
    """Open the state, made at the first start.

    The connection is for one thread at a time. A killed process loses nothing that was
    committed: the log is written ahead (WAL).

    Raises:
        StateError: The folder cannot be written, or a newer version wrote the file.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StateError(
            f"the bot's state in {folder} cannot be used ({error}); see DATELINE_STATE"
        ) from error
    state = SqliteState(state_file(folder))
    state.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
        "PRAGMA secure_delete = ON;"
    )
    _lay_tables(state)
    return state


def state_file(folder: Path) -> Path:
    """Give the file's place."""
    return folder / "discord.sqlite3"


def fact(state: State, name: str) -> str | None:
    """Give a single remembered value."""
    row = state.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else None


def set_fact(state: State, name: str, value: str) -> None:
    """Remember a single value."""
    with state:
        state.execute(
            "INSERT INTO facts (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )


def facts_like(state: State, start: str) -> list[str]:
    """Give the names of the remembered values that start like this."""
    rows = state.execute("SELECT name FROM facts WHERE substr(name, 1, ?) = ?", (len(start), start))
    return [str(row[0]) for row in rows]


def forget_fact(state: State, name: str) -> None:
    """Forget a single value."""
    with state:
        state.execute("DELETE FROM facts WHERE name = ?", (name,))


def _lay_tables(state: SqliteState) -> None:
    version = state.execute("PRAGMA user_version").fetchone()[0]
    held = state.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'")
    if version and not held.fetchone()[0]:  # the tables were dropped, the file was kept
        version = 0
    steps = _VERSION.split(_TABLES.read_text("utf-8"))[1:]
    if version > len(steps):
        raise StateError(NEWER)
    for number, step in enumerate(steps[version:], version + 1):
        state.executescript(f"BEGIN; {step} PRAGMA user_version = {number}; COMMIT;")
