"""The worker pool."""

import asyncio
import threading

import pytest

from bot.discord.service.pool import Busy, Pool


@pytest.fixture
def pool():
    pool = Pool("test", workers=1, most_waiting=2)
    yield pool
    pool.close()


async def test_work_runs_off_the_loops_thread_and_gives_its_result(pool) -> None:
    name = await pool.run(lambda: threading.current_thread().name)

    assert name == "test-1"


async def test_an_error_reaches_whoever_waits_and_the_worker_goes_on(pool) -> None:
    with pytest.raises(ZeroDivisionError):
        await pool.run(lambda: 1 // 0)

    assert await pool.run(lambda: 3) == 3


async def test_places_in_the_queue_count_down_and_a_full_queue_refuses(pool) -> None:
    go = threading.Event()
    tickets = [pool.submit(go.wait) for _ in range(3)]

    with pytest.raises(Busy):
        pool.submit(go.wait)
    places = [ticket.place for ticket in tickets]
    busy = (pool.working, pool.waiting)
    go.set()
    await asyncio.gather(*(ticket.future for ticket in tickets))

    assert places == [0, 1, 2]
    assert busy == (1, 2)
    assert (pool.working, pool.waiting) == (0, 0)


async def test_work_that_nobody_waits_for_any_more_is_not_done(pool) -> None:
    go, done = threading.Event(), []
    first = pool.submit(go.wait)
    second = pool.submit(lambda: done.append(2))
    third = pool.submit(lambda: done.append(3))

    second.future.cancel()
    go.set()
    await asyncio.gather(first.future, third.future)

    assert done == [3]


async def test_the_loop_runs_on_while_the_workers_are_at_it(pool) -> None:
    go = threading.Event()
    ticket = pool.submit(go.wait)

    turns = 0
    for _ in range(100):
        await asyncio.sleep(0)
        turns += 1
    go.set()

    assert await ticket.future is True
    assert turns == 100
