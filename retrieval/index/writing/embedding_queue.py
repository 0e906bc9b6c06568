"""Rows on their way into the index: embedded two slices at once, written in pages.

A page is written when it is full, and a kill before that must not cost what is embedded already,
which a provider was perhaps paid for: vectors go to a file beside the index as soon as they are
there, and leave it when they are written.
"""

import hashlib
import struct
import zlib
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from threading import Lock

from retrieval.index.passages import header_line, indexed_text
from retrieval.index.rows import Row
from retrieval.models.embedder import Embedder

# A call of Chroma costs as much as thirty rows, and stops all of Python while it lasts: few large
# pages.
PAGE_PASSAGES = 512
SMALL_PAGE_PASSAGES = 32  # where others are not to be stopped for longer than they notice
# Embedded at a time: small enough for a progress bar to move, and for provider's limits.
SLICE_PASSAGES = 64
# Put aside at a time where a call costs nothing by itself: so much of a slice is lost at a kill.
LOCAL_CALL_PASSAGES = 4
# Two slices at once, so that no core waits for the last passage of a slice.
_SLICES_AT_ONCE = 2

Vectors = list[list[float]]
_FILE = "embedded-vectors"
_HEAD = struct.Struct("<16sII")
_KEY_BYTES = 16


class KeptVectors:
    """Vectors of texts that are embedded and not yet in the index, safe from a kill."""

    def __init__(self, index: Path, embedder: Embedder, *, fingerprint: str) -> None:
        """Take over what a killed run has left; what another embedder made is of no use.

        Args:
            index: The folder of the index.
            embedder: Makes the vectors that are not kept.
            fingerprint: What makes vectors what they are, as of the collection.
        """
        self._file, self._embedder, self._fingerprint = index / _FILE, embedder, fingerprint
        self._held = dict(_entries(self._file))
        self._lock = Lock()

    def of(self, texts: Sequence[str]) -> Vectors:
        """Give a vector for each text, from any thread; only those that are not kept are made."""
        keys = self._keys(texts)
        with self._lock:
            known = {key: self._held[key] for key in keys if key in self._held}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        size = LOCAL_CALL_PASSAGES if self._embedder.is_local else SLICE_PASSAGES
        for at in range(0, len(new), size):
            known |= self._made(dict(islice(new.items(), at, at + size)))
        return [known[key].tolist() for key in keys]

    def _made(self, new: Mapping[bytes, str]) -> "dict[bytes, array[float]]":
        """Embed texts, and put their vectors aside."""
        made = self._embedder.embed_documents(list(new.values()))
        packed = {key: array("f", vector) for key, vector in zip(new, made, strict=True)}
        with self._lock:
            self._held |= packed
            self._append(packed.items())
        return packed

    def forget(self, texts: Iterable[str]) -> None:
        """Let go of what is written."""
        with self._lock:
            for key in self._keys(texts):
                self._held.pop(key, None)
            draft = self._file.with_suffix(".new")
            with suppress(OSError):
                draft.write_bytes(b"".join(_packed(*entry) for entry in self._held.items()))
                draft.replace(self._file)

    def forget_all(self) -> None:
        """Leave nothing behind."""
        self._held.clear()
        with suppress(OSError):
            self._file.unlink(missing_ok=True)

    def _append(self, entries: Iterable[tuple[bytes, "array[float]"]]) -> None:
        # On a full disk the work of a page is at stake as it was before, and no more.
        with suppress(OSError), self._file.open("ab") as file:
            file.write(b"".join(_packed(*entry) for entry in entries))

    def _keys(self, texts: Iterable[str]) -> list[bytes]:
        wholes = (f"{self._fingerprint}\n{text}".encode("utf-8", "surrogatepass") for text in texts)
        return [hashlib.sha256(whole).digest()[:_KEY_BYTES] for whole in wholes]


def _packed(key: bytes, vector: "array[float]") -> bytes:
    data = vector.tobytes()
    return _HEAD.pack(key, len(data), zlib.crc32(data)) + data


def _entries(file: Path) -> Iterator[tuple[bytes, "array[float]"]]:
    """Give what a file holds up to where a kill or a full disk has cut it."""
    with suppress(OSError, struct.error, ValueError):
        data, at = file.read_bytes(), 0
        while at < len(data):
            key, size, check = _HEAD.unpack_from(data, at)
            vector = data[at + _HEAD.size : at + _HEAD.size + size]
            if zlib.crc32(vector) != check:
                return
            yield key, array("f", vector)
            at += _HEAD.size + size


class EmbeddingQueue:
    """Takes rows, and hands them on with their vectors in the same order."""

    def __init__(
        self,
        kept: KeptVectors,
        *,
        write: Callable[[Sequence[Row], Vectors], None],
        on_embedded: Callable[[Row], None],
    ) -> None:
        self._kept, self._write, self._on_embedded = kept, write, on_embedded
        self.page = PAGE_PASSAGES
        self._pool = ThreadPoolExecutor(_SLICES_AT_ONCE)
        self._taken: list[Row] = []
        self._slices: deque[tuple[Sequence[Row], Future[Vectors]]] = deque()
        self._rows: list[Row] = []
        self._vectors: Vectors = []

    def put(self, rows: Sequence[Row]) -> None:
        """Take rows; waits where they come faster than they are embedded."""
        self._taken += rows
        while len(self._taken) >= SLICE_PASSAGES:
            self._embed_slice()
        while len(self._slices) * SLICE_PASSAGES > PAGE_PASSAGES:
            self._collect_slice()

    def finish(self) -> None:
        """Write everything that was taken."""
        if self._taken:
            self._embed_slice()
        while self._slices:
            self._collect_slice()
        if self._rows:
            self._write_pages()
        self._kept.forget_all()

    def close(self) -> None:
        """Leave what is not written; slices that are being embedded end first."""
        self._pool.shutdown(cancel_futures=True)

    def _embed_slice(self) -> None:
        rows, self._taken = self._taken[:SLICE_PASSAGES], self._taken[SLICE_PASSAGES:]
        self._slices.append((rows, self._pool.submit(self._kept.of, _texts(rows))))

    def _collect_slice(self) -> None:
        rows, embedding = self._slices.popleft()
        self._vectors += embedding.result()
        self._rows += rows
        for row in rows:
            self._on_embedded(row)
        if len(self._rows) >= self.page:
            self._write_pages()

    def _write_pages(self) -> None:
        for at in range(0, len(self._rows), self.page):
            page = slice(at, at + self.page)
            self._write(self._rows[page], self._vectors[page])
        self._kept.forget(_texts(self._rows))
        self._rows, self._vectors = [], []


def _texts(rows: Sequence[Row]) -> list[str]:
    return [indexed_text(header_line(row.article), row.passage.text) for row in rows]
