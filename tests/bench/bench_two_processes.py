"""Measures how soon one process shows what another has ingested, and how long searches take then.

python tests/bench/bench_two_processes.py [ROUNDS]
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from retrieval.index.ingest import ingest
from retrieval.index.library import Library, open_library
from retrieval.settings import Settings

ROOT = Path(__file__).parent.parent.parent
SEEDS = ROOT / "seeds"
QUESTION = "What did the harbour master say about the ferry?"
TEXT = (
    "The harbour master said on day {day} that the ferry would sail again. "
    "He had waited for the crane since the spring, and the council paid for it."
)
INGEST = """
import sys
from pathlib import Path
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.settings import Settings
with open_library(Settings(_env_file=None, index=Path(sys.argv[1]))) as library:
    for _ in sys.stdin:
        ingest(library, [Path(sys.argv[2])])
        print("done", flush=True)
"""


def until_seen(library: Library, words: str, spent_ms: list[float]) -> float:
    """Search until the words are found; give the seconds that it took."""
    began = time.perf_counter()
    while True:
        asked = time.perf_counter()
        hits = library.search(QUESTION, k=4)
        spent_ms.append((time.perf_counter() - asked) * 1000)
        if any(words in hit.passage.text for hit in hits):
            return time.perf_counter() - began


def main(rounds: int) -> None:
    delays_s: list[float] = []
    spent_ms: list[float] = []
    with tempfile.TemporaryDirectory() as room:
        index, folder = Path(room, "index"), Path(room, "articles")
        folder.mkdir()
        with open_library(Settings(_env_file=None, index=index)) as library:
            ingest(library, [SEEDS])
            command = [sys.executable, "-c", INGEST, str(index), str(folder)]
            with subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
            ) as other:
                assert other.stdin is not None
                assert other.stdout is not None
                for day in range(rounds):
                    (folder / "ferry.txt").write_text(TEXT.format(day=day), "utf-8")
                    other.stdin.write("ingest\n")
                    other.stdin.flush()
                    other.stdout.readline()
                    delays_s.append(until_seen(library, f"day {day} ", spent_ms))
                other.stdin.close()
    print(f"seen after {max(delays_s):.3f} s at most, {statistics.median(delays_s):.3f} s mostly")
    print(f"a search took {max(spent_ms):.0f} ms at most, {statistics.median(spent_ms):.0f} mostly")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
