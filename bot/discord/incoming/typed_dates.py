"""A date as a person types it into an option, as one of the three forms that filters take."""

import re
from datetime import date, timedelta

from retrieval.errors import UsageError
from retrieval.question.time.time_phrases import relative_times, written_times
from retrieval.text.dates import is_date

_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_MONTHS = 12
_DAYS_BACK = {"today": 0, "yesterday": 1}


def typed_date(text: str, today: date, *, last: bool) -> str:
    """Give `YYYY`, `YYYY-MM` or `YYYY-MM-DD` for what was typed.

    Args:
        text: Such as '2014', 'October 2014', '31/12/2014', 'yesterday' or 'last week'.
        today: The day that 'yesterday' counts from.
        last: Whether the last day of a longer time is meant, for `until`; else the first.

    Raises:
        UsageError: It names no day, or might name two, such as 10/12/2014.
    """
    text = " ".join(text.split())
    if is_date(text):
        return text
    if text.casefold() in _DAYS_BACK:
        return (today - timedelta(days=_DAYS_BACK[text.casefold()])).isoformat()
    numbers = _NUMBERS.fullmatch(text)
    if numbers:
        return _from_numbers(text, int(numbers[1]), int(numbers[3]), int(numbers[4]))
    for phrase in (*relative_times(text, today), *written_times(text)):
        days = phrase.days(phrase.year) if phrase.year else None
        if days and (phrase.start, phrase.end) == (0, len(text)):
            return days[last].isoformat()
    raise _not_a_date(text)


def _from_numbers(text: str, first: int, second: int, year: int) -> str:
    if first <= _MONTHS and second <= _MONTHS and first != second:
        either = " or ".join(f"{year}-{month:02}-{day:02}" for day, month in _orders(first, second))
        raise UsageError(f"{text} may be two days; write {either}")
    day, month = max(first, second), min(first, second)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise _not_a_date(text) from None


def _orders(first: int, second: int) -> tuple[tuple[int, int], tuple[int, int]]:
    return (first, second), (second, first)


def _not_a_date(text: str) -> UsageError:
    return UsageError(
        f"{text[:40]!r} is not a date that I understand; write 2014, 2014-10 or 2014-10-15"
    )
