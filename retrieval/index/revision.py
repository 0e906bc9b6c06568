"""One complete revision of the index, opened for reading; shared by threads, changed under none.

Whoever reads it sees it through a `View`, which knows who looks; so nobody has to remember to leave
out what is not meant for them.
"""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock

from retrieval.errors import IndexBusy, IndexMismatch
from retrieval.index.chroma.collection import Collection
from retrieval.index.chroma.connection import FileIdentity, is_untouched, store_identity
from retrieval.index.chroma.store import Store
from retrieval.index.lexical import Lexical, open_word_index, word_folder, write_word_index
from retrieval.index.rows import Row, joined_text, version_in
from retrieval.settings import Settings
from retrieval.text.overview import Overview, overview_of
from retrieval.types import Article, Bounds

# An ingest of a few articles is over by then; a reader without a revision to show waits so long.
_WAIT_S = 5.0
_POLL_S = 0.1


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A revision that stays as it is while another process writes the next one.

    Texts come from `lexical`, whose folder never changes; `collection` gives ids by meaning, and
    those of a revision half written are not found in `lexical`.
    """

    settings: Settings
    store: Store
    collection: Collection
    lexical: Lexical
    # Taken before the store is opened: if the folder is then replaced, the next look tells.
    identity: FileIdentity | None = field(repr=False)

    @property
    def name(self) -> str:
        """Tell it from others; every ingest that changes anything gives a new name."""
        return self.collection.published or ""

    @property
    def audiences(self) -> frozenset[str]:
        """Those that have articles which not everybody sees."""
        return frozenset(self.audience_of.values())

    @cached_property
    def size(self) -> int:
        """How many passages there are, whoever sees them."""
        return sum(row.article.passages for row in self.lexical.first_rows())

    @cached_property
    def audience_of(self) -> dict[str, str]:
        """The audience of each article that not everybody sees, by the article's version."""
        return self.lexical.audiences()

    def view(self, audience: str) -> "View":
        """Give what an audience sees; one without articles of its own sees what everybody does."""
        known = audience if audience in self.audiences else ""
        return self._views.setdefault(known, View(self, known))

    @cached_property
    def _views(self) -> dict[str, "View"]:
        return {}

    def close(self) -> None:
        """Let go of Chroma."""
        self.store.close()

    def is_current(self) -> bool:
        """Tell whether this is still the last complete revision, of the store that is there."""
        if store_identity(self.settings) != self.identity:
            return False
        live = self.store.live()
        return live is not None and _same(live, self.collection)

    def is_settled(self) -> bool:
        """Tell whether this is the last revision and nobody is writing the next."""
        live = self.store.live()
        return live is not None and _same(live, self.collection) and not live.is_writing


class View:
    """What one audience sees of a revision: everybody's articles, and its own."""

    def __init__(self, revision: Revision, audience: str) -> None:
        """Look at a revision; `audience` has articles in it, or is empty for everybody."""
        self.audience = audience
        self._revision, self._lexical = revision, revision.lexical
        self._hidden = {
            version for version, whose in revision.audience_of.items() if whose != audience
        }
        # Where nothing is hidden, stores need not look for it.
        self._asked = audience if self._hidden else None

    @property
    def revision(self) -> Revision:
        """What is looked at: its name, state and age; its rows are read here alone."""
        return self._revision

    @cached_property
    def articles(self) -> dict[str, Article]:
        """Every article by its id, in order of folder and source."""
        held = sorted(
            (row.article for row in self._seen(self._lexical.first_rows())),
            key=lambda article: (article.folder, article.source),
        )
        return {article.article_id: article for article in held}

    @cached_property
    def outlets(self) -> tuple[str, ...]:
        """The outlets of the articles, each once, in order of the alphabet."""
        return tuple(sorted({one.outlet for one in self.articles.values() if one.outlet}))

    @cached_property
    def overview(self) -> Overview:
        """What the articles are about."""
        rows = self._seen(self._lexical.first_rows())
        ordered = sorted(rows, key=lambda row: row.article.article_id)

        def text_of(article_id: str) -> str:
            return joined_text(self.article_rows(article_id))

        return overview_of([row.passage for row in ordered], text_of)

    def nearest(self, vector: Sequence[float], *, k: int, bounds: Bounds) -> list[str]:
        """Give the ids of the passages nearest to a vector, best first.

        Chroma takes twenty times as long where it has to look who sees each passage, so it is
        first asked for more than is wanted, of whomever: mostly enough of them are seen.
        """
        collection = self._revision.collection
        spare = k if self._hidden else 0
        near = collection.nearest(vector, k=k + spare, bounds=bounds, audience=None)
        hidden = self._hidden
        seen = [one for one, _ in near if not hidden or version_in(one) not in hidden]
        if len(seen) < k and len(seen) < len(near):
            near = collection.nearest(vector, k=k, bounds=bounds, audience=self._asked)
            seen = [one for one, _ in near]
        return seen[:k]

    def worded(self, query: str, *, k: int, bounds: Bounds) -> list[str]:
        """Give the ids of the passages that share words with a query, best first.

        The server ranks them where it can, the word index elsewhere.
        """
        collection = self._revision.collection
        if collection.ranks_words:
            words = self._lexical.words_of(query)
            return collection.worded(words, k=k, bounds=bounds, audience=self._asked)
        found = self._lexical.search(query, k=k, bounds=bounds, audience=self._asked)
        return [passage_id for passage_id, _ in found]

    def rows(self, passage_ids: Sequence[str]) -> dict[str, Row]:
        """Give the rows of the ids that are seen."""
        found = self._lexical.rows(passage_ids)
        return {row.passage.passage_id: row for row in self._seen(found.values())}

    def article_rows(self, article_id: str) -> list[Row]:
        """Give an article's rows in order; empty if it is not seen."""
        return self._seen(self._lexical.article_rows(article_id))

    def is_settled(self) -> bool:
        """Tell whether this is the last revision and nobody is writing the next."""
        return self._revision.is_settled()

    def _seen(self, rows: Iterable[Row]) -> list[Row]:
        return [row for row in rows if row.article.audience in ("", self.audience)]


