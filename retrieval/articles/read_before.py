"""What a place's files were read and cleaned to before: what has not changed costs next to nothing.

One file a place, beside the index. It may go at any time: what is missed is read again.
"""

import hashlib
import os
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import TypeAdapter

T = TypeVar("T")
_FOLDER = "read-before"
_ROOT = Path(__file__).parent.parent
_ROOMS = ("articles", "text")  # what decides on what a file is read to
_SOURCES = {".py", ".txt"}  # not what Python compiles of them, which comes and goes
_READERS = (
    "charset-normalizer courlan htmldate justext lxml markdown-it-py pdfminer.six py3langid"
    " python-docx python-frontmatter PyYAML striprtf trafilatura"
).split()
_HEAD = struct.Struct("<32sI")
_NAME_CHARS = 24


class Made(Generic[T]):
    """How values of one type are kept."""

    def __init__(self, name: str, kind: "TypeAdapter[T]") -> None:
        """Take the type of the values, and a name that tells it from others."""
        self.name, self._kind = name, kind

    def packed(self, value: T) -> bytes:
        """Give a value as bytes; ValueError if it holds half a character."""
        return zlib.compress(self._kind.dump_json(value), 1)

    def unpacked(self, data: bytes) -> T:
        """Give the value back; ValueError or zlib.error if the bytes are none."""
        return self._kind.validate_json(zlib.decompress(data))


class ReadBefore:
    """Values by what they were made of; other code, of ours or of libraries, makes them anew."""

    def __init__(self, index: Path, place: Path) -> None:
        """Open what is kept of a place; it is no matter whether there is anything."""
        name = hashlib.sha256(os.fsencode(place.resolve())).hexdigest()[:_NAME_CHARS]
        self._file = index / _FOLDER / name
        self._held = dict(_entries(self._file))
        self._used: dict[bytes, bytes] = {}

    def value(self, form: Made[T], made_of: tuple[object, ...], make: Callable[[], T]) -> T:
        """Give what was made of the same things before, else make it now."""
        parts = repr((_code(), form.name, *made_of))
        key = hashlib.sha256(parts.encode("utf-8", "surrogatepass")).digest()
        if (data := self._held.get(key)) is not None:
            with suppress(ValueError, zlib.error):
                value = form.unpacked(data)
                self._used[key] = data
                return value
        value = make()
        with suppress(ValueError):
            self._used[key] = form.packed(value)
        return value

    def keep(self) -> None:
        """Keep what was asked for since this was opened, and no more; without room keep nothing."""
        if self._used.keys() == self._held.keys():
            return
        draft = self._file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            draft.parent.mkdir(parents=True, exist_ok=True)
            try:
                with draft.open("wb") as file:
                    for key, data in self._used.items():
                        file.write(_HEAD.pack(key, len(data)) + data)
                draft.replace(self._file)
            finally:
                draft.unlink(missing_ok=True)


def forget_what_was_read(index: Path) -> None:
    """Forget all places: what is taken out of an index shall not stay beside it."""
    shutil.rmtree(index / _FOLDER, ignore_errors=True)


def _entries(file: Path) -> Iterator[tuple[bytes, bytes]]:
    with suppress(OSError, struct.error):
        data, at = file.read_bytes(), 0
        while at < len(data):
            key, size = _HEAD.unpack_from(data, at)
            yield key, data[at + _HEAD.size : at + _HEAD.size + size]
            at += _HEAD.size + size


def code_files(root: Path) -> Iterator[Path]:
    """Give the files, under a folder of rooms, that decide on what articles are read to."""
    for room in _ROOMS:
        yield from (p for p in sorted(Path(root, room).rglob("*")) if p.suffix in _SOURCES)


@cache
def _code() -> str:
    """Name all code that has a say in how files are read."""
    ours = b"".join(path.read_bytes() for path in code_files(_ROOT))
    theirs = []
    for library in _READERS:
        with suppress(PackageNotFoundError):
            theirs.append(f"{library} {version(library)}")
    return hashlib.sha256(ours + repr(theirs).encode()).hexdigest()
