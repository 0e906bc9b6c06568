"""What a chat model replies, read into statements that name the numbers of sentences.

A reply is parsed once, and leniently: models think aloud, fence JSON, talk around it, call a tool,
break it off, or answer in prose with marks of citation such as [3], (2), ² or footnotes.
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
_TEXT_KEYS = ("text", "statement", "sentence", "claim", "answer")
_OPENING = re.compile(r"\{")
_FENCE = re.compile(r"```\w*")
_MARKER = re.compile(r"\[\^?(\d[\d\s,;–-]*)\]|【(\d[\d\s,;–-]*)(?:†[^】]*)?】")
_RANGE = re.compile(r"(\d+)\s*[–-]\s*(\d+)|(\d+)")
_SPACE_BEFORE_STOP = re.compile(r"\s+([.!?,;:])")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_REFUSES = re.compile(r"\"answered\"\s*:\s*\"?false", re.IGNORECASE)
_OWN_REFUSAL = re.compile(
    r"(?=.*\b(?:articles?|passages?|sentences|sources?|text|information|context|question)\b)"
    r".*(?:\b(?:no|not|cannot|unable)\b|n[’']t\b)(?:\W+\w+){0,3}?\W+"
    r"(?:answer|mention|contain|say|state|provide|include|address|specif|inform|discuss|cover|find)",
    re.IGNORECASE | re.DOTALL,
)
_REFUSAL_CHARS = 300
"""A few sentences in which a model says, without any number, that it is not there."""
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
    text = unpacked(without_thoughts(text))
    if _REFUSES.search(text):
        return Reply(declined=True)
    written = complete_statements(text)
    if written:
        return Reply(statements=written)
    if NOT_ANSWERED in " ".join(text.split()).upper():
        return Reply(declined=True)
    prose = tuple(_from_prose(as_prose(text)))[:MAX_STATEMENTS]
    refuses = not prose and len(text) <= _REFUSAL_CHARS and _OWN_REFUSAL.match(text)
    return Reply(statements=prose, declined=bool(refuses))


def complete_statements(text: str) -> tuple[Written, ...]:
    """Give the statements of a JSON reply that are complete so far; the reply may still grow."""
    text = unpacked(without_thoughts(text))
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
    text = next((found[key] for key in _TEXT_KEYS if isinstance(found.get(key), str)), None)
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


_THOUGHTS = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_PACKED = re.compile(r'"(?:arguments|parameters|input)"\s*:\s*("(?:[^"\\]|\\.)*")')
_STRING = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?')
_MARKED = re.compile(r"\[\^?\d|【\d")
_NOTE = re.compile(r"^[ \t]*\[\^?(\d{1,3})\]:[ \t]*(.*)$", re.MULTILINE)
_NAMED = r"(?:sentences?|sources?|nos?\.?|see|s\.)"
_LIST = r"\d{1,3}(?:(?:\s*,\s*|\s*(?:and|&)\s*|\s*[–-]\s*)\d{1,3})*"
_WORDED = re.compile(rf"[(\[]\s*{_NAMED}:?\s*({_LIST})\s*[)\]]", re.IGNORECASE)
_ROUND = re.compile(rf"\(({_LIST})\)(?=\s*(?:[.!?;,]|\(\d|$|\n))|(?<=[.!?]) \(({_LIST})\)")
_RAISED = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_TO_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RULE = re.compile(r"[|\s:-]+")


def without_thoughts(text: str) -> str:
    """Give the reply without what the model thought aloud, also where it still thinks."""
    return _THOUGHTS.sub("", text) if "<" in text else text


def unpacked(text: str) -> str:
    """Give the reply with a tool call's arguments, which may be JSON in a string, as JSON."""
    return _PACKED.sub(lambda found: f'"arguments": {_content(found[1])}', text)


def as_prose(text: str) -> str:
    """Give a reply that is no JSON of ours as sentences with [2] behind them."""
    if text.lstrip().startswith("{"):
        text = "\n".join(_content(said) for said, is_key in _STRING.findall(text) if not is_key)
    text = _resolved("\n".join(map(_row, text.splitlines())))
    text = _WORDED.sub(lambda found: f"[{_comma(found[1])}]", text)
    if not _MARKED.search(text):
        text = _ROUND.sub(lambda found: f"[{_comma(found[1] or found[2])}]", text)
    if not _MARKED.search(text):
        text = _RAISED.sub(lambda found: f"[{found[0].translate(_TO_DIGITS)}]", text)
    return text


def _content(literal: str) -> str:
    try:
        return str(json.loads(literal, strict=False))
    except ValueError:
        return literal


def _comma(numbers: str) -> str:
    return re.sub(r"\s*(?:and|&)\s*", ", ", numbers)


def _row(line: str) -> str:
    """Give a line of a table as a sentence; nothing of the rule below its head."""
    if not line.lstrip().startswith("|"):
        return line
    return "" if _RULE.fullmatch(line) else " ".join(line.replace("|", " ").split())


def _resolved(text: str) -> str:
    """Give footnotes' own numbers in the place of their marks."""
    notes = {label: re.findall(r"\d{1,3}", told) for label, told in _NOTE.findall(text)}
    if not any(notes.values()):
        return text
    body = _NOTE.sub("", text)
    for label, numbers in notes.items():
        body = re.sub(rf"\[\^{label}\]|\[{label}\]", f"[§{','.join(numbers)}]", body)
    return body.replace("[§", "[")
