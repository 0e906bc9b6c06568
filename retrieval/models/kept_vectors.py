"""Vectors of texts, kept for the next time they are wanted: what is not there is made, and added.

Memory and a file beside the index hold the same. The file has vectors by what they are of, one
after the other, and is read up to where one is cut: a kill or a full disk may cut it, and it may
go at any time.
"""

import hashlib
import os
import struct
import zlib
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from threading import Lock

Vectors = dict[bytes, bytes]


class KeptVectors:
    """Gives vectors as bytes, from any thread; each text is embedded once."""

    def __init__(
        self,
        name: str,
        make: Callable[[list[str]], Sequence[Sequence[float]]],
        pack: Callable[[Sequence[float]], bytes],
        file: Path | None = None,
        *,
        most: int | None = None,
        at_once: int | None = None,
    ) -> None:
        """Take what makes vectors, and where they are kept; without a file in memory alone.

        `name` tells what makes them: others' vectors are never met. No more are kept than `most`,
        nor made in one call than `at_once`: so much is lost at a kill.
        """
        self._name, self._make, self._pack = name, make, pack
        self._file = None if file is None else VectorFile(file, most=most)
        self._most, self._at_once = most, at_once
        self._vectors: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = Lock()

    def load(self) -> None:
        """Read now what is kept."""
        with self._lock:
            self._look_at_file()

    def of(self, texts: Sequence[str]) -> list[bytes]:
        """Give the vector of each text; only those that are not kept are made."""
        keys = self._keys(texts)
        wanted = dict(zip(keys, texts, strict=True))
        with self._lock:
            if not wanted.keys() <= self._vectors.keys():
                self._look_at_file()
            known = {key: self._vectors[key] for key in wanted if key in self._vectors}
            self._remember(known)
        new = {key: text for key, text in wanted.items() if key not in known}
        size = self._at_once or max(1, len(new))
        for at in range(0, len(new), size):
            known |= self._made(dict(islice(new.items(), at, at + size)))
        return [known[key] for key in keys]

    def forget(self, texts: Iterable[str]) -> None:
        """Let go of the vectors of what is no longer wanted, in memory and in the file."""
        gone = set(self._keys(texts))
        with self._lock:
            for key in gone & self._vectors.keys():
                del self._vectors[key]
            if self._file:
                self._file.remove(gone)

    def forget_all(self) -> None:
        """Let go of all vectors."""
        with self._lock:
            self._vectors.clear()
            if self._file:
                self._file.replace({})

    def _made(self, new: Mapping[bytes, str]) -> Vectors:
        vectors = self._make(list(new.values()))
        packed = {key: self._pack(vector) for key, vector in zip(new, vectors, strict=True)}
        with self._lock:
            self._remember(packed)
            if self._file:
                self._file.add(packed)
        return packed

    def _look_at_file(self) -> None:
        if self._file and self._file.has_changed():
            self._remember(self._file.read())

    def _remember(self, vectors: Vectors) -> None:
        for key, vector in vectors.items():
            self._vectors[key] = vector
            self._vectors.move_to_end(key)
        while self._most is not None and len(self._vectors) > self._most:
            self._vectors.popitem(last=False)

    def _keys(self, texts: Iterable[str]) -> list[bytes]:
        return [_key_of(f"{self._name}\n{text}") for text in texts]


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
            file.write(_entry_bytes(vectors))
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
                draft.write_bytes(_entry_bytes(vectors))
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


def _entry_bytes(vectors: Mapping[bytes, bytes]) -> bytes:
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


def _key_of(text: str) -> bytes:
    """Name a vector by all that made it what it is."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_KEY_BYTES]
