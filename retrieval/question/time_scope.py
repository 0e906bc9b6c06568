"""The time that a question is about, as a range of publication dates.

A range is made only where the words say when something was reported or held to be so: 'in October
2014', 'before 2015', 'as of March'. A day ('on October 14') or a date before a noun ('the 2003
invasion') names an event, which articles may tell of later: such words limit nothing.

Of 79 development questions with time words .696 are answered right, .658 if all are passed over
(+.038, -.013 to +.101).
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from retrieval.question.time_phrases import Days, TimePhrase, relative_times, written_times
from retrieval.text.dates import first_day, in_words, last_day
from retrieval.text.words import ASKING, AUXILIARIES, PREPOSITIONS
from retrieval.types import Article, Filters

# What is left of 'In the articles from 2014, ...' without its time says nothing.
_FRONT = re.compile(
    r"^(?:in|from|according to)\s+(?:the\s+)?(?:articles?|reports?|coverage|sources?)\s*,\s*",
    re.IGNORECASE,
)
# No question names more; a pasted page would.
_MOST_TIMES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeScope:
    """What a question's time words ask for.

    `filters` limits publication dates (empty if nothing does), `words` are the time words that do,
    as they stand in the question. `timeless` is the question without the words that became the
    limit: what is to be read for inside it.
    """

    filters: Filters = field(default_factory=Filters)
    words: tuple[str, ...] = ()
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A limit: first and last day, either None if that end is open, and the words that set it."""

    first: date | None
    last: date | None
    start: int
    end: int


def time_range(asked: str, *, today: date, articles: Sequence[Article]) -> TimeScope:
    """Read the time words of a question, without those of an earlier one that it carries along.

    A month without a year is meant in the one year in which an article has it.
    """
    published = {article.published for article in articles if article.published}
    phrases = _phrases(asked, today)
    bounds = _find_bounds(asked, phrases, lambda p: _year_of(p, published)) if phrases else []
    since, until = _limits(bounds)
    if (since is None and until is None) or (since and until and since > until):
        return TimeScope(timeless=asked)
    return TimeScope(
        filters=_filters(since, until),
        words=tuple(asked[bound.start : bound.end] for bound in bounds),
        timeless=_without(asked, bounds[0]) if len(bounds) == 1 else asked,
    )


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
    days = first_day(filters.since or ""), last_day(filters.until or "")
    for whole in (filters.since, (filters.since or "")[:7], (filters.since or "")[:4]):
        if whole and (first_day(whole), last_day(whole)) == days:
            return f"of {in_words(whole)}"
    return f"from {since} to {until}"


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


def _limits(bounds: Sequence[Bound]) -> tuple[date | None, date | None]:
    """Join the limits: spans widen each other, open ends narrow."""
    spans = [b for b in bounds if b.first and b.last]
    since = min((b.first for b in spans if b.first), default=None)
    until = max((b.last for b in spans if b.last), default=None)
    for bound in bounds:
        if bound.first and not bound.last:
            since = max(since or bound.first, bound.first)
        if bound.last and not bound.first:
            until = min(until or bound.last, bound.last)
    return since, until


