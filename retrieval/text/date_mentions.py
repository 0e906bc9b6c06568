"""Dates that stand in running text, as parts that can be compared: 'Sept. 15', 'in 2013'."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from retrieval.text.dates import MONTH, MONTH_CUT, MONTH_NUMBERS, WEEKDAY
from retrieval.types import Span

_DAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday"
_WEEKDAYS = {name[:3]: n for n, name in enumerate(_DAY_NAMES.split())}
_MONTH = rf"(?P<month>May\b|(?!May)(?:{MONTH}|{MONTH_CUT})\b\.?)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)\b"
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"\b(?P<year>(?:1[5-9]|20)\d\d)-(?P<number>[01]\d)-(?P<day>[0-3]\d)\b",
        rf"\b{_MONTH}\s+{_DAY}(?:,?\s+{_YEAR})?",
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?",
        rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}",
        rf"\b{_MONTH}",
        rf"(?<![\d,.$€£-])\b{_YEAR}(?!s\b|[,.]\d)",
        rf"\b(?P<weekday>{WEEKDAY})s?\b",
    )
)
_MODAL_MAY = re.compile(r"(?:^|[.!?\"“]\s*)May\s+(?!\d)|\bMay\s+(?:be|not|have)\b")
_LAST_DAY = 31
_SOON_MONTHS = 2
"""A month this near ahead may be meant as coming: its year stays unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date as far as a text gives it; `weekday` counts from Monday, 0.

    Parts may have been worked out from the day on which the article was published.
    """

    span: Span
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def follows_from(self, other: "DateMention") -> bool:
        """Tell whether every part of this date is given by the other one."""
        parts = (
            (self.year, other.year),
            (self.month, other.month),
            (self.day, other.day),
            (self.weekday, other.weekday),
        )
        return all(mine is None or mine == theirs for mine, theirs in parts)

    @property
    def lone_year(self) -> int | None:
        """The year, where the text gives nothing else: it may be a plain number as well."""
        return self.year if self.month is None and self.weekday is None else None


def date_mentions(text: str, *, published: str | None = None) -> list[DateMention]:
    """Give the dates that stand in a text, in order.

    Args:
        text: Any text.
        published: The day (`YYYY-MM-DD`) of the article that the text is from. With it a month
            without a year is the latest one before that day, and a weekday its own date.
    """
    day = _full_date(published)
    marks: list[DateMention] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if not any(a < match.end() and match.start() < b for a, b in (m.span for m in marks)):
                marks += _mark(match, text)
    resolved = [_resolve(mark, day) if day else mark for mark in marks]
    return sorted(resolved, key=lambda mark: mark.span)


def spans_of(marks: Sequence[DateMention]) -> list[Span]:
    """Give the stretches of text that the dates take."""
    return [mark.span for mark in marks]


def _mark(match: re.Match[str], text: str) -> list[DateMention]:
    parts = match.groupdict()
    name = parts.get("month")
    if name == "May" and not (parts.get("day") or parts.get("year")) and _is_modal(text, match):
        return []
    day = int(parts["day"]) if parts.get("day") else None
    number = parts.get("number")
    month = int(number) if number else MONTH_NUMBERS[name[:3].lower()] if name else None
    if day is not None and not 1 <= day <= _LAST_DAY:
        return []
    weekday = parts.get("weekday")
    return [
        DateMention(
            span=match.span(),
            year=int(parts["year"]) if parts.get("year") else None,
            month=month,
            day=day,
            weekday=_WEEKDAYS[weekday[:3].lower()] if weekday else None,
        )
    ]


def _is_modal(text: str, match: re.Match[str]) -> bool:
    start = max(0, match.start() - 2)
    return _MODAL_MAY.search(text, start, match.end() + 6) is not None


def _full_date(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published) if published else None
    except ValueError:
        return None


def _resolve(mark: DateMention, published: date) -> DateMention:
    """Fill in what the day of publication tells: news speaks of the days behind it."""
    if mark.weekday is not None and mark.month is None:
        then = published - timedelta(days=(published.weekday() - mark.weekday) % 7)
        return DateMention(
            span=mark.span, year=then.year, month=then.month, day=then.day, weekday=mark.weekday
        )
    if mark.month is None or mark.year is not None:
        return mark
    ahead = mark.month - published.month
    if 0 < ahead <= _SOON_MONTHS:
        return mark
    year = published.year - (ahead > 0)
    return DateMention(span=mark.span, year=year, month=mark.month, day=mark.day)
