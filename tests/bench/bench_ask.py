"""How fast an answer comes over the seeds, warm and cold, and how much memory that takes.

Run by hand: `uv run python tests/bench/bench_ask.py`. Cold asks and bare imports of the libraries
that such an ask ends up with alternate, so that the machine's load falls on both alike; so do warm
answers and bare runs of the models (`warm_ask.py`). Processor time is given beside the clock's,
because a busy machine stretches the one far less; that of the main thread alone is what a person
waits for where another core is free to load the models.
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
# With this set, nothing keeps what it compiled, and a cold ask would compile every module anew.
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"

# What a cold ask imports, told by the interpreter that ran one; our own rooms are left out.
LIBRARIES = """
import contextlib, io, json, sys
from bot.cli import run
with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())), contextlib.suppress(SystemExit):
    run()
ours = {"bot", "retrieval", "__main__"}
print(json.dumps([name for name in sys.modules if name.partition(".")[0] not in ours]))
"""
ASK = """
import contextlib
from bot.cli import run
with contextlib.suppress(SystemExit):
    run()
"""
WAITED = """
import sys, time
print(time.thread_time(), file=sys.stderr)
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


def seconds(code: str, *arguments: str) -> tuple[float, float, float]:
    """Give the seconds that code takes: of the clock, the processor, and its main thread."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    told = subprocess.run(
        [sys.executable, "-c", code + WAITED, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stderr
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, worked, float(told.splitlines()[-1])


def questions() -> list[str]:
    rows = map(json.loads, QUESTIONS.read_text("utf-8").splitlines())
    return [row["question"] for row in rows if row["split"] == "dev"][:WARM_QUESTIONS]


def print_warm(spent: dict[str, list[float]]) -> None:
    """Print the times of warm answers, and how often the bare models' time fits into them.

    An answer anew has of sentences what is kept beside the index; a worked one is in
    processor time.
    """
    for name in ("ask", "anew", "worked", "retrieve", "read", "reader", "write", "verify"):
        ordered = sorted(spent[name])
        p95 = ordered[int(len(ordered) * 0.95)]
        print(f"warm {name}, ms: p50 {statistics.median(ordered):.0f}, p95 {p95:.0f}")
    bare = "bare query embedding and reader"
    print_times("answer", spent["ask"], bare, spent["bare"])
    print_times("answer anew", spent["anew"], bare, spent["bare"])
    print_times("answer, processor", spent["worked"], bare, spent["bare worked"])
    print_times("reader", spent["reader"], "bare reader", spent["bare reader"])


def print_times(name: str, spent: list[float], bare_name: str, bare: list[float]) -> None:
    middle, bare_middle = statistics.median(spent), statistics.median(bare)
    each = statistics.median(one / other for one, other in zip(spent, bare, strict=True))
    print(
        f"warm {name} beside {bare_name}: p50 {middle:.0f} and {bare_middle:.0f} ms, "
        f"{middle / bare_middle:.2f} times; question by question {each:.2f}"
    )


def main() -> None:
    os.environ.pop(NO_BYTECODE, None)  # noqa: TID251  of this run, not of the product
    with tempfile.TemporaryDirectory() as folder:
        index = str(Path(folder) / "index")
        ask = ["ask", ONE, "--json", "--index", index]
        python("-m", "bot", *ask)
        warm = json.loads(python("tests/bench/warm_ask.py", index, json.dumps(questions())))
        bare = BARE.format(loaded=json.loads(python("-c", LIBRARIES, *ask)))
        pairs = [(seconds(ASK, *ask), seconds(bare)) for _ in range(COLD_ROUNDS)]
    print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.1f}, Python {sys.version.split()[0]}")
    print_warm(warm["spent_ms"])
    for number, name in enumerate(("clock", "processor", "main thread")):
        cold, imports = (statistics.median(p[side][number] for p in pairs) for side in (0, 1))
        print(
            f"cold ask, {name}: {cold:.2f} s, imports {imports:.2f} s, {cold / imports:.2f} times"
        )
    print(f"peak memory of {len(warm['spent_ms']['ask'])} answers: {warm['peak_mb']:.0f} MB")


if __name__ == "__main__":
    main()
