"""The opened index: everything that is read of it, in any thread, always of one revision."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from types import TracebackType
from typing import TYPE_CHECKING

from retrieval.errors import (
    ArticleError,
    IndexBusy,
    IndexEmpty,
    IndexMismatch,
    StoreError,
    UsageError,
)
from retrieval.index.filters import Bounds, bounds_of
from retrieval.index.fusion import search_snapshot
from retrieval.index.passages import CHUNKER
from retrieval.index.rows import Row, joined_text
from retrieval.index.snapshot import Snapshot, Snapshots
from retrieval.models.embedder import Embedder, make_embedder
from retrieval.settings import Settings
from retrieval.text.overview import Overview
from retrieval.types import Article, Filters, Hit, Passage

if TYPE_CHECKING:
    from retrieval.index.langchain_retriever import LibraryRetriever

# A query can meet vectors that another process is changing; a reopened store knows them.
_ATTEMPTS = 3
# An answer searches with its question, compares quotes with it, and may search again without dates.
_REMEMBERED_QUERIES = 8


def open_library(settings: Settings) -> "Library":
    """Give the index that the settings name; it is read at the first question.

    What is wrong with the index (IndexMismatch, StoreError) is therefore raised by the reading
    methods, and an index built with other settings can still be ingested into, which mends it.
    """
    return Library(settings)


class Library:
    """The articles of one index.

    Every call looks whether another process has ingested, and if so reads the new revision; one
    call never mixes two. Nothing is found that the last complete ingest did not hold.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._snapshots = Snapshots(settings)

    @cached_property
    def embedder(self) -> Embedder:
        """What turns passages and questions into vectors."""
        return make_embedder(self.settings)

    @property
    def fingerprint(self) -> str:
        """What an index must have been built with to be read."""
        return f"{self.embedder.name}; {CHUNKER}; {self.settings.passage_tokens} tokens"

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Give the passages that match best in meaning and words, best first.

        The score is the fused reciprocal rank (`search.fuse_rankings`): larger is better, and
        it compares hits of one query only. Passages that say nearly the same are shown once.

        Args:
            query: A question or words; a very long one is searched by all of its parts.
            k: The most hits to give, at least 1.
            filters: Which articles may be found; dates that an article might have count, and
                undated articles are left out by any date.

        Raises:
            UsageError: The query is blank, `k` is not positive or a date is not one.
            IndexEmpty: There is no article.
            StoreError: The index cannot be read.
        """
        if not query.strip() or k < 1:
            raise UsageError("give some words to search for, and ask for at least 1 passage")
        vector = self.query_vector(query)
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._search(query, vector, k, filters or Filters())
            except (IndexEmpty, IndexMismatch, IndexBusy):
                raise
            except StoreError:
                self._snapshots.drop()
        return self._search(query, vector, k, filters or Filters())

    def query_vector(self, query: str) -> Sequence[float]:
        """Give the embedding of a query; those of the last few queries are remembered."""
        return self._query_vectors(query)

    @cached_property
    def _query_vectors(self) -> Callable[[str], Sequence[float]]:
        return lru_cache(maxsize=_REMEMBERED_QUERIES)(self.embedder.embed_query)

    def _search(self, query: str, vector: Sequence[float], k: int, filters: Filters) -> list[Hit]:
        with self._reading() as snapshot:
            if snapshot is None or not snapshot.articles:
                raise IndexEmpty('there is no article in the index; run "dateline ingest"')
            bounds = bounds_of(filters, _outlets(snapshot.articles.values()))
            return search_snapshot(snapshot, query, vector, k=k, bounds=bounds)

    def shares_words(self, text: str) -> bool:
        """Tell whether any passage or its header holds a word of the text; small words are none."""
        with self._reading() as snapshot:
            return snapshot is not None and bool(
                snapshot.lexical.search(text, k=1, bounds=Bounds())
            )

    def retriever(self, *, k: int = 10, filters: Filters | None = None) -> "LibraryRetriever":
        """Give the search as a LangChain retriever."""
        from retrieval.index.langchain_retriever import LibraryRetriever

        return LibraryRetriever(library=self, k=k, filters=filters or Filters())

    @property
    def revision(self) -> str:
        """Name what is held now; empty before the first ingest."""
        with self._reading() as snapshot:
            return snapshot.revision if snapshot else ""

    @property
    def written_at(self) -> datetime | None:
        """When what is held now was completed, in UTC; None before the first ingest."""
        with self._reading() as snapshot:
            moment = snapshot.collection.published_at if snapshot else None
        return None if moment is None else datetime.fromtimestamp(moment, UTC)

    @property
    def unended_request(self) -> str | None:
        """The command that is changing the index now, or was stopped before it ended."""
        with self._reading() as snapshot:
            return snapshot.collection.request if snapshot else None

    @property
    def is_empty(self) -> bool:
        """True if there is no article."""
        return not self.articles()

    def articles(self) -> list[Article]:
        """Give every article, in order of folder and source."""
        with self._reading() as snapshot:
            return list(snapshot.articles.values()) if snapshot else []

    def overview(self) -> Overview:
        """Say what the articles are about, and what one could ask them."""
        with self._reading() as snapshot:
            return snapshot.overview if snapshot else Overview()

    def admitted(self, filters: Filters) -> list[Article]:
        """Give the articles that the filters let through."""
        articles = self.articles()
        bounds = bounds_of(filters, _outlets(articles))
        return [article for article in articles if bounds.admits(article)]

    def outlets(self) -> list[str]:
        """Give the outlets of the articles, each once, in order of the alphabet."""
        return _outlets(self.articles())

    def undated_left_out(self, filters: Filters) -> int:
        """Count the articles that only their unknown date keeps from matching the filters."""
        if not (filters.since or filters.until):
            return 0
        articles = self.articles()
        bounds = bounds_of(filters, _outlets(articles))
        return sum(bounds.admits_outlet(a) and a.published is None for a in articles)

    def find_article(self, name: str) -> Article:
        """Give the article with this id, source, URL, or file name where it is unique.

        Raises:
            ArticleError: There is none, or several.
        """
        articles = self.articles()
        for names_of in (_ids, _places, _file_names):
            found = [article for article in articles if name in names_of(article)]
            if len(found) == 1:
                return found[0]
            if found:
                ids = ", ".join(article.article_id for article in found)
                raise ArticleError(f"{name!r} names {len(found)} articles; take an id: {ids}")
        raise ArticleError(f'there is no article {name!r}; "dateline sources" lists them')

    def article_text(self, article_id: str) -> str:
        """Give the clean text that offsets count in; ArticleError if it is not held."""
        return joined_text(self._rows(article_id))

    def passages(self, article_id: str) -> list[Passage]:
        """Give an article's passages in order; ArticleError if it is not held."""
        return [row.passage for row in self._rows(article_id)]

    def _rows(self, article_id: str) -> list[Row]:
        with self._reading() as snapshot:
            rows = snapshot.lexical.article_rows(article_id) if snapshot else []
        if not rows:
            raise ArticleError(f'there is no article {article_id!r}; "dateline sources" lists them')
        return rows

    def _reading(self) -> AbstractContextManager[Snapshot | None]:
        return self._snapshots.reading(self.fingerprint)

    def close(self) -> None:
        """Let go of the index; calls that still run end first."""
        self._snapshots.drop()

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _outlets(articles: Iterable[Article]) -> list[str]:
    return sorted({article.outlet for article in articles if article.outlet})


def _ids(article: Article) -> tuple[str, ...]:
    return (article.article_id,)


def _places(article: Article) -> tuple[str | None, ...]:
    return (article.source, article.url, f"{article.folder}/{article.source}")


def _file_names(article: Article) -> tuple[str, ...]:
    return (PurePosixPath(article.source.partition("#")[0]).name,)
