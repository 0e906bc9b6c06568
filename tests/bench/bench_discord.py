"""Fifty questions at once to the real bot process, on a Discord of the loopback address.

    python -m tests.bench.bench_discord [--index DIR] [--rounds 3]

Says how fast questions are acknowledged (bar: p99 at most 1 s), how late the event loop's
timers are meanwhile (bar: p99 at most 50 ms), how long answers take, and whether each came once.
`machine_lag` is the same of this process, which does next to nothing: where it is large too,
the machine is busy with other things. Without `--index` an answer takes 0.1 s, half of it
holding the interpreter's lock.
Exits 1 if a bar is missed.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.discord.loopback import TOKEN, Loopback

ROOT = Path(__file__).parents[2]
CHILD = ROOT / "tests" / "discord" / "bot_process.py"
QUESTIONS = 50
MOST_ACKNOWLEDGED_S = 1.0
MOST_LAG_S = 0.050
TICK_S = 0.005
WORKING = ("reading the articles", "in the queue")


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def is_answered(texts: list[str]) -> bool:
    return bool(texts) and not any(word in texts[-1] for word in WORKING)


async def measure(index: Path | None, questions: list[str]) -> dict[str, float]:
    discord = Loopback()
    runner = await discord.start()
    with tempfile.TemporaryDirectory() as state:
        chain = ["--real", str(index)] if index else ["--seconds", "0.1"]
        options = ["--port", str(discord.port), "--state", state, "--token", TOKEN, *chain]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(CHILD), *options),
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": os.defpath},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            return await asked_at_once(discord, process, questions)
        finally:
            await runner.cleanup()


async def asked_at_once(
    discord: Loopback, process: asyncio.subprocess.Process, questions: list[str]
) -> dict[str, float]:
    await discord.connected(timeout_s=120)
    idle: list[float] = []
    watching = asyncio.create_task(watch(idle))
    start = time.perf_counter()
    tokens = [await discord.ask(1000 + n, question) for n, question in enumerate(questions)]
    async with asyncio.timeout(600):
        while not all(  # noqa: ASYNC110  another process brings it about
            token in discord.replies and is_answered(discord.reply(token).texts) for token in tokens
        ):
            await asyncio.sleep(0.02)
    took_s = time.perf_counter() - start
    watching.cancel()
    process.send_signal(signal.SIGTERM)
    out, _ = await process.communicate()
    waits = [discord.acknowledged_at[token] - discord.asked_at[token] for token in tokens]
    lags = json.loads(out)
    done = [discord.reply(token).times[-1] - discord.asked_at[token] for token in tokens]
    return {
        "acknowledged_p50_s": percentile(waits, 0.5),
        "acknowledged_p99_s": percentile(waits, 0.99),
        "loop_lag_p50_s": percentile(lags, 0.5),
        "loop_lag_p99_s": percentile(lags, 0.99),
        "loop_lag_max_s": max(lags),
        "machine_lag_p99_s": percentile(idle, 0.99),
        "answered_p50_s": percentile(done, 0.5),
        "answered_all_s": took_s,
        "answers": len(tokens),
        "messages": len(discord.messages),
        "exit_code": process.returncode or 0,
    }


async def watch(lags: list[float]) -> None:
    """Measure how late timers are in this process, which does next to nothing."""
    while True:
        due = time.perf_counter() + TICK_S
        await asyncio.sleep(TICK_S)
        lags.append(time.perf_counter() - due)


def questions_of(path: Path | None) -> list[str]:
    if path is None:
        return [f"Did the dam of the {n}. valley hold?" for n in range(QUESTIONS)]
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    asked = [line["question"] for line in lines if line.get("split") == "dev"]
    return [asked[n % len(asked)] for n in range(QUESTIONS)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--index", type=Path, help="an index: use the real chain")
    parser.add_argument("--questions", type=Path, help="a question set; its dev split is asked")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    missed = 0
    for number in range(1, given.rounds + 1):
        figures = asyncio.run(measure(given.index, questions_of(given.questions)))
        print(f"round {number}")
        for name, value in figures.items():
            print(
                f"  {name:22} {value:.4f}" if isinstance(value, float) else f"  {name:22} {value}"
            )
        missed += figures["acknowledged_p99_s"] > MOST_ACKNOWLEDGED_S
        missed += figures["loop_lag_p99_s"] > MOST_LAG_S
        missed += figures["messages"] != QUESTIONS
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
