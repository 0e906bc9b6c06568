"""A second process that ingests, for tests that watch the index while it does.

It is forked from one that has imported everything, which takes a second of each that has to itself.
"""

import multiprocessing
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.index import writer_process

ROOT = Path(__file__).parent.parent
FORKS = multiprocessing.get_context("forkserver")
LIBRARIES = ["chromadb.api.rust", "chromadb.db.impl.sqlite", "onnxruntime", "tantivy", "tokenizers"]
FORKS.set_forkserver_preload([writer_process.__name__, *LIBRARIES])


class Ingesting:
    """The other process; it ingests the same folder each time it is told to."""

    def __init__(self, process: ForkServerProcess, line: Connection) -> None:
        self._process, self._line = process, line

    def begin(self) -> None:
        """Tell it to ingest."""
        self._line.send("ingest")

    def is_done(self) -> bool:
        """Wait until it has ingested; False if it died before."""
        try:
            return self._line.recv() == "done"
        except EOFError:
            return False

    def wait(self, seconds: float) -> None:
        """Wait for its end, but no longer than that."""
        self._process.join(seconds)


@contextmanager
def other_process(
    index: Path, folder: Path, kill_at: str = "", worn: int | None = None
) -> Iterator[Ingesting]:
    """Start it and wait until it has loaded its weights.

    Args:
        index: What it writes.
        folder: What it reads.
        kill_at: The step of changing the index before which it kills itself: its number, counted
            from 1, or its name, which means the first of that name.
        worn: From so many deleted rows on an index is worn.
    """
    line, its_end = FORKS.Pipe()
    process = FORKS.Process(
        target=writer_process.serve, args=(its_end, index, folder, kill_at, worn), daemon=True
    )
    process.start()
    its_end.close()
    try:
        assert line.recv() == "ready"
        yield Ingesting(process, line)
    finally:
        process.kill()
        process.join()
        line.close()


def write_folder(folder: Path, texts: dict[str, str]) -> None:
    """Make the folder hold these files and no others."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
