"""Rows on their way into the index: embedded in other threads, written in pages."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from retrieval.index.passages import header_line, indexed_text
from retrieval.index.rows import Row
from retrieval.models.embedder import Embedder

# A call of Chroma costs as much as thirty rows, and stops all of Python while it lasts: few large
# pages. What a kill can cost is the work of two pages, some seconds.
PAGE_PASSAGES = 512
# Embedded at a time: small enough for a progress bar to move, and for provider's limits.
SLICE_PASSAGES = 64
# Two slices at once, so that no core waits for the last passage of a slice.
_SLICES_AT_ONCE = 2

Vectors = list[list[float]]


class EmbeddingQueue:
    """Takes rows, and hands them on with their vectors in the same order."""

    def __init__(
        self,
        embedder: Embedder,
        *,
        write: Callable[[Sequence[Row], Vectors], None],
        on_embedded: Callable[[Row], None],
    ) -> None:
        self._embedder, self._write, self._on_embedded = embedder, write, on_embedded
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
            self._write_page()

    def close(self) -> None:
        """Leave what is not written; slices that are being embedded end first."""
        self._pool.shutdown(cancel_futures=True)

    def _embed_slice(self) -> None:
        rows, self._taken = self._taken[:SLICE_PASSAGES], self._taken[SLICE_PASSAGES:]
        texts = [indexed_text(header_line(row.article), row.passage.text) for row in rows]
        self._slices.append((rows, self._pool.submit(self._embedder.embed_documents, texts)))

    def _collect_slice(self) -> None:
        rows, embedding = self._slices.popleft()
        self._vectors += embedding.result()
        self._rows += rows
        for row in rows:
            self._on_embedded(row)
        if len(self._rows) >= PAGE_PASSAGES:
            self._write_page()

    def _write_page(self) -> None:
        self._write(self._rows, self._vectors)
        self._rows, self._vectors = [], []
