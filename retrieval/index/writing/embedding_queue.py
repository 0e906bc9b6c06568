"""Rows on their way into the index: embedded two slices at once, written in pages.

A page is written when it is full, and a kill before that must not cost what is embedded already,
which a provider was perhaps paid for: vectors go to a file beside the index as soon as they are
there, and leave it when they are written.
"""

from array import array
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from retrieval.index.passages import header_line, indexed_text
from retrieval.index.rows import Row
from retrieval.models.embedder import Embedder, Likeness
from retrieval.models.kept_vectors import KeptVectors
from retrieval.text.sentences import quotable

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


def passage_vectors(index: Path, embedder: Embedder, *, fingerprint: str) -> KeptVectors:
    """Give the vectors of passages that are embedded and not yet in the index, safe from a kill.

    What a killed run has left is taken over; what another embedder made is of no use.
    """
    size = LOCAL_CALL_PASSAGES if embedder.is_local else SLICE_PASSAGES
    made = fingerprint, embedder.embed_documents
    return KeptVectors(*made, lambda one: array("f", one).tobytes(), index / _FILE, at_once=size)


# What questions are compared with is embedded before the first is asked, as long as that is soon
# done: as much work as of 400 passages, 5 s on a slow core. Further sentences are embedded by the
# first question that meets them.
SENTENCES_AT_ONCE = 2_048


class SentencesToLearn:
    """Embeds the sentences of new passages, too, up to a number for one ingest."""

    def __init__(self, likeness: Likeness) -> None:
        """Take what keeps their vectors."""
        self._likeness, self._left = likeness, SENTENCES_AT_ONCE
        self._lock = Lock()

    def of(self, rows: Sequence[Row]) -> None:
        """Embed what may be quoted of rows, from any thread."""
        texts = list(dict.fromkeys(text for row in rows for text in quotable(row.passage)))
        with self._lock:
            texts = texts[: self._left]
            self._left -= len(texts)
        for at in range(0, len(texts), LOCAL_CALL_PASSAGES):
            self._likeness.learn(texts[at : at + LOCAL_CALL_PASSAGES])


class EmbeddingQueue:
    """Takes rows, and hands them on with their vectors in the same order."""

    def __init__(
        self,
        kept: KeptVectors,
        sentences: SentencesToLearn | None,
        *,
        write: Callable[[Sequence[Row], Vectors], None],
        on_embedded: Callable[[Row], None],
    ) -> None:
        """Take what embeds passages, and their sentences too, if those are compared."""
        self._kept, self._sentences = kept, sentences
        self._write, self._on_embedded = write, on_embedded
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
        self._slices.append((rows, self._pool.submit(self._embedded, rows)))

    def _embedded(self, rows: Sequence[Row]) -> Vectors:
        vectors = self._kept.of(_texts(rows))
        if self._sentences:
            self._sentences.of(rows)
        return [array("f", one).tolist() for one in vectors]

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
