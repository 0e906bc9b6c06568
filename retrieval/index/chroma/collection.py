"""One collection of passages in Chroma: what is held, in which revision, near which vector.

Every row names the run that wrote it. While the collection names the same run as `run`, that has
not ended, and its rows are not part of the index; `gone` lists versions of articles that are out
of the index and not deleted yet, or `left` is the mark of their rows. So one change of metadata
ends a run, whatever it did.
"""

import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar, cast

from retrieval.errors import StoreError
from retrieval.index.chroma.connection import Connection
from retrieval.index.chroma.word_vectors import WordVectors, ranked_by_words
from retrieval.index.rows import Flat, Row, flat_values, row_from
from retrieval.types import Bounds

if TYPE_CHECKING:
    from chromadb import Collection as ChromaCollection
    from chromadb.api.types import GetResult, Metadata, Where

WRITING = "writing"
FORMAT = 2
"""Goes up when an older Dateline could no longer read, or would misread, what is written."""
PLAIN_FORMAT = 1
"""What is written where the server does not rank by words: older versions read it too."""
_Item = TypeVar("_Item")
_Parts: TypeAlias = tuple[str, str | None, Mapping[str, object] | None]
# Below this, what deleted rows leave behind is not worth a thought.
LEAST_WORN_ROWS = 5_000
_TEXTS: tuple[Literal["documents", "metadatas"], ...] = ("documents", "metadatas")
_MOST_VALUE_CHARS = 256  # of a collection's metadata, on Chroma Cloud


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as it lies in a collection; `row` is None where its text or a value is lost."""

    passage_id: str
    row: Row | None
    state: Literal["held", "unended", "gone"]


class Collection:
    """The passages of one fingerprint, with the metadata as it was when this was got."""

    def __init__(self, connection: Connection, collection: "ChromaCollection") -> None:
        self._connection = connection
        self._collection = collection
        self.name = collection.name
        self._values: dict[str, Flat] = {
            name: value
            for name, value in (collection.metadata or {}).items()
            if isinstance(value, str | int | float | bool)
        }
        self._note_gone()

    @property
    def number(self) -> int:
        """Which one it is, of those ever built in this store."""
        return int(self._values.get("number", 0))

    @property
    def format(self) -> int:
        """In which form it is written; 0 before that was told."""
        return int(self._values.get("format", 0))

    @property
    def fingerprint(self) -> str:
        """Embedder and chunker that it was built with."""
        return str(self._values.get("fingerprint", ""))

    @property
    def ranks_words(self) -> bool:
        """True if its server ranks by words as well: `worded` can be asked."""
        return bool(self._values.get("ranks_words", False))

    @property
    def published(self) -> str | None:
        """The last complete revision."""
        value = self._values.get("published")
        return None if value is None else str(value)

    @property
    def published_at(self) -> int | None:
        """When the last complete revision was published, in seconds since 1970."""
        value = self._values.get("published_at")
        return None if value is None else int(value)

    @property
    def is_writing(self) -> bool:
        """True while it is being changed, and after a run that did not end."""
        return self._values.get("revision") == WRITING

    @property
    def is_worn(self) -> bool:
        """True once more rows were deleted than are left: their vectors and words never go."""
        deleted = int(self._values.get("deleted", 0))
        if deleted < LEAST_WORN_ROWS:
            return False
        with self._connection.named_errors():
            return deleted >= self._collection.count()

    @property
    def sample_folder(self) -> str | None:
        """The folder of articles that came by themselves, while no other article has come."""
        value = self._values.get("sample_folder")
        return None if value is None else str(value)

    @property
    def writer(self) -> tuple[str, int]:
        """Who is changing it, and when they last said so in seconds since 1970."""
        return str(self._values.get("writer", "")), int(self._values.get("beat", 0))

    @property
    def request(self) -> str | None:
        """The command whose run has not ended, "" if nobody gave it; None if there is no such."""
        value = self._values.get("request")
        return None if value is None or not self.is_writing else str(value)

    def mark_writing(self, writer: str, *, request: str) -> None:
        """Say that rows are about to change, by whom and for which command; repeated meanwhile.

        Rows that are added from now on are those of a run that has not ended; one that was killed
        goes on.
        """
        run = self._values.get("run") or uuid.uuid4().hex
        self._write_values(
            revision=WRITING,
            format=max(self.format, PLAIN_FORMAT),
            writer=writer,
            beat=int(time.time()),
            run=run,
            request=request,
        )

    def end_run(self, gone: Iterable[str], passage_ids: Sequence[str]) -> None:
        """Let all rows of the run count, and those of the versions in `gone` no more.

        Where the server takes too few letters to name these, their rows, whose ids are given, are
        marked before: a mark means nothing until the collection names it.
        """
        named, mark = " ".join(sorted(gone)), None
        if self.ranks_words and len(named) > _MOST_VALUE_CHARS:
            named, mark = "", uuid.uuid4().hex
            for page in self._pages(passage_ids):
                with self._connection.named_errors():
                    self._collection.update(ids=[*page], metadatas=[{"left": mark} for _ in page])
        self._write_values(run=None, gone=named or None, left=mark)

    def forget_gone(self) -> None:
        """Say that no row of the versions that are out of the index is left."""
        if self._gone or "left" in self._values:
            self._write_values(gone=None, left=None)

    def publish(self, revision: str, *, sample_folder: str | None) -> None:
        """Say that the rows are complete, under a new revision."""
        self._write_values(
            revision=revision,
            published=revision,
            published_at=int(time.time()),
            sample_folder=sample_folder,
            writer=None,
            request=None,
            gone=None,
            left=None,
        )

    def set_sample_folder(self, folder: str | None) -> None:
        """Remember, or forget, the folder of articles that came by themselves."""
        self._write_values(sample_folder=folder)

    def _write_values(self, **changed: Flat | None) -> None:
        values = {k: v for k, v in {**self._values, **changed}.items() if v is not None}
        with self._connection.named_errors():
            self._collection.modify(metadata=values)
        self._values = values
        self._note_gone()

    def _note_gone(self) -> None:
        self._gone = frozenset(str(self._values.get("gone", "")).split())

    def add(self, rows: Sequence[Row], vectors: Sequence[Sequence[float]]) -> None:
        """Put rows in with their vectors; one that is held already stays as it is."""
        for page, page_vectors in zip(self._pages(rows), self._pages(vectors), strict=True):
            with self._connection.named_errors():
                self._collection.add(
                    ids=[row.passage.passage_id for row in page],
                    embeddings=list(page_vectors),
                    documents=[row.passage.text for row in page],
                    metadatas=[self._metadata(row) for row in page],
                )

    def _metadata(self, row: Row) -> "Metadata":
        words = self._word_vectors.of_row(row) if self.ranks_words else {}
        run = {"run": self._values["run"]} if "run" in self._values else {}
        return {**flat_values(row), **run, **words}

    @cached_property
    def _word_vectors(self) -> WordVectors:
        return WordVectors()

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Take rows out."""
        for page in self._pages(passage_ids):
            with self._connection.named_errors():
                self._collection.delete(ids=list(page))
            self._values["deleted"] = int(self._values.get("deleted", 0)) + len(page)

    def rows(self) -> Iterator[Row]:
        """Give every row of the index, in no particular order; StoreError if one lacks its text."""
        for passage_id, text, values in self._get():
            if self._state(values) == "held":
                yield row_from(passage_id, text, values)

    def vectors(self, rows: Sequence[Row]) -> list[Sequence[float]]:
        """Give the vector of each row."""
        ids = [row.passage.passage_id for row in rows]
        with self._connection.named_errors():
            got = self._collection.get(ids=ids, include=["embeddings"])
        vectors = () if got["embeddings"] is None else got["embeddings"]
        found = dict(zip(got["ids"], vectors, strict=True))
        return [found[one] for one in ids]

    def rows_of(self, passage_ids: Sequence[str]) -> list[Row]:
        """Give those rows of these ids that are there, in order."""
        found: dict[str, Row] = {}
        for page in self._pages(passage_ids):
            with self._connection.named_errors():
                got = self._collection.get(ids=[*page], include=[*_TEXTS])
            found |= {one: row_from(one, text, values) for one, text, values in _parts(got)}
        return [found[one] for one in passage_ids if one in found]

    def examined(self) -> Iterator[Stored]:
        """Give all that lies in the collection, whole or not."""
        for passage_id, text, values in self._get():
            try:
                row = row_from(passage_id, text, values)
            except StoreError:
                yield Stored(passage_id, None, "gone")
            else:
                yield Stored(passage_id, row, self._state(values))

    def _state(self, values: Mapping[str, object] | None) -> Literal["held", "unended", "gone"]:
        values = values or {}
        if "run" in self._values and values.get("run") == self._values["run"]:
            return "unended"
        is_marked = "left" in self._values and values.get("left") == self._values["left"]
        return "gone" if is_marked or values.get("version") in self._gone else "held"

    def _get(self) -> Iterator[_Parts]:
        at, page = 0, self._connection.page_rows
        while True:
            with self._connection.named_errors():
                got = self._collection.get(limit=page, offset=at, include=[*_TEXTS])
            yield from _parts(got)
            at += len(got["ids"])
            if len(got["ids"]) < page:
                return

    def has_vectors(self, *, sample: int | None = None) -> bool:
        """Tell whether every row, or the first `sample` rows, has a vector that is not null."""
        import numpy as np

        at, page = 0, self._connection.page_rows if sample is None else sample
        while True:
            try:
                with self._connection.named_errors():
                    got = self._collection.get(limit=page, offset=at, include=["embeddings"])
            except StoreError:
                return False
            vectors = np.asarray(got["embeddings"]) if got["ids"] else np.ones((0, 1))
            if len(vectors) != len(got["ids"]) or not (np.linalg.norm(vectors, axis=1) > 0).all():
                return False
            at += len(got["ids"])
            if sample is not None or len(got["ids"]) < page:
                return True

    def nearest(
        self, vector: Sequence[float], *, k: int, bounds: Bounds, audience: str | None = ""
    ) -> list[tuple[str, float]]:
        """Give the ids of the rows nearest to a vector, with the cosine, best first.

        An audience finds what everybody sees, and its own; None looks at all rows.
        """
        with self._connection.named_errors():
            got = self._collection.query(
                query_embeddings=[vector],
                n_results=self._at_most(k),
                where=where_of(bounds, audience, unended=self._values.get("run")),
                include=["distances"],
            )
        distances = (got["distances"] or [[]])[0]
        return [(one, 1 - far) for one, far in zip(got["ids"][0], distances, strict=True)]

    def worded(
        self, words: Sequence[str], *, k: int, bounds: Bounds, audience: str | None = ""
    ) -> list[str]:
        """Give the ids of the rows that share words as an analyst gives them, best first.

        The server ranks, so `ranks_words` must hold; the rest is as of `nearest`.
        """
        where = where_of(bounds, audience, unended=self._values.get("run"))
        with self._connection.named_errors():
            return ranked_by_words(self._collection, words, k=self._at_most(k), where=where)

    def _at_most(self, k: int) -> int:
        return min(k, self._connection.page_rows)

    def _pages(self, items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
        size = self._connection.page_rows
        return (items[at : at + size] for at in range(0, len(items), size))


def _parts(got: "GetResult") -> Iterator[_Parts]:
    yield from zip(got["ids"], got["documents"] or [], got["metadatas"] or [], strict=True)


def where_of(bounds: Bounds, audience: str | None, *, unended: Flat | None) -> "Where | None":
    """Give the conditions under which a row may be found, None if there are none.

    Rows of the `unended` run do not count; an audience of None looks at all others.
    """
    conditions: list[dict[str, object]] = []
    everybodys: dict[str, object] = {"has_audience": {"$ne": True}}
    if audience is not None:
        own = {"audience": audience}
        conditions.append({"$or": [everybodys, own]} if audience else everybodys)
    if unended is not None:
        conditions.append({"run": {"$ne": unended}})
    if bounds.until is not None:
        conditions.append({"first_day": {"$lte": bounds.until}})
    if bounds.since is not None:
        conditions.append({"last_day": {"$gte": bounds.since}})
    if bounds.outlets is not None:
        conditions.append({"outlet_key": {"$in": list(bounds.outlets)}})
    if not conditions:
        return None
    return cast("Where", conditions[0] if len(conditions) == 1 else {"$and": conditions})
