"""What a process does that ingests whenever it is told to, and may kill itself on the way."""

import itertools
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
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


def serve(
    line: Connection, index: Path, folder: Path, kill_at: str = "", worn: int | None = None
) -> None:
    """Say 'ready', then ingest and say 'done' for each word; see `tests.processes`."""
    if worn is not None:
        collection.LEAST_WORN_ROWS = worn
    if kill_at:
        killed_at(kill_at)
    with open_library(Settings(_env_file=None, index=index)) as library:
        library.embedder.embed_query("load the weights")
        line.send("ready")
        with suppress(EOFError):
            while line.recv():
                ingest(library, [folder])
                line.send("done")
