"""The opened index, and what somebody reads of one revision of it: articles, passages, a search."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from typing import TypeVar

from retrieval.errors import (
    ArticleError,
    IndexBusy,
    IndexEmpty,
    IndexMismatch,
    StoreError,
    UsageError,
)
from retrieval.index.fusion import search_view
from retrieval.index.passages import CHUNKER
from retrieval.index.revision import Revisions, View
from retrieval.index.rows import Row, joined_text
from retrieval.models.embedder import Embedder, Likeness, make_embedder
from retrieval.settings import Settings
from retrieval.text.overview import Overview
from retrieval.types import Article, Bounds, Citation, Filters, Hit, Passage

_OUTLET_CHARS = 60


class Snapshot:
    """All that its audience saw when it was taken; what is ingested meanwhile is not seen.

    `articles` are in order of folder and source, `outlets` in that of the alphabet; `query_vector`
    gives the embedding of a query.
    """

    def __init__(
        self,
        view: View | None,
        query_vector: Callable[[str], Sequence[float]],
        likeness: Likeness | None = None,
    ) -> None:
        """Take what is seen, None before the first ingest; `likeness` compares sentences, too."""
        self._held = view
        self._likeness = likeness
        self.query_vector = query_vector
        self.articles = tuple(view.articles.values()) if view else ()
        self.outlets = view.outlets if view else ()

    @property
    def revision(self) -> str:
        """Name what is held; empty before the first ingest."""
        return self._held.revision.name if self._held else ""

    @property
    def audience(self) -> str:
        """Who sees some of the articles alone; empty if everybody sees all of them."""
        return self._held.audience if self._held else ""

    @property
    def audiences(self) -> frozenset[str]:
        """All who have articles of their own, whoever looks."""
        return self._held.revision.audiences if self._held else frozenset()

    @property
    def written_at(self) -> datetime | None:
        """When what is held was completed, in UTC; None before the first ingest."""
        moment = self._held.revision.collection.published_at if self._held else None
        return None if moment is None else datetime.fromtimestamp(moment, UTC)

    @property
    def unended_request(self) -> str | None:
        """The command that is changing the index, or was stopped before it ended."""
        return self._held.revision.collection.request if self._held else None

    @property
    def overview(self) -> Overview:
        """What the articles are about, and what one could ask them."""
        return self._held.overview if self._held else Overview()

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Give the passages that match best in meaning and words, best first.

        The score is the fused reciprocal rank (`fusion.fuse_rankings`): larger is better, and
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
        if self._held is None or not self.articles:
            raise IndexEmpty('there is no article in the index; run "dateline ingest"')
        bounds = (filters or Filters()).bounds(self.outlets)
        return search_view(self._held, query, vector, k=k, bounds=bounds, likeness=self._likeness)

    def shares_words(self, text: str) -> bool:
        """Tell whether any passage or its header holds a word of the text; small words are none."""
        held = self._held
        return held is not None and bool(held.worded(text, k=1, bounds=Bounds()))

    def admitted(self, filters: Filters) -> list[Article]:
        """Give the articles that the filters let through."""
        if not filters:
            return list(self.articles)
        bounds = filters.bounds(self.outlets)
        return [article for article in self.articles if bounds.admits(article)]

    def undated_left_out(self, filters: Filters) -> int:
        """Count the articles that only their unknown date keeps from matching the filters."""
        if not (filters.since or filters.until):
            return 0
        bounds = filters.bounds(self.outlets)
        return sum(bounds.admits_outlet(a) and a.published is None for a in self.articles)

    def undated_notes(self, filters: Filters) -> tuple[str, ...]:
        """Say how many articles a date limit left out for want of a date, if any."""
        left_out = self.undated_left_out(filters)
        return (f"{left_out} undated article(s) left out by the date limit.",) if left_out else ()

    def unknown_outlet(self, filters: Filters) -> str | None:
        """Say that no article is of the outlet that the person asked for; None if one is."""
        outlet = filters.outlet
        if not outlet or not self.articles or self.admitted(Filters(outlet=outlet)):
            return None
        return f"no article is of an outlet called {outlet[:_OUTLET_CHARS]!r}"

    def limit_notes(self, filters: Filters) -> tuple[str, ...]:
        """Say what the limits leave out without anybody having meant it; empty if nothing."""
        nowhere = self.unknown_outlet(filters)
        notes = (f"{nowhere[0].upper()}{nowhere[1:]}.",) if nowhere else ()
        return (*notes, *self.undated_notes(filters))

    def find_article(self, name: str) -> Article:
        """Give the article with this id, source, URL, or file name where it is unique.

        Raises:
            ArticleError: There is none, or several.
        """
        for names_of in (lambda article: (article.article_id,), _places, _file_names):
            found = [article for article in self.articles if name in names_of(article)]
            if len(found) == 1:
                return found[0]
            if found:
                ids = ", ".join(article.article_id for article in found)
                raise ArticleError(f"{name!r} names {len(found)} articles; take an id: {ids}")
        raise _unknown(name)

    def article_text(self, article_id: str) -> str:
        """Give the clean text that offsets count in; ArticleError if it is not held."""
        return joined_text(self._rows(article_id))

    def has(self, citation: Citation) -> bool:
        """Tell whether a quote stands at its place; ArticleError if its article is not held."""
        text = self.article_text(citation.article.article_id)
        return bool(citation.quote) and text[citation.start : citation.end] == citation.quote

    def passages(self, article_id: str) -> list[Passage]:
        """Give an article's passages in order; ArticleError if it is not held."""
        return [row.passage for row in self._rows(article_id)]

    def _rows(self, article_id: str) -> list[Row]:
        rows = self._held.article_rows(article_id) if self._held else []
        if not rows:
            raise _unknown(article_id)
        return rows


def _unknown(name: str) -> ArticleError:
    return ArticleError(f'there is no article {name!r}; "dateline sources" lists them')


def _places(article: Article) -> Iterable[str | None]:
    return (article.source, article.url, f"{article.folder}/{article.source}")


def _file_names(article: Article) -> Iterable[str]:
    return (PurePosixPath(article.source.partition("#")[0]).name,)


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

        An audience is whoever looks, such as a server by its id; empty for what everybody sees.
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