def open_revision(settings: Settings, fingerprint: str) -> Revision | None:
    """Open the last complete revision; None if there is none.

    Raises:
        IndexMismatch: It was built with another embedder or chunker.
        IndexBusy: Its word index is gone, and cannot be built while an ingest is under way.
        StoreError: It cannot be read.
    """
    if is_untouched(settings):
        return None
    identity = store_identity(settings)
    store = Store(settings)
    try:
        found = _readable(store, settings.index, fingerprint)
    except BaseException:
        store.close()
        raise
    if found is None:
        store.close()
        return None
    collection, lexical = found
    return Revision(
        settings=settings, store=store, collection=collection, lexical=lexical, identity=identity
    )


def check_fingerprint(collection: Collection, fingerprint: str) -> None:
    """Raise IndexMismatch if the collection was built with other settings."""
    if collection.fingerprint != fingerprint:
        raise IndexMismatch(
            f'the index was built with "{collection.fingerprint}" and the settings name '
            f'"{fingerprint}"; run "dateline ingest" to build it anew, or go back to '
            "the settings that it was built with"
        )


def _readable(store: Store, index: Path, fingerprint: str) -> tuple[Collection, Lexical] | None:
    """Wait for a revision whose word index is there or can be built."""
    until = time.monotonic() + _WAIT_S
    while True:
        collection = store.live()
        if collection is None:
            return None
        check_fingerprint(collection, fingerprint)
        lexical = _word_index(store, index, collection)
        if lexical is not None:
            return collection, lexical
        if time.monotonic() > until:
            raise IndexBusy(
                'an ingest is under way or was stopped; wait for it, or run "dateline ingest"'
            )
        time.sleep(_POLL_S)


def _word_index(store: Store, index: Path, collection: Collection) -> Lexical | None:
    """Open or build the word index; None while the rows are being changed."""
    folder = word_folder(index, collection.published or "")
    held = open_word_index(folder)
    if held is not None or collection.is_writing:
        return held
    rows = list(collection.rows())
    live = store.live()
    if live is None or live.is_writing or not _same(live, collection):
        return None
    return write_word_index(folder, rows)


def _same(one: Collection, other: Collection) -> bool:
    return (one.name, one.published) == (other.name, other.published)


class Revisions:
    """Opens the last complete revision, and closes an older one when nobody reads it any more."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._current: Revision | None = None
        self._readers: Counter[int] = Counter()

    @contextmanager
    def reading(self, fingerprint: str) -> Iterator[Revision | None]:
        """Give the last complete revision, None if there is none; it stays open in the block."""
        with self._lock:
            revision = self._newest(fingerprint)
            self._readers[id(revision)] += 1
        try:
            yield revision
        finally:
            with self._lock:
                self._readers[id(revision)] -= 1
                self._close_unread(revision)

    def drop(self) -> None:
        """Let go of the revision as soon as nobody reads it; the next reader opens it anew."""
        with self._lock:
            self._retire()

    def _newest(self, fingerprint: str) -> Revision | None:
        if self._current is not None and not self._current.is_current():
            self._retire()
        if self._current is None:
            self._current = open_revision(self._settings, fingerprint)
        return self._current

    def _retire(self) -> None:
        old, self._current = self._current, None
        self._close_unread(old)

    def _close_unread(self, revision: Revision | None) -> None:
        if (
            revision is not None
            and revision is not self._current
            and not self._readers[id(revision)]
        ):
            del self._readers[id(revision)]
            revision.close()
