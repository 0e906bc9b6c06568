"""The words of passages as sparse vectors, for servers of Chroma that rank by words themselves.

Chroma Cloud and Chroma's distributed form do. A single-node server refuses such an index when it is
made; its readers rank by the word index beside it, as those of an embedded store do.
"""

import logging
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from retrieval.index.lexical import HEADER_WEIGHT, Analyst
from retrieval.index.passages import header_line
from retrieval.index.rows import Flat, Row
from retrieval.text.words import ENGLISH

if TYPE_CHECKING:
    from chromadb import Collection, Schema, Search, SparseVector
    from chromadb.api import ClientAPI
    from chromadb.api.types import Where

log = logging.getLogger(__name__)
_KEY = "words"
_BODY, _HEADER = "body", "header"
# BM25's own constants, as the word index has them. It knows how long passages and headers are on
# average; here that is what they come to in the samples and in the tests' collections.
_K1, _B = 1.2, 0.75
_USUAL_WORDS = {_BODY: 100.0, _HEADER: 10.0}
# Answers of a server that knows no such index, or no such search.
_NOT_KNOWN = {400, 404, 405, 422, 501}


class WordVectors:
    """Makes the vectors of rows; how rare a word is, the server knows and multiplies with."""

    def __init__(self) -> None:
        self._analysts: dict[str, Analyst] = {}

    def of_row(self, row: Row) -> "dict[str, SparseVector]":
        """Give a row's words in the form that its metadata takes; {} if it has none."""
        language = row.article.language or ENGLISH
        if language not in self._analysts:
            self._analysts[language] = Analyst(language)
        words = self._analysts[language].words
        weights = _weights(_BODY, words(row.passage.text))
        weights |= _weights(_HEADER, words(header_line(row.article)))
        return {_KEY: _sparse(weights)} if weights else {}


def create_with_words(
    client: "ClientAPI", name: str, values: Mapping[str, Flat]
) -> "Collection | None":
    """Make a collection that ranks by words; None, and no collection, if the server knows none."""
    from chromadb.errors import ChromaError
    from httpx import HTTPStatusError

    made = None
    try:
        made = client.create_collection(
            name, schema=_schema(), metadata={**values}, embedding_function=None
        )
        # A server of before such indexes leaves out what it does not know, and says nothing.
        made.search(_search(["word"], k=1, where=None))
    except (ChromaError, HTTPStatusError) as error:
        if isinstance(error, HTTPStatusError) and error.response.status_code not in _NOT_KNOWN:
            raise
        log.info("words are ranked here, since the Chroma server does not: %s", error)
        if made is not None:
            client.delete_collection(name)
        return None
    return made


def ranked_by_words(
    collection: "Collection", words: Sequence[str], *, k: int, where: "Where | None"
) -> list[str]:
    """Give the ids of the rows that share words, best first."""
    return list(collection.search(_search(words, k=k, where=where))["ids"][0]) if words else []


def _search(words: Sequence[str], *, k: int, where: "Where | None") -> "Search":
    from chromadb import Knn, Search

    weights = {_term(_BODY, word): 1.0 for word in words}
    weights |= {_term(_HEADER, word): HEADER_WEIGHT for word in words}
    near = Knn(query=_sparse(weights), key=_KEY, limit=k)
    return Search(where={**where} if where else None, rank=near, limit=k)


def _schema() -> "Schema":
    from chromadb import Schema, SparseVectorIndexConfig, VectorIndexConfig

    made = Schema().create_index(VectorIndexConfig(space="cosine"))
    return made.create_index(SparseVectorIndexConfig(bm25=True), key=_KEY)


def _weights(field: str, words: Sequence[str]) -> dict[int, float]:
    """Give BM25's weight of each word in one field, all but the word's rarity."""
    damping = _K1 * (1 - _B + _B * len(words) / _USUAL_WORDS[field])
    counts = Counter(_term(field, word) for word in words)
    return {term: n * (_K1 + 1) / (n + damping) for term, n in counts.items()}


def _term(field: str, word: str) -> int:
    """Give a word's number, the same on every machine; that two share one is rare and harmless."""
    return zlib.crc32(f"{field} {word}".encode())


def _sparse(weights: Mapping[int, float]) -> "SparseVector":
    from chromadb import SparseVector

    terms = sorted(weights)
    return SparseVector(indices=terms, values=[weights[term] for term in terms])
