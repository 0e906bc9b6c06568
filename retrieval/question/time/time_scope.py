"""The time that a question is about: a range of publication dates, and an order of statements.

A range is made only where the words say when something was reported or held to be so: 'in October
2014', 'before 2015', 'as of March'. A day ('on October 14') or a date before a noun ('the 2003
invasion') names an event, which articles may tell of later: such words limit nothing.

Of 39 development questions with time words .692 are answered right, .487 if all are passed over
(+.205, .077 to .359).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from retrieval.question.time.time_limits import Bound, find_bounds
from retrieval.question.time.time_phrases import TimePhrase, relative_times, written_times
from retrieval.text.date_mentions import DateMention, date_mentions
from retrieval.text.dates import first_day, in_words, last_day
from retrieval.text.sentences import sentences_within
from retrieval.text.words import words
from retrieval.types import Article, Filters, Hit

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
        for start, end in sentences_within(passage):
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


Order = Literal["latest", "earliest", "development"]

_ORDERS: tuple[tuple[Order, re.Pattern[str]], ...] = (
    (
        "development",
        re.compile(
            r"\bhow (?:did|has|have|had|do|does|was|is|were)\b.*\b(?:chang\w*|evolv\w*|develop\w*|"
            r"shift\w*|progress\w*|unfold\w*)|\bover (?:time|the (?:years|months|weeks))\b|"
            r"\b(?:timeline|chronolog\w*|evolution of|history of|course of events)\b|"
            r"\bwhat (?:became|has become|had become) of\b|"
            r"\b(?:at first|initially|originally|first)\b.*\b(?:later|then|afterwards|now|since)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "latest",
        re.compile(
            r"\b(?:latest|newest|most recent(?:ly)?|recent(?:ly)?|lately|current(?:ly)?|so far|"
            r"up to date|these days|nowadays|as of|last (?:known|reported|mentioned))\b",
            re.IGNORECASE,
        ),
    ),
    (
        "earliest",
        re.compile(
            r"\b(?:earliest|oldest|at first|initially|originally|to begin with|first (?:time|"
            r"mention\w*|report\w*|said|announc\w*|appear\w*|heard))\b",
            re.IGNORECASE,
        ),
    ),
)
# What is left of 'In the articles from 2014, ...' without its time says nothing.
_FRONT = re.compile(
    r"^(?:in|from|according to)\s+(?:the\s+)?(?:articles?|reports?|coverage|sources?)\s*,\s*",
    re.IGNORECASE,
)
_HOW = re.compile(r"\bhow (?:did|do|does|has|have|had|was|were)\b", re.IGNORECASE)
# 'Before the Paris talks': at most this many words, or it is a clause of its own.
_EVENT = re.compile(
    r"\b(?P<relation>before|prior to|ahead of|until|after|since|following)\s+(?P<words>"
    r"(?:the|that|those|this|his|her|its|their|[A-Z][\w-]*['’]s?)\s+(?:[\w'’-]+\s*){1,6})(?=[,?;.]|$)"
)
_AFTER = frozenset({"after", "since", "following"})
# No question names more; a pasted page would.
_MOST_TIMES = 12
# What happened in a span of time is also told later: a development's range ends this much on.
_TELLING_LAG_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeScope:
    """What a question's time words ask for.

    `filters` limits publication dates (empty if nothing does), `order` says how statements are to
    be sorted, `words` are the time words that both rest on, as they stand in the question.
    `event` is a happening whose day is still to be found (`place_event`). `timeless` is the
    question without the words that became the limit: what is to be read for inside it.
    """

    filters: Filters = field(default_factory=Filters)
    order: Order | None = None
    words: tuple[str, ...] = ()
    event: Event | None = None
    timeless: str = ""

    @property
    def note(self) -> str:
        """Tell the person which articles were searched, "" if all were."""
        if not self.filters:
            return ""
        return f"Only articles {_days(self.filters)} were searched (“{', '.join(self.words)}”)."

    @property
    def lifted_note(self) -> str:
        """Tell the person that no article inside the limit answers, so all were searched."""
        said = f"No article {_days(self.filters)} answers (“{', '.join(self.words)}”)"
        return f"{said}, so articles of all dates were searched."


def time_range(asked: str, *, today: date, articles: Sequence[Article]) -> TimeScope:
    """Read the time words of a question.

    Args:
        asked: The question, without an earlier one that it carries along.
        today: What 'last month' leans on.
        articles: Those held: a month without a year is meant in the one year that has it.
    """
    published = {article.published for article in articles if article.published}
    phrases = _phrases(asked, today)
    bounds = find_bounds(asked, phrases, lambda p: _year_of(p, published)) if phrases else []
    order, order_words = _order(asked, bounds)
    since, until = _limits(bounds, lag=order == "development")
    if (since is None and until is None) or (since and until and since > until):
        return TimeScope(order=order, words=order_words, event=_event(asked), timeless=asked)
    return TimeScope(
        filters=_filters(since, until),
        order=order,
        words=tuple(asked[bound.start : bound.end] for bound in bounds),
        timeless=_without(asked, bounds[0]) if len(bounds) == 1 else asked,
    )


def place_event(scope: TimeScope, hits: Sequence[Hit]) -> TimeScope:
    """Give the scope with its event turned into a limit, unchanged where no sentence dates it.

    Args:
        scope: One with an `event`.
        hits: What a search for the event's words found.
    """
    placed = find_event_day(scope.event, hits) if scope.event else None
    if scope.event is None or placed is None:
        return replace(scope, event=None)
    before = scope.event.relation == "before"
    day = placed.day - timedelta(days=1) if before else placed.day
    filters = _filters(None, day) if before else _filters(day, None)
    said = f"{in_words(placed.day.isoformat())} in “{placed.article.title}”"
    return replace(scope, filters=filters, event=None, words=(f"{scope.event.phrase}: {said}",))


def _filters(since: date | None, until: date | None) -> Filters:
    return Filters(
        since=since.isoformat() if since else None,
        until=until.isoformat() if until else None,
        origin="question",
    )


def _days(filters: Filters) -> str:
    since, until = in_words(filters.since), in_words(filters.until)
    if not (since and until):
        return f"from {since} on" if since else f"up to {until}"
    for whole in (filters.since, (filters.since or "")[:7], (filters.since or "")[:4]):
        if whole and (first_day(whole), last_day(whole)) == _numbers(filters):
            return f"of {in_words(whole)}"
    return f"from {since} to {until}"


def _numbers(filters: Filters) -> tuple[int, int]:
    return first_day(filters.since or ""), last_day(filters.until or "")


def _without(question: str, bound: Bound) -> str:
    text = f"{question[: bound.start].rstrip()}{question[bound.end :]}".lstrip(" ,")
    text = _FRONT.sub("", re.sub(r"[\s,]+([?.!])", r"\1", text))
    return text[:1].upper() + text[1:]


def _phrases(asked: str, today: date) -> list[TimePhrase]:
    relative = relative_times(asked, today)
    written = [
        phrase
        for phrase in written_times(asked)
        if not any(r.start < phrase.end and phrase.start < r.end for r in relative)
    ]
    return sorted([*relative, *written], key=lambda phrase: phrase.start)[:_MOST_TIMES]


def _year_of(phrase: TimePhrase, published: Collection[str]) -> int | None:
    """Give the year for a time without one: the only year in which an article appeared then."""
    years = set()
    for day in published:
        days = phrase.days(int(day[:4]))
        if days and _overlap(day, *days):
            years.add(int(day[:4]))
    return years.pop() if len(years) == 1 else None


def _overlap(published: str, first: date, last: date) -> bool:
    low, high = (int(day.strftime("%Y%m%d")) for day in (first, last))
    return first_day(published) <= high and last_day(published) >= low


def _order(asked: str, bounds: Sequence[Bound]) -> tuple[Order | None, tuple[str, ...]]:
    if any(bound.is_stretch for bound in bounds) and _HOW.search(asked):
        return "development", ()
    for order, form in _ORDERS:
        match = form.search(asked)
        if match:
            said = order != "development" and match[0].lower() != "as of"
            return order, (match[0],) if said else ()
    return None, ()


def _limits(bounds: Sequence[Bound], *, lag: bool) -> tuple[date | None, date | None]:
    """Join the limits: spans widen each other, open ends narrow."""
    spans = [b for b in bounds if b.first and b.last]
    since = min((b.first for b in spans if b.first), default=None)
    until = max((b.last for b in spans if b.last), default=None)
    if until and lag:
        until += timedelta(days=_TELLING_LAG_DAYS)
    for bound in bounds:
        if bound.first and not bound.last:
            since = max(since or bound.first, bound.first)
        if bound.last and not bound.first:
            until = min(until or bound.last, bound.last)
    return since, until


def _event(asked: str) -> Event | None:
    match = _EVENT.search(asked)
    if match is None:
        return None
    relation: Relation = "after" if match["relation"].lower() in _AFTER else "before"
    return Event(words=match["words"].strip(), relation=relation, phrase=match[0].strip())
