"""The revision that readers use now, shared by threads and changed under none of them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from retrieval.index.snapshot import View, open_view
from retrieval.settings import Settings


class Views:
    """Opens the last complete revision, and closes an older one when nobody reads it any more."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._view: View | None = None
        self._readers: Counter[int] = Counter()

    @contextmanager
    def reading(self, fingerprint: str) -> Iterator[View | None]:
        """Give the last complete revision, None if there is none; it stays open in the block."""
        with self._lock:
            view = self._current(fingerprint)
            self._readers[id(view)] += 1
        try:
            yield view
        finally:
            with self._lock:
                self._readers[id(view)] -= 1
                self._close_unread(view)

    def drop(self) -> None:
        """Let go of the revision as soon as nobody reads it; the next reader opens it anew."""
        with self._lock:
            self._retire()

    def _current(self, fingerprint: str) -> View | None:
        if self._view is not None and not self._view.is_current():
            self._retire()
        if self._view is None:
            self._view = open_view(self._settings, fingerprint)
        return self._view

    def _retire(self) -> None:
        old, self._view = self._view, None
        self._close_unread(old)

    def _close_unread(self, view: View | None) -> None:
        if view is not None and view is not self._view and not self._readers[id(view)]:
            del self._readers[id(view)]
            view.close()
