"""A run of neighbouring sentences of one passage, which can be quoted as it stands."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from retrieval.types import Citation, Passage, Span
from retrieval.verify.facts import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Sentences `first` to `last` of a passage; `sentences` are all of the passage's."""

    passage: Passage
    sentences: tuple[Span, ...]
    first: int
    last: int

    @property
    def span(self) -> Span:
        """Where the window stands in the article's clean text."""
        return self.sentences[self.first][0], self.sentences[self.last][1]

    @property
    def text(self) -> str:
        """The window's words as they stand in the article."""
        start, end = self.span
        return self.passage.text[start - self.passage.start : end - self.passage.start]

    @property
    def source(self) -> Source:
        """The window's words as something to hold a statement against."""
        return Source(self.text, published=self.passage.article.published)

    def since(self, count: int) -> "Window":
        """Give the window with so many more sentences before it."""
        return replace(self, first=max(0, self.first - count))

    def citation(self, n: int) -> Citation:
        """Give the window as a numbered quotation."""
        start, end = self.span
        return Citation(n=n, passage=self.passage, quote=self.text, start=start, end=end)


def single_windows(passage: Passage, sentences: Sequence[Span]) -> list[Window]:
    """Give each sentence of a passage as a window of its own."""
    return [
        Window(passage=passage, sentences=tuple(sentences), first=n, last=n)
        for n in range(len(sentences))
    ]
