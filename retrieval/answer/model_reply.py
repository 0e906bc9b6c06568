"""What a chat model replied, parsed once: statements with sentence numbers, or 'not answered'.

Lenient: models fence JSON, talk around it, break it off or answer in prose with [3] markers.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from retrieval.text.sentences import sentence_spans

MAX_STATEMENTS = 8
_MAX_SENTENCES = 8
SCHEMA: Mapping[str, object] = {
    "title": "answer",
    "type": "object",
    "additionalProperties": False,
    "required": ["answered", "statements"],
    "properties": {
        "answered": {
            "type": "boolean",
            "description": "false if the sentences do not answer the question",
        },
        "statements": {
            "type": "array",
            "maxItems": MAX_STATEMENTS,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["text", "sentences"],
                "properties": {
                    "text": {"type": "string", "description": "one sentence of the answer"},
                    "sentences": {
                        "type": "array",
                        "maxItems": _MAX_SENTENCES,
                        "items": {"type": "integer"},
                        "description": "numbers of the sentences it rests on",
                    },
                },
            },
        },
    },
}
NOT_ANSWERED = "NOT IN THE ARTICLES"
_OPENING = re.compile(r"\{")
_FENCE = re.compile(r"```\w*")
_MARKER = re.compile(r"\[\^?(\d[\d\s,;–-]*)\]|【(\d[\d\s,;–-]*)(?:†[^】]*)?】")
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)|(\d+)")
_SPACE_BEFORE_STOP = re.compile(r"\s+([.!?,;:])")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_REFUSES = re.compile(r"\"answered\"\s*:\s*false")
_MAX_BRACES = 8
_LONGEST_RANGE = 12
_MAX_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One statement as a model wrote it, with the sentence numbers that it gave."""

    text: str
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A parsed reply; `declined` if the model says that the articles do not answer."""

    statements: tuple[Written, ...] = ()
    declined: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing could be read from it."""
        return not self.statements and not self.declined


def parse_reply(text: str) -> Reply:
    """Give what a model's reply says; an empty reply if nothing can be read from it."""
    if _REFUSES.search(text):
        return Reply(declined=True)
    written = complete_statements(text)
    if written:
        return Reply(statements=written)
    if NOT_ANSWERED in " ".join(text.split()).upper():
        return Reply(declined=True)
    return Reply(statements=tuple(_from_prose(text))[:MAX_STATEMENTS])


def complete_statements(text: str) -> tuple[Written, ...]:
    """Give the statements of a JSON reply that are complete so far; the reply may still grow."""
    return () if _REFUSES.search(text) else tuple(islice(_objects(text), MAX_STATEMENTS))


def _objects(text: str) -> Iterator[Written]:
    seen = 0
    for opening in _OPENING.finditer(text):
        if opening.start() < seen:
            continue
        found, end = _object_at(text, opening.start())
        statement = _statement(found)
        if statement is not None:
            seen = end
            yield statement


def _object_at(text: str, start: int) -> tuple[object, int]:
    """Give the JSON object that starts here and where it ends; None if it is broken or too deep.

    Tried up to each closing brace in turn: strings may hold braces, and models leave commas
    before them.
    """
    end = start
    for _ in range(_MAX_BRACES):
        end = text.find("}", end) + 1
        if not end:
            break
        try:
            cleaned = _TRAILING_COMMA.sub(r"\1", text[start:end])
            return json.loads(cleaned, strict=False), end
        except (ValueError, RecursionError):
            continue
    return None, start


def _statement(found: object) -> Written | None:
    if not isinstance(found, dict):
        return None
    text = found.get("text") or found.get("statement")
    numbers = found.get("sentences", found.get("citations", found.get("sources")))
    if not isinstance(text, str) or not text.strip():
        return None
    return Written(text=text, sentences=tuple(_numbers(numbers)))


def _numbers(value: object) -> Iterator[int]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _numbers(item)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value
    elif isinstance(value, str):
        yield from _ranges(value)


def _ranges(text: str) -> Iterator[int]:
    """Read '3', '3, 5' and '3-5'; a range that is too long counts as its two ends."""
    for first, last, single in _RANGE.findall(text):
        if single:
            yield int(single[:_MAX_DIGITS])
        else:
            low, high = int(first[:_MAX_DIGITS]), int(last[:_MAX_DIGITS])
            yield from range(low, high + 1) if 0 <= high - low < _LONGEST_RANGE else (low, high)


def _from_prose(text: str) -> Iterator[Written]:
    """Read sentences that carry [3] markers; a marker after the full stop is the sentence's own."""
    moved = re.sub(
        r"([.!?][\"”’]?)((?:\s*(?:\[\^?[\d\s,;–-]+\]|【[^】]*】))+)", r"\2\1", _FENCE.sub("", text)
    )
    for start, end in sentence_spans(moved):
        sentence = moved[start:end]
        numbers = [n for m in _MARKER.finditer(sentence) for n in _ranges(m[1] or m[2])]
        if numbers:
            plain = _MARKER.sub("", sentence)
            yield Written(text=_SPACE_BEFORE_STOP.sub(r"\1", plain), sentences=tuple(numbers))
