"""Asks a real bot for a long time, with an ingester beside it, and says what wears out.

    uv run python -m tests.bench.bench_soak [--questions 5000] [--share 0.7] [--ingest-every 30]

First one asker alone, of a bot that is held to one processor; then 50 askers at once of one that
has all; then as many questions as were wanted, at a share of the throughput that the 50 had, while
another process ingests 20 articles again and again, half of them changed each time. Bars: memory
grows by at most 5 % between 20 % and the end, no error, the event loop's timers come at most 50 ms
late (p99; `machine_lag` is the same of this process, which does next to nothing), and the p95 of
50 askers is at most 35 times the median of one. Exits 1 if a bar is missed.
"""

import argparse
import asyncio
import itertools
import json
import os
import platform
import shutil
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bot.discord.storage.database import open_state
from bot.discord.storage.servers import Server, Servers
from tests.bench.bench_discord import CHILD, ROOT, percentile, watch
from tests.bench.bot_stage import ASKED, ingested, is_answer, is_settled
from tests.discord.loopback import GUILD_ID, TOKEN, Loopback, Shown

ONE_ASKS, AT_ONCE, ARTICLES = 20, 50, 20
GIVEN_UP_S, STARTED_WITHIN_S = 300, 300
FIRST_SHARE = 0.2
MOST_GROWTH, MOST_LAG_S, MOST_RATIO = 1.05, 0.050, 35.0
MB = 1 << 20
GROWTH, LAG, RATIO = "growth from 20 % on", "loop lag p99 s", "p95 of 50 / median of one"
UNLIMITED = Server(cooldown_s=0, daily_limit=10**6, person_limit=10**6)


@dataclass
class Run:
    """A bot that runs, its Discord, and what was seen of it."""

    discord: Loopback
    process: asyncio.subprocess.Process
    log: Path
    took_s: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)
    memory_mb: list[float] = field(default_factory=list)
    lags_s: list[float] = field(default_factory=list)

    async def ask(self, number: int) -> None:
        """Have a person of their own ask, and note how it ended."""
        discord = self.discord
        token = await discord.ask(1000 + number, ASKED[number % len(ASKED)])
        shown = None
        while time.perf_counter() < discord.asked_at[token] + GIVEN_UP_S:
            await asyncio.sleep(0.02)
            shown = discord.messages.get(discord.replies.get(token, 0))
            if shown is not None and is_settled(shown):
                self.took_s.append(shown.times[-1] - discord.asked_at[token])
                break
        self.ends[_end(shown)] += 1
        self.memory_mb.append(psutil.Process(self.process.pid).memory_info().rss / MB)
        discord.messages.pop(discord.replies.get(token, 0), None)  # this process is to stay small

    async def stop(self) -> None:
        """End the bot, which tells how late its timers were."""
        self.process.send_signal(signal.SIGTERM)
        out, _ = await self.process.communicate()
        self.lags_s = json.loads(out)

    @property
    def errors(self) -> list[str]:
        """What did not end with an answer or a refusal, and the log's lines of errors."""
        wrong = [f"{count} × {end}" for end, count in self.ends.items() if end != "answered"]
        log = self.log.read_text("utf-8").splitlines()
        return wrong + [line for line in log if line.startswith(("ERROR", "CRITICAL"))]


def _end(shown: Shown | None) -> str:
    if shown is None or not shown.texts or not is_settled(shown):
        return "nothing"
    text = shown.texts[-1]
    return "answered" if is_answer(text) or "Nearest" in text else text.splitlines()[0]


def without_limits(room: Path) -> Path:
    """Give a state in which one server may ask as much as it likes."""
    state = room / "state"
    with closing(open_state(state)) as opened:
        servers = Servers(opened)
        servers.set(GUILD_ID, UNLIMITED)
        servers.save(GUILD_ID)
    return state


