"""Sentences of clean text as spans, and which lean on their neighbours and are quoted with them.

`sentencex` finds the ends, a few general rules mend them.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from retrieval.text.dates import MONTH_CUT
from retrieval.types import Passage, Span

# sentencex pairs a quotation only with its own closing sign; pages mix “ and ".
_STRAIGHT = str.maketrans(dict.fromkeys("“”„«»‟", '"'))

# A sentence that opens so leans on the one before it.
_LEANS = re.compile(
    r"[\"“‘'(]*(he|she|it|they|his|her|its|their|this|that|these|those|such|both|and|nor|so|yet"
    r"|rather|then)\b",
    re.IGNORECASE,
)

# One call on a whole file would cost the square of its unpaired quotes.
_WINDOW_CHARS = 20_000

_AFTER_BRACKET = re.compile(r"[.!?][\"'”’]?\)\s+(?=[\"“‘(]?[A-Z])")
_OPENERS = re.compile(r"(?<=\s)[“‘«„(\[]+\s*$")
_CLOSERS = re.compile(r"[\"'”’»)\]]+(?=\s|$)")
_TITLE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Messrs|Dr|Prof|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Capt|Cpt|Cpl|Adm|Maj|Cmdr|Rev|Hon"
    r"|Pres|Supt|Insp|Amb|Sec|St|Mt|Ft|vs|approx|ca)\.$"
)
_DAY_OR_MONTH = re.compile(rf"\b(?:Mon|Tues?|Wed|Thurs?|Fri|Sat|Sun|{MONTH_CUT})\.$")
_DATE_PART = re.compile(rf"\d|{MONTH_CUT}|May")
_CLOCK = re.compile(r"\d ?[ap]\.m\.$")
_ZONE = re.compile(
    r"(?:Eastern|Central|Mountain|Pacific|Moscow|London|local|[A-Z]{2,4}T?\b|Mon|Tue|Wed|Thu|Fri|Sat"
    r"|Sun|on\b)"
)


# One question looks at each of the passages found for it several times.
_REMEMBERED = 500


def sentence_spans(text: str) -> list[Span]:
    """Give the sentences of a text, trimmed, in order, none across a blank line.

    Every character that is not whitespace lies in exactly one of them; a heading is a
    sentence of its own. Closing quotes and brackets stay with their sentence.
    """
    return [
        span for start, end in paragraph_spans(text) for span in _in_paragraph(text, start, end)
    ]


@lru_cache(maxsize=_REMEMBERED)
def passage_sentences(passage: Passage) -> tuple[Span, ...]:
    """Give the sentences of a passage as places in the article's clean text."""
    offset = passage.start
    return tuple((start + offset, end + offset) for start, end in sentence_spans(passage.text))


def sentences_within(passage: Passage) -> list[Span]:
    """Give the sentences of a passage as places in its own text."""
    offset = passage.start
    return [(start - offset, end - offset) for start, end in passage_sentences(passage)]


@lru_cache(maxsize=_REMEMBERED)
def spans_alone(passage: Passage) -> tuple[tuple[Span, Span], ...]:
    """Give of each sentence the place that says enough by itself, in the passage's own text.

    If it leans on the one before it, that comes along. In the second place the one after comes,
    too, if that leans on it. Neither comes from another paragraph.
    """
    text, spans = passage.text, sentences_within(passage)
    leaning = [_leans_on(text, *pair) for pair in pairwise(spans)]
    found = []
    for at, (start, end) in enumerate(spans):
        first = spans[at - 1][0] if at > 0 and leaning[at - 1] else start
        last = spans[at + 1][1] if at < len(leaning) and leaning[at] else end
        found.append(((first, end), (first, last)))
    return tuple(found)


def quotable(passage: Passage) -> Iterator[str]:
    """Give what may be quoted of a passage: each sentence, alone and with what leans on what."""
    for bare, places in zip(sentences_within(passage), spans_alone(passage), strict=True):
        yield from (passage.text[start:end] for start, end in (bare, *places))


