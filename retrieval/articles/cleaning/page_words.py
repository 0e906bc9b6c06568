"""The words of page furniture, as patterns over lines in lower case; no page is named here.

They stand in `text/lists/pages/furniture.txt`, and for other languages in `labels.txt`.
"""

import re

from retrieval.text import dates
from retrieval.text.words import list_lines, list_sections

MONTH = rf"(?:{dates.MONTH}|{dates.MONTH_CUT})\.?".lower()
WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[.,]? )?"
DAY = (
    rf"(?:{MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\.? {MONTH},? \d{{4}}"
    r"|\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
)


def any_of(*patterns: str) -> re.Pattern[str]:
    """Give one pattern that matches where any of these does."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def plain(line: str) -> str:
    """Give the line as the patterns see it: lower case, plain apostrophes."""
    return line.casefold().replace("’", "'").replace("‘", "'")


_GOES_ON = "    "
_NAMED = re.compile(r"\{([a-z_]+)\}")


def _alternatives() -> dict[str, list[str]]:
    """Give the patterns of each section of the list; a section names those before it alone."""
    found: dict[str, list[str]] = {}
    for name, lines in list_sections("pages/furniture").items():
        whole = "\n".join(lines).replace(f"\n{_GOES_ON}", "")
        named = _NAMED.sub(lambda m: f"(?:{'|'.join(found[m[1]])})", whole)
        found[name] = named.split("\n")
    return found


_FURNITURE = _alternatives()


def furniture(section: str) -> re.Pattern[str]:
    """Give the pattern of a section of the list."""
    return any_of(*_FURNITURE[section])


LABEL = furniture("label")
DOUBTFUL_LABEL = furniture("doubtful label")
MORE = furniture("more")
ABOUT = furniture("about")
LETTER = furniture("letter")
BUTTON = furniture("button")
PAYWALL = furniture("paywall")
INVITATION = furniture("invitation")
FOOTER = furniture("footer")
NOTICE = furniture("notice")
REPUBLISHED = furniture("republished")
SITE_VOICE = furniture("site voice")


def _label(entry: str) -> str:
    """Give the pattern of an entry of the list: {network} is any, … is what ends no sentence."""
    network = f"(?:{_FURNITURE['network'][0]})"
    pattern = re.escape(entry.removesuffix("…").strip()).replace(r"\{network\}", network)
    return rf"{pattern}\s?.{{1,120}}(?<![.!?。])" if entry.endswith("…") else pattern


FOREIGN_LABELS = frozenset(list_lines("pages/labels"))
FOREIGN_FORM = any_of(*(_label(one) for one in FOREIGN_LABELS if "{" in one or "…" in one))

# In the letters as they stand: who reported, wrote and edited are names, and no sentence follows.
CREDITS = re.compile(
    r"\(?(?:Additional )?(?:[Rr]eporting|[Ww]riting|[Ee]diting) by\b(?:[\s;,.()&]+|[A-Z][\w.'’-]*"
    r"|(?:and|in|at|for|by|de|la|del|di|da|van|von|der|el|al|bin|additional|reporting|writing"
    r"|editing|photography|graphics|research)\b)+"
)

CRUMB_SIGN = re.compile(r"\s[|›»>•·∙/]\s")
