"""A second process that ingests, for tests that watch the index while it does."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
WRITER = Path(__file__).parent / "index" / "writer_process.py"


class Ingesting:
    """The other process; it ingests the same folder each time it is told to."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def begin(self) -> None:
        """Tell it to ingest."""
        assert self.process.stdin is not None
        self.process.stdin.write("ingest\n")
        self.process.stdin.flush()

    def is_done(self) -> bool:
        """Wait until it has ingested; False if it died before."""
        assert self.process.stdout is not None
        return self.process.stdout.readline() == "done\n"


@contextmanager
def other_process(index: Path, folder: Path, *more: str) -> Iterator[Ingesting]:
    """Start it and wait until it has loaded its weights; `more` goes to `writer_process.py`."""
    process = subprocess.Popen(
        [sys.executable, str(WRITER), str(index), str(folder), *more],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Ingesting(process)
    finally:
        process.kill()
        process.communicate()


def write_folder(folder: Path, texts: dict[str, str]) -> None:
    """Make the folder hold these files and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
