"""Which articles the words of a question name: by outlet, author, kind, date or title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from retrieval.question.breadth import outlets_named
from retrieval.question.time.time_scope import time_range
from retrieval.text.dates import first_day, last_day
from retrieval.text.words import words
from retrieval.types import Article

_POINTING = re.compile(
    r"(?:it|this|that|these|those|them|"
    r"(?:this|that|these|those|the|your) "
    r"(?:articles?|stor(?:y|ies)|pieces?|texts?|posts?|sources?))",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"(?:all|each|every|any)(?: of)?(?: (?:the|your|these))? ?(?:articles?|of them|sources?)?"
)
_KINDS = {
    "opinion": "opinion",
    "opinions": "opinion",
    "op-ed": "opinion",
    "op-eds": "opinion",
    "editorial": "opinion",
    "editorials": "opinion",
    "commentary": "opinion",
    "analysis": "analysis",
    "analyses": "analysis",
    "news": "news",
}
# Words of a target that say that articles are meant, or nothing, and not which.
_NOUNS = frozenset(
    "article articles story stories piece pieces text texts post posts op ed eds column columns "
    "source sources".split()
)
_PLAIN = frozenset(
    "report reports one ones anything something everything collection index library archive bot "
    "written published publish write title titled called dated held hold contain include come "
    "author outlet headline year month kind marked labelled".split()
)
# One word of a title names an article only beside 'article'; several do by themselves.
_TITLE_WORDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Articles that words name, maybe none; `by` are the properties that chose them.

    `is_pointing` if the words only point, as 'this' does: then these are all articles.
    """

    articles: tuple[Article, ...]
    is_pointing: bool = False
    by: tuple[str, ...] = ()


def choose(target: str, articles: Sequence[Article], *, today: date) -> Choice | None:
    """Give the articles that the words name, None if a word of them names none that is held.

    Args:
        target: Words such as 'the Moscow Times article', 'opinion', 'this', "" for all.
        articles: Those held.
        today: What 'last month' leans on.
    """
    if not target or _ALL.fullmatch(target.lower()):
        return Choice(articles=tuple(articles))
    if _POINTING.fullmatch(target):
        return Choice(articles=tuple(articles), is_pointing=True)
    left, chosen, by = target, list(articles), []
    for narrow in (_by_title, _by_date, _by_outlet, _by_author, _by_kind):
        left, chosen, said = narrow(left, chosen, today)
        by += [said] if said else []
    rest = {word.stem: word.key for word in words(left) if word.carries_meaning}
    rest = {stem: key for stem, key in rest.items() if key not in _NOUNS | _PLAIN}
    if rest:
        chosen = _with_title_words(set(rest), chosen, target)
        by.append("title")
    if not _is_said(target, by) or (rest and not chosen):
        return None
    return Choice(articles=tuple(chosen), by=tuple(by))


def _is_said(target: str, by: Sequence[str]) -> bool:
    """Tell whether the target names articles at all: by a property, or with a word for them."""
    return bool(by) or any(word.key in _NOUNS for word in words(target))


Narrowed = tuple[str, list[Article], str]


def _by_title(target: str, articles: list[Article], today: date) -> Narrowed:
    del today
    said = _folded(target)
    for article in articles:
        title = _folded(article.title)
        if title and title in said:
            return " ".join(said.replace(title, " ").split()), [article], "title"
    return target, articles, ""


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _by_date(target: str, articles: list[Article], today: date) -> Narrowed:
    asked = f"Articles {target}"
    scope = time_range(asked, today=today, articles=articles)
    if not scope.filters:
        return target, articles, ""
    since = first_day(scope.filters.since or "0001")
    until = last_day(scope.filters.until or "9999")
    left = scope.timeless.partition(" ")[2]
    return left, [a for a in articles if _inside(a.published, since, until)], "date"


def _inside(published: str | None, since: int, until: int) -> bool:
    return published is not None and last_day(published) >= since and first_day(published) <= until


def _by_outlet(target: str, articles: list[Article], today: date) -> Narrowed:
    del today
    outlets = outlets_named(target, articles)
    if not outlets:
        return target, articles, ""
    known = {word.key for outlet in outlets for word in words(outlet)}
    left = " ".join(word.text for word in words(target) if word.key not in known)
    return left, [a for a in articles if a.outlet in outlets], "outlet"


def _by_author(target: str, articles: list[Article], today: date) -> Narrowed:
    del today
    said = {word.key for word in words(target)}
    chosen = [a for a in articles if a.author and words(a.author)[-1].key in said]
    if not chosen:
        return target, articles, ""
    known = {word.key for a in chosen for word in words(a.author or "")}
    left = " ".join(word.text for word in words(target) if word.key not in known)
    return left, chosen, "author"


def _by_kind(target: str, articles: list[Article], today: date) -> Narrowed:
    del today
    said = re.findall(r"[\w-]+", target.lower())
    kinds = {_KINDS[word] for word in said if word in _KINDS}
    if not kinds:
        return target, articles, ""
    left = " ".join(word for word in said if word not in _KINDS)
    return left, [a for a in articles if a.kind in kinds], "kind"


def _with_title_words(stems: set[str], articles: Sequence[Article], target: str) -> list[Article]:
    said = any(word.key in _NOUNS for word in words(target))
    if not said and len(stems) < _TITLE_WORDS:
        return []
    return [a for a in articles if stems <= {word.stem for word in words(a.title)}]
