"""The bot as a process of its own, pointed at a Discord on the loopback address.

Its answers take a while of pure Python, the worst case for the event loop. When it ends it
writes the loop's lag to standard output: once every 5 ms, by how much a timer came late, since the
start or the last SIGUSR1.
"""

import argparse
import asyncio
import json
import logging
import signal
import sys
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord.client import Start
from bot.discord.run import serve
from bot.first_run import opened_bot
from retrieval.errors import DiscordError
from retrieval.index.writing.additions import Additions
from retrieval.settings import Settings
from retrieval.types import Answer, Article, Citation, Filters, Passage, Statement
from tests.index.writer_process import killed_at

TICK_S = 0.005
TEXT = "The dam held."
ARTICLE = Article(article_id="a", source="a.txt", title="Flood watch", passages=1)


class Library:
    revision = "1"
    written_at = None
    audiences: frozenset[str] = frozenset()

    def seen_by(self, audience: str) -> "Library":
        return self

    def articles(self) -> list[Article]:
        return [ARTICLE]

    def outlets(self) -> list[str]:
        return []

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None) -> list:
        return []

    def article_text(self, article_id: str) -> str:
        return TEXT


class Busy:
    """Answers after so many seconds, half of which it holds the interpreter's lock."""

    library = Library()

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def seen_by(self, audience: str) -> "Busy":
        return self

    def answer(self, question: str, **_: object) -> Answer:
        sys.stderr.write("answering\n")
        sys.stderr.flush()
        end = time.perf_counter() + self._seconds / 2
        while time.perf_counter() < end:
            sum(range(1000))
        time.sleep(self._seconds / 2)
        passage = Passage(passage_id="p", article=ARTICLE, text=TEXT, start=0, end=len(TEXT))
        quote = Citation(n=1, passage=passage, quote=TEXT, start=0, end=len(TEXT))
        return Answer(
            question=question,
            standalone_question=question,
            text=f"{TEXT} [1]",
            model="extractive",
            statements=(Statement(text=TEXT, citations=(1,)),),
            citations=(quote,),
        )

    check = answer


@contextmanager
def opened(settings: Settings, seconds: float | None) -> Iterator[tuple[object, Additions | None]]:
    """Give what answers, and what takes articles if there is an index."""
    if seconds is not None:
        yield Busy(seconds), None
        return
    with opened_bot(settings) as parts:
        yield parts


async def run(
    settings: Settings,
    answerer: object,
    additions: Additions | None,
    token: str,
    start: Start,
) -> "array[float]":
    lags = array("f")  # a list would be 10 MB of the memory that a long run measures

    async def watch() -> None:
        while True:
            due = time.perf_counter() + TICK_S
            await asyncio.sleep(TICK_S)
            lags.append(time.perf_counter() - due)

    def begin_anew() -> None:
        del lags[:]

    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, begin_anew)
    watching = asyncio.create_task(watch())
    try:
        await serve(settings, answerer, token, start, additions=additions)
    finally:
        watching.cancel()
    return lags


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=0.0, help="that an answer takes")
    parser.add_argument("--real", type=Path, help="an index: use the real chain")
    parser.add_argument("--kill-at", metavar="STEP", help="of changing the index: die before it")
    parser.add_argument("--token", required=True)
    parser.add_argument("--metrics-port", type=int)
    parser.add_argument("--message-content", action="store_true")
    parser.add_argument("--shards", type=int)
    parser.add_argument("--shard-ids", type=int, nargs="*", default=[])
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    Route.BASE = f"http://127.0.0.1:{given.port}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(f"ws://127.0.0.1:{given.port}/gateway")
    settings = Settings(
        state=given.state,
        index=given.real or Path(),
        metrics_port=given.metrics_port,
        message_content=given.message_content,
    )
    start = Start(shards=given.shards, shard_ids=tuple(given.shard_ids))
    if given.kill_at:
        killed_at(given.kill_at)
    try:
        with opened(settings, None if given.real else given.seconds) as (answerer, additions):
            lags = asyncio.run(run(settings, answerer, additions, given.token, start))
    except DiscordError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(list(lags)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
