"""A run of neighbouring sentences of one passage, quoted as it stands, and what it leans on."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from retrieval.text.names import names
from retrieval.text.words import is_common, words
from retrieval.types import Citation, Passage, Span
from retrieval.verify.facts import Source
from retrieval.verify.support import coverage, subject_of
from retrieval.verify.word_order import name_runs, takes_place


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

    def source(self, whole: str = "") -> Source:
        """Give the window's words as something to hold a statement against.

        `whole` is what else there is of the article: it may say a name in full.
        """
        return Source(self.text, published=self.passage.article.published, whole=whole)

    @property
    def leans(self) -> bool:
        """Whether the window speaks of somebody or something that stands before it."""
        return _LEANS.search(self.text) is not None

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


_LEANS = re.compile(
    r"\b(?:he|she|they|his|her|hers|him|their|them|it|its|both|here|"
    r"(?:the|this) (?:[\w.’'-]+ ){0,2}(?:president|minister|premier|chancellor|secretary|senator|"
    r"governor|mayor|leader|chief|head|chairman|chairwoman|director|ambassador|envoy|diplomat|"
    r"general|commander|officials?|spokesman|spokeswoman|author|writer|expert|analyst|country|"
    r"state|government|administration|party|group|movement|militants|company|firm|agency|"
    r"organi[sz]ation|bank|court|city|town|region|latter|former|two|pair|meeting|talks|attacks?|"
    r"report|plan|deal|agreement))\b",
    re.IGNORECASE,
)
_FOLLOWING_WORDS = 3
_OPENING_CHARS = 12
_MOST_BEFORE = 2
_SAME_MATTER = 0.5
"""The sentence itself must have this share of the statement's words; names come from before it."""


def with_antecedents(
    statement: str, window: Window, *, lenient: bool = False, whole: str = ""
) -> Iterator[Window]:
    """Give the window with one and two sentences before it, where they can name its 'he'.

    That is so if the statement's first name is all that the window lacks, and the window speaks of
    the matter without a subject of its own. (It adds .105 to balanced accuracy on 192 development
    claims, .064 to .151.)
    """
    missing = window.source(whole).unheld(statement, lenient=lenient)
    first = _first_name(statement)
    if not missing or any(fact.kind != "name" or fact.span not in first for fact in missing):
        return
    plain = _LEANS.sub(lambda leaning: leaning[0].lower(), window.text)
    if takes_place(statement, (first[0][0], first[-1][1]), plain):
        return
    if subject_of(window.text) or not _leans_there(
        statement, first[-1][1], window.text, lenient=lenient
    ):
        return
    if coverage(_without(statement, first), window.text) < _SAME_MATTER:
        return
    for back in range(1, min(_MOST_BEFORE, window.first) + 1):
        yield window.since(back)


def with_full_names(statement: str, windows: Sequence[Window]) -> tuple[Window, ...]:
    """Give the windows with the sentences of their passages that say a name of theirs in full.

    Where they have 'Tatum' and the statement 'Jim Tatum', that is one which has 'Jim Tatum'.
    """
    text = "\n".join(window.text for window in windows)
    held = {word.key for word in words(text)}
    missing = [fact.span for fact in Source(text).unheld(statement) if fact.kind == "name"]
    added: list[Window] = []
    for start, end in name_runs(statement):
        lacks = any(start <= span[0] < end for span in missing)
        last = words(statement[start:end])[-1]
        if lacks and last.key in held and not is_common(last.key):
            added += islice(_saying(statement[start:end], windows), 1)
    return (*windows, *added)


def _saying(name: str, windows: Sequence[Window]) -> Iterator[Window]:
    """Give the sentences of the windows' passages that hold a name as it stands."""
    for window in windows:
        for one in single_windows(window.passage, window.sentences):
            if re.search(rf"\b{re.escape(name)}\b", one.text):
                yield one


def _leans_there(statement: str, end: int, text: str, *, lenient: bool) -> bool:
    """Tell whether a text has a 'he' or 'the minister' where a statement has its first name.

    That is right before the words that follow the name, if `lenient` before any of them; where the
    text has others for them, at its beginning.
    """
    after = words(statement[end:])
    telling = [word for word in after if word.carries_meaning] if lenient else []
    following = [word.stem for word in (*after[:_FOLLOWING_WORDS], *telling[:_FOLLOWING_WORDS])]
    places = [word.span[0] for stem in following for word in words(text) if word.stem == stem]
    if not places:
        leaning = _LEANS.search(text)
        return leaning is not None and leaning.start() <= _OPENING_CHARS
    return any(_leans_right_before(place, text) for place in (places if lenient else places[:1]))


def _leans_right_before(place: int, text: str) -> bool:
    """Tell whether no name stands between a text's last 'he' before a place and that place."""
    leaning = [*_LEANS.finditer(text[:place])]
    return bool(leaning) and not any(
        name.text[:1].isupper() and not name.initial
        for name in names(text[leaning[-1].end() : place])
    )


def _first_name(statement: str) -> list[tuple[int, int]]:
    """Give the places of the words of the first name."""
    run: list[tuple[int, int]] = []
    for name in names(statement):
        if run and name.span[0] > run[-1][1] + 1:
            break
        if run or not is_common(words(name.text)[0].key):
            run.append(name.span)
    return run


def _without(statement: str, spans: list[tuple[int, int]]) -> str:
    return statement[: spans[0][0]] + statement[spans[-1][1] :]
