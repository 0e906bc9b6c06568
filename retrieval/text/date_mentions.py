"""Dates that stand in running text, as parts that can be compared: 'Sept. 15', 'in 2013'."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from retrieval.text.dates import MONTH, MONTH_CUT, MONTH_NUMBERS, WEEKDAY
from retrieval.text.numbers import CARDINALS
from retrieval.types import Span

_DAY_NAMES = "monday tuesday wednesday thursday friday saturday sunday"
_WEEKDAYS = {name[:3]: n for n, name in enumerate(_DAY_NAMES.split())}
_MONTH = rf"(?P<month>May\b|(?!May)(?:{MONTH}|{MONTH_CUT})\b\.?)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\b"
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)\b"
_COMMA = r"(?: ?,)?"
"""Texts that were cut into words, or had links in them, have a space before it."""
_FORMS = tuple(
    re.compile(form)
    for form in (
        r"\b(?P<year>(?:1[5-9]|20)\d\d)-(?P<number>[01]\d)-(?P<day>[0-3]\d)\b",
        rf"\b{_MONTH}\s+{_DAY}(?:{_COMMA}\s+{_YEAR})?",
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:{_COMMA}\s+{_YEAR})?",
        rf"\b{_MONTH}{_COMMA}\s+(?:of\s+)?{_YEAR}",
        rf"\b{_MONTH}",
        rf"(?<![\d,.$€£-])\b{_YEAR}(?!s\b|[,.]\d)",
        rf"\b(?P<weekday>{WEEKDAY})s?\b",
    )
)
_MODAL_MAY = re.compile(r"(?:^|[.!?\"“]\s*)May\s+(?!\d)|\bMay\s+(?:be|not|have)\b")
_DAYS_BEFORE = re.compile(rf"\b{_DAY}(?: ?[–-] ?| (?:and|or|to) )$")
_DAYS_AFTER = re.compile(
    r"(?: ?[–-] ?| (?:and|or|to|until|through) (?=\d+\w*(?:$|[;)\n]|[.,](?!\d)| [12]\d{3}\b)))"
    rf"{_DAY}(?! (?:{MONTH}|{MONTH_CUT})\b|[,.:%]?\d| ?%)"
)
_YEARS_AFTER = re.compile(r"([–/-])((?:1[5-9]|20)\d\d|\d\d)\b(?![,.]?\d|[–/-]\d)")
"""Behind a day or a year: what makes it the first of several, as in 1914–18."""
_TO_ITS_YEAR = re.compile(r" ?[–-] ?|,? (?:and|or|to|until|through) (?:the )?|,? ")
_FAR_CHARS = 12
_LAST_DAY = 31
_MONTHS_A_YEAR, _YEARS_A_CENTURY = 12, 100
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

    With the day on which its article was published a month without a year is the latest one before
    that day, and a weekday its own date.
    """
    day = _full_date(published)
    marks: list[DateMention] = []
    for form in _FORMS:
        for match in form.finditer(text):
            if not any(a < match.end() and match.start() < b for a, b in (m.span for m in marks)):
                marks += _mark(match, text)
    marks += [other for mark in marks for other in _others_of_span(mark, text)]
    marks = _with_years(sorted(marks, key=lambda mark: mark.span), text)
    return [_resolve(mark, day) if day else mark for mark in marks]


def in_their_year(marks: Sequence[DateMention]) -> list[DateMention]:
    """Give the dates without a year in the one year that their text speaks of; none of several."""
    years = {mark.year for mark in marks if mark.year}
    if len(years) != 1:
        return []
    return [replace(mark, year=mark.year or min(years)) for mark in marks if mark.month]


_AGO = re.compile(
    r"\b(?:(?P<when>last|this|next) (?P<unit>year|month)|(?P<day>yesterday|today|tomorrow)|"
    r"(?P<count>a|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) years? ago)\b",
    re.IGNORECASE,
)
_STEPS = {"last": -1, "yesterday": -1, "this": 0, "today": 0, "next": 1, "tomorrow": 1}


def dates_from_day(text: str, published: str | None) -> list[DateMention]:
    """Give the dates that a text tells from the day of its article: 'last year', 'yesterday'."""
    day = _full_date(published)
    return [_from_day(found, day) for found in _AGO.finditer(text)] if day else []


def _from_day(found: re.Match[str], day: date) -> DateMention:
    span = found.span()
    if count := found["count"]:
        years = int(count) if count.isdigit() else int(CARDINALS.get(count.lower(), 1))
        return DateMention(span=span, year=day.year - years)
    step = _STEPS[(found["when"] or found["day"]).lower()]
    if found["day"]:
        then = day + timedelta(days=step)
        return DateMention(span=span, year=then.year, month=then.month, day=then.day)
    if found["unit"].lower() == "year":
        return DateMention(span=span, year=day.year + step)
    months = day.year * _MONTHS_A_YEAR + day.month - 1 + step
    year, month = divmod(months, _MONTHS_A_YEAR)
    return DateMention(span=span, year=year, month=month + 1)


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


def _others_of_span(mark: DateMention, text: str) -> Iterator[DateMention]:
    """Give the other end of a span of days or years: of '15–20 September', of '1914–18'."""
    start, end = mark.span
    if mark.lone_year:
        found = _YEARS_AFTER.match(text, end)
        year = _last_year(mark.lone_year, found) if found else None
        if found and year:
            yield replace(mark, span=found.span(2), year=year)
    elif mark.day is not None:
        far = max(0, start - _FAR_CHARS)
        found = _DAYS_AFTER.match(text, end) or _DAYS_BEFORE.search(text, far, start)
        if found and _is_far_end(found, mark, text) and 1 <= int(found["day"]) <= _LAST_DAY:
            yield replace(mark, span=found.span("day"), day=int(found["day"]))


def _last_year(first: int, found: re.Match[str]) -> int | None:
    """Give the year that ends a span; '2007-08' is none, for it may be a month."""
    year = int(found[2])
    if year < _YEARS_A_CENTURY:
        may_be_month = found[1] == "-" and year <= _MONTHS_A_YEAR
        year += 0 if may_be_month else first // _YEARS_A_CENTURY * _YEARS_A_CENTURY
    return year if year > first else None


def _is_far_end(found: re.Match[str], mark: DateMention, text: str) -> bool:
    """Tell whether a day stands on the side of a date on which its day does."""
    return text[mark.span[0]].isalpha() == (found.start() >= mark.span[1])


def _with_years(marks: Sequence[DateMention], text: str) -> list[DateMention]:
    """Give days and months the year that stands behind the last of a run of them."""
    found: list[DateMention] = []
    for mark in reversed(marks):
        after = found[-1] if found else None
        if (
            after is not None
            and after.year is not None
            and mark.month is not None
            and mark.year is None
            and _TO_ITS_YEAR.fullmatch(text, mark.span[1], after.span[0])
        ):
            mark = replace(mark, year=after.year)
        found.append(mark)
    return found[::-1]


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
