"""What Chroma leaves in its folder when a collection is deleted: its vectors, and its words.

Files of vectors stay for good, and the index of letters that Chroma makes of all texts, which is
asked by nobody here, keeps an entry of each deleted row until it is told to put itself in order.
"""

import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from subprocess import DEVNULL, TimeoutExpired, run
from uuid import UUID

DATABASE = "chroma.sqlite3"
_MOST_S = 600
_WAIT_S = 30
_MERGE = (
    "INSERT INTO embedding_fulltext_search(embedding_fulltext_search, rank) VALUES ('merge', ?)"
)
_STEP_PAGES = 500  # at a time, since who reads has to wait for as long
_NO_STEP = 2  # as SQLite says: so few changes mean that nothing was left to do


def clear_leavings(folder: Path) -> None:
    """Clear them away, in a process of its own; what cannot be cleared now stays.

    Locks on files are a process's: closing the database here would let go of those that Chroma,
    which brings an SQLite of its own, holds in this process.
    """
    call = f"from {__name__} import clear; clear(sys.argv[1])"
    code = f"import sys; sys.path[:] = {sys.path!r}; {call}"
    command = [sys.executable, "-c", code, str(folder)]
    try:
        run(command, stdout=DEVNULL, stderr=DEVNULL, timeout=_MOST_S, check=False)  # noqa: S603  our own code
    except (OSError, TimeoutExpired):
        return


def clear(place: str) -> None:
    """Clear them away."""
    folder = Path(place)
    with closing(sqlite3.connect(folder / DATABASE, timeout=_WAIT_S)) as database:
        segments = {name for (name,) in database.execute("SELECT id FROM segments")}
        _put_in_order(database)
    for entry in folder.iterdir():
        if entry.is_dir() and _is_segment(entry.name) and entry.name not in segments:
            shutil.rmtree(entry, ignore_errors=True)


def _put_in_order(database: sqlite3.Connection) -> None:
    """Merge the index of letters to one, in small steps; the first says that all shall be one."""
    pages, before = -_STEP_PAGES, -_NO_STEP
    while database.total_changes - before >= _NO_STEP:
        before = database.total_changes
        with database:
            database.execute(_MERGE, (pages,))
        pages = _STEP_PAGES


def _is_segment(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
