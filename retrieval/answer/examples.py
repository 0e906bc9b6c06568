"""Questions of the collection's own that it answers, for whoever does not know what to ask."""

from collections.abc import Callable
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.index.library import Library

# Each costs as much as a question; a collection that answers none of so many gets no example.
_TRIED = 8


class Examples:
    """Tries the questions that the articles' openings suggest, each once a revision."""

    def __init__(self, library: "Library", answers: Callable[[str], bool]) -> None:
        """Take the articles, and what tells whether a question is answered with certainty."""
        self._library = library
        self._answers = answers
        self._lock = Lock()
        self._revision = ""
        self._tried: dict[str, bool] = {}

    def first(self, most: int) -> tuple[str, ...]:
        """Give up to so many that are answered; no more are tried than it takes."""
        with self._lock:
            revision = self._library.revision
            if revision != self._revision:
                self._revision, self._tried = revision, {}
            suggested = self._library.overview().questions[:_TRIED]
            return tuple(islice((one for one in suggested if self._is_answered(one)), most))

    def _is_answered(self, question: str) -> bool:
        if question not in self._tried:
            self._tried[question] = self._answers(question)
        return self._tried[question]
