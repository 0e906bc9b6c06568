"""How much a question wants: one fact, several views, or a development over time."""

import re
from collections.abc import Sequence
from typing import Literal

from retrieval.types import Article

Breadth = Literal["fact", "views", "development"]

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
# Words of an outlet's name that say little alone.
_PLAIN = {"the", "of", "and", "news", "daily", "a"}


def breadth_of(question: str, articles: Sequence[Article], order: str | None = None) -> Breadth:
    """Tell how much the question wants; `order` is what its time words ask for.

    One that names two outlets, or two years, wants to hear of both.
    """
    if order == "development":
        return "development"
    several = len(outlets_named(question, articles)) > 1 or len(set(_YEAR.findall(question))) > 1
    if several or _VIEWS.search(question):
        return "views"
    return "fact"


def outlets_named(question: str, articles: Sequence[Article]) -> list[str]:
    """Give the outlets that the question names, by a whole name or its telling words."""
    asked = [word.lower() for word in _WORD.findall(question)]
    named = []
    for outlet in dict.fromkeys(article.outlet for article in articles if article.outlet):
        parts = re.split(r"[(),;—–-]", outlet)
        if any(_contains(asked, part) for part in parts):
            named.append(outlet)
    return named


def _contains(asked: list[str], name: str) -> bool:
    words = [word.lower() for word in _WORD.findall(name)]
    while words and words[0] in _PLAIN:
        words = words[1:]
    size = len(words)
    return bool(words) and any(asked[i : i + size] == words for i in range(len(asked)))
