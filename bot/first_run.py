"""Puts the rooms together: settings in, an opened library or a ready answerer out."""

import ctypes
import gc
import platform
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from bot.terminal.stderr import ingest_progress, say_on_stderr
from retrieval.settings import Settings

if TYPE_CHECKING:
    from retrieval.answer.chain import Answerer
    from retrieval.index.library import Library
    from retrieval.index.writing.additions import Additions


@contextmanager
def opened_library(settings: Settings) -> "Iterator[Library]":
    """Give the opened library; an empty one first takes in the articles of the settings.

    Only samples that nobody named may leave again. Files that failed, and an ingest that has not
    ended, are told on standard error.

    Raises:
        IndexEmpty: It is empty because its first ingest was stopped before it ended.
    """
    from retrieval.index.library import open_library

    with open_library(settings) as library:
        _fill(library, *_looked_at(library))
        yield library


def _looked_at(library: "Library") -> tuple[bool, str | None]:
    """Tell whether it is empty, and which ingest has not ended."""
    with library.snapshot() as held:
        return not held.articles, held.unended_request


def _fill(library: "Library", is_empty: bool, request: str | None) -> None:
    if is_empty:
        from retrieval.index.ingest import ingest

        settings = library.settings
        with ingest_progress() as (on_progress, on_file):
            folder, unnamed = settings.articles_folder, settings.articles is None
            report = ingest(
                library, [folder], on_progress=on_progress, on_file=on_file, by_itself=unnamed
            )
        for failed in report.failed:
            say_on_stderr(f"{failed.source} was left out: {failed.reason}")
    elif request:
        say_on_stderr(f'"{request}" has not ended; run it again if it was stopped')


@contextmanager
def opened_answerer(settings: Settings) -> "Iterator[Answerer]":
    """Give an answerer over the opened library, with the writer that the settings name.

    A second core loads the models while this one imports LangChain and Chroma; one that cannot be
    loaded is told by the first question that needs it.
    """
    from retrieval.models.reader import Reader
    from retrieval.models.weights import import_libraries

    reader = Reader()
    with ExitStack() as opened:
        with ThreadPoolExecutor(1) as loading:
            with _no_garbage_sought():
                import_libraries()
                loading.submit(reader.load)
                from retrieval.answer.chain import open_answerer
                from retrieval.index.library import open_library

                library = opened.enter_context(open_library(settings))
                loading.submit(library.embedder.load)
                loading.submit(library.likeness.load)
                import numpy  # noqa: F401  whole: Chroma would take parts of it while it is half made

                looked_at = _looked_at(library)
            _fill(library, *looked_at)
        yield open_answerer(library, reader=reader)


@contextmanager
def _no_garbage_sought() -> Iterator[None]:
    """Seek no garbage meanwhile, nor later in what is then there: the modules stay.

    Python would go over all that it has imported again and again, a tenth of a cold answer.
    """
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # a second time, it would keep what the first answerer left
            gc.freeze()
        gc.enable()


# M_ARENA_MAX of malloc.h. With the eight a core that are made else, a bot grew by 43 MB over 40
# ingests that it saw, each of which brings threads of Chroma's; with two by 1 MB.
_ARENA_MAX, _HEAPS = -8, 2


@contextmanager
def opened_bot(settings: Settings) -> "Iterator[tuple[Answerer, Additions]]":
    """Give an answerer, and what takes the articles that servers add for themselves."""
    from retrieval.index.writing.additions import Additions

    if platform.libc_ver()[0] == "glibc":  # others have no heaps of threads
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _HEAPS)
    with opened_answerer(settings) as answerer:
        yield answerer, Additions(answerer.library, most=settings.server_articles)
