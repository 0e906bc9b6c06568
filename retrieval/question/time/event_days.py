"""The day of a happening that a question uses as a limit: 'before the Paris talks'."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from retrieval.text.date_mentions import DateMention, date_mentions
from retrieval.text.dates import last_day
from retrieval.text.sentences import sentence_spans
from retrieval.text.words import words
from retrieval.types import Article, Hit

Relation = Literal["before", "after"]

# Kinds of happenings that articles name in several ways; by stems.
_ALIKE = (
    frozenset({"talk", "meet", "negoti", "summit", "confer", "discuss", "session", "visit"}),
    frozenset({"call", "phone", "convers", "telephon"}),
    frozenset({"attack", "strike", "bomb", "assault", "raid", "airstrik"}),
    frozenset({"elect", "vote", "ballot", "poll"}),
    frozenset({"war", "invas", "invad", "conflict"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A happening that bounds the time; `words` name it, `phrase` is it with its lead word."""

    words: str
    relation: Relation
    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDay:
    """The day of a happening, and the article that says so."""

    day: date
    article: Article


def find_event_day(event: Event, hits: Sequence[Hit]) -> EventDay | None:
    """Give the day that a sentence of the hits gives for the event, the best hit first.

    A sentence counts if it names every part of the event and one calendar day; a day without a
    year is the latest one before its article appeared.

    Args:
        event: What the question names.
        hits: What a search for the event's words found.
    """
    parts = [_kinds(word.stem) for word in words(event.words) if word.carries_meaning]
    if not parts:
        return None
    for hit in hits:
        passage = hit.passage
        for start, end in sentence_spans(passage.text):
            sentence = passage.text[start:end]
            stems = {word.stem for word in words(sentence)}
            day = _only_day(sentence, passage.article) if all(p & stems for p in parts) else None
            if day:
                return EventDay(day=day, article=passage.article)
    return None


def _kinds(stem: str) -> frozenset[str]:
    return next((alike for alike in _ALIKE if stem in alike), frozenset({stem}))


def _only_day(sentence: str, article: Article) -> date | None:
    marks = date_mentions(sentence, published=_published_day(article))
    if not _is_full(article):
        marks = [mark for mark in marks if mark.weekday is None]  # 'Friday' of which week?
    days = {day for mark in marks if (day := _day_of(mark))}
    return days.pop() if len(days) == 1 else None


def _published_day(article: Article) -> str | None:
    """Give the last day on which the article can have appeared."""
    if article.published is None:
        return None
    day = str(last_day(article.published))
    return f"{day[:4]}-{day[4:6]}-{day[6:]}"


def _is_full(article: Article) -> bool:
    return article.published is not None and len(article.published) == len("YYYY-MM-DD")


def _day_of(mark: DateMention) -> date | None:
    if not (mark.year and mark.month and mark.day):
        return None
    try:
        return date(mark.year, mark.month, mark.day)
    except ValueError:
        return None
