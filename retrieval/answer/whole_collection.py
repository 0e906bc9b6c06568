"""All articles before the model's eyes: an upper bound, for collections that fit its window."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from retrieval.answer.chat_writer import ChatWriter
from retrieval.answer.select import passage_sentences
from retrieval.draft import Draft, Evidence
from retrieval.types import Article, Passage

DOES_NOT_FIT = (
    "The collection is larger than DATELINE_QUESTION_TOKENS, so the model read what was found."
)


class ReadableLibrary(Protocol):
    """What is needed of a library."""

    def articles(self) -> list[Article]:
        """Give the articles held."""
        ...

    def passages(self, article_id: str) -> list[Passage]:
        """Give an article's passages, in order."""
        ...


class WholeCollectionWriter:
    """Lets a model read every article, the passages that were found first."""

    def __init__(self, writer: ChatWriter, library: ReadableLibrary) -> None:
        self._writer = writer
        self._library = library

    def write(
        self,
        question: str,
        evidence: Sequence[Evidence],
        *,
        on_text: Callable[[str], None] | None = None,
    ) -> Draft | None:
        """Give a draft that may rest on any article, or on the evidence and a note of it.

        Raises:
            ModelError: As the model's writer does.
        """
        everything = [*evidence, *self._others(evidence)]
        texts = {item.passage.passage_id: item.passage.text for item in everything}
        if sum(map(len, texts.values())) <= self._writer.room_chars:
            return self._writer.write(question, everything, on_text=on_text)
        draft = self._writer.write(question, evidence, on_text=on_text)
        return draft and replace(draft, notes=(*draft.notes, DOES_NOT_FIT))

    def _others(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        found = {item.passage.passage_id for item in evidence}
        return [
            Evidence(passage=passage, sentences=passage_sentences(passage), probability=0.0)
            for article in self._library.articles()
            for passage in self._library.passages(article.article_id)
            if passage.passage_id not in found
        ]
