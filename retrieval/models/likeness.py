"""How like sentences are to a question, and their vectors, kept for the next one.

Memory and a file beside the index hold the same: what is not there is embedded, and added to both.
The file has vectors by what they are of, one after the other, and is read up to where one is cut: a
kill or a full disk may cut it, and it may go at any time.
"""

import hashlib
import os
import struct
import zlib
from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from retrieval.models.embedder import Embedder

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

Vectors = dict[bytes, bytes]

# 13 MB.
_REMEMBERED = 16_384
KEPT_PASSAGES = 2_400
"""Of about so many passages, or 350 articles, the sentences are all remembered."""
# Half the room, and a cosine is off by less than .001. Vectors have this form from the first time
# on, so that it is no matter whether one was kept.
_KEPT_AS = "<f2"


class Likeness:
    """Compares sentences with questions; the vectors of those seen lately are at hand."""

    def __init__(self, embedder: Embedder, file: Path | None = None) -> None:
        """Take what makes vectors, and where they are kept; without a file in memory alone."""
        self._embedder = embedder
        self._file = None if file is None else VectorFile(file, most=_REMEMBERED)
        self._vectors: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = Lock()

    def load(self) -> None:
        """Read now what is kept."""
        with self._lock:
            self._look_at_file()

    def to(self, asked: Sequence[float], sentences: Sequence[str]) -> list[float]:
        """Give the cosine of each sentence to the vector of a question, in order."""
        if not sentences:
            return []
        import numpy as np

        cosines = self._matrix(sentences) * _units(np.asarray([asked], np.float32))
        return [float(one) for one in cosines.sum(axis=1)]

    def to_the_middle(self, sentences: Sequence[str]) -> list[float]:
        """Give the cosine of each sentence to the middle of them all, in order."""
        if not sentences:
            return []
        return self.to(self._matrix(sentences).sum(axis=0).tolist(), sentences)

    def learn(self, sentences: Sequence[str]) -> int:
        """Embed what is not known yet, and give how many that were."""
        return len(self._known_and_new(dict(zip(self._keys(sentences), sentences, strict=True)))[1])

    def forget(self, sentences: Sequence[str]) -> None:
        """Let go of the vectors of what is no longer held, in memory and in the file."""
        gone = set(self._keys(sentences))
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

    def _matrix(self, sentences: Sequence[str]) -> "Floats":
        import numpy as np

        keys = self._keys(sentences)
        known, new = self._known_and_new(dict(zip(keys, sentences, strict=True)))
        vectors = known | new
        data = b"".join(vectors[key] for key in keys)
        return np.frombuffer(data, _KEPT_AS).reshape(len(keys), -1).astype(np.float32)

    def _known_and_new(self, wanted: Mapping[bytes, str]) -> tuple[Vectors, Vectors]:
        """Give the vectors that are at hand, and those that had to be made."""
        with self._lock:
            if not wanted.keys() <= self._vectors.keys():
                self._look_at_file()
            known = {key: self._vectors[key] for key in wanted if key in self._vectors}
        texts = {key: text for key, text in wanted.items() if key not in known}
        made = self._embedder.embed_documents(list(texts.values())) if texts else []
        new = {key: _packed(vector) for key, vector in zip(texts, made, strict=True)}
        with self._lock:
            self._remember(known | new)
            if self._file and new:
                self._file.add(new)
        return known, new

    def _look_at_file(self) -> None:
        if self._file and self._file.has_changed():
            self._remember(self._file.read())

    def _remember(self, vectors: Vectors) -> None:
        for key, vector in vectors.items():
            self._vectors[key] = vector
            self._vectors.move_to_end(key)
        while len(self._vectors) > _REMEMBERED:
            self._vectors.popitem(last=False)

    def _keys(self, sentences: Sequence[str]) -> list[bytes]:
        """Name sentences by their words and by what embeds them: others' vectors are never met."""
        return [key_of(f"{self._embedder.name}\n{one}") for one in sentences]


def _packed(vector: Sequence[float]) -> bytes:
    """Give the vector with length 1, as it is kept; not every embedder gives it so."""
    import numpy as np

    return _units(np.asarray([vector], np.float32)).astype(_KEPT_AS).tobytes()


def _units(vectors: "Floats") -> "Floats":
    import numpy as np

    lengths: Floats = np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
    lengths[lengths == 0] = 1
    return vectors / lengths


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


def key_of(text: str) -> bytes:
    """Name a vector by all that made it what it is."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_KEY_BYTES]