def is_leaning(sentence: str) -> bool:
    """Tell whether a sentence opens with a word that leans on the one before it."""
    return _LEANS.match(sentence) is not None


def _leans_on(text: str, one: Span, other: Span) -> bool:
    return "\n" not in text[one[1] : other[0]] and is_leaning(text[slice(*other)])


def paragraph_spans(text: str) -> list[Span]:
    """Give the paragraphs, which blank lines divide, trimmed and in order."""
    spans: list[Span] = []
    start = 0
    for gap in re.finditer(r"\n[^\S\n]*\n\s*|\Z", text):
        spans.append(trimmed(text, start, gap.start()))
        start = gap.end()
    return [(start, end) for start, end in spans if start < end]


def trimmed(text: str, start: int, end: int) -> Span:
    """Give the span without the whitespace at its ends; empty if there is nothing else."""
    part = text[start:end]
    left = len(part) - len(part.lstrip())
    return start + left, max(start + left, start + len(part.rstrip()))


def _in_paragraph(text: str, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    for cut in _mended(text, start, list(_cuts(text, start, end))):
        span = trimmed(text, start, cut)
        if span[0] < span[1]:
            spans.append(span)
        start = cut
    return spans


def _cuts(text: str, start: int, end: int) -> Iterator[int]:
    """Give where the splitter ends a sentence, the paragraph's end last."""
    import sentencex

    while start < end:
        stop = _window_end(text, start, end)
        window = text[start:stop].translate(_STRAIGHT)
        extra = {start + match.end() for match in _AFTER_BRACKET.finditer(window)}
        found = {start + b["end_index"] for b in sentencex.get_sentence_boundaries("en", window)}
        yield from sorted({cut for cut in found | extra if cut < stop} | {stop})
        start = stop


def _window_end(text: str, start: int, end: int) -> int:
    if end - start <= _WINDOW_CHARS:
        return end
    space = text.rfind(" ", start + 1, start + _WINDOW_CHARS)
    return space + 1 if space > 0 else start + _WINDOW_CHARS


def _mended(text: str, start: int, cuts: list[int]) -> Iterator[int]:
    """Move cuts off stray quotes and drop those that stand after an abbreviation."""
    for cut, following in zip(cuts, [*cuts[1:], None], strict=True):
        if following is None:
            yield cut
            return
        moved = _beside_quotes(text, start, cut, following)
        if start < moved < following and not _same_sentence(
            text[start:moved].strip(), text[moved:following].lstrip()
        ):
            yield moved
            start = moved


def _beside_quotes(text: str, start: int, cut: int, following: int) -> int:
    opener = _OPENERS.search(text[start:cut])
    if opener:
        return start + opener.start()
    closer = _CLOSERS.match(text[cut:following]) if not text[cut - 1].isspace() else None
    return cut + closer.end() if closer else cut


def _same_sentence(before: str, after: str) -> bool:
    if not any(map(str.isalpha, before)) or not after:
        return True
    return (
        (before[-1] == "." and after[0].islower())
        or _TITLE.search(before) is not None
        or (_DAY_OR_MONTH.search(before) is not None and _DATE_PART.match(after) is not None)
        or (_CLOCK.search(before) is not None and _ZONE.match(after) is not None)
    )


QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]+)[\"“”»]|(?<!\w)[‘']([^‘’']{3,})[’'](?!\w)")
"""Words in quotation marks: its first or its second group."""
_WORD = re.compile(r"[^\W_]+")
# Fewer words in quotation marks may be a title or an expression, and stand in many places.
_LEAST_QUOTED_WORDS = 3


def place_of_quotation(question: str, text: str) -> Span | None:
    """Give where words that a question quotes stand in a text, whatever their punctuation."""
    for match in QUOTED.finditer(question):
        quoted = _WORD.findall(match[1] or match[2])
        pattern = r"\b" + r"[\W_]+".join(quoted) + r"\b"
        found = re.search(pattern, text, re.IGNORECASE)
        if found and len(quoted) >= _LEAST_QUOTED_WORDS:
            return found.span()
    return None
