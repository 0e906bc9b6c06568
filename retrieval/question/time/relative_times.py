"""Times that lean on today: 'last month', 'three weeks ago', 'yesterday'; days by dateparser."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from retrieval.question.time.written_times import Days, TimePhrase, months_of
from retrieval.text.dates import MONTH, MONTH_NUMBERS, WEEKDAY

_NUMBERS = {"a": 1, "an": 1, "one": 1, "couple of": 2, "two": 2, "three": 3, "few": 3, "several": 3}
_NUMBERS |= {"four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_COUNT = rf"(?:a\s+)?(?P<count>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\s+"
_UNIT = r"(?P<unit>day|week|month|year)s?\b"
_LAST = r"(?:last|past|previous)\s+"
_UNIT_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
_WEEK = 7
# 'Three weeks ago' is seldom meant to the day.
_WEEKS_SLACK_DAYS = 3


def relative_times(text: str, today: date) -> list[TimePhrase]:
    """Give the times that a text names by their distance from today, in order."""
    found: list[TimePhrase] = []
    for form, read in _READERS:
        for match in form.finditer(text):
            days = read(match, today)
            if days:
                found.append(_phrase(match, days))
    return sorted(found, key=lambda phrase: phrase.start)


def _phrase(match: re.Match[str], days: Days) -> TimePhrase:
    start, end = match.span()
    return TimePhrase(
        form="relative", parts={}, year=days[0].year, start=start, end=end, fixed=days
    )


def _ago(match: re.Match[str], today: date) -> Days | None:
    day, unit = (
        _by_dateparser(f"{_count(match)} {match['unit']}s ago", today),
        match["unit"].lower(),
    )
    if day is None:
        return None
    if unit == "year":
        return months_of(day.year, 1, 12)
    if unit == "month":
        return months_of(day.year, day.month, day.month)
    slack = timedelta(days=_WEEKS_SLACK_DAYS if unit == "week" else 0)
    return day - slack, day + slack


def _past(match: re.Match[str], today: date) -> Days:
    length = timedelta(days=_count(match) * _UNIT_DAYS[match["unit"].lower()])
    return today - length, today


def _whole(match: re.Match[str], today: date) -> Days:
    """Give a whole week, month or year by the calendar; 'this' one up to today."""
    unit, is_this = match["unit"].lower(), match["which"].lower() in {"this", "current"}
    if unit == "week":
        first = today - timedelta(days=today.weekday() + (0 if is_this else _WEEK))
        last = first + timedelta(days=_WEEK - 1)
    elif unit == "month":
        end = today.replace(day=1) - timedelta(days=1)
        month = today if is_this else end
        first, last = months_of(month.year, month.month, month.month)
    else:
        first, last = months_of(today.year - (not is_this), 1, 12)
    return first, min(last, today)


def _last_month_named(match: re.Match[str], today: date) -> Days:
    month = MONTH_NUMBERS[match["month"][:3].lower()]
    return months_of(today.year - (month >= today.month), month, month)


def _single_day(match: re.Match[str], today: date) -> Days | None:
    """Give a day and the one after it, on which it is reported."""
    day = _by_dateparser(match[0], today)
    return (day, min(day + timedelta(days=1), max(day, today))) if day else None


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Days | None]], ...] = (
    (re.compile(rf"\b{_COUNT}{_UNIT}\s+ago\b", re.IGNORECASE), _ago),
    (re.compile(rf"\b(?:the\s+)?{_LAST}{_COUNT}{_UNIT}(?!\s+of\b)", re.IGNORECASE), _past),
    (
        re.compile(
            r"\b(?P<which>last|past|previous|this|current)\s+(?P<unit>week|month|year)\b(?!\s+of\b)",
            re.IGNORECASE,
        ),
        _whole,
    ),
    (re.compile(rf"\blast\s+(?P<month>{MONTH})\b(?!\s*\d)", re.IGNORECASE), _last_month_named),
    (re.compile(rf"\b(?:yesterday|last\s+{WEEKDAY}\b)", re.IGNORECASE), _single_day),
)


def _count(match: re.Match[str]) -> int:
    text = match["count"].lower()
    return int(text) if text.isdigit() else _NUMBERS[text]


def _by_dateparser(words: str, today: date) -> date | None:
    # Loaded here: it is slow to import, and few questions need it.
    import dateparser

    found = dateparser.parse(
        words,
        languages=["en"],
        settings={
            "RELATIVE_BASE": datetime.combine(today, time()),
            "PREFER_DATES_FROM": "past",
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    return found.date() if found else None
