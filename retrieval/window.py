"""A run of neighbouring sentences of one passage, which can be quoted as it stands."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from retrieval.facts.source import Source
from retrieval.types import Citation, Passage, Span

# A sentence that speaks of somebody without the name leans on the sentences before it.
_LEANS = re.compile(
    r"\b(?:he|she|they|his|her|hers|him|their|them|it|its|this|that|these|those|both|there|such|"
    r"the (?:[\w.’'-]+ ){0,2}(?:president|minister|premier|chancellor|secretary|senator|governor|"
    r"mayor|leader|chief|head|chairman|chairwoman|director|ambassador|envoy|diplomat|general|"
    r"commander|official|officials|spokesman|spokeswoman|author|writer|expert|analyst|country|"
    r"state|government|administration|party|group|movement|militants|company|firm|agency|"
    r"organization|organisation|bank|court|city|town|region|latter|former|two|pair|meeting|talks|"
    r"attack|attacks|report|plan|deal|agreement))\b",
    re.IGNORECASE,
)
_MOST_BEFORE = 2


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

    def widened(self) -> "Iterator[Window]":
        """Give the window itself, then with what it leans on: one and two sentences before."""
        yield self
        if _LEANS.search(self.text):
            for back in range(1, min(_MOST_BEFORE, self.first) + 1):
                yield replace(self, first=self.first - back)

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
