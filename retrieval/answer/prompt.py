"""What a chat model is shown, and what it replies: numbered sentences, statements that name them.

How to reply stands in `prompts/`, a file for each; a new version is a new file name. A reply is
parsed once, and leniently: models fence JSON, talk around it, break it off or answer in prose with
[3] markers.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from retrieval.answer.reply_forms import as_prose, unpacked, without_thoughts
from retrieval.chat.calls import CHARS_PER_TOKEN, Message
from retrieval.text.dates import in_words
from retrieval.text.sentences import passage_sentences, sentence_spans
from retrieval.types import Article, Passage
from retrieval.verify.window import Window, single_windows

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


_PROMPTS = Path(__file__).parent / "prompts"
RULES, _REPAIR, _AGAIN, _STANDALONE = (
    (_PROMPTS / name).read_text("utf-8").strip()
    for name in ("answer.v2.md", "repair.v2.md", "again.v1.md", "standalone.v1.md")
)
_LEFT_OUT = "(…)"
_GAP_CHARS = 2
"""Paragraphs of an article stand a blank line apart."""
_TAG_CHARS = 8


def number_sentences(passages: Sequence[Passage]) -> dict[int, Window]:
    """Give the passages' sentences numbered from 1, in their order.

    A sentence that several passages hold is numbered once.
    """
    numbered: dict[int, Window] = {}
    seen: set[tuple[str, tuple[int, int]]] = set()
    for passage in passages:
        for window in single_windows(passage, passage_sentences(passage)):
            place = (passage.article.article_id, window.span)
            if place not in seen:
                seen.add(place)
                numbered[len(numbered) + 1] = window
    return numbered


def first_messages(question: str, numbered: Mapping[int, Window]) -> list[Message]:
    """Give the messages that ask for an answer.

    What stays the same from question to question comes first, for providers that remember how a
    prompt began.
    """
    data = "\n".join(_data(numbered))
    tag = hashlib.sha256(data.encode()).hexdigest()[:_TAG_CHARS]
    fenced = f"=== articles {tag} begin ===\n{data}\n=== articles {tag} end ==="
    return [("system", RULES), ("human", f"{fenced}\n\nQuestion: {_flat(question)}")]


def repair_messages(
    question: str, numbered: Mapping[int, Window], problems: Sequence[tuple[Written, str]]
) -> list[Message]:
    """Give the messages that ask to mend statements; they show what these rest on alone."""
    named = {n for written, _ in problems for n in written.sentences}
    shown = {n: numbered[n] for n in sorted(named) if n in numbered}
    lines = [
        f"- {_flat(written.text)} {list(written.sentences)}: {why}" for written, why in problems
    ]
    asked = first_messages(question, shown)
    wish = _REPAIR.format(problems="\n".join(lines))
    return [asked[0], ("human", f"{asked[1][1]}\n\n{wish}")]


def again_messages(asked: Sequence[Message], reply: str) -> list[Message]:
    """Give the messages that ask for a reply that can be read."""
    return [*asked, ("ai", reply), ("human", _AGAIN)]


def standalone_messages(question: str, history: Sequence[str]) -> list[Message]:
    """Give the messages that ask for a question which says all that it means."""
    earlier = "\n".join(f"- {_flat(one)}" for one in history)
    asked = f"Earlier questions, oldest first:\n{earlier}\n\nLast question: {_flat(question)}"
    return [("system", _STANDALONE), ("human", asked)]


def estimated_tokens(messages: Sequence[Message]) -> int:
    """Give roughly how many tokens the messages cost, where the provider does not say."""
    return sum(len(text) for _, text in messages) // CHARS_PER_TOKEN


def _data(numbered: Mapping[int, Window]) -> Iterator[str]:
    last: Window | None = None
    for number, window in numbered.items():
        article = window.passage.article
        if last is None or article.article_id != last.passage.article.article_id:
            yield f"{'' if last is None else chr(10)}Article: {_about(article)}"
        elif not _follows(window, last):
            yield _LEFT_OUT
        yield f"[{number}] {_flat(window.text)}"
        last = window


def _about(article: Article) -> str:
    published = in_words(article.published) or "date not known"
    known = [article.outlet or "outlet not known", published, article.kind or "news"]
    if article.author:
        known.append(f"by {article.author}")
    return f"{_flat(article.title)} ({_flat(', '.join(known))})"


def _follows(window: Window, last: Window) -> bool:
    """Tell whether two sentences stand side by side in their article, as far as is known."""
    if window.passage.passage_id == last.passage.passage_id:
        return window.first <= last.last + 1
    closes = last.last == len(last.sentences) - 1
    opens = window.first == 0
    return closes and opens and window.passage.start <= last.passage.end + _GAP_CHARS


def _flat(text: str) -> str:
    """Give the text as one line that cannot end the data or pass for a tag."""
    return re.sub(r"={3,}", "==", " ".join(text.split())).replace("<", "‹").replace(">", "›")
