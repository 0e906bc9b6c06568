"""Dates of any precision (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`) as the first and last day they can mean.

Days are integers such as 20141015, because Chroma compares numbers only.
"""

import calendar
import re
from collections.abc import Sequence
from datetime import date

from retrieval.errors import UsageError

MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
MONTH_NUMBERS = {name[:3].lower(): number for number, name in enumerate(MONTHS, start=1)}
"""The number of a month by the first three letters of its name."""
MONTH = "|".join(MONTHS)
MONTH_CUT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
WEEKDAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
"""Regular expressions for a month's name, for how it is cut short before a full stop, for a day's.

The first two are alternatives without brackets around them.
"""
_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def first_day(text: str) -> int:
    """Give the first possible day of a date as an integer.

    Raises:
        UsageError: The text is not a date in one of the three forms.
    """
    return _day_number(_parts(text), last=False)


def last_day(text: str) -> int:
    """Give the last possible day of a date as an integer; raises as `first_day` does."""
    return _day_number(_parts(text), last=True)


def oldest_first(published: str | None) -> tuple[bool, int]:
    """Order dates; nobody knows where an undated article belongs, so it comes last."""
    return published is None, first_day(published) if published else 0


def is_date(text: str) -> bool:
    """Tell whether the text is a date in one of the three forms."""
    try:
        _parts(text)
    except UsageError:
        return False
    return True


def _parts(text: str) -> tuple[int, int | None, int | None]:
    match = _FORM.fullmatch(text.strip())
    wrong = UsageError(f"{text[:40]!r} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
    if match is None:
        raise wrong
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        date(year or 0, month or 1, day or 1)
    except ValueError:
        raise wrong from None
    return year or 0, month, day


def _day_number(parts: tuple[int, int | None, int | None], *, last: bool) -> int:
    year, month, day = parts
    month = month or (12 if last else 1)
    day = day or (calendar.monthrange(year, month)[1] if last else 1)
    return year * 10_000 + month * 100 + day


def in_words(published: str | None) -> str | None:
    """Give a date as people write it, such as '15 October 2014' or 'October 2014'."""
    return _written(published, MONTHS)


def in_short(published: str | None) -> str | None:
    """Give a date as a list shows it, such as '15 Oct 2014' or 'Oct 2014'."""
    return _written(published, [name[:3] for name in MONTHS])


def _written(published: str | None, months: Sequence[str]) -> str | None:
    if published is None:
        return None
    year, month, day = _parts(published)
    words = [str(day) if day else "", months[month - 1] if month else "", str(year)]
    return " ".join(word for word in words if word)


def month_words(published: str | None) -> str | None:
    """Give the month of a date, such as 'Oct 2014', or its year where no more is known."""
    return in_short(published[: len("YYYY-MM")]) if published else None
