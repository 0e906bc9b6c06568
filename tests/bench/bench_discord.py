"""Fifty questions at once to the real bot process, on a Discord of the loopback address.

    python -m tests.bench.bench_discord [--index DIR] [--slow-model SECONDS] [--rounds 3]

Says how fast questions are acknowledged (bar: p99 at most 1 s), how late the event loop's
timers are meanwhile (bar: p99 at most 50 ms), how long answers take, and whether each came once.
`machine_lag` is the same of this process, which does next to nothing: where it is large too,
the machine is busy with other things. Without `--index` an answer takes 0.1 s, half of it
holding the interpreter's lock. With `--slow-model` the answers over the index are written by a
chat model behind a real socket that streams each reply over so many seconds; `first_words` is
when verified words of it first stand in Discord.
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

from tests.bench.slow_model import MODEL, SlowModel
from tests.discord.loopback import TOKEN, Loopback, Shown

ROOT = Path(__file__).parents[2]
CHILD = ROOT / "tests" / "discord" / "bot_process.py"
QUESTIONS = 50
MOST_ACKNOWLEDGED_S = 1.0
MOST_LAG_S = 0.050
TICK_S = 0.005
WAITING = ("reading the articles", "in the queue")
WRITING = "still writing"
CREDIT = f"Written by {MODEL}"


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def is_answered(texts: list[str]) -> bool:
    return bool(texts) and not any(word in texts[-1] for word in (*WAITING, WRITING))


def first_words_at(shown: Shown) -> float:
    """When a message first said more than that it is being worked on."""
    return next(
        at
        for text, at in zip(shown.texts, shown.times, strict=True)
        if not any(word in text for word in WAITING)
    )


async def measure(
    index: Path | None, questions: list[str], model_s: float | None
) -> dict[str, float]:
    discord, model = Loopback(), SlowModel(model_s or 0.0)
    runners = [await discord.start(), await model.start()]
    written = {"DATELINE_MODEL": MODEL, "DATELINE_MODEL_URL": model.url} if model_s else {}
    with tempfile.TemporaryDirectory() as state:
        chain = ["--real", str(index)] if index else ["--seconds", "0.1"]
        options = ["--port", str(discord.port), "--state", state, "--token", TOKEN, *chain]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(CHILD), *options),
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "PATH": os.defpath} | written,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            return await asked_at_once(discord, process, questions)
        finally:
            for runner in runners:
                await runner.cleanup()


async def asked_at_once(
    discord: Loopback, process: asyncio.subprocess.Process, questions: list[str]
) -> dict[str, float]:
    await discord.connected(timeout_s=300)
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
    shown = [(discord.reply(token), discord.asked_at[token]) for token in tokens]
    done = [message.times[-1] - asked for message, asked in shown]
    first = [first_words_at(m) - asked for m, asked in shown if CREDIT in m.texts[-1]]
    first_words = {"first_words_p50_s": percentile(first, 0.5)} if first else {}
    return {
        "acknowledged_p50_s": percentile(waits, 0.5),
        "acknowledged_p99_s": percentile(waits, 0.99),
        "loop_lag_p50_s": percentile(lags, 0.5),
        "loop_lag_p99_s": percentile(lags, 0.99),
        "loop_lag_max_s": max(lags),
        "machine_lag_p99_s": percentile(idle, 0.99),
        **first_words,
        "answered_p50_s": percentile(done, 0.5),
        "answered_all_s": took_s,
        "answers": len(tokens),
        "by_the_model": len(first),
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
    parser.add_argument("--slow-model", type=float, metavar="SECONDS", help="that a reply takes")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    if given.slow_model and not given.index:
        parser.error("--slow-model writes over an index: name it with --index")
    missed = 0
    for number in range(1, given.rounds + 1):
        asked = questions_of(given.questions)
        figures = asyncio.run(measure(given.index, asked, given.slow_model))
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
