"""Which writer the settings ask for."""

from typing import TYPE_CHECKING

from retrieval.answer.extractive import MODEL as EXTRACTIVE
from retrieval.answer.extractive import ExtractiveWriter
from retrieval.draft import Writer
from retrieval.models.reader import Reader
from retrieval.settings import Settings
from retrieval.verify.judge import Judge

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
    from retrieval.answer.chat_writer import LlmWriter
    from retrieval.answer.whole_collection import WholeCollectionWriter
    from retrieval.chat.model import open_chat

    writer = LlmWriter(
        open_chat(settings),
        Judge(reader),
        revision=lambda: library.revision,
        question_tokens=settings.question_tokens,
    )
    return WholeCollectionWriter(writer, library) if settings.evidence == "all" else writer
