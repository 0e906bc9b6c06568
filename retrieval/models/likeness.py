"""How like a question the sentences are that could be quoted, by their embeddings."""

import math
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from retrieval.models.embedder import Embedder

# Questions in one channel come back to the same articles; this many sentences take 6 MB.
_REMEMBERED = 4_096


class Likeness:
    """Compares sentences with questions, and remembers the vectors of sentences seen lately."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._vectors: OrderedDict[str, array[float]] = OrderedDict()
        self._lock = Lock()

    def to(self, asked: Sequence[float], sentences: Sequence[str]) -> list[float]:
        """Give the cosine of each sentence to the vector of a question, in order."""
        vectors = self._vectors_of(sentences)
        unit = _unit(asked)
        return [sum(a * b for a, b in zip(unit, vectors[s], strict=True)) for s in sentences]

    def to_the_middle(self, sentences: Sequence[str]) -> list[float]:
        """Give the cosine of each sentence to the middle of them all, in order."""
        vectors = self._vectors_of(sentences)
        if not vectors:
            return []
        columns = zip(*(vectors[sentence] for sentence in sentences), strict=True)
        return self.to([sum(column) for column in columns], sentences)

    def _vectors_of(self, sentences: Sequence[str]) -> "dict[str, array[float]]":
        with self._lock:
            known = {s: self._vectors[s] for s in sentences if s in self._vectors}
        new = [s for s in dict.fromkeys(sentences) if s not in known]
        embedded = self._embedder.embed_documents(new) if new else []
        known |= {s: _unit(vector) for s, vector in zip(new, embedded, strict=True)}
        with self._lock:
            for sentence, vector in known.items():
                self._vectors[sentence] = vector
                self._vectors.move_to_end(sentence)
            while len(self._vectors) > _REMEMBERED:
                self._vectors.popitem(last=False)
        return known


def _unit(vector: Sequence[float]) -> "array[float]":
    """Give the vector with length 1; not every provider of embeddings does."""
    length = math.hypot(*vector) or 1.0
    return array("f", (value / length for value in vector))
