"""How fast an answer comes over the seeds, warm and cold, and how much memory that takes.

Run by hand: `uv run python tests/bench/bench_ask.py`. Cold asks and bare imports of the libraries
that such an ask ends up with alternate, so that the machine's load falls on both alike. Processor
time is given beside the clock's, because a busy machine stretches the one far less.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
QUESTIONS = ROOT / "tests" / "questions.jsonl"
ONE = "How long did the meeting in Paris last?"
WARM_QUESTIONS = 50
COLD_ROUNDS = 7

# What a cold ask imports, told by the interpreter that ran one; our own rooms are left out.
LIBRARIES = """
import contextlib, io, json, sys
from bot.cli import run
with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())), contextlib.suppress(SystemExit):
    run()
ours = {"bot", "retrieval", "__main__"}
print(json.dumps([name for name in sys.modules if name.partition(".")[0] not in ours]))
"""
WARM = """
import json, resource, sys, time
from pathlib import Path
from bot.build import opened_answerer
from retrieval.settings import Settings
questions = json.loads(sys.argv[2])
with opened_answerer(Settings(index=Path(sys.argv[1]))) as answerer:
    answerer.answer(questions[0])
    spent, worked = [], []
    for question in questions:
        began, began_work = time.perf_counter(), time.process_time()
        answerer.answer(question)
        worked.append((time.process_time() - began_work) * 1000)
        spent.append((time.perf_counter() - began) * 1000)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"spent_ms": spent, "worked_ms": worked, "peak_mb": peak}))
"""
BARE = """
import contextlib, importlib
for name in {loaded!r}:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
"""


def python(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT
    )
    return done.stdout


def seconds(*arguments: str) -> tuple[float, float]:
    """Give the seconds of the clock and of the processor that a run takes."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    python(*arguments)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, worked


def questions() -> list[str]:
    rows = map(json.loads, QUESTIONS.read_text("utf-8").splitlines())
    return [row["question"] for row in rows if row["split"] == "dev"][:WARM_QUESTIONS]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = str(Path(folder) / "index")
        ask = ["ask", ONE, "--json", "--index", index]
        python("-m", "bot", *ask)
        warm = json.loads(python("-c", WARM, index, json.dumps(questions())))
        bare = BARE.format(loaded=json.loads(python("-c", LIBRARIES, *ask)))
        pairs = [(seconds("-m", "bot", *ask), seconds("-c", bare)) for _ in range(COLD_ROUNDS)]
    print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    for name in ("spent_ms", "worked_ms"):
        ordered = sorted(warm[name])
        p95 = ordered[int(len(ordered) * 0.95)]
        print(f"warm ask, {name}: p50 {statistics.median(ordered):.0f}, p95 {p95:.0f}")
    for number, name in enumerate(("clock", "processor")):
        cold, imports = (statistics.median(p[side][number] for p in pairs) for side in (0, 1))
        print(
            f"cold ask, {name}: {cold:.2f} s, imports {imports:.2f} s, {cold / imports:.2f} times"
        )
    print(f"peak memory of {len(warm['spent_ms'])} answers: {warm['peak_mb']:.0f} MB")


if __name__ == "__main__":
    main()
