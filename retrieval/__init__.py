"""Answers questions from news articles with verbatim passages; the public names stand below.

Each is loaded when it is first used, so that `import retrieval` costs next to nothing.
docs/python.md says what they are for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.answer.chain import Answerer, open_answerer
    from retrieval.errors import DatelineError
    from retrieval.index.ingest import ingest
    from retrieval.index.langchain_retriever import LibraryRetriever
    from retrieval.index.library import Library, open_library
    from retrieval.settings import Settings
    from retrieval.types import Answer, Citation, Filters, Question

__all__ = [
    "Answer",
    "Answerer",
    "Citation",
    "DatelineError",
    "Filters",
    "Library",
    "LibraryRetriever",
    "Question",
    "Settings",
    "ingest",
    "open_answerer",
    "open_library",
]

_ROOMS = {
    "answer.chain": ("Answerer", "open_answerer"),
    "errors": ("DatelineError",),
    "index.ingest": ("ingest",),
    "index.langchain_retriever": ("LibraryRetriever",),
    "index.library": ("Library", "open_library"),
    "settings": ("Settings",),
    "types": ("Answer", "Citation", "Filters", "Question"),
}


def __getattr__(name: str) -> object:
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"retrieval.{room}"), name)
    raise AttributeError(f"module 'retrieval' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
