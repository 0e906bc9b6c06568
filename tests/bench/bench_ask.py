"""How fast an answer comes over the seeds, warm and cold, and how much memory that takes.

Run by hand: `uv run python tests/bench/bench_ask.py`. Cold asks and bare imports of the libraries
that such an ask ends up with alternate, so that the machine's load falls on both alike.
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
WARM_ROUNDS = 3
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
    spent = []
    for question in questions:
        began = time.perf_counter()
        answerer.answer(question)
        spent.append((time.perf_counter() - began) * 1000)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"spent_ms": spent, "peak_mb": peak}))
"""
BARE = """
import contextlib, importlib
for name in {loaded!r}:
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
"""


def python(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout


def seconds(*arguments: str) -> float:
    began = time.perf_counter()
    python(*arguments)
    return time.perf_counter() - began


def questions() -> list[str]:
    lines = QUESTIONS.read_text("utf-8").splitlines() if QUESTIONS.exists() else []
    return [json.loads(line)["question"] for line in lines if line.strip()] or [ONE]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = str(Path(folder) / "index")
        ask = ["ask", ONE, "--json", "--index", index]
        python("-m", "bot", *ask)
        warm = json.loads(python("-c", WARM, index, json.dumps(questions() * WARM_ROUNDS)))
        loaded = json.loads(python("-c", LIBRARIES, *ask))
        bare = BARE.format(loaded=loaded)
        pairs = [(seconds("-m", "bot", *ask), seconds("-c", bare)) for _ in range(COLD_ROUNDS)]
    spent = sorted(warm["spent_ms"])
    cold, imports = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    print(
        f"warm ask: {len(spent)} answers, p50 {statistics.median(spent):.0f} ms, "
        f"p95 {spent[int(len(spent) * 0.95)]:.0f} ms"
    )
    print(
        f"cold ask: {cold:.2f} s, bare import of its libraries {imports:.2f} s, "
        f"ratio {cold / imports:.2f}"
    )
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory: warm {warm['peak_mb']:.0f} MB, largest of all runs {children:.0f} MB")


if __name__ == "__main__":
    main()
