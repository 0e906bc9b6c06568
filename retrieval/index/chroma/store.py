"""The collections of passages in Chroma: which of them is live, made, and gone.

A collection is found by its metadata, never by a pointer: `number` counts the collections built,
`published` is the last complete revision, `revision` is that or 'writing'. The live collection is
the published one of the highest number.
"""

from typing import TYPE_CHECKING

from retrieval.errors import StoreError
from retrieval.index.chroma.collection import FORMAT, PLAIN_FORMAT, WRITING, Collection
from retrieval.index.chroma.connection import Connection
from retrieval.index.chroma.word_vectors import create_with_words
from retrieval.index.rows import Flat
from retrieval.settings import Settings

if TYPE_CHECKING:
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

_PREFIX = "dateline-"
# Chroma's default, squared Euclidean distance, has no natural zero for a score.
_HNSW: "CreateHNSWConfiguration" = {"space": "cosine"}
_COLLECTIONS_PAGE = 100


class Store:
    """All collections of one index; raises StoreError for whatever Chroma does."""

    def __init__(self, settings: Settings) -> None:
        self._connection = Connection(settings)

    def close(self) -> None:
        """Let go of Chroma."""
        self._connection.close()

    def collections(self) -> list["Collection"]:
        """Give our collections as they are now, oldest first.

        Raises:
            StoreError: One was written by a newer Dateline, so nobody knows what it means.
        """
        found: list[Collection] = []
        with self._connection.named_errors():
            while True:
                page = self._connection.client.list_collections(_COLLECTIONS_PAGE, len(found))
                found += [Collection(self._connection, item) for item in page]
                if len(page) < _COLLECTIONS_PAGE:
                    break
        ours = [item for item in found if item.name.startswith(_PREFIX)]
        if any(item.format > FORMAT for item in ours):
            raise StoreError(
                f"a newer Dateline has written the index in {self._connection.place}; update this "
                "one, or let DATELINE_INDEX name another folder"
            )
        return sorted(ours, key=lambda item: item.number)

    def live(self) -> "Collection | None":
        """Give the collection that readers use now, None if nothing was ever published."""
        return next((c for c in reversed(self.collections()) if c.published), None)

    def create(self, fingerprint: str) -> "Collection":
        """Make a new, unpublished collection in the state of writing."""
        number = max((item.number for item in self.collections()), default=0) + 1
        name, client = f"{_PREFIX}{number}", self._connection.client
        values: dict[str, Flat] = {
            "fingerprint": fingerprint,
            "number": number,
            "revision": WRITING,
        }
        with self._connection.named_errors():
            made = None
            if self._connection.is_server:
                worded = {**values, "format": FORMAT, "ranks_words": True}
                made = create_with_words(client, name, worded)
            made = made or client.create_collection(
                name,
                metadata={**values, "format": PLAIN_FORMAT},
                configuration={"hnsw": {**_HNSW}},
                embedding_function=None,
            )
        return Collection(self._connection, made)

    def drop(self, collection: "Collection") -> None:
        """Delete a collection that no reader uses."""
        with self._connection.named_errors():
            self._connection.client.delete_collection(collection.name)
        self._connection.tidy()
