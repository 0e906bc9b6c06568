"""Values that files tell about articles, checked and brought into one form."""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from reprlib import repr  # of a value as deep and as long as people make them
from typing import get_args

from retrieval.articles.cleaning.page_lines import fold
from retrieval.articles.raw import Metadata
from retrieval.text.dates import MONTH_NUMBERS, is_date
from retrieval.text.words import listed_words
from retrieval.types import Kind

FIELDS = tuple(field.name for field in fields(Metadata))
KINDS: tuple[str, ...] = get_args(Kind)

_OTHER_NAMES = {
    other: ours
    for ours in ("author", "published", "url", "outlet", "title")
    for other in listed_words("pages/field_names", ours)
}

_LEAST_CLOCK_S, _MOST_CLOCK_S = 100_000_000, 4_000_000_000  # 1973 to 2096

PROGRAM_TITLE = re.compile(
    r"(?i)untitled|^microsoft \w+|^(?:slide|page|layout|document|doc|print)\W?\d*$|^\W*\d[\W\d]*$"
    r"|\.(?:docx?|pdf|indd|qxd|qxp|odt|rtf|tex|html?|exe|pptx?|xlsx?|p65|pmd|pub|txt|dvi|ps|eps)$"
)
"""What programs write into a document in the place of its title."""
_BY = re.compile(r"^(?i:by):? (?=[^\W\d_a-z])")
_NO_PAGE = re.compile(r"(?:javascript|vbscript|data|file|blob|about):", re.IGNORECASE)
_NAME = r"(?P<month>[A-Za-z]{3,9})\.?"
_FORMS = tuple(
    re.compile(rf"(?:\w+day,? |\w{{3}}, )?{form}(?:[T ,].*)?")
    for form in (
        r"(?P<year>\d{4})[-/.](?P<number>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<number>\d{2})(?P<day>\d{2})",
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.? {_NAME},? (?P<year>\d{{4}})",
        rf"{_NAME} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})",
        rf"{_NAME},? (?P<year>\d{{4}})",
    )
)


def parse_metadata(values: Mapping[str, object]) -> tuple[Metadata, dict[str, str]]:
    """Take what is known of an article from a file's own words.

    Returns:
        The values that are in order, and for each other its name and what is wrong with it.
        Names that we do not know are passed over.
    """
    good: dict[str, str] = {}
    problems: dict[str, str] = {}
    for name, value in values.items():
        field = field_of(name)
        if field not in FIELDS or field in good:
            continue
        try:
            text = _checked(field, value)
        except ValueError as error:
            problems[name] = str(error)
            continue
        if text:
            good[field] = text
    return replace(Metadata(), **good), problems


def field_of(name: object) -> str:
    """Give our name for what a file calls a value."""
    known = str(name).lower()
    return _OTHER_NAMES.get(known, known)


def first_known(metadata: Metadata, other: Metadata) -> Metadata:
    """Give each value from `metadata`, or where it has none from `other`."""
    return Metadata(**{name: getattr(metadata, name) or getattr(other, name) for name in FIELDS})


def normal_date(value: object) -> str | None:
    """Give a date as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, as much as is known; None if it is none.

    Days written in figures alone count only with the year first: 03/04 is two days.
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = _of_clock(value)
    text = "" if isinstance(value, bool) else fold(str(value))
    if is_date(text):
        return text
    matches = (form.fullmatch(text) for form in _FORMS)
    return next((found for match in matches if match and (found := _date_of(match))), None)


def _of_clock(number: float) -> object:
    """Give the day of seconds or milliseconds since 1970, of which some years are sure to be."""
    seconds = number / 1000 if number >= _LEAST_CLOCK_S * 1000 else number
    if not _LEAST_CLOCK_S <= seconds < _MOST_CLOCK_S:
        return number
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()


def _date_of(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    name = (parts.get("month") or "")[:3].lower()
    if name and name not in MONTH_NUMBERS:
        return None
    month = MONTH_NUMBERS[name] if name else int(parts["number"])
    day = f"-{int(parts['day']):02}" if parts.get("day") else ""
    text = f"{parts['year']}-{month:02}{day}"
    return text if is_date(text) else None


def _checked(field: str, value: object) -> str:
    """Give the value in its form, empty if there is none.

    Raises:
        ValueError: The value cannot be used; the message says why.
    """
    if value is None or value in ("", []):
        return ""
    if field == "published":
        return _checked_date(value)
    several = value if isinstance(value, list) else [value]
    names = [part.get("name") if isinstance(part, dict) else part for part in several]
    if all(isinstance(name, str) for name in names):
        value = ", ".join(map(str, names))
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise ValueError(
            f"{repr(str(value) if isinstance(value, str | float) else value)} is not text"
        )
    text = fold(str(value))
    if field == "author":
        text = _BY.sub("", text)
    if field == "url" and _NO_PAGE.match(text):
        raise ValueError(f"{repr(text)} is no address of a page")
    if field == "kind" and text.lower() not in KINDS:
        raise ValueError(f"{text[:40]!r} is not one of {', '.join(KINDS)}")
    return text.lower() if field == "kind" else text


def _checked_date(value: object) -> str:
    if isinstance(value, dict) and "$date" in value:  # as MongoDB exports it
        value = value["$date"]
    text = normal_date(value)
    if text is None:
        raise ValueError(f"{repr(value)} is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
    return text


def checked_values(
    values: Mapping[str, object], note: str | None = None
) -> tuple[Metadata, tuple[str, ...]]:
    """Give the metadata that a file tells itself, and notes on values that cannot be used."""
    metadata, problems = parse_metadata(values)
    notes = [note] if note else []
    notes += [f"{name} left out: {problem}" for name, problem in problems.items()]
    return metadata, tuple(notes)
