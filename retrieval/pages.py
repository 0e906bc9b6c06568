"""Rows embedded page by page: while one page is written, the next is embedded in another thread."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from retrieval.chunk import header_line, indexed_text
from retrieval.embed import Embedder
from retrieval.rows import Row

# A second of work, and all that a kill can cost. Chroma holds Python's lock while it writes, so
# larger pages would leave the embedder waiting.
PAGE_PASSAGES = 64

Vectors = list[list[float]]
WritePage = Callable[[Sequence[Row], Vectors], None]


class Pages:
    """Takes rows, and hands them on with their vectors in the same order."""

    def __init__(self, embedder: Embedder, write: WritePage) -> None:
        self._embedder, self._write = embedder, write
        self._waiting: list[Row] = []
        self._embedding: tuple[Sequence[Row], Future[Vectors]] | None = None
        self._pool = ThreadPoolExecutor(1)

    def put(self, rows: Sequence[Row]) -> None:
        """Take rows; full pages are embedded, and the page before each is written."""
        self._waiting += rows
        while len(self._waiting) >= PAGE_PASSAGES:
            self._embed_page()

    def finish(self) -> None:
        """Write everything that was taken."""
        if self._waiting:
            self._embed_page()
        self._write_embedded()

    def _embed_page(self) -> None:
        page, self._waiting = self._waiting[:PAGE_PASSAGES], self._waiting[PAGE_PASSAGES:]
        texts = [indexed_text(header_line(row.article), row.passage.text) for row in page]
        embedding = self._pool.submit(self._embedder.embed_documents, texts)
        self._write_embedded()
        self._embedding = page, embedding

    def _write_embedded(self) -> None:
        if self._embedding is not None:
            (rows, embedding), self._embedding = self._embedding, None
            self._write(rows, embedding.result())

    def close(self) -> None:
        """Leave what is not written; the page that is being embedded ends first."""
        self._pool.shutdown(cancel_futures=True)
