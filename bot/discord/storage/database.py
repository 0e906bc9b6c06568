"""The bot's memory: one SQLite file in `DATELINE_STATE`, or the PostgreSQL of `DATELINE_STATE_URL`.

A change of the tables is a step here, and a revision in `retrieval/chat/state/revisions/`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from retrieval.chat.state.kept import NEWER, SqliteState, State, open_postgres
from retrieval.errors import DiscordError, StateError
from retrieval.settings import Settings

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
_SEVENTH = """
ALTER TABLE pending ADD COLUMN holder TEXT NOT NULL DEFAULT 'the one bot';
ALTER TABLE pending ADD COLUMN held_until REAL NOT NULL DEFAULT 0;
"""
_STEPS = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH, _SIXTH, _SEVENTH)
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
    if version > len(_STEPS):
        raise StateError(NEWER)
    for number, step in enumerate(_STEPS[version:], version + 1):
        state.executescript(f"BEGIN; {step} PRAGMA user_version = {number}; COMMIT;")
