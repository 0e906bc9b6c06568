"""How much a question wants: one fact, several views, a development, or all on a topic."""

import re
from collections.abc import Sequence
from typing import Literal

from retrieval.text.words import is_common, words
from retrieval.types import Article

Breadth = Literal["fact", "views", "development", "topic"]

_VIEWS = re.compile(
    r"\b(compar\w+|differ(?:s|ed|ing|ence|ences)?|contrast\w*|versus|vs|disagree\w*|respectively"
    r"|each|both|views|positions|attitudes|sides"
    r"|(?:articles|outlets|papers|authors|sources|writers|reports) .*"
    r"\b(?:say|report|think|see|describe|name|mention|give|write|agree)"
    r"|what (?:are|were) the (?:reasons|risks|obstacles|arguments))\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WORD = re.compile(r"\w+")
# What parts an outlet's name; a hyphen inside a word does not.
_BREAK = re.compile(r"[(),;/—–]|\s-\s")
# Words of an outlet's name that say little alone.
_PLAIN = {"the", "of", "and", "news", "daily", "a"}


def breadth_of(question: str, outlets: Sequence[str] = (), order: str | None = None) -> Breadth:
    """Tell how much the question wants: one that names two outlets, or years, wants both.

    Args:
        question: A standalone question.
        outlets: Those that it names.
        order: What its time words ask for.
    """
    if order == "development":
        return "development"
    several = len(outlets) > 1 or len(set(_YEAR.findall(question))) > 1
    if several or _VIEWS.search(question):
        return "views"
    return "fact"


def outlets_named(question: str, articles: Sequence[Article]) -> list[str]:
    """Give the outlets that the question names, by a whole name or its telling words."""
    asked = _WORD.findall(question)
    named = []
    for outlet in dict.fromkeys(article.outlet for article in articles if article.outlet):
        if any(_contains(asked, part) for part in _BREAK.split(outlet)):
            named.append(outlet)
    return named


def _contains(asked: list[str], name: str) -> bool:
    """Tell whether the words name it; `Time` is named by 'Time' inside a question, not by 'time'.

    A single word that is in everyday use counts only where a capital shows that it is a name.
    """
    parts = _WORD.findall(name)
    while parts and parts[0].lower() in _PLAIN:
        parts = parts[1:]
    if len(parts) == 1 and any(is_common(word.stem) for word in words(parts[0])):
        return parts[0] in asked[1:]
    size, low = len(parts), [word.lower() for word in asked]
    wanted = [part.lower() for part in parts]
    return bool(parts) and any(low[i : i + size] == wanted for i in range(len(low)))
