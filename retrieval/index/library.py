"""The opened index: everything that is read of it, in any thread, always of one revision."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from functools import cached_property, lru_cache
from typing import TypeVar

from retrieval.errors import IndexBusy, IndexEmpty, IndexMismatch, StoreError
from retrieval.index.passages import CHUNKER
from retrieval.index.revision import Revisions
from retrieval.index.snapshot import Snapshot
from retrieval.models.embedder import Embedder, make_embedder
from retrieval.models.likeness import Likeness
from retrieval.settings import Settings
from retrieval.text.overview import Overview
from retrieval.types import Article, Filters, Hit

T = TypeVar("T")

# A query can meet vectors that another process is changing; a reopened store knows them.
_ATTEMPTS = 3
# An answer searches with its question, compares quotes with it, and may search again without dates.
_REMEMBERED_QUERIES = 8
_SENTENCES = "sentence-vectors"


def open_library(settings: Settings) -> "Library":
    """Give the index that the settings name; it is read at the first question.

    What is wrong with the index (IndexMismatch, StoreError) is therefore raised by the reading
    methods, and an index built with other settings can still be ingested into, which mends it.
    """
    return Library(settings)


class Library:
    """The articles of one index.

    Every call looks whether another process has ingested, and if so reads the new revision; what
    belongs together is read of one `snapshot`. Nothing is found that the last complete ingest did
    not hold, and nothing that is kept for another audience: `seen_by` gives what one sees.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.audience = ""
        self._revisions = Revisions(settings)

    def seen_by(self, audience: str) -> "Library":
        """Give the same index with the audience's own articles; what is opened is shared.

        Args:
            audience: Who looks, such as a server by its id; empty for what everybody sees.
        """
        _ = self._query_vectors, self.likeness  # shared as well, once they are there
        seen = copy(self)
        seen.audience = audience
        return seen

    @cached_property
    def embedder(self) -> Embedder:
        """What turns passages and questions into vectors."""
        return make_embedder(self.settings)

    @cached_property
    def likeness(self) -> Likeness:
        """What compares sentences with a question; it keeps their vectors beside the index."""
        file = self.settings.index / _SENTENCES if self.embedder.is_local else None
        return Likeness(self.embedder, file)

    @property
    def fingerprint(self) -> str:
        """What an index must have been built with to be read."""
        return f"{self.embedder.name}; {CHUNKER}; {self.settings.passage_tokens} tokens"

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give the last complete revision, which stays as it is in the block.

        Raises:
            IndexMismatch: It was built with another embedder or chunker.
            StoreError: It cannot be read.
        """
        with self._revisions.reading(self.fingerprint) as revision:
            view = revision.view(self.audience) if revision else None
            compares = self.likeness if self.embedder.is_local else None
            yield Snapshot(view, self.query_vector, compares)

    def of_one_revision(self, work: Callable[[Snapshot], T]) -> T:
        """Give what the work makes of a snapshot; it begins anew if the store goes meanwhile."""
        for _ in range(_ATTEMPTS - 1):
            try:
                with self.snapshot() as held:
                    return work(held)
            except (IndexEmpty, IndexMismatch, IndexBusy):
                raise
            except StoreError:
                self._revisions.drop()
        with self.snapshot() as held:
            return work(held)

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Give the passages that match best, as `Snapshot.search` does."""
        return self.of_one_revision(lambda held: held.search(query, k=k, filters=filters))

    def query_vector(self, query: str) -> Sequence[float]:
        """Give the embedding of a query; those of the last few queries are remembered."""
        return self._query_vectors(query)

    @cached_property
    def _query_vectors(self) -> Callable[[str], Sequence[float]]:
        return lru_cache(maxsize=_REMEMBERED_QUERIES)(self.embedder.embed_query)

    @property
    def revision(self) -> str:
        """Name what is held now; empty before the first ingest."""
        with self.snapshot() as held:
            return held.revision

    @property
    def written_at(self) -> datetime | None:
        """When what is held now was completed, in UTC; None before the first ingest."""
        with self.snapshot() as held:
            return held.written_at

    @property
    def audiences(self) -> frozenset[str]:
        """All who have articles of their own."""
        with self.snapshot() as held:
            return held.audiences

    def articles(self) -> list[Article]:
        """Give every article, in order of folder and source."""
        with self.snapshot() as held:
            return list(held.articles)

    def admitted(self, filters: Filters) -> list[Article]:
        """Give the articles that the filters let through."""
        with self.snapshot() as held:
            return held.admitted(filters)

    def overview(self) -> Overview:
        """Say what the articles are about, and what one could ask them."""
        with self.snapshot() as held:
            return held.overview

    def outlets(self) -> list[str]:
        """Give the outlets of the articles, each once, in order of the alphabet."""
        with self.snapshot() as held:
            return list(held.outlets)

    def find_article(self, name: str) -> Article:
        """Give the article of a name, as `Snapshot.find_article` does."""
        with self.snapshot() as held:
            return held.find_article(name)

    def article_text(self, article_id: str) -> str:
        """Give the clean text that offsets count in; ArticleError if it is not held."""
        with self.snapshot() as held:
            return held.article_text(article_id)

    def close(self) -> None:
        """Let go of the index; calls that still run end first."""
        self._revisions.drop()

    def __enter__(self) -> "Library":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
