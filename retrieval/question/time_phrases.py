"""Times named in a question, as stretches of days.

By the calendar ('October 2014', 'last week of September'), and by their distance from today ('last
month', 'three weeks ago').
"""

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from retrieval.text.dates import MONTH, MONTH_CUT, MONTH_NUMBERS, WEEKDAY
from retrieval.text.numbers import CARDINALS

Days = tuple[date, date]
"""First and last day, both inside."""

_MONTH = rf"(?P<month>{MONTH}|{MONTH_CUT})\b\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b(?!['’]?s)"
_OF_YEAR = rf"(?:,?\s+(?:of\s+)?{_YEAR})"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b"
_PART = (
    r"(?:(?P<the>the\s+)?(?P<part>early|mid|late|beginning|start|middle|end|first half|"
    r"second half)(?:\s+of)?[\s-]+)"
)
_NTH = r"(?P<the>the\s+)?(?P<nth>first|second|third|fourth|last|final)\s+"
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
_FORMS = {
    name: re.compile(rf"(?<![\w.])(?<![^\W\d]-){form}(?!\w|[.,]\d|-\d{{1,2}}(?!\d))", re.IGNORECASE)
    for name, form in {
        "iso": r"(?P<year>(?:19|20)\d\d)-(?P<number>[01]\d)(?:-(?P<day>[0-3]\d))?\b",
        "week": rf"{_NTH}week\s+(?:of|in)\s+{_MONTH}{_OF_YEAR}?",
        "day": rf"{_MONTH}\s+{_DAY}(?!\d)(?:,?\s+{_YEAR})?",
        "written day": rf"(?:the\s+)?{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?",
        "quarter": rf"{_NTH}quarter{_OF_YEAR}",
        "season": rf"{_PART}?(?P<the2>the\s+)?{_SEASON}{_OF_YEAR}",
        "month": rf"{_PART}?{_MONTH}{_OF_YEAR}?",
        "year": rf"{_PART}?(?:the\s+year\s+)?{_YEAR}",
    }.items()
}
_NTHS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "final": -1}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_MODAL_MAY = re.compile(r"\bmay$")
# Has every day that a calendar can have.
_LEAP_YEAR = 2016
_WEEK, _MONTHS_A_YEAR, _SEASON_MONTHS, _QUARTERS, _TEN = 7, 12, 3, 4, 10
# Which months of a year, and which days of a month, vague words mean.
_PARTS = {
    "beginning": ((1, 3), (1, 10)),
    "start": ((1, 3), (1, 10)),
    "early": ((1, 4), (1, 10)),
    "first half": ((1, 6), (1, 15)),
    "mid": ((5, 8), (10, 20)),
    "middle": ((5, 8), (10, 20)),
    "second half": ((7, 12), (16, 31)),
    "late": ((9, 12), (20, 31)),
    "end": ((10, 12), (20, 31)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePhrase:
    """A time as a question names it, at `start` to `end` of its text.

    `year` is None if the words leave it open. `is_day` marks a single day, `is_noun` words such as
    'the end of 2014' that describe no noun after them.
    """

    form: str
    parts: Mapping[str, str | None]
    year: int | None
    start: int
    end: int
    fixed: Days | None = None

    @property
    def is_day(self) -> bool:
        """Whether the words name one day of the calendar."""
        return bool(self.parts.get("day"))

    @property
    def is_noun(self) -> bool:
        """Whether the words stand for themselves, as 'the end of 2014' does."""
        return bool(self.parts.get("the") or self.parts.get("the2") or self.fixed)

    def days(self, year: int) -> Days | None:
        """Give the days meant in the year; None if the calendar has no such day."""
        if self.fixed:
            return self.fixed
        try:
            return _DAYS[self.form](self.parts, year)
        except ValueError:
            return None


def written_times(text: str) -> list[TimePhrase]:
    """Give the times that a text names by the calendar, in order; they do not overlap."""
    found: list[TimePhrase] = []
    for name, form in _FORMS.items():
        for match in form.finditer(text):
            taken = any(p.start < match.end() and match.start() < p.end for p in found)
            if not taken and not _is_modal(match, text):
                found.append(_written(name, match))
    valid = [p for p in found if p.days(p.year or _LEAP_YEAR)]
    return sorted(valid, key=lambda phrase: phrase.start)


def _written(form: str, match: re.Match[str]) -> TimePhrase:
    parts = match.groupdict()
    year = int(parts["year"]) if parts.get("year") else None
    return TimePhrase(form=form, parts=parts, year=year, start=match.start(), end=match.end())


def _is_modal(match: re.Match[str], text: str) -> bool:
    """Tell the verb 'may' from the month: no year, no day, small letter and no 'in' before."""
    if not _MODAL_MAY.fullmatch(match[0].lower()):
        return False
    return not re.search(
        r"\b(?:in|last|this|since|until|before|after|of)\s+$", text[: match.start()]
    )


def _iso(parts: Mapping[str, str | None], year: int) -> Days:
    month = int(parts["number"] or 1)
    if parts["day"]:
        return (date(year, month, int(parts["day"])),) * 2
    return months_of(year, month, month)


def _one_day(parts: Mapping[str, str | None], year: int) -> Days:
    return (date(year, _month_of(parts), int(parts["day"] or 1)),) * 2


def _week_of(parts: Mapping[str, str | None], year: int) -> Days:
    """Give the nth seven days of a month; the last reaches back to the Monday before them."""
    first, last = months_of(year, _month_of(parts), _month_of(parts))
    nth = _NTHS[(parts["nth"] or "first").lower()]
    if nth < 0:
        begin = last - timedelta(days=_WEEK - 1)
        return begin - timedelta(days=begin.weekday()), last
    return first + timedelta(days=_WEEK * nth), first + timedelta(days=_WEEK * (nth + 1) - 1)


def _quarter(parts: Mapping[str, str | None], year: int) -> Days:
    nth = _NTHS[(parts["nth"] or "first").lower()] % _QUARTERS
    return months_of(year, nth * _SEASON_MONTHS + 1, (nth + 1) * _SEASON_MONTHS)


def _season(parts: Mapping[str, str | None], year: int) -> Days:
    """Give the season's three months; a winter is named by the year in which it begins."""
    first = date(year, _SEASONS[(parts["season"] or "").lower()], 1)
    end = first.month + _SEASON_MONTHS - 1
    overflow, month = divmod(end - 1, _MONTHS_A_YEAR)
    return first, _last_of(year + overflow, month + 1)


def _month(parts: Mapping[str, str | None], year: int) -> Days:
    first, last = months_of(year, _month_of(parts), _month_of(parts))
    _, (low, high) = _PARTS.get(_part(parts), (None, (1, last.day)))
    return first.replace(day=low), first.replace(day=min(high, last.day))


def _year(parts: Mapping[str, str | None], year: int) -> Days:
    months, _ = _PARTS.get(_part(parts), ((1, _MONTHS_A_YEAR), None))
    return months_of(year, *months)


_DAYS: dict[str, Callable[[Mapping[str, str | None], int], Days]] = {
    "iso": _iso,
    "week": _week_of,
    "day": _one_day,
    "written day": _one_day,
    "quarter": _quarter,
    "season": _season,
    "month": _month,
    "year": _year,
}


def _part(parts: Mapping[str, str | None]) -> str:
    return " ".join((parts.get("part") or "").lower().split())


def _month_of(parts: Mapping[str, str | None]) -> int:
    return MONTH_NUMBERS[(parts["month"] or "")[:3].lower()]


def months_of(year: int, first: int, last: int) -> Days:
    """Give the days from the first to the last month of a year."""
    return date(year, first, 1), _last_of(year, last)


def _last_of(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


_NUMBERS = {"a": 1, "an": 1, "couple of": 2, "few": 3, "several": 3}
_NUMBERS |= {word: int(number) for word, number in CARDINALS.items() if 0 < number <= _TEN}
_COUNT = rf"(?:a\s+)?(?P<count>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\s+"
_UNIT = r"(?P<unit>day|week|month|year)s?\b"
_LAST = r"(?:last|past|previous)\s+"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_UNIT_DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}
# 'Three weeks ago' is seldom meant to the day.
_WEEKS_SLACK_DAYS = 3


def relative_times(text: str, today: date) -> list[TimePhrase]:
    """Give the times that a text names by their distance from today, in order."""
    found = [
        _leaning(match, read(match, today))
        for form, read in _READERS
        for match in form.finditer(text)
    ]
    return sorted(found, key=lambda phrase: phrase.start)


def _leaning(match: re.Match[str], days: Days) -> TimePhrase:
    start, end = match.span()
    return TimePhrase(
        form="relative", parts={}, year=days[0].year, start=start, end=end, fixed=days
    )


def _ago(match: re.Match[str], today: date) -> Days:
    unit, count = match["unit"].lower(), _count(match)
    if unit == "year":
        return months_of(today.year - count, 1, 12)
    if unit == "month":
        year, month = divmod(today.year * _MONTHS_A_YEAR + today.month - 1 - count, _MONTHS_A_YEAR)
        return months_of(year, month + 1, month + 1)
    day = today - timedelta(days=count * _UNIT_DAYS[unit])
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


def _single_day(match: re.Match[str], today: date) -> Days:
    """Give a day of the last seven and the one after it, on which it is reported."""
    name = match[0].split()[-1].lower()
    back = (
        1 if name == "yesterday" else (today.weekday() - _WEEKDAYS.index(name[:3])) % _WEEK or _WEEK
    )
    day = today - timedelta(days=back)
    return day, day + timedelta(days=1)


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Days]], ...] = (
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
