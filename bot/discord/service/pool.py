"""Work off the event loop: a bounded pool whose queue shows places, and a thread for the state.

Also what a person sees while a question waits or is answered.

The threads are daemons, unlike those of `concurrent.futures`: a stop of the bot does not wait
for a model that takes a minute.
"""

import asyncio
import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import Generic, TypeVar

from bot.discord.messages.layout import MESSAGE_UNITS, escape, split
from retrieval.errors import StateError

log = logging.getLogger(__name__)

T = TypeVar("T")
_Job = Callable[[], None]


class Busy(Exception):  # noqa: N818  a state of the pool, not a fault
    """The queue is full."""


class Ticket(Generic[T]):
    """One piece of work in the queue or at a worker."""

    def __init__(self, pool: "Pool", work: Callable[[], T]) -> None:
        self._pool = pool
        context = copy_context()
        self.work: Callable[[], T] = lambda: context.run(work)
        self.future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    @property
    def place(self) -> int:
        """Count from 1 how far back in the queue it stands; 0 once a worker has it."""
        return self._pool.place_of(self)


class Pool:
    """Runs blocking work off the event loop; made and used on the loop's thread.

    Args:
        name: What the threads are called in a log.
        workers: How many run at once.
        most_waiting: How many may queue behind them.
    """

    def __init__(self, name: str, *, workers: int, most_waiting: int) -> None:
        self._free = self._workers = workers
        self._most_waiting = most_waiting
        self._waiting: deque[Ticket[object]] = deque()
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self.threads = tuple(
            threading.Thread(target=self._labour, name=f"{name}-{number + 1}", daemon=True)
            for number in range(workers)
        )
        for thread in self.threads:
            thread.start()

    @property
    def waiting(self) -> int:
        """How many stand in the queue."""
        return len(self._waiting)

    @property
    def working(self) -> int:
        """How many workers are at it."""
        return self._workers - self._free

    def submit(self, work: Callable[[], T]) -> Ticket[T]:
        """Queue the work.

        Raises:
            Busy: As many as may wait are waiting.
        """
        if not self._free and len(self._waiting) >= self._most_waiting:
            raise Busy
        ticket = Ticket(self, work)
        self._waiting.append(ticket)  # type: ignore[arg-type]  # only its place is read here
        self._start_next()
        return ticket

    async def run(self, work: Callable[[], T]) -> T:
        """Queue the work and give its result."""
        return await self.submit(work).future

    def place_of(self, ticket: Ticket[T]) -> int:
        """Give the ticket's place in the queue, 0 if it has left it."""
        return next((n for n, other in enumerate(self._waiting, 1) if other is ticket), 0)

    def close(self) -> None:
        """Let every thread end after what it is at; what waits is dropped."""
        self._waiting.clear()
        for _ in range(self._workers):
            self._jobs.put(None)

    def _start_next(self) -> None:
        while self._free and self._waiting:
            ticket = self._waiting.popleft()
            if ticket.future.cancelled():
                continue
            self._free -= 1
            self._jobs.put(self._job(ticket, ticket.future.get_loop()))

    def _job(self, ticket: Ticket[T], loop: asyncio.AbstractEventLoop) -> _Job:
        future = ticket.future

        def job() -> None:
            settle: _Job
            try:
                settle = partial(future.set_result, ticket.work())
            except BaseException as error:  # noqa: BLE001  it goes to whoever waits
                settle = partial(future.set_exception, error)
            with contextlib.suppress(RuntimeError):  # the loop has closed: nobody waits
                loop.call_soon_threadsafe(self._finish, future, settle)

        return job

    def _finish(self, future: asyncio.Future[T], settle: _Job) -> None:
        self._free += 1
        self._start_next()
        if not future.done():
            settle()

    def _labour(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()


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


PROGRESS_EVERY_S = 2.0
"""Edits that come faster run into Discord's rate limits."""
_SPARE_UNITS = 100
"""For the words below a draft."""


class Stopped(Exception):  # noqa: N818  nothing went wrong
    """The person wants the answer no more."""


@dataclass(slots=True)
class PartialText:
    """The verified text so far, while a chat model writes; set by a worker thread."""

    text: str = ""
    is_stopped: bool = False

    def take(self, text: str) -> None:
        """Hold the text so far.

        Raises:
            Stopped: Nobody wants to read on, so that the model need not write on.
        """
        if self.is_stopped:
            raise Stopped
        self.text = text


def progress_words(queue_place: int, seconds: float, draft: str = "") -> str:
    """Say how it goes with a question that is not answered yet."""
    if queue_place:
        return f"⏳ Many questions at once: yours is number **{queue_place}** in the queue."
    if draft:
        shown = split(escape(draft), MESSAGE_UNITS - _SPARE_UNITS)[0]
        return f"{shown}\n-# ✍️ still writing… ({seconds:.0f} s)"
    return f"🔎 Still reading the articles… ({seconds:.0f} s)"
