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
_NAMES = rf"(?P<names>{_NAME}(?:(?:, | and | & |, and ){_NAME}){{0,3}})"
_BY = r"(?:(?:[Ww]ritten )?(?:[Bb]y|BY):? )"
_FIGURES = r"\d{1,2}[./]\d{1,2}[./]\d{2,4}"
_CLOCK = r"(?:at )?\d{1,2}[:.]\d\d(?: ?[AaPp]\.?[Mm]\.?)?(?: [A-Z]{2,4})?"
_WHEN = rf"(?P<day>(?!{_FIGURES})(?i:{DAY}))(?:[ ,|·-]{{1,3}}{_CLOCK})?"
_TOLD = r"(?:(?:[Pp]ublished|[Pp]osted|[Uu]pdated|[Ww]ritten)(?: on)?:? )"
_WEEKDAY = r"(?:(?:Mon|Tues?|Wednes|Thurs?|Fri|Satur|Sun|Wed|Sat|Thu)(?:day)?[.,]{0,2} )?"
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
    found = [one for line in lines if (one := byline_of(line))]
    writers = next((names for names, _ in found if names), "")
    return writers, next((day for names, day in found if day and (names or bare_days)), "")


def _readable(names: str) -> str:
    """Give the names of people; a newspaper's name is none."""
    if names.casefold().startswith("the "):
        return ""
    shown = names.title() if names.isupper() else names
    return re.sub(r",? (?:and|And|&) ", ", ", shown)
