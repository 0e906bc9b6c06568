"""BM25 over texts, to find passages that search would return."""

import bm25s
import numpy as np
import Stemmer


class Bm25:
    """BM25 over texts, with English stems and stop words."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self._stemmer = Stemmer.Stemmer("english")
        self._index = bm25s.BM25()
        self._index.index(self._words(texts), show_progress=False)

    def best(self, questions: list[str], count: int) -> list[list[str]]:
        """The best `count` texts for each question, best first."""
        return [[self.texts[i] for i in row] for row in self.rank(questions, count)[0]]

    def rank(self, questions: list[str], count: int) -> tuple[np.ndarray, np.ndarray]:
        """Places and scores [question, rank] of the best texts for each question."""
        count = min(count, len(self.texts))
        # The default takes JAX where it is installed, which takes the GPU.
        return self._index.retrieve(
            self._words(questions), k=count, show_progress=False, backend_selection="numpy"
        )

    def _words(self, texts: list[str]) -> object:
        return bm25s.tokenize(texts, stopwords="en", stemmer=self._stemmer, show_progress=False)
