"""A process that ingests: one line on standard input, one 'done' on standard output.

    python tests/index/writer_process.py INDEX FOLDER [KILL_AT [WORN]]

With KILL_AT it kills itself before that step of changing the index: its number, counted from 1,
or its name, which means the first of that name. With WORN an index is worn from so many deleted
rows on.
"""

import itertools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from retrieval.index.chroma import collection
from retrieval.index.chroma.collection import Collection
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.index.writing import embedding_queue, index_writer
from retrieval.settings import Settings

STEPS = ("mark_writing", "add", "delete", "forget_gone", "end_run", "publish")
WRITES = ("write_word_index", "remove_word_indexes")


def killed_at(step: str) -> None:
    """Wrap every function that changes the index so that the process dies before one call."""
    count = itertools.count(1)

    def counted(function: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **more: object) -> object:
            if step in (str(next(count)), function.__name__):
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **more)

        return call

    for name in STEPS:
        setattr(Collection, name, counted(getattr(Collection, name)))
    for name in WRITES:
        setattr(index_writer, name, counted(getattr(index_writer, name)))
    embedding_queue.PAGE_PASSAGES = embedding_queue.SLICE_PASSAGES = 2


def say(word: str) -> None:
    """Tell the test where this process is."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def main(index: str, folder: str, kill_at: str = "0", worn: str = "") -> None:
    if worn:
        collection.LEAST_WORN_ROWS = int(worn)
    if kill_at != "0":
        killed_at(kill_at)
    with open_library(Settings(_env_file=None, index=Path(index))) as library:
        library.embedder.embed_query("load the weights")
        say("ready")
        for _ in sys.stdin:
            ingest(library, [Path(folder)])
            say("done")


if __name__ == "__main__":
    main(*sys.argv[1:])
