"""Takes a question in, has it answered off the loop, keeps and delivers the answer."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from bot.discord.error_replies import saying_errors
from bot.discord.messages.answer_messages import Offer, answer_button, answer_views
from bot.discord.messages.layout import note_view
from bot.discord.messages.place import Place
from bot.discord.messages.quote_blocks import quotes_shown
from bot.discord.network import TROUBLE, may_pass
from bot.discord.service.message_check import check_message
from bot.discord.service.metrics import Metrics
from bot.discord.service.pool import (
    PROGRESS_EVERY_S,
    Notebook,
    PartialText,
    Pool,
    Ticket,
    progress_words,
)
from bot.discord.service.rate_limits import RateLimits, elsewhere_words
from bot.discord.storage.servers import Servers, audience_of
from bot.discord.storage.turn_store import StoredTurn, TurnStore, questions_of
from bot.terminal.stderr import request_id
from retrieval.answer.chain import Answerer
from retrieval.chat.ledger import counted
from retrieval.chat.state.kept import State
from retrieval.index.library import Library
from retrieval.index.writing.additions import Additions
from retrieval.models.embedder import BUILTIN
from retrieval.types import Answer, Filters, Spent

log = logging.getLogger(__name__)

T = TypeVar("T")

MOST_WAITING = 200
MOST_ADDING = 5
"""Articles that wait to be taken in: the index has one writer, and each takes seconds."""
DRAIN_S = 6.0
_FAREWELL_S, _LAST_WRITES_S = 1.5, 0.5
"""Together under nine seconds, the leaving of the gateway included: Docker kills after ten."""

STOPPED = "I was stopped while I worked on this. Ask again in a minute."
STOPPED_BY_PERSON = "Stopped, as you wished."


class AnswerService:
    """Everything that a command or button needs; made on the event loop.

    Args:
        answerer: The chain.
        connection: The bot's state.
        additions: Takes what servers add for themselves; None if that is not wanted.
        workers: How many questions are answered at once.
        keep_days: How long questions and answers are kept.
        writer: What writes the answers, by name.
        embeddings: What turns questions into vectors, by name.
        reads_messages: Whether Discord shows the bot messages that do not mention it.
        notices: What `/status` says beside, for whoever runs the bot.
        spent: Gives what chat models took today, and how many tokens they may.
    """

    def __init__(
        self,
        answerer: Answerer,
        connection: State,
        *,
        additions: Additions | None = None,
        workers: int,
        keep_days: int,
        writer: str,
        embeddings: str = BUILTIN,
        reads_messages: bool = False,
        notices: Sequence[str] = (),
        spent: Callable[[], tuple[Spent, int]] | None = None,
    ) -> None:
        self._answerer = answerer
        self.additions = additions
        self.connection = connection
        self.keep_days = keep_days
        self.writer = writer
        self.embeddings = embeddings
        self.reads_messages = reads_messages
        self.notices, self.spent = notices, spent
        self.progress_every_s = PROGRESS_EVERY_S
        self.drain_s = DRAIN_S
        self.started_at = time.time()
        self.metrics = Metrics()
        self.command_ids: Mapping[str, int] = {}
        self.turns = TurnStore(connection)
        self.servers = Servers(connection)
        now = time.time()
        self.limits = RateLimits.at(
            now, self.servers.used_on(now), self.servers.used_by_persons(now)
        )
        self.questions = Pool("answer", workers=workers, most_waiting=MOST_WAITING)
        self._lookups = Pool("look-up", workers=1, most_waiting=MOST_WAITING)
        self.adding = Pool("articles", workers=1, most_waiting=MOST_ADDING)
        self._notes = Notebook()
        self.taking_in: dict[asyncio.Task[object], StoredTurn] = {}
        self._open: dict[asyncio.Task[object], tuple[StoredTurn, Place, PartialText]] = {}
        self._closing = False

    def answerer_in(self, guild_id: int | None) -> Answerer:
        """Give what answers on a server, or in direct messages; nothing gets past this choice."""
        return self._answerer.seen_by(audience_of(guild_id))

    def library_in(self, guild_id: int | None) -> Library:
        """Give the articles that are seen on a server, or in direct messages."""
        return self.answerer_in(guild_id).library

    async def keep(self, work: Callable[..., T], *args: object) -> T:
        """Read or write the state, off the loop and in order.

        Raises:
            StateError: The state cannot be used, or says nothing.
        """
        return await self._notes.keep(partial(work, *args))

    async def forget(self, work: Callable[..., T], *args: object) -> T:
        """Delete from the state as `keep` writes it, after everything that is still to be written.

        Raises:
            StateError: The state cannot be used, or says nothing.
        """
        return await self._notes.keep(partial(work, *args), orderly=True)

    async def recall(self, failed: T, work: Callable[[], T]) -> T:
        """Read from the state what an answer can do without; gives `failed` where it cannot be."""
        return await self._notes.look(failed, work)

    async def keep_up(self) -> None:
        """Say what this process works on, and take over what others have set in the meantime."""
        if working := [turn.turn_id for turn in self._in_hand]:
            await self.keep(self.turns.hold, working)
        await self.keep(self.servers.refresh)

    async def look_up(self, work: Callable[[], T]) -> T:
        """Read the library, off the loop; never behind questions."""
        return await self._lookups.run(work)

    def refusal(self, guild_id: int | None, user_id: int) -> str | None:
        """Count a question against the limits, or say when to come back; never waits."""
        now, where = time.time(), guild_id or user_id
        words = self.limits.refusal(self.servers.get(guild_id), where, user_id, now)
        if words is None and not self.connection.is_shared:
            self._notes.submit(partial(self.servers.count, where, now))
        return words

    def command(self, name: str) -> str:
        """Name a command so that a press on it starts it, once Discord has told its id."""
        known = self.command_ids.get(name.partition(" ")[0])
        return f"`/{name}`" if known is None else f"</{name}:{known}>"

    async def serve(
        self,
        turn: StoredTurn,
        text: str,
        place: Place,
        *,
        filters: Filters,
        offer: Offer,
        about: str = "",
    ) -> None:
        """Answer a question at its place, whatever happens; errors are told there.

        The text is the question, or the claim, which the turn does not hold; `about` are somebody's
        words that the question goes on from, which are not kept.
        """
        task = asyncio.current_task()
        if task is None or self._closing:
            await place.say(STOPPED)
            return
        draft = PartialText()
        self._open[task] = (turn, place, draft)
        request_id.set(turn.turn_id)
        try:
            async with saying_errors(partial(self._tell, turn, place)):
                if not await self.note(True, self.turns.add, turn):
                    log.info("the same message came twice; it is answered once")
                    return
                words = await self._words_of_others(turn)
                if words is not None:
                    await self._tell(turn, place, words)
                    return
                earlier = await self.recall(list[StoredTurn](), partial(self.turns.earlier, turn))
                history = [*questions_of(earlier), *([about] if about else [])]
                work = partial(self._work, turn, text, filters, history, draft)
                answer = await self._answered(turn, work, place, draft)
                known = quotes_shown(one.answer for one in earlier)
                await self._deliver(turn, answer, place, replace(offer, known=known))
        finally:
            self._open.pop(task, None)

    @property
    def pools(self) -> tuple[Pool | Notebook, ...]:
        """All of its worker threads."""
        return self.questions, self._lookups, self.adding, self._notes

    def works_on(self, turn_id: str) -> bool:
        """Tell whether a question is being answered, or an article taken in, now."""
        return any(turn.turn_id == turn_id for turn in self._in_hand)

    @property
    def _in_hand(self) -> list[StoredTurn]:
        return [*(turn for turn, *_ in self._open.values()), *self.taking_in.values()]

    async def close(self) -> None:
        """Finish what is in flight, ten seconds at most, and tell those who wait in vain."""
        self._closing = True
        if self._open:
            await asyncio.wait(self._open, timeout=self.drain_s)
        left = dict(self._open)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for adding in self.taking_in:  # what they write is left to whoever writes next
            adding.cancel()
        if self.taking_in:
            await asyncio.wait(set(self.taking_in), timeout=_FAREWELL_S)
        farewells = [self._give_up(turn, place) for turn, place, _ in left.values()]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*farewells), _FAREWELL_S)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.keep(self.connection.close), _LAST_WRITES_S)
        for pool in self.pools:
            pool.close()

    async def withdraw(self, source_ids: Collection[int]) -> None:
        """Drop the questions that these messages asked: they were deleted before their answer."""
        for task, (turn, place, draft) in list(self._open.items()):
            if turn.source_id in source_ids:
                await self._end(task, turn, draft)
                with contextlib.suppress(*TROUBLE):
                    await place.withdraw()

    async def stop(self, turn_id: str) -> bool:
        """End the work on a question and say so in its place; False if it has ended already."""
        for task, (turn, place, draft) in list(self._open.items()):
            if turn.turn_id == turn_id:
                await self._end(task, turn, draft)
                await place.say(STOPPED_BY_PERSON)
                return True
        return False

    async def _end(self, task: asyncio.Task[object], turn: StoredTurn, draft: PartialText) -> None:
        draft.is_stopped = True
        task.cancel()
        await asyncio.wait([task])
        await self.note(None, self.turns.delete, turn.turn_id)

    async def note(self, failed: T, work: Callable[..., T], *args: object) -> T:
        """Write the state, later where it cannot be now: a full disk costs no answer."""
        return await self._notes.note(failed, partial(work, *args))

    async def _words_of_others(self, turn: StoredTurn) -> str | None:
        """Say why the question is too much with those that other processes took; None if not."""
        if not self.connection.is_shared:
            return None
        server = self.servers.get(turn.guild_id)
        return await self.recall(
            None, partial(elsewhere_words, self.servers, self.turns, turn, server)
        )

    async def _answered(
        self, turn: StoredTurn, work: Callable[[], Answer], place: Place, draft: PartialText
    ) -> Answer:
        try:
            ticket = self.questions.submit(work)
            try:
                return await self._awaited(ticket, turn, place, draft)
            finally:
                ticket.future.cancel()  # of use only where nobody waits for it any more
        except Exception:
            self.metrics.failed(turn.kind)
            raise

    async def _tell(self, turn: StoredTurn, place: Place, words: str) -> None:
        """Say what went wrong; a question that was never answered is forgotten once that is heard.

        Until then it is waiting, so that a later start still says a word.
        """
        await place.say(words)
        await self.note(None, self.turns.delete_unanswered, turn.turn_id)

    async def _deliver(self, turn: StoredTurn, answer: Answer, place: Place, offer: Offer) -> None:
        await self.note(None, self.turns.finish, turn.turn_id, answer)
        posted: list[int] = []
        left = False
        try:
            posted = await place.deliver(answer_views(turn, answer, offer))
        except TROUBLE as error:
            left = may_pass(error)  # it is still waiting, and mended once Discord is heard again
            raise
        finally:
            if not left:
                await self.note(None, self.turns.posted, turn.turn_id, posted)
        took_s = time.time() - turn.asked_at
        self.metrics.answered(turn.kind, answer, took_s)
        log.info("%s in %.1f s, %s", answer.status, took_s, counted(answer))

    def _work(
        self, turn: StoredTurn, text: str, filters: Filters, history: list[str], draft: PartialText
    ) -> Answer:
        answerer = self.answerer_in(turn.guild_id)
        if turn.kind == "claim":
            return check_message(answerer, text, filters)
        return answerer.answer(text, history=history, filters=filters, on_text=draft.take)

    async def _awaited(
        self, ticket: Ticket[Answer], turn: StoredTurn, place: Place, draft: PartialText
    ) -> Answer:
        """Wait for the answer, and say now and then how it goes; no edit overtakes the answer."""
        noted = None
        while True:
            if place.address and place.address.message_id != noted:
                noted = place.address.message_id
                await self.note(None, self.turns.wait, turn, place.address)
            crowd = 1 if place.has_own_rate else len(self._open)
            timeout_s = self.progress_every_s * crowd
            done, _ = await asyncio.wait([ticket.future], timeout=timeout_s)
            if done:
                return ticket.future.result()
            try:
                waited_s = time.time() - turn.asked_at
                words = progress_words(ticket.place, waited_s, draft.text)
                await place.show(note_view(words, answer_button("stop", turn.turn_id)))
            except TROUBLE as error:
                log.info("progress could not be shown: %s", error)

    async def _give_up(self, turn: StoredTurn, place: Place) -> None:
        with contextlib.suppress(*TROUBLE):
            await place.say(STOPPED)
        await self.keep(self.turns.delete, turn.turn_id)
