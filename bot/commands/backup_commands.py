"""`dateline backup` and `restore`: index and state in one checked file."""

import hashlib
import json
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import click

from bot.discord.storage.database import open_state, sole_bot
from bot.options import NamedPath, index_option, settings_for
from retrieval.errors import StoreError
from retrieval.index.chroma.connection import chroma_folder
from retrieval.index.writing.index_writer import writer_lock
from retrieval.settings import Settings

_FORMAT = 1
"""Goes up when an older Dateline could no longer restore what is written."""

_MANIFEST = "dateline-backup.json"
_INDEX, _STATE = "index", "state"
_CHUNK_BYTES = 1 << 20
_SQLITE = ".sqlite3"
_PASSING = (".lock", "-wal", "-shm", "-journal")
_DAMAGED = "is no whole backup of Dateline; take another one. Nothing was changed."


def write_backup(settings: Settings, target: Path) -> list[str]:
    """Write index and state to a file, in its place in one step; give the parts that it holds.

    An index on a Chroma server is not in it, nor is a state in PostgreSQL: back those up where
    they are. Word indexes are made anew when they are missed.

    Raises:
        StoreError: There is nothing to back up, or a folder or the file cannot be used.
        IndexBusy: An ingest is under way.
    """
    parts = {_STATE: settings.state} if settings.state_url is None else {}
    if settings.chroma_url is None:
        parts[_INDEX] = chroma_folder(settings)
    held = {name: folder for name, folder in parts.items() if _files(folder)}
    if not held:
        raise StoreError(
            f"there is neither an index in {settings.index} nor a state to back up"
            f"{kept_elsewhere(settings)}"
        )
    draft = target.with_name(f".{target.name}.draft")
    with writer_lock(settings.index), _named_failures(target):
        try:
            _write(draft, held)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    return sorted(held)


def restore_backup(settings: Settings, source: Path) -> list[str]:
    """Put index and state of a backup in place of those that are there; give the parts it holds.

    Everything is checked before the first change.

    Raises:
        StoreError: The file is damaged or of a newer Dateline, or a folder cannot be written.
        DiscordError: A bot runs on the state, or the state is of a newer Dateline.
        IndexBusy: An ingest is under way.
    """
    with _named_failures(source), zipfile.ZipFile(source) as archive:
        manifest = _checked_manifest(archive, source)
        places = {_INDEX: chroma_folder(settings), _STATE: settings.state}
        parts = sorted({PurePosixPath(name).parts[0] for name in manifest})
        if _INDEX in parts and settings.chroma_url is not None:
            raise StoreError(
                "the backup holds an index of files, and DATELINE_CHROMA_URL is set; unset it"
            )
        if _STATE in parts and settings.state_url is not None:
            raise StoreError(
                "the backup holds a state of files, and DATELINE_STATE_URL is set; unset it"
            )
        with sole_bot(settings.state), writer_lock(settings.index):
            staged = {part: _staged(archive, manifest, part, places[part]) for part in parts}
            try:
                if _STATE in staged:
                    open_state(staged[_STATE]).close()
                for part, folder in staged.items():
                    _put_in_place(folder, places[part])
            finally:
                for folder in staged.values():
                    shutil.rmtree(folder, ignore_errors=True)
    return parts


def kept_elsewhere(settings: Settings) -> str:
    """Say what no backup holds, with what to back it up; empty if it holds all."""
    words = ""
    if settings.chroma_url is not None:
        words += "; the index is on a Chroma server: back it up there"
    if settings.state_url is not None:
        words += "; the state is in PostgreSQL: back it up with pg_dump"
    return words


def _files(folder: Path) -> list[Path]:
    """Give the files that matter, without locks and SQLite's own passing ones."""
    found = sorted(folder.rglob("*")) if folder.is_dir() else []
    return [path for path in found if path.is_file() and not path.name.endswith(_PASSING)]


def _write(draft: Path, parts: dict[str, Path]) -> None:
    manifest: dict[str, str] = {}
    with (
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive,
        tempfile.TemporaryDirectory() as room,
    ):
        for part, folder in parts.items():
            for path in _files(folder):
                name = f"{part}/{path.relative_to(folder).as_posix()}"
                settled = _settled(path, Path(room, "copy"))
                with settled.open("rb") as file:
                    manifest[name] = _digest(file)
                archive.write(settled, name)
        archive.writestr(_MANIFEST, json.dumps({"format": _FORMAT, "files": manifest}))


def _settled(path: Path, copy: Path) -> Path:
    """Give a database as a copy of one moment, however much it is being written to."""
    if path.suffix != _SQLITE:
        return path
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(copy)) as still:
        live.backup(still)
    return copy


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()


def _checked_manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, str]:
    """Give the digest of each file, once every file was seen to have it."""
    try:
        told = json.loads(archive.read(_MANIFEST))
        version, manifest = int(told["format"]), dict(told["files"])
    except (KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{source} {_DAMAGED}") from error
    if version > _FORMAT:
        raise StoreError(f"{source} was written by a newer Dateline; update this one")
    for name, digest in manifest.items():
        parts = PurePosixPath(name).parts
        with archive.open(name) as packed:
            is_whole = _digest(packed) == digest
        if parts[0] not in (_INDEX, _STATE) or ".." in parts or not is_whole:
            raise StoreError(f"{source} {_DAMAGED}")
    return manifest


def _staged(archive: zipfile.ZipFile, manifest: dict[str, str], part: str, place: Path) -> Path:
    """Unpack a part beside its place, on the same disk."""
    place.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=".restored-", dir=place.parent))
    for name in (name for name in manifest if PurePosixPath(name).parts[0] == part):
        target = staged.joinpath(*PurePosixPath(name).parts[1:])
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as packed, target.open("wb") as file:
            shutil.copyfileobj(packed, file)
    return staged


def _put_in_place(staged: Path, place: Path) -> None:
    """Let what is staged take the place of what is there; the lock that is held stays."""
    old = Path(tempfile.mkdtemp(prefix=".replaced-", dir=place.parent))
    place.mkdir(exist_ok=True)
    for entry in list(place.iterdir()):
        if entry.suffix != ".lock":
            entry.rename(old / entry.name)
    for entry in list(staged.iterdir()):
        entry.rename(place / entry.name)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _named_failures(file: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise StoreError(f"{file} {_DAMAGED}") from error
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or error
        raise StoreError(f"{file} cannot be used: {why}") from error


_FILE = NamedPath(path_type=Path, dir_okay=False)


@click.command("backup")
@click.argument("file", type=_FILE)
@index_option
def backup_command(file: Path, index: Path | None) -> int:
    """Write index and state to FILE, also while the bot runs."""
    settings = settings_for(index)
    parts = write_backup(settings, file)
    click.echo(f"{' and '.join(parts)} backed up to {file}{kept_elsewhere(settings)}")
    return 0


@click.command("restore")
@click.argument("file", type=_FILE)
@index_option
def restore_command(file: Path, index: Path | None) -> int:
    """Put index and state of the backup FILE in place of those that are there."""
    parts = restore_backup(settings_for(index), file)
    click.echo(f"{' and '.join(parts)} restored from {file}")
    return 0
