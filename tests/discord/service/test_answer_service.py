"""The service by itself: progress, the queue, the end."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp
import pytest
from discord import ui

from bot.discord.messages.answer_messages import Offer
from bot.discord.messages.layout import MESSAGE_UNITS
from bot.discord.messages.place import Address
from bot.discord.service.answer_service import (
    _FAREWELL_S,
    _LAST_WRITES_S,
    DRAIN_S,
    STOPPED_BY_PERSON,
    AnswerService,
)
from bot.discord.service.pool import (
    PROGRESS_EVERY_S,
    PartialText,
    Stopped,
    progress_words,
)
from bot.discord.storage.turn_store import StoredTurn
from retrieval.types import Filters


@dataclass
class Wall:
    """A place that keeps what is put up."""

    shown: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    delivered: list[Sequence[ui.LayoutView]] = field(default_factory=list)
    address: Address | None = None
    has_own_rate: bool = True

    async def show(self, view: ui.LayoutView) -> None:
        texts = (one.content for one in view.walk_children() if isinstance(one, ui.TextDisplay))
        self.shown.append("\n".join(texts))

    async def withdraw(self) -> None:
        self.shown.clear()

    async def say(self, words: str) -> None:
        self.said.append(words)

    async def deliver(self, views: Sequence[ui.LayoutView]) -> list[int]:
        self.delivered.append(views)
        return [1000 + len(self.delivered)]


def a_turn(number: int) -> StoredTurn:
    return StoredTurn(
        source_id=number,
        guild_id=1,
        channel_id=2,
        user_id=number,
        private=False,
        question=f"Did dam {number} hold?",
    )


def serve(service: AnswerService, number: int) -> tuple[Wall, asyncio.Task[None]]:
    wall, turn = Wall(), a_turn(number)
    serving = service.serve(turn, turn.question, wall, filters=Filters(), offer=Offer())
    return wall, asyncio.create_task(serving)


async def until(condition) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  a thread brings it about
            await asyncio.sleep(0.005)


async def test_who_waits_sees_their_place_and_who_is_served_that_it_goes_on(
    service, script
) -> None:
    service.progress_every_s = 0.02
    script.go.clear()
    served = [serve(service, number) for number in range(4)]

    await until(lambda: all(wall.shown for wall, _ in served))
    first_words = [wall.shown[0] for wall, _ in served]
    script.go.set()
    await asyncio.gather(*(task for _, task in served))

    assert ["reading" in words for words in first_words] == [True, True, False, False]
    assert "number **1**" in first_words[2]
    assert "number **2**" in first_words[3]
    assert [len(wall.delivered) for wall, _ in served] == [1, 1, 1, 1]


async def test_progress_that_cannot_be_shown_does_not_cost_the_answer(service, script) -> None:
    service.progress_every_s = 0.01
    script.go.clear()
    wall, task = serve(service, 1)
    tries = []

    async def broken(words: str) -> None:
        tries.append(words)
        raise aiohttp.ServerDisconnectedError

    wall.show = broken
    await until(lambda: len(tries) > 2)
    script.go.set()
    await task

    assert len(wall.delivered) == 1
    assert wall.said == []


async def test_where_all_share_one_rate_progress_comes_more_rarely_the_more_there_are(
    service, script
) -> None:
    service.progress_every_s = 0.05
    script.go.clear()
    alone, _ = serve(service, 1)
    crowd = [serve(service, number) for number in range(2, 42)]
    for wall, _ in crowd:
        wall.has_own_rate = False

    await until(lambda: len(alone.shown) >= 5)
    shown = [len(wall.shown) for wall, _ in crowd]
    script.go.set()
    await asyncio.gather(*(task for _, task in crowd))

    assert shown == [0] * 40


async def test_no_more_is_shown_once_the_answer_is_there(service, script) -> None:
    service.progress_every_s = 0.01
    script.go.clear()
    wall, task = serve(service, 1)
    await until(lambda: len(wall.shown) > 2)
    script.go.set()
    await task
    shown = len(wall.shown)

    await asyncio.sleep(0.05)

    assert len(wall.shown) == shown


def test_progress_is_told_every_two_seconds_at_most() -> None:
    assert PROGRESS_EVERY_S >= 2


async def test_a_verified_draft_is_shown_while_the_rest_is_written(service, script) -> None:
    service.progress_every_s = 0.02
    script.drafts = ["The *dam* held."]
    script.go.clear()
    wall, task = serve(service, 1)

    await until(lambda: any("still writing" in words for words in wall.shown))
    script.go.set()
    await task

    assert "The \\*dam\\* held." in wall.shown[-1]


async def test_a_stopped_answer_leaves_its_worker_and_says_that_it_ended(service, script) -> None:
    service.progress_every_s = 0.02
    script.go.clear()
    wall, task = serve(service, 1)
    await until(lambda: wall.shown)
    turn_id = _only_turn(service)

    assert await service.stop(turn_id)
    script.go.set()

    assert task.done()
    assert wall.said == [STOPPED_BY_PERSON]
    assert wall.delivered == []
    assert not await service.stop(turn_id)
    await until(lambda: service.questions.working == 0)


def test_a_model_that_writes_for_nobody_is_interrupted() -> None:
    draft = PartialText()
    draft.take("The dam")
    draft.is_stopped = True

    with pytest.raises(Stopped):
        draft.take("The dam held.")


async def test_a_full_queue_says_so_and_takes_no_more(service, script) -> None:
    script.go.clear()
    service.questions._most_waiting = 1
    served = [serve(service, number) for number in range(4)]

    await until(lambda: any(wall.said for wall, _ in served))
    script.go.set()
    await asyncio.gather(*(task for _, task in served))

    assert sum(len(wall.delivered) for wall, _ in served) == 3
    assert [wall.said for wall, _ in served if wall.said] == [
        ["Too many questions are waiting. Ask again in a few minutes."]
    ]


async def test_a_stop_finishes_what_is_in_flight(service, script) -> None:
    script.go.clear()
    wall, task = serve(service, 1)
    await until(lambda: script.asked)

    closing = asyncio.create_task(service.close())
    await asyncio.sleep(0)
    script.go.set()
    await closing
    await task

    assert len(wall.delivered) == 1


async def test_a_stop_tells_those_who_wait_in_vain_and_takes_nothing_new(service, script) -> None:
    service.drain_s = 0.05
    script.go.clear()
    wall, _ = serve(service, 1)
    await until(lambda: script.asked)

    closing = asyncio.create_task(service.close())
    await asyncio.sleep(0)
    late, late_task = serve(service, 2)
    await asyncio.gather(closing, late_task)

    assert "I was stopped" in wall.said[0]
    assert "I was stopped" in late.said[0]
    assert wall.delivered == []


async def test_what_the_person_forgets_while_it_is_answered_is_not_kept(service, script) -> None:
    script.go.clear()
    wall, task = serve(service, 1)
    await until(lambda: script.asked)
    await service.keep(service.turns.delete, _only_turn(service))
    script.go.set()
    await task

    assert len(wall.delivered) == 1
    assert service.connection.execute("SELECT count(*) FROM turns").fetchone() == (0,)


async def test_a_question_that_is_deleted_before_its_answer_gets_none(service, script) -> None:
    service.progress_every_s = 0.01
    script.go.clear()
    wall, task = serve(service, 1)
    other, other_task = serve(service, 2)
    await until(lambda: wall.shown)

    await service.withdraw({1})
    script.go.set()
    await other_task

    assert task.cancelled()
    assert (wall.shown, wall.said, wall.delivered) == ([], [], [])
    assert len(other.delivered) == 1
    assert service.connection.execute("SELECT source_id FROM turns").fetchall() == [(2,)]


async def test_a_full_disk_costs_no_answer(service) -> None:
    service.connection.execute("PRAGMA query_only = ON")

    wall, task = serve(service, 1)
    await task

    assert len(wall.delivered) == 1
    assert wall.said == []


async def test_a_stop_takes_less_than_nine_seconds(service, script) -> None:
    assert DRAIN_S + _FAREWELL_S + _LAST_WRITES_S <= 8.0


async def test_many_questions_are_answered_once_each_and_kept(service, script) -> None:
    served = [serve(service, number) for number in range(50)]

    await asyncio.gather(*(task for _, task in served))

    assert [len(wall.delivered) for wall, _ in served] == [1] * 50
    assert service.connection.execute("SELECT count(*) FROM turns").fetchone() == (50,)
    assert service.connection.execute("SELECT count(*) FROM pending").fetchone() == (0,)


def test_progress_words_say_the_place_or_the_time() -> None:
    assert "number **3**" in progress_words(3, 4.0)
    assert "(12 s)" in progress_words(0, 12.3)
    assert len(progress_words(0, 12.3, "*" * 5000)) <= MESSAGE_UNITS


def _only_turn(service: AnswerService) -> str:
    return service.connection.execute("SELECT turn_id FROM turns").fetchone()[0]