@asynccontextmanager
async def running(index: Path, room: Path, *, alone: bool = False) -> AsyncIterator[Run]:
    """A bot over an index; `alone` on the first processor that this process may use."""
    state, log = without_limits(room), room / "log"
    discord = Loopback()
    runner = await discord.start()
    held = ["taskset", "-c", str(min(os.sched_getaffinity(0)))] if alone else []
    options = ["--port", str(discord.port), "--state", str(state), "--token", TOKEN]
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *(*held, sys.executable, str(CHILD), *options, "--real", str(index)),
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},  # noqa: TID251  taskset
            stdout=asyncio.subprocess.PIPE,
            stderr=file,
        )
    try:
        await discord.connected(STARTED_WITHIN_S)
        yield Run(discord, process, log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        await runner.cleanup()


async def one_asker(index: Path, room: Path) -> float:
    """Give the median of one who asks alone, in seconds; the first question warms the bot up."""
    async with running(index, room / "one", alone=True) as run:
        for number in range(ONE_ASKS + 1):
            await run.ask(number)
        return statistics.median(run.took_s[1:])


async def at_once(run: Run) -> tuple[float, float]:
    """Give the p95 of 50 who ask at once, and how many questions a second that makes."""
    await run.ask(0)
    run.took_s.clear()
    start = time.perf_counter()
    await asyncio.gather(*(run.ask(number) for number in range(1, AT_ONCE + 1)))
    return percentile(run.took_s, 0.95), AT_ONCE / (time.perf_counter() - start)


async def soak(run: Run, questions: int, rate: float) -> None:
    """Ask at a steady rate, whether or not the answers keep up."""
    run.memory_mb.clear()
    run.took_s.clear()
    start = time.perf_counter()
    async with asyncio.TaskGroup() as asking:
        for number in range(questions):
            await asyncio.sleep(max(0.0, start + number / rate - time.perf_counter()))
            asking.create_task(run.ask(number))


async def ingester(index: Path, folder: Path, every_s: float, ends: Counter[int]) -> None:
    """Change half of the articles and ingest, until it is cancelled."""
    for day in itertools.count(1):
        await asyncio.sleep(every_s)
        for number in range(day % 2, ARTICLES, 2):
            text = f"Train {number} left the rails near Hallmark on day {day}. " * 30
            (folder / f"train{number}.txt").write_text(text, "utf-8")
        ends[(await asyncio.to_thread(ingested, index, folder)).returncode] += 1


async def measured(given: argparse.Namespace) -> tuple[dict[str, float], list[str]]:
    ingests: Counter[int] = Counter()
    idle: list[float] = []
    with tempfile.TemporaryDirectory() as place:
        room = Path(place)
        index, folder = room / "index", room / "articles"
        shutil.copytree(ROOT / "seeds", folder)
        assert ingested(index, folder).returncode == 0
        one_s = await one_asker(index, room)
        async with running(index, room / "many") as run:
            many_s, rate = await at_once(run)
            print(f"one asks in {one_s:.2f} s, 50 in {many_s:.2f} s (p95)", file=sys.stderr)
            beside = [
                asyncio.create_task(ingester(index, folder, given.ingest_every, ingests)),
                asyncio.create_task(watch(idle)),
            ]
            await soak(run, given.questions, rate * given.share)
            for task in beside:
                task.cancel()
            errors = run.errors
            await run.stop()
    errors += [f"{count} ingests ended with {code}" for code, count in ingests.items() if code]
    figures = {
        "one asker, one processor, median s": one_s,
        "50 askers, p95 s": many_s,
        RATIO: many_s / one_s,
        "throughput of 50, a second": rate,
        "asked, a second": rate * given.share,
        "questions": len(run.took_s),
        "soak p50 s": percentile(run.took_s, 0.5),
        "soak p95 s": percentile(run.took_s, 0.95),
        "ingests beside": sum(ingests.values()),
        **memory_of(run.memory_mb),
        LAG: percentile(run.lags_s, 0.99),
        "machine lag p99 s": percentile(idle, 0.99),
        "errors": len(errors),
    }
    return figures, errors


def memory_of(samples_mb: list[float]) -> dict[str, float]:
    """Give medians of a tenth of the run: its first, that from 20 % on, its last."""
    tenth, early = max(1, len(samples_mb) // 10), int(len(samples_mb) * FIRST_SHARE)
    then = statistics.median(samples_mb[early : early + tenth])
    last = statistics.median(samples_mb[-tenth:])
    return {
        "memory at the start, MB": statistics.median(samples_mb[:tenth]),
        "memory at 20 %, MB": then,
        "memory at the end, MB": last,
        GROWTH: last / then,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=5000)
    parser.add_argument("--share", type=float, default=0.7, help="of the measured throughput")
    parser.add_argument("--ingest-every", type=float, default=30.0, metavar="SECONDS")
    given = parser.parse_args()
    figures, errors = asyncio.run(measured(given))
    print(f"{platform.platform()}, {os.cpu_count()} processors, Python {platform.python_version()}")
    for name, value in figures.items():
        print(f"  {name:36} {value:.4f}" if isinstance(value, float) else f"  {name:36} {value}")
    print(*errors, sep="\n")
    is_well = (
        figures[GROWTH] <= MOST_GROWTH
        and figures[LAG] <= MOST_LAG_S
        and figures[RATIO] <= MOST_RATIO
        and not figures["errors"]
    )
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
