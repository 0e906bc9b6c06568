"""Reads and writes the state off the event loop, in order; what fails is made up for later."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from bot.discord.service.pool import Pool
from retrieval.errors import StateError

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE_S = 3.0
"""How long anybody waits for a state that says nothing; what was asked of it is done later."""
MOST_WAITING = 20_000
MOST_OWED = 5_000
_SILENT = "the bot's state says nothing; see DATELINE_STATE_URL"


class Notebook:
    """One thread that reads and writes; made and used on the event loop.

    A write that failed because the state could not be used is owed: it is made up for, in order,
    before the next one.
    """

    def __init__(self) -> None:
        self._pool = Pool("state", workers=1, most_waiting=MOST_WAITING)
        self._owed: deque[Callable[[], object]] = deque()
        self._is_silent = False
        self.threads = self._pool.threads

    async def keep(self, work: Callable[[], T], *, orderly: bool = False) -> T:
        """Read or write now; `orderly` only once nothing is owed, so that it has the last word.

        Raises:
            StateError: The state cannot be used, or says nothing.
        """
        return await self._awaited(partial(self._now, work, orderly=orderly))

    async def note(self, failed: T, work: Callable[[], T]) -> T:
        """Write now or, where that fails, later; gives `failed` then."""
        return await self._or(failed, partial(self._owing, work))

    async def look(self, failed: T, work: Callable[[], T]) -> T:
        """Read what an answer can do without; gives `failed` where that cannot be."""
        return await self._or(failed, work)

    def submit(self, work: Callable[[], object]) -> None:
        """Write now or later; nobody waits."""
        self._pool.submit(partial(self._owing, work)).future.add_done_callback(_told)

    def close(self) -> None:
        """End after what is being written."""
        self._pool.close()

    async def _or(self, failed: T, work: Callable[[], T]) -> T:
        try:
            return await self._awaited(work)
        except StateError as error:
            log.warning("%s", error)
            return failed

    async def _awaited(self, work: Callable[[], T]) -> T:
        future = self._pool.submit(work).future
        future.add_done_callback(self._heard)
        done, _ = await asyncio.wait([future], timeout=0 if self._is_silent else PATIENCE_S)
        if not done:
            self._is_silent = True
            raise StateError(_SILENT)
        return future.result()

    def _heard(self, future: "asyncio.Future[T]") -> None:
        self._is_silent = False
        _told(future)

    def _owing(self, work: Callable[[], T]) -> T:
        try:
            self._make_up()
            return work()
        except StateError:
            if len(self._owed) < MOST_OWED:
                self._owed.append(work)
            raise

    def _now(self, work: Callable[[], T], *, orderly: bool) -> T:
        try:
            self._make_up()
        except StateError:
            if orderly:
                raise
        return work()

    def _make_up(self) -> None:
        while self._owed:
            try:
                self._owed[0]()
            except StateError:
                raise
            except Exception:
                log.exception("what was to be kept cannot be")
            self._owed.popleft()


def _told(future: "asyncio.Future[T]") -> None:
    """Look at an error that nobody waits for."""
    if not future.cancelled() and future.exception() is not None:
        log.info("the state could not be used: %s", future.exception())
