"""Clean text as passages: what is searched as one, small enough for the embedder to see whole."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.articles.cleaning.page_lines import ends_sentence, word_count
from retrieval.text.dates import in_words
from retrieval.text.sentences import paragraph_spans, sentence_spans, trimmed
from retrieval.types import Article, Span

CountTokens = Callable[[str], int]

CHUNKER = "sentences 1"
"""Says how passages are cut and headed; a change of either is a new name, and a new index."""

_TARGET_WORDS = 150
# What a cut costs beside the square of how far the length is off: one inside a paragraph is worth
# a passage four tenths too long or short, one between a heading and its text nothing is worth.
_INSIDE_PARAGRAPH = 0.15
_AFTER_HEADING = 10.0
_MAX_HEADING_WORDS = 14
# Data without spaces can be one token however long; nobody reads such a passage.
_MAX_CHARS = 4_000
_TITLE_CHARS, _OUTLET_CHARS = 120, 40
# Where a long sentence may be divided, best first.
_CLAUSE_ENDS = (
    re.compile(r"(?:[;:…]|[.!?][\"'”’)\]]*)\s+|\s*—\s*|\s[–-]+\s+"),
    re.compile(r",[\"'”’]?\s+|\s+(?=\()|\s+(?=(?:and|but|or|which|who|that|because|while)\s)"),
    re.compile(r"\s+"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """A sentence, or a part of one that is too long, with what matters for cutting after it."""

    span: Span
    words: int
    tokens: int
    cut_cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """How much text one passage holds under its header."""

    text: str
    header: str
    count_tokens: CountTokens
    max_tokens: int
    special_tokens: int
    left: int

    def tokens(self, span: Span) -> int:
        """Count the tokens of a span alone, without header, first and last token."""
        return self.count_tokens(self.text[slice(*span)]) - self.special_tokens

    def holds(self, span: Span) -> bool:
        """Tell whether the span is a passage that the embedder sees whole."""
        if span[1] - span[0] > _MAX_CHARS:
            return False
        seen = indexed_text(self.header, self.text[slice(*span)])
        return self.count_tokens(seen) <= self.max_tokens


def header_line(article: Article) -> str:
    """Give the line that is indexed above each passage: title, outlet and date, as far as known.

    The date is in words ("15 October 2014"), as questions name it. The line is never quoted, so
    a very long title is cut.
    """
    parts = (article.title[:_TITLE_CHARS], (article.outlet or "")[:_OUTLET_CHARS])
    return " — ".join(part.strip() for part in (*parts, in_words(article.published) or "") if part)


def indexed_text(header: str, text: str) -> str:
    """Give what the embedder sees of a passage."""
    return f"{header}\n{text}" if header else text


def split_passages(
    text: str, *, header: str, count_tokens: CountTokens, max_tokens: int = 256
) -> list[Span]:
    """Divide a clean text into passages of about 150 words that end where sentences end.

    Passages follow one another; between two of them is only whitespace. Paragraph ends are
    preferred, headings stay with what follows. A sentence that is too long alone is divided at a
    clause, else at a word, else anywhere. With the header, none counts more than `max_tokens`.

    Raises:
        ValueError: The header leaves no room for text.
    """
    room = _Room(
        text=text,
        header=header,
        count_tokens=count_tokens,
        max_tokens=max_tokens,
        special_tokens=count_tokens(""),
        left=max_tokens - count_tokens(indexed_text(header, "")),
    )
    units = list(_units(room))
    return [
        span
        for first, end in _best_cuts(units, room.left)
        for span in _held(units[first:end], room)
    ]


def _units(room: _Room) -> Iterator[_Unit]:
    paragraphs = {end: start for start, end in paragraph_spans(room.text)}
    for sentence in sentence_spans(room.text):
        for span, tokens in _measured(sentence, room):
            text = room.text[slice(*span)]
            cost = 0.0 if span[1] in paragraphs else _INSIDE_PARAGRAPH
            if paragraphs.get(span[1]) == span[0] and _is_heading(text):
                cost = _AFTER_HEADING
            yield _Unit(span=span, words=word_count(text), tokens=tokens, cut_cost=cost)


def _measured(sentence: Span, room: _Room) -> list[tuple[Span, int]]:
    """Give a sentence, or its parts if it is too long, with their tokens."""
    if sentence[1] - sentence[0] <= _MAX_CHARS:
        tokens = room.tokens(sentence)
        if tokens <= room.left:
            return [(sentence, tokens)]
    return [(part, room.tokens(part)) for part in _parts(sentence, room)]


def _is_heading(line: str) -> bool:
    return word_count(line) <= _MAX_HEADING_WORDS and not ends_sentence(line)


def _best_cuts(units: Sequence[_Unit], max_tokens: int) -> list[Span]:
    """Give the runs of units that cost least in all: by length, and by where they are cut."""
    best = [0.0]
    previous = [0]
    for end in range(1, len(units) + 1):
        options = ((best[first] + cost, first) for first, cost in _runs(units, end, max_tokens))
        cost, first = min(options)
        best.append(cost + (units[end - 1].cut_cost if end < len(units) else 0.0))
        previous.append(first)
    cuts = [len(units)]
    while cuts[-1]:
        cuts.append(previous[cuts[-1]])
    return list(zip(cuts[:0:-1], cuts[-2::-1], strict=True))


def _runs(units: Sequence[_Unit], end: int, max_tokens: int) -> Iterator[tuple[int, float]]:
    """Give each start of a passage that ends here and fits, with the cost of its length."""
    words = tokens = 0
    for first in range(end - 1, -1, -1):
        words += units[first].words
        tokens += units[first].tokens
        chars = units[end - 1].span[1] - units[first].span[0]
        if first < end - 1 and (tokens > max_tokens or chars > _MAX_CHARS):
            return
        yield first, ((words - _TARGET_WORDS) / _TARGET_WORDS) ** 2


def _held(units: Sequence[_Unit], room: _Room) -> Iterator[Span]:
    """Give the run as one passage; as more where tokens of its sentences do not simply add up."""
    span = units[0].span[0], units[-1].span[1]
    if _fits(units, room) or room.holds(span):
        yield span
        return
    if len(units) == 1:
        yield from _parts(span, room)
        return
    yield from _held(units[: len(units) // 2], room)
    yield from _held(units[len(units) // 2 :], room)


def _fits(units: Sequence[_Unit], room: _Room) -> bool:
    """Tell, without counting again, whether units fit: no token reaches over white space."""
    are_apart = all(one.span[1] < other.span[0] for one, other in pairwise(units))
    chars = units[-1].span[1] - units[0].span[0]
    return are_apart and chars <= _MAX_CHARS and sum(u.tokens for u in units) <= room.left


def _parts(sentence: Span, room: _Room) -> Iterator[Span]:
    """Give a sentence in as few parts as it takes for each to be held."""
    start, end = sentence
    while not room.holds((start, end)):
        cut = _last_clause(room.text, start, _longest(start, end, room))
        yield trimmed(room.text, start, cut)
        start, _ = trimmed(room.text, cut, end)
    yield start, end


def _longest(start: int, end: int, room: _Room) -> int:
    """Give the end of the longest part from `start` that is held."""
    low, high = start, min(end, start + _MAX_CHARS)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if room.holds((start, middle)) else (low, middle - 1)
    if low == start:
        raise ValueError(f"the header {room.header[:40]!r} leaves no room for text")
    return low


def _last_clause(text: str, start: int, limit: int) -> int:
    """Give the best place to cut in the second half of what would fit, else its end."""
    for pattern in _CLAUSE_ENDS:
        ends = [match.end() for match in pattern.finditer(text, start, limit)]
        if ends and ends[-1] > start + (limit - start) // 2:
            return ends[-1]
    return limit
