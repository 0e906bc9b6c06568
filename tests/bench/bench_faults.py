"""Breaks what real bots lean on, one thing at a time, and prints what people saw and what was lost.

    uv run python -m tests.bench.bench_faults [FAULT ...]

Bots are processes of their own on a Discord of the loopback address that takes no command later
than three seconds after it was given; the Chroma server and PostgreSQL are real ones. The faults:
chroma, postgres, postgres-silent, disk, disk-index, stopped, killed, clock. `disk` mounts a small
tmpfs and needs root; `clock` needs libfaketime (Debian: libfaketime). Exits 1 if something is lost.
"""

import argparse
import asyncio
import signal
import sqlite3
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from tests.bench.bench_discord import ROOT
from tests.bench.bot_stage import (
    ANSWER_WITHIN_S,
    NOBODY_S,
    Stage,
    fill,
    ingested,
    is_answer,
    postgres,
    small_disk,
    staged,
)
from tests.discord.loopback import GUILD_ID
from tests.fakes.chroma_server import ChromaServer

FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
CLOCK_READ_S = 1.5
TAKEN_OVER_WITHIN_S, STOPPED_S, DAY_S = 180, 30, 86_400


@dataclass
class Outcome:
    """A line of the table; `checks` are what must hold afterwards."""

    fault: str
    meanwhile: str = ""
    afterwards: str = ""
    checks: dict[str, bool] = field(default_factory=dict)

    @property
    def lost(self) -> str:
        return ", ".join(name for name, holds in self.checks.items() if not holds) or "nothing"


async def broken(
    stage: Stage, fault: str, break_it: Callable[[], object], mend: Callable[[], object]
) -> Outcome:
    """Ask before, while something is broken, and after; open the passages of all in the end."""
    first, before = await stage.warmed()
    await asyncio.to_thread(break_it)
    second, meanwhile = await stage.asked()
    button = await stage.opened(first)
    await asyncio.to_thread(mend)
    third, afterwards = await stage.asked()
    got = [token for token in (first, second, third) if stage.is_once(token)]
    opened = [await stage.opened(token) for token in got]
    return Outcome(
        fault,
        f"a question: {meanwhile}; a button: {button}",
        f"{afterwards}; buttons work: {len([one for one in opened if _is_open(one)])}/{len(got)}",
        {
            "the answer before": before == "the answer",
            "answers after": afterwards == "the answer",
            "a word meanwhile": meanwhile not in ("nothing", ""),
            "buttons": all(map(_is_open, opened)),
        },
    )


def _is_open(words: str) -> bool:
    return words not in ("nothing", "") and "expired" not in words and "wrong" not in words


async def chroma(stage: Stage) -> Outcome:
    room = stage.room / "chroma"
    room.mkdir()
    server = ChromaServer(room)
    await asyncio.to_thread(server.start)
    env = {"DATELINE_CHROMA_URL": server.url}
    index = stage.room / "index"
    assert ingested(index, ROOT / "seeds", **env).returncode == 0
    await stage.bot("--real", str(index), env=env)
    await stage.discord.connected(120)
    try:
        return await broken(stage, "Chroma server stopped and started", server.stop, server.start)
    finally:
        server.stop()


async def _postgres(stage: Stage, fault: str, silent: bool) -> Outcome:
    with postgres() as server:
        env = {"DATELINE_STATE_URL": server.url()}
        await stage.bot("--real", str(seeded(stage)), env=env)
        await stage.discord.connected(120)
        acts = (server.pause, server.go_on) if silent else (server.stop, server.start)
        outcome = await broken(stage, fault, *acts)
        with psycopg.connect(env["DATELINE_STATE_URL"]) as state:
            rows = state.execute("SELECT count(*) FROM turns WHERE answer IS NOT NULL").fetchone()
        outcome.checks["questions in the state"] = bool(rows and rows[0] >= 3)
        return outcome


def seeded(stage: Stage) -> Path:
    index = stage.room / "index"
    assert ingested(index, ROOT / "seeds").returncode == 0
    return index


