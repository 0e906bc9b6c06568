"""Changes to the index: articles in and out, then one new revision for all readers."""

import platform
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from retrieval.errors import IndexBusy, StoreError
from retrieval.index.chroma.collection import Collection
from retrieval.index.chroma.store import Store
from retrieval.index.lexical import remove_word_indexes, word_folder, write_word_index
from retrieval.index.library import Library
from retrieval.index.passages import header_line, split_passages
from retrieval.index.rows import Row, joined_text, make_rows, passage_id
from retrieval.index.writing.embedding_queue import (
    PAGE_PASSAGES,
    SMALL_PAGE_PASSAGES,
    EmbeddingQueue,
    SentencesToLearn,
    passage_vectors,
)
from retrieval.index.writing.repair import Held, choose_collections, examine, held_of
from retrieval.text.sentences import quotable
from retrieval.types import Article

# Long enough for the ingest of an article to end, short enough to be told what is going on.
_WAIT_S = 5.0


@contextmanager
def writer_lock(index: Path) -> Iterator[None]:
    """Hold the index folder's lock; one left by a killed process does not count.

    Raises:
        IndexBusy: Another process still writes after a short wait.
        StoreError: The folder cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        index.mkdir(parents=True, exist_ok=True)
        lock = FileLock(index / "writer.lock", timeout=_WAIT_S)
        lock.acquire()
    except Timeout as error:
        raise IndexBusy(f"another process is writing to the index in {index}; try again") from error
    except (OSError, NotImplementedError) as error:
        raise StoreError(
            f"the index folder {index} cannot be written ({error}); give write access to it or set "
            "DATELINE_INDEX"
        ) from error
    try:
        yield
    finally:
        lock.release()


OnArticle = Callable[[Article], None]


@contextmanager
def open_writer(
    library: Library, *, request: str, on_article: OnArticle = lambda _: None
) -> Iterator["IndexWriter"]:
    """Give the index to change for the library's audience, while no other process can.

    The request is the command that changes it, for whoever finds the run killed.

    Raises:
        IndexBusy: Another process is writing.
        StoreError: The index cannot be read or written.
    """
    index = library.settings.index
    name = f"{platform.node()}:{index.resolve()}"
    with writer_lock(index), closing(Store(library.settings)) as store:
        target, source = choose_collections(store, library.fingerprint, writer=name)
        made = IndexWriter(library, target, source, name, request, on_article)
        with closing(made) as writer:
            yield writer


class IndexWriter:
    """The one writer of the index; readers see nothing of it before `finish`.

    New rows count, and old ones cease to, in one step when all are written. A run that was killed
    before that has changed nothing; what it embedded is taken over by the next one that wants it.
    """

    def __init__(
        self,
        library: Library,
        target: Collection,
        source: Collection | None,
        name: str,
        request: str,
        on_article: OnArticle,
    ) -> None:
        """Take over a collection, and a `source` that can only be read, whose articles move to it.

        `name` tells this writer from those of other machines; articles of other audiences stay as
        they are; `on_article` is called with each article whose last passage was embedded.
        """
        self._target, self._source, self._audience = target, source, library.audience
        self._embedder, self._likeness = library.embedder, library.likeness
        self._index, self._passage_tokens = library.settings.index, library.settings.passage_tokens
        self._name, self._request, self._on_article = name, request, on_article
        self.unended_request = target.request
        self._contents = examine(target)
        self._moving = examine(source).held if source else {}
        of_same_kind = source is not None and source.fingerprint == target.fingerprint
        self._copies = source is not None and of_same_kind and source.has_vectors()
        kept = passage_vectors(self._index, self._embedder, fingerprint=target.fingerprint)
        learning = SentencesToLearn(self._likeness) if self._embedder.is_local else None
        self._queue = EmbeddingQueue(kept, learning, write=self._add, on_embedded=self._count)
        self._outdated: list[Held] = []
        self._said_still: set[str] = set()
        self._unwanted_ids = set(self._contents.embedded_ids)
        # A run that was killed has left the state of writing, and its remains have to go.
        self._has_changed = target.is_writing or bool(self._contents.stray_ids)
        self._has_begun = False

    @property
    def held(self) -> dict[str, Held]:
        """Every article of the audience that is held whole, by its id."""
        return held_of(self._audience, {**self._moving, **self._contents.held})

    @property
    def sample_folder(self) -> str | None:
        """The folder of articles that came by themselves, while no other article has come."""
        return (self._source or self._target).sample_folder

    @property
    def moving(self) -> set[str]:
        """The ids of articles that `finish` embeds again, because the index is built anew."""
        return self._moving.keys() - self._contents.held.keys()

    @property
    def is_building_anew(self) -> bool:
        """True if all articles are embedded again, into a second collection."""
        return self._source is not None and not self._copies

    def write_small_pages(self) -> None:
        """Write little at a time: Chroma stops all of Python while it takes a page."""
        self._queue.page = SMALL_PAGE_PASSAGES

    def text_of(self, article_id: str) -> str:
        """Give the clean text of an article that is held."""
        is_moving = article_id in self.moving and self._source is not None
        collection = self._source if is_moving and self._source else self._target
        return _text_in(collection, self.held[article_id])

    def put(self, article: Article, text: str) -> int:
        """Add an article or put it in place of its older version; give its number of passages."""
        is_new = not self._drop(article.article_id)
        rows = self._cut(article, text)
        self._said_still.update(() if is_new else _quotable(rows))
        self._has_changed = True
        if not self._has_begun:  # embedding takes its time, and a kill meanwhile has to be told
            self._begin()
        ids = {row.passage.passage_id for row in rows}
        self._unwanted_ids -= ids
        embedded = self._contents.embedded_ids & ids
        self._queue.put([row for row in rows if row.passage.passage_id not in embedded])
        if rows and rows[-1].passage.passage_id in embedded:
            self._count(rows[-1])
        return len(rows)

    def remove(self, article_id: str) -> None:
        """Take an article of the audience out, if it is held."""
        held = self._contents.held.get(article_id) or self._moving.get(article_id)
        if held is not None and held.article.audience == self._audience:
            self._drop(article_id)

    def _drop(self, article_id: str) -> bool:
        self._moving.pop(article_id, None)
        held = self._contents.held.pop(article_id, None)
        if held is not None:
            self._has_changed = True
            self._outdated.append(held)
        return held is not None

    def finish(self, *, sample_folder: str | None) -> None:
        """Make the changes visible under a new revision; without any change keep the old one."""
        self._move()
        if self._has_changed:
            self._publish(sample_folder)
        elif sample_folder != self._target.sample_folder:
            self._target.set_sample_folder(sample_folder)

    def close(self) -> None:
        """Leave what was not finished to the next run."""
        self._queue.close()

    def _cut(self, article: Article, text: str) -> list[Row]:
        spans = split_passages(
            text,
            header=header_line(article),
            count_tokens=self._embedder.count_tokens,
            max_tokens=self._passage_tokens,
        )
        return make_rows(article, text, spans)

    def _move(self) -> None:
        if self._source is not None and self._copies:
            self._copy(self._source)
        elif self._source is not None:
            for article_id in sorted(self.moving):
                held = self._moving[article_id]
                self.put(held.article, _text_in(self._source, held))

    def _copy(self, source: Collection) -> None:
        """Take over what stays, with its vectors."""
        self._has_changed = True
        versions = {self._moving[article_id].version for article_id in self.moving}
        rows = {r.passage.passage_id: r for r in source.rows() if r.version in versions}
        self._unwanted_ids -= rows.keys()
        new = [row for one, row in rows.items() if one not in self._contents.embedded_ids]
        for at in range(0, len(new), PAGE_PASSAGES):
            page = new[at : at + PAGE_PASSAGES]
            self._add(page, source.vectors(page))
        for row in rows.values():
            self._count(row)

    def _begin(self) -> None:
        """Mark the collection, then clear the remains of a killed run, in this order."""
        self._target.mark_writing(self._name, request=self._request)
        if not self._has_begun:
            self._has_begun = True
            self._target.delete(self._contents.stray_ids)
            self._target.forget_gone()
            if self.is_building_anew:
                self._likeness.forget_all()

    def _count(self, row: Row) -> None:
        if row.ordinal == row.article.passages - 1:
            self._on_article(row.article)

    def _add(self, rows: Sequence[Row], vectors: Sequence[Sequence[float]]) -> None:
        self._begin()
        self._target.add(rows, vectors)

    def _publish(self, sample_folder: str | None) -> None:
        self._queue.finish()
        self._begin()
        self._target.delete(sorted(self._unwanted_ids))
        outdated = _row_ids(self._outdated)
        self._target.end_run([held.version for held in self._outdated], outdated)
        self._forget_sentences(outdated)
        self._target.delete(outdated)
        previous = (self._source or self._target).published
        revision = uuid.uuid4().hex
        write_word_index(word_folder(self._index, revision), _in_order(self._target))
        self._target.publish(revision, sample_folder=sample_folder)
        remove_word_indexes(self._index, but={revision, previous or ""})

    def _forget_sentences(self, outdated: Sequence[str]) -> None:
        """Keep no vector of what only articles said that leave, or said it before."""
        said = set(_quotable(self._target.rows_of(outdated)))
        self._likeness.forget(sorted(said - self._said_still))


def _quotable(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield from quotable(row.passage)


def _text_in(collection: Collection, held: Held) -> str:
    return joined_text(collection.rows_of(_row_ids([held])))


def _row_ids(versions: Iterable[Held]) -> list[str]:
    return [
        passage_id(held.version, number)
        for held in versions
        for number in range(held.article.passages)
    ]


def _in_order(collection: Collection) -> Sequence[Row]:
    """Give all rows in an order that does not depend on how they came, as ties in rank do."""
    return sorted(collection.rows(), key=lambda row: (row.article.article_id, row.ordinal))
