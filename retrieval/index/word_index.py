"""Where the word index of each revision stands, and how it is put there whole or not at all."""

import shutil
import time
import uuid
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

from retrieval.errors import StoreError
from retrieval.index.lexical import Lexical
from retrieval.index.passages import header_line
from retrieval.index.rows import Row

# A draft of this age was left by a process that was killed.
_OLD_DRAFT_S = 3600.0


def word_folder(index: Path, revision: str) -> Path:
    """Give the folder of a revision's word index."""
    return index / "lexical" / revision


def open_word_index(folder: Path) -> Lexical | None:
    """Open a revision's word index; None if it is missing or damaged, and must be built anew."""
    if not folder.is_dir():
        return None
    try:
        return Lexical.open(folder)
    except StoreError:
        shutil.rmtree(folder, ignore_errors=True)
        return None


def write_word_index(folder: Path, rows: Iterable[Row]) -> Lexical:
    """Write a revision's word index beside its place, then put it there in one step.

    If two processes do so at once, the first to end wins; both wrote the same. Where nothing can
    be written, the index is held in memory.
    """
    headed = ((row, header_line(row.article)) for row in rows)
    draft = folder.with_name(f".{uuid.uuid4().hex}")
    try:
        draft.mkdir(parents=True)
    except OSError:
        return Lexical.build(headed, None)
    try:
        Lexical.build(headed, draft)
        with suppress(OSError):  # another process was first
            draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Lexical.open(folder)


def remove_word_indexes(index: Path, *, but: Collection[str]) -> None:
    """Delete the word indexes of other revisions, and drafts that nobody will finish."""
    parent = index / "lexical"
    for folder in parent.iterdir() if parent.is_dir() else ():
        is_draft = folder.name.startswith(".")
        with suppress(OSError):  # another process deletes as well
            if is_draft and time.time() - folder.stat().st_mtime < _OLD_DRAFT_S:
                continue
            if folder.name not in but:
                shutil.rmtree(folder)