async def postgres_stopped(stage: Stage) -> Outcome:
    return await _postgres(stage, "PostgreSQL stopped and started", silent=False)


async def postgres_silent(stage: Stage) -> Outcome:
    return await _postgres(stage, "PostgreSQL silent (SIGSTOP), then going on", silent=True)


async def disk(stage: Stage) -> Outcome:
    with small_disk(stage.room / "disk") as place:
        state = place / "state"
        await stage.bot("--real", str(seeded(stage)), "--state", str(state))
        await stage.discord.connected(120)
        filler = place / "filler"
        outcome = await broken(
            stage, "disk of the state full, then free", lambda: fill(place), filler.unlink
        )
        with closing(sqlite3.connect(state / "discord.sqlite3")) as held:
            rows = held.execute("SELECT count(*) FROM turns WHERE answer NOTNULL").fetchone()
        outcome.checks["questions in the state"] = bool(rows and rows[0] >= 3)
        return outcome


async def disk_index(stage: Stage) -> Outcome:
    more = stage.room / "more"
    more.mkdir()
    for number in range(40):
        text = f"Train {number} left the rails near Hallmark. " * 40
        (more / f"{number}.txt").write_text(text, "utf-8")
    with small_disk(stage.room / "disk") as place:
        index = place / "index"
        assert ingested(index, ROOT / "seeds").returncode == 0
        await stage.bot("--real", str(index))
        await stage.discord.connected(120)
        filler = fill(place)
        full = await asyncio.to_thread(ingested, index, ROOT / "seeds", more)
        told = [line for line in full.stderr.splitlines() if line.startswith("dateline")]
        _, meanwhile = await stage.asked()
        filler.unlink()
        again = await asyncio.to_thread(ingested, index, ROOT / "seeds")
        _, afterwards = await stage.asked()
    return Outcome(
        "disk of the index full during an ingest",
        f"a question: {meanwhile}; `ingest` ends with {full.returncode}: “{' '.join(told[-1:])}”",
        f"{afterwards}; `ingest` ends with {again.returncode}",
        {
            "answers meanwhile": meanwhile == "the answer",
            "answers after": afterwards == "the answer",
            "a clear end": full.returncode == 1 and "Traceback" not in full.stderr,
            "the next ingest": again.returncode == 0,
        },
    )


async def stopped(stage: Stage) -> Outcome:
    bot = await stage.bot("--seconds", "4")
    await stage.discord.connected(60)
    flying = await stage.ask()
    await asyncio.sleep(1)
    bot.send_signal(signal.SIGSTOP)
    command = await stage.ask()
    await stage.discord.mention(5, "did the dam hold?")
    meanwhile = await stage.said(command)
    before = len(stage.discord.messages)
    await asyncio.sleep(STOPPED_S - NOBODY_S)
    bot.send_signal(signal.SIGCONT)
    in_flight = await stage.said(flying)
    async with asyncio.timeout(ANSWER_WITHIN_S):
        while len(stage.discord.messages) == before or not is_answer(  # noqa: ASYNC110  a process
            list(stage.discord.messages.values())[-1].texts[-1]
        ):
            await asyncio.sleep(0.05)
    _, afterwards = await stage.asked()
    return Outcome(
        f"the bot stopped (SIGSTOP) for {STOPPED_S} s",
        f"a command: {meanwhile}; a mention, and what was in flight: nothing yet",
        f"what was in flight: {in_flight}; the mention: the answer; a question: {afterwards}",
        {
            "what was in flight": in_flight == "the answer" and stage.is_once(flying),
            "answers after": afterwards == "the answer",
        },
    )


