"""How late the event loop's timers are while servers add articles: bar, p99 at most 50 ms.

    python -m tests.bench.bench_additions [ADDITIONS]

The real bot as a process on a Discord of the loopback address, over the sample articles. Each
addition is as long as one may be, 400,000 characters; another person asks meanwhile. `machine` is
the same of this process, which does next to nothing: where it is late too, the machine is busy.
Exits 1 if the bar is missed by more than the machine's own lag.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.settings import Settings
from tests.bench.bench_discord import CHILD, MOST_LAG_S, ROOT, is_answered, percentile, watch
from tests.bench.bench_ingest import SEEDS, seed_sentences
from tests.discord.loopback import TOKEN, Loopback

ADDITIONS, CHARS, PATIENCE_S = 2, 395_000, 900
QUESTION = "How long did the meeting in Paris last?"


def a_book(sentences: list[str], number: int) -> bytes:
    """Give a text as long as one may be."""
    random, paragraphs, chars = Random(number), [f"Book {number}"], 0
    while chars < CHARS:
        paragraphs.append(" ".join(random.choices(sentences, k=3)))
        chars += len(paragraphs[-1]) + 2
    return "\n\n".join(paragraphs)[:CHARS].encode()


def is_done(texts: list[str]) -> bool:
    return bool(texts) and not texts[-1].startswith("⏳")


async def until_done(discord: Loopback, token: str, *, asking: bool) -> int:
    """Wait for an addition; ask one question after another meanwhile, and give how many."""
    asked, question = 0, None
    async with asyncio.timeout(PATIENCE_S):
        while token not in discord.replies or not is_done(discord.reply(token).texts):
            if question in discord.replies and is_answered(discord.reply(question).texts):
                question = None
            if asking and question is None:
                question = await discord.ask(2000 + asked, QUESTION)
                asked += 1
            await asyncio.sleep(0.05)
    return asked


async def measured(room: Path, texts: list[bytes]) -> bool:
    """Print what was seen; give whether the bar was kept."""
    discord = Loopback()
    runner = await discord.start()
    options = ["--port", str(discord.port), "--token", TOKEN, "--real", str(room / "index")]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(CHILD), *options, "--state", str(room / "state")),
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": os.defpath},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await discord.connected(timeout_s=300)
    process.send_signal(signal.SIGUSR1)
    watching = asyncio.create_task(watch(idle := []))
    for number, text in enumerate(texts):
        began = time.perf_counter()
        token = await discord.add_article(1001, f"book{number}.txt", text)
        asked = await until_done(discord, token, asking=number % 2 == 1)
        said = discord.reply(token).texts[-1].splitlines()
        print(
            f"{len(text):,} characters in {time.perf_counter() - began:.0f} s, {asked} questions "
            f"meanwhile: {said[0]} … {said[-1]}",
            flush=True,
        )
    watching.cancel()
    process.send_signal(signal.SIGTERM)
    out, _ = await process.communicate()
    await runner.cleanup()
    lags = json.loads(out)
    for name, values in (("event loop", lags), ("machine", idle)):
        shares = (f"{percentile(values, share) * 1000:.0f}" for share in (0.5, 0.95, 0.99, 0.999))
        print(f"{name} late by p50, p95, p99, p99.9 {', '.join(shares)} ms, most {max(values):.2f}")
    print(f"load {os.getloadavg()[0]:.1f}")
    return percentile(lags, 0.99) <= MOST_LAG_S + percentile(idle, 0.99)


def main() -> int:
    additions = int(sys.argv[1]) if len(sys.argv) > 1 else ADDITIONS
    with tempfile.TemporaryDirectory() as place:
        room = Path(place)
        with open_library(Settings(_env_file=None, index=room / "index")) as library:
            ingest(library, [SEEDS])
        (room / "words").mkdir()
        sentences = seed_sentences(room / "words")
        texts = [a_book(sentences, number) for number in range(additions)]
        return 0 if asyncio.run(measured(room, texts)) else 1


if __name__ == "__main__":
    sys.exit(main())
