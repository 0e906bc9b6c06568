"""Questions of the collection's own that it answers, for whoever does not know what to ask."""

from collections.abc import Callable
from itertools import islice
from threading import Lock

from retrieval.index.snapshot import Snapshot

# Each costs as much as a question; a collection that answers none of so many gets no example.
_TRIED = 8


class Examples:
    """Tries the questions that the articles' openings suggest, each once for those who see it."""

    def __init__(self, answers: Callable[[Snapshot, str], bool]) -> None:
        """Take what tells whether a snapshot answers a question with certainty."""
        self._answers = answers
        self._lock = Lock()
        self._revision = ""
        self._tried: dict[tuple[str, str], bool] = {}

    def first(self, held: Snapshot, most: int) -> tuple[str, ...]:
        """Give up to so many that are answered; no more are tried than it takes."""
        with self._lock:
            if held.revision != self._revision:
                self._revision, self._tried = held.revision, {}
            suggested = held.overview.questions[:_TRIED]
            return tuple(islice((one for one in suggested if self._holds(held, one)), most))

    def _holds(self, held: Snapshot, question: str) -> bool:
        tried = (held.audience, question)
        if tried not in self._tried:
            self._tried[tried] = self._answers(held, question)
        return self._tried[tried]