async def killed(stage: Stage) -> Outcome:
    guilds = tuple(GUILD_ID + (number << 22) for number in range(3))
    stage.discord.guild_ids = guilds
    with postgres() as server:
        env = {"DATELINE_STATE_URL": server.url()}
        bots = [
            await stage.bot(
                *("--seconds", "6", "--shards", "3", "--shard-ids", str(number)),
                name=f"bot{number}",
                env=env,
            )
            for number in range(3)
        ]
        await stage.discord.connected(90)
        old, _ = await stage.warmed(guilds[0])
        tokens = [await stage.ask(guild) for guild in guilds]
        await asyncio.sleep(2)
        bots[0].kill()
        began = time.monotonic()
        others = [await stage.said(token) for token in tokens[1:]]
        mended = await stage.said(tokens[0], TAKEN_OVER_WITHIN_S)
        waited_s = time.monotonic() - began
        await stage.bot("--shards", "3", "--shard-ids", "0", name="bot0", env=env)
        await stage.discord.connected(90)
        button = await stage.opened(old, guilds[0])
        _, afterwards = await stage.asked(guilds[0])
    return Outcome(
        "one bot of three killed (`kill -9`), one PostgreSQL",
        f"on its servers, after {waited_s:.0f} s, from another bot: {mended};"
        f" on the others': {' and '.join(dict.fromkeys(others))}",
        f"once it is started again: {afterwards}; old buttons work: {_is_open(button)}",
        {
            "answers of the others": others == ["the answer"] * 2,
            "a word to who waited": "Ask again" in mended,
            "old buttons": _is_open(button),
            "answers after": afterwards == "the answer",
        },
    )


async def clock(stage: Stage) -> Outcome:
    hand = stage.room / "clock"
    hand.write_text("+0")
    env = {"LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(hand)}
    env |= {"FAKETIME_CACHE_DURATION": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    await stage.bot("--real", str(seeded(stage)), env=env)
    await stage.discord.connected(120)
    first, before = await stage.warmed()
    same = next(stage._people)
    seen = []
    for jump_s in (26 * 3600, -26 * 3600, 40 * DAY_S):
        hand.write_text(f"{jump_s:+d}")
        await asyncio.sleep(CLOCK_READ_S)
        token = await stage.discord.ask(same, next(stage._questions))
        seen.append(await stage.said(token))
    button = await stage.opened(first)
    hand.write_text("+0")
    _, afterwards = await stage.asked()
    with closing(sqlite3.connect(stage.room / "bot" / "discord.sqlite3")) as held:
        (span_s,) = held.execute("SELECT max(asked_at) - min(asked_at) FROM turns").fetchone()
    assert span_s > 40 * DAY_S, "the clock did not move"
    return Outcome(
        "clock set 26 h ahead, 52 h back, 41 days ahead, right again",
        f"one person's questions: {' and '.join(dict.fromkeys(seen))}; old buttons work:"
        f" {_is_open(button)}",
        afterwards,
        {
            "the answer before": before == "the answer",
            "answers": seen == ["the answer"] * 3,
            "old buttons": _is_open(button),
            "answers after": afterwards == "the answer",
        },
    )


FAULTS: dict[str, Callable[[Stage], Awaitable[Outcome]]] = {
    "chroma": chroma,
    "postgres": postgres_stopped,
    "postgres-silent": postgres_silent,
    "disk": disk,
    "disk-index": disk_index,
    "stopped": stopped,
    "killed": killed,
    "clock": clock,
}


async def tried(name: str) -> Outcome:
    async with staged() as stage:
        try:
            return await FAULTS[name](stage)
        except (AssertionError, TimeoutError) as error:
            logs = [log.read_text()[-2000:] for log in stage.room.glob("*.log")]
            print(*logs, sep="\n", file=sys.stderr)
            return Outcome(name, f"{type(error).__name__} {error}", checks={"the trial": False})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faults", nargs="*", default=list(FAULTS), metavar="FAULT")
    given = parser.parse_args()
    print("| fault | seen meanwhile | seen afterwards | lost |\n|---|---|---|---|")
    is_well = True
    for name in given.faults:
        one = asyncio.run(tried(name))
        print(f"| {one.fault} | {one.meanwhile} | {one.afterwards} | {one.lost} |", flush=True)
        is_well = is_well and one.lost == "nothing"
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