_LEADS = {
    name: re.compile(rf"\b(?:{words})\s+(?:the\s+)?$", re.IGNORECASE)
    for name, words in {
        "as of": r"as\s+of|as\s+at",
        "between": r"between",
        "until": r"until|till|up\s+to|up\s+until|no\s+later\s+than|not\s+later\s+than|by",
        "before": r"before|prior\s+to|earlier\s+than|ahead\s+of",
        "since": r"since|starting(?:\s+(?:in|from))?|beginning\s+in",
        "after": r"after|later\s+than|following",
        "from": r"from",
        "in": r"in|during|throughout|within|(?:over|in)\s+the\s+course\s+of|around|at|over",
    }.items()
}
_TO = re.compile(r"\s*(?:to|until|till|through|up to|[-–—])\s*(?:the\s+)?", re.IGNORECASE)
_AND = re.compile(r"\s*(?:,|and|or|&|/)\s*(?:in\s+)?(?:the\s+)?", re.IGNORECASE)
_ONWARDS = re.compile(r"\s+(?:on|onwards?)\b(?!\s+\w)", re.IGNORECASE)
_REPORTS = (
    r"(?:articles?|reports?|stor(?:y|ies)|pieces?|coverage|posts?|commentar(?:y|ies)|analys[ei]s|"
    r"opinions?|columns?|sources?|texts?)"
)
_REPORTED_BEFORE = re.compile(
    rf"\b(?:{_REPORTS}|published|written|posted|dated|printed|appeared)\s+"
    r"(?:\w+\s+){0,2}?(?:on|in|from|of|for|at|that\s+day|during)?\s*(?:the\s+)?$",
    re.IGNORECASE,
)
_REPORTED_LEAD = re.compile(
    r"\b(?:(?:that\s+)?(?:were\s+|was\s+)?(?:published|written|posted|dated|printed|appeared)\s+)?"
    r"(?:on|in|from|of|for|at|during)?\s*(?:the\s+)?$",
    re.IGNORECASE,
)
_REPORTED_AFTER = re.compile(rf"\s+(?:\w+\s+)?{_REPORTS}\b", re.IGNORECASE)
# Both sides of a comparison must stay in reach, also one that is only 'the January 2017 call'.
_COMPARES = re.compile(
    r"\b(?:differ\w*|compar\w+|versus|vs|and (?:what|how|who|when|where|why|which))\b",
    re.IGNORECASE,
)
_DETERMINER = re.compile(
    r"(?:\b(?:the|this|that|a|an|his|her|its|their|our|your|my|each|every)|['’]s?)\s+$",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(r"\s+([^\W\d_]+)")
_FUNCTION = ASKING | AUXILIARIES | PREPOSITIONS | frozenset({"and", "or", "but", "that", "if"})
_DAY = timedelta(days=1)


YearOf = Callable[[TimePhrase], int | None]


def _find_bounds(text: str, phrases: Sequence[TimePhrase], year_of: YearOf) -> list[Bound]:
    """Give the limits that the times of a text set, in order."""
    limits: list[Bound] = []
    described: list[Bound] = []
    at = 0
    while at < len(phrases):
        group = _group(text, phrases, at)
        at += len(group)
        role = _role(text, group)
        days = _days_of(group, year_of)
        if days:
            bound = _bound(text, group, role or "in", days)
            (limits if role else described).append(bound)
    if limits and _COMPARES.search(text):
        limits += [bound for bound in described if bound.first != bound.last]
    return sorted(limits, key=lambda bound: bound.start)


def _bound(text: str, group: Sequence[TimePhrase], role: str, days: Days) -> Bound:
    first, last = _ends(role, days, group[-1])
    after = text[group[-1].end :]
    onwards = _ONWARDS.match(after) if role == "since" else None
    return Bound(
        first=first,
        last=last,
        start=_start(text[: group[0].start], after),
        end=group[-1].end + (onwards.end() if onwards else 0),
    )


def _start(before: str, after: str) -> int:
    """Give where the lead words begin; a time before its 'articles' has none."""
    if _REPORTED_AFTER.match(after):
        return len(before)
    reported = _REPORTED_LEAD if _REPORTED_BEFORE.search(before) else None
    forms = [*_LEADS.values(), *([reported] if reported else [])]
    leads = [match.start() for form in forms if (match := form.search(before))]
    return min(leads, default=len(before))


def _group(text: str, phrases: Sequence[TimePhrase], at: int) -> Sequence[TimePhrase]:
    """Give the times that share a role: '2014 and 2017', 'from 2014 to 2016'."""
    size = 1
    while at + size < len(phrases):
        gap = text[phrases[at + size - 1].end : phrases[at + size].start]
        if not (_TO.fullmatch(gap) or _AND.fullmatch(gap)):
            break
        size += 1
    return phrases[at : at + size]


def _role(text: str, group: Sequence[TimePhrase]) -> str | None:
    """Name the lead word that makes these times a limit, None if they are none."""
    before, after = text[: group[0].start], text[group[-1].end :]
    lead = next((name for name, form in _LEADS.items() if form.search(before)), None)
    if _REPORTED_AFTER.match(after) or _REPORTED_BEFORE.search(before):
        return lead if lead and lead != "from" else "in"
    if lead is None:
        return "in" if group[0].fixed else None
    if _is_attribute(group[-1], before, after):
        return None
    if lead == "from":
        return "since" if _ONWARDS.match(after) else "in"
    return None if lead == "in" and len(group) == 1 and group[0].is_day else lead


def _is_attribute(phrase: TimePhrase, before: str, after: str) -> bool:
    """Tell whether the time only describes a noun: 'the 2003 invasion', 'their January call'."""
    if phrase.is_noun or not _DETERMINER.search(before):
        return False
    word = _NEXT_WORD.match(after)
    return word is not None and word[1].lower() not in _FUNCTION


def _days_of(group: Sequence[TimePhrase], year_of: YearOf) -> Days | None:
    """Give the days from the first to the last of the times; a missing year is its neighbour's."""
    near = next((p.year for p in reversed(group) if p.year), None)
    found = [
        days
        for phrase in group
        if (year := phrase.year or near or year_of(phrase)) and (days := phrase.days(year))
    ]
    if not found:
        return None
    return min(first for first, _ in found), max(last for _, last in found)


def _ends(role: str, days: Days, phrase: TimePhrase) -> tuple[date | None, date | None]:
    first, last = days
    is_end = (phrase.parts.get("part") or "").lower() == "end"
    if role in {"as of", "until"} or (role == "before" and is_end):
        return None, last
    if role == "before":
        return None, first - _DAY
    if role == "after":
        return last + _DAY, None
    return first, None if role == "since" else last
