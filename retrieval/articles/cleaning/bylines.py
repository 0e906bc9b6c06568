"""Who wrote an article and when, as pages and texts say it in a line above or below it."""

import re
from collections.abc import Iterable

from retrieval.articles.cleaning.page_lines import word_count
from retrieval.articles.cleaning.page_words import DAY
from retrieval.articles.metadata import normal_date

_MAX_WORDS = 16
_PARTICLE = r"(?:d[aei]|del|della|van|von|der|den|de|la|le|el|al|bin|ibn|ten|ter|of)"
_WORD = r"(?:[^\W\d_a-z](?:[^\W\d_]|['’.-])*)"
_NAME = rf"{_WORD}(?: (?:{_PARTICLE} )*{_WORD}){{1,3}}"
_NAMES = rf"(?P<names>{_NAME}(?:(?:, | and | AND | & |, and ){_NAME}){{0,3}})"
_BY = r"(?:(?:[Ww]ritten )?(?:[Bb]y|BY):? |(?:Interview|Text|Words)(?: by|:) )"
_FIGURES = r"\d{1,2}[./]\d{1,2}[./]\d{2,4}"
_CLOCK = r"(?:at )?\d{1,2}[:.]\d\d(?: ?[AaPp]\.?[Mm]\.?)?(?: [A-Z]{2,4})?"
_WHEN = rf"(?P<day>(?!{_FIGURES})(?i:{DAY}))(?:[ ,|·-]{{1,3}}{_CLOCK})?"
_TOLD = r"(?:(?i:published|posted|updated|written)(?i: on)?:? )"
_WEEKDAY = r"(?:(?i:Mon|Tues?|Wednes|Thurs?|Fri|Satur|Sun|Wed|Sat|Thu)(?i:day)?[.,]{0,2} )?"
_SIGN = r"(?:,? (?:on )?| ?[|·•–—-] ?)"
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_BY}{_NAMES}(?:{_SIGN}{_TOLD}?{_WEEKDAY}{_WHEN})?",
        rf"{_NAMES} ?[|·•–—] ?{_TOLD}?{_WEEKDAY}{_WHEN}",
        rf"{_TOLD}?{_WEEKDAY}{_WHEN}{_SIGN}{_BY}{_NAMES}",
        rf"{_TOLD}?(?:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+)?, )?{_WEEKDAY}{_WHEN}",
    )
)

_ONE_NAME = re.compile(_NAME)
_SET_OFF = re.compile(r"\s+[|·•]\s+")
_IN_CAPITALS = re.compile(
    r"(?:(?:Mc|Mac|Fitz)?[^a-z ]+|d[aei]|del|della|van|von|der|den|la|le)"
    r"(?: (?:(?:Mc|Mac|Fitz)?[^a-z ]+|d[aei]|del|della|van|von|der|den|la|le))*"
)
_CAPITALS = re.compile(r"[^\W\d_a-z]{2,}")
_KEPT = re.compile(r"[^AEIOUY]{2}|I{2,3}|IV")  # initials, and the number of a namesake
_SCOTTISH = re.compile(r"\bMc[a-z]")


def byline_of(line: str) -> tuple[str, str] | None:
    """Give the writers and the day that a line names, each empty if it does not; None if no line.

    Days in figures alone are left open.
    """
    if word_count(line) > _MAX_WORDS:
        return None
    match = next((found for form in _FORMS if (found := form.fullmatch(line))), None)
    if match is None:
        return None
    told = match.groupdict()
    return _readable(told.get("names") or ""), normal_date(told.get("day") or "") or ""


def told_in(lines: Iterable[str], *, bare_days: bool = False) -> tuple[str, str]:
    """Give the first writers and the first day that any of the lines names.

    Args:
        lines: What stands above the article, or below it.
        bare_days: Whether a day counts that stands beside no writer; it may be that of saving.
    """
    parts = (part for line in lines for part in _parts(line))
    found = [one for part in parts if (one := byline_of(part))]
    writers = next((names for names, _ in found if names), "")
    return writers, next((day for names, day in found if day and (names or bare_days)), "")


def _parts(line: str) -> list[str]:
    """Give a line whole where it is a byline, else each part that a dot or bar sets off."""
    return [line] if byline_of(line) else _SET_OFF.split(line)


def person_name(name: str) -> str | None:
    """Give a name as people write it, also where it is set in capitals; None if it is none."""
    return readable_name(name) if _ONE_NAME.fullmatch(name) else None


def readable_name(name: str) -> str:
    """Give a name of several words in small letters if all of it is set in capitals."""
    if " " not in name or not _IN_CAPITALS.fullmatch(name):
        return name
    shown = _CAPITALS.sub(lambda run: run[0] if _KEPT.fullmatch(run[0]) else run[0].title(), name)
    return _SCOTTISH.sub(lambda found: found[0][:-1] + found[0][-1].upper(), shown)


def _readable(names: str) -> str:
    """Give the names of people; a newspaper's name is none."""
    if names.casefold().startswith("the "):
        return ""
    return ", ".join(map(readable_name, re.split(r",? (?:and|And|AND|&) |, ", names)))
