"""Vectors in a file, by what they are of: added one after the other, read up to where one is cut.

A kill or a full disk may cut it, and it may go at any time: what is missed is embedded again.
"""

import hashlib
import os
import struct
import zlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

_KEY_BYTES = 16
_HEAD = struct.Struct(f"<{_KEY_BYTES}sII")

Identity = tuple[int, int, int]


class VectorFile:
    """Several processes may read it and add to it at once; who replaces it may lose an addition.

    What cannot be read is not there, and what cannot be written is not kept.
    """

    def __init__(self, path: Path, *, most: int | None = None) -> None:
        """Take the place of the file, which need not be there, and how many vectors it may hold."""
        self._path, self._most = path, most
        self._seen: Identity | None = None
        self._count = 0

    def has_changed(self) -> bool:
        """Tell whether another process has changed it since it was read or written here."""
        return self._identity() != self._seen

    def read(self) -> dict[bytes, bytes]:
        """Give all vectors before a cut by their keys, those added first first."""
        self._seen = self._identity()
        data = b""
        with suppress(OSError):
            data = self._path.read_bytes()
        whole = dict(_entries(data))
        if sum(_HEAD.size + len(vector) for vector in whole.values()) < len(data):
            self.replace(whole)  # what is added behind a cut would never be read
        self._count = len(whole)
        return whole

    def add(self, vectors: Mapping[bytes, bytes]) -> None:
        """Put vectors at the end; a file that is full first gives up its older half."""
        self._count += len(vectors)
        if self._most and self._count > self._most:
            newest = list(self.read().items())[-self._most // 2 :]
            self.replace({**dict(newest), **vectors})
            return
        is_known = not self.has_changed()
        with suppress(OSError), self._path.open("ab") as file:
            file.write(_packed(vectors))
        if is_known:
            self._seen = self._identity()

    def remove(self, keys: Collection[bytes]) -> None:
        """Take vectors out."""
        held = self.read()
        if not held.keys().isdisjoint(keys):
            self.replace({key: vector for key, vector in held.items() if key not in keys})

    def replace(self, vectors: Mapping[bytes, bytes]) -> None:
        """Let the file hold these vectors alone, in one step; without any there is no file."""
        draft = self._path.with_suffix(f".{os.getpid()}")
        self._count = len(vectors)
        with suppress(OSError):
            if not vectors:
                self._path.unlink(missing_ok=True)
                return
            try:
                draft.write_bytes(_packed(vectors))
                draft.replace(self._path)
                self._seen = self._identity()
            finally:
                draft.unlink(missing_ok=True)

    def _identity(self) -> Identity | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns


def _packed(vectors: Mapping[bytes, bytes]) -> bytes:
    return b"".join(
        _HEAD.pack(key, len(vector), zlib.crc32(vector)) + vector for key, vector in vectors.items()
    )


def _entries(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    with suppress(struct.error):
        while at < len(data):
            key, size, check = _HEAD.unpack_from(data, at)
            at += _HEAD.size + size
            vector = data[at - size : at]
            if len(vector) != size or zlib.crc32(vector) != check:
                return
            yield key, vector


def key_of(text: str) -> bytes:
    """Name a vector by all that made it what it is."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_KEY_BYTES]
