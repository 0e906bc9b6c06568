"""The bot's memory on disk: one SQLite file in `DATELINE_STATE`, apart from the index."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.errors import DiscordError

_FIRST = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE servers (
    guild_id INTEGER PRIMARY KEY, channels TEXT NOT NULL, private INTEGER NOT NULL,
    cooldown_s INTEGER NOT NULL, daily_limit INTEGER NOT NULL
);
CREATE TABLE used (
    guild_id INTEGER NOT NULL, day TEXT NOT NULL, questions INTEGER NOT NULL,
    PRIMARY KEY (guild_id, day)
);
CREATE TABLE turns (
    turn_id TEXT PRIMARY KEY, source_id INTEGER NOT NULL UNIQUE, guild_id INTEGER,
    channel_id INTEGER NOT NULL, user_id INTEGER NOT NULL, conversation TEXT NOT NULL,
    private INTEGER NOT NULL, kind TEXT NOT NULL, question TEXT NOT NULL,
    asked_at REAL NOT NULL, shared INTEGER NOT NULL DEFAULT 0, answer TEXT
);
CREATE INDEX turns_of_conversation ON turns (conversation, user_id);
CREATE INDEX turns_by_age ON turns (asked_at);
CREATE TABLE messages (
    message_id INTEGER PRIMARY KEY,
    turn_id TEXT NOT NULL REFERENCES turns ON DELETE CASCADE
);
CREATE INDEX messages_of_turn ON messages (turn_id);
CREATE TABLE pending (
    turn_id TEXT PRIMARY KEY REFERENCES turns ON DELETE CASCADE,
    channel_id INTEGER NOT NULL, message_id INTEGER NOT NULL, token TEXT, expires_at REAL
);
CREATE TABLE feedback (
    turn_id TEXT NOT NULL REFERENCES turns ON DELETE CASCADE, user_id INTEGER NOT NULL,
    good INTEGER NOT NULL, reason TEXT, comment TEXT, given_at REAL NOT NULL,
    PRIMARY KEY (turn_id, user_id)
);
"""
_SECOND = """
ALTER TABLE turns ADD COLUMN heard_until REAL;
"""
_THIRD = """
ALTER TABLE servers ADD COLUMN threads TEXT NOT NULL DEFAULT '[]';
ALTER TABLE servers ADD COLUMN roles TEXT NOT NULL DEFAULT '[]';
ALTER TABLE servers ADD COLUMN person_limit INTEGER NOT NULL DEFAULT 100;
"""
_FOURTH = """
ALTER TABLE servers ADD COLUMN insights_since REAL NOT NULL DEFAULT 0;
"""
_FIFTH = """
ALTER TABLE servers ADD COLUMN open TEXT NOT NULL DEFAULT '[]';
"""
_SIXTH = """
CREATE TABLE watches (
    guild_id INTEGER NOT NULL, channel_id INTEGER NOT NULL, topic TEXT NOT NULL,
    day TEXT, told INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (channel_id, topic)
);
"""
_STEPS = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH, _SIXTH)
"""What makes each version of the tables from the one before."""


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


def open_state(folder: Path) -> sqlite3.Connection:
    """Open the state, made at the first start.

    The connection is for one thread at a time. A killed process loses nothing that was
    committed: the log is written ahead (WAL).

    Raises:
        DiscordError: The folder cannot be written, or a newer version wrote the file.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(state_file(folder), check_same_thread=False)
        connection.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
            "PRAGMA secure_delete = ON;"
        )
        _lay_tables(connection)
    except (OSError, sqlite3.Error) as error:
        raise DiscordError(
            f"the bot's state in {folder} cannot be used ({error}); see DATELINE_STATE"
        ) from error
    return connection


def state_file(folder: Path) -> Path:
    """Give the file's place."""
    return folder / "discord.sqlite3"


def fact(connection: sqlite3.Connection, name: str) -> str | None:
    """Give a single remembered value."""
    row = connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else None


def set_fact(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Remember a single value."""
    with connection:
        connection.execute("REPLACE INTO facts VALUES (?, ?)", (name, value))


def facts_like(connection: sqlite3.Connection, start: str) -> list[str]:
    """Give the names of the remembered values that start like this."""
    rows = connection.execute(
        "SELECT name FROM facts WHERE substr(name, 1, ?) = ?", (len(start), start)
    )
    return [str(row[0]) for row in rows]


def forget_fact(connection: sqlite3.Connection, name: str) -> None:
    """Forget a single value."""
    with connection:
        connection.execute("DELETE FROM facts WHERE name = ?", (name,))


def _lay_tables(connection: sqlite3.Connection) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    held = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'")
    if version and not held.fetchone()[0]:  # the tables were dropped, the file was kept
        version = 0
    if version > len(_STEPS):
        raise DiscordError("the bot's state was written by a newer Dateline; update this one")
    for number, step in enumerate(_STEPS[version:], version + 1):
        connection.executescript(f"BEGIN; {step} PRAGMA user_version = {number}; COMMIT;")
