"""Which writer the settings ask for."""

from typing import TYPE_CHECKING

from retrieval.judge import Judge
from retrieval.models.reader import Reader
from retrieval.settings import Settings
from retrieval.writers.evidence import Writer
from retrieval.writers.extractive import MODEL as EXTRACTIVE
from retrieval.writers.extractive import ExtractiveWriter

if TYPE_CHECKING:
    from retrieval.index.library import Library


def make_writer(settings: Settings, library: "Library", reader: Reader) -> Writer:
    """Give the extractive writer, or one with the chat model that the settings name.

    Raises:
        SettingsError: `DATELINE_MODEL` has a wrong form.
        ModelError: The model's package is not installed, or its settings are refused.
    """
    if settings.model == EXTRACTIVE:
        return ExtractiveWriter()
    from retrieval.model import open_chat
    from retrieval.writers.llm import LlmWriter
    from retrieval.writers.whole import WholeCollectionWriter

    writer = LlmWriter(
        open_chat(settings),
        Judge(reader),
        revision=lambda: library.revision,
        question_tokens=settings.question_tokens,
    )
    return WholeCollectionWriter(writer, library) if settings.evidence == "all" else writer
