"""The line or two between a page's heading and its article that say what it is about.

Many sites set them in the page's head, where an extractor does not look for the article.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from retrieval.articles.cleaning.bylines import byline_of
from retrieval.articles.cleaning.page_lines import (
    ends_sentence,
    fold,
    is_prose,
    letters,
    word_count,
)

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_TAGS = ("p", "h2", "h3", "h4", "h5", "div", "span", "li")
_NO_PLACE = frozenset(
    "nav aside footer form figure figcaption table button label blockquote ol".split()
)
# What publishing systems call it, in the languages that name it themselves.
_NAMES = frozenset(
    "standfirst dek deck subhead subheading subheadline subtitle subline lede ingress chapeau"
    " vorspann unterzeile entradilla bajada sottotitolo sommario manchet".split()
)
_LOOSE_NAMES = frozenset("lead intro introduction summary excerpt abstract description".split())
_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_MIN_WORDS, _MAX_WORDS = 4, 80
_REACH_BLOCKS = 60
_MOST = 2


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the page below its heading."""

    text: str
    is_standfirst: bool


def below_heading(tree: "HtmlElement") -> list[Block]:
    """Give the blocks that follow the page's first heading, before an extractor changes them."""
    told = {letters(text) for text in _descriptions(tree)}
    return list(islice(_blocks(tree, told), _REACH_BLOCKS))


def standfirst(below: Sequence[Block], read: Collection[str]) -> list[str]:
    """Give what says of the article what it is about, and stands above it and not in it.

    Args:
        below: The blocks below the heading.
        read: The letters of each paragraph that an extractor has found.
    """
    found: list[str] = []
    for block in below:
        key = letters(block.text)
        if key in read and is_prose(block.text):
            return [text for text in found if not any(letters(text) in other for other in read)]
        if block.is_standfirst and len(found) < _MOST and block.text not in found:
            found.append(block.text)
    return []


def _descriptions(tree: "HtmlElement") -> Iterator[str]:
    for one in tree.iter("meta"):
        name = str(one.get("property") or one.get("name") or "").lower()
        if name.rpartition(":")[2] == "description":
            yield str(one.get("content") or "")


def _blocks(tree: "HtmlElement", told: Collection[str]) -> Iterator[Block]:
    heading = next(tree.iter("h1"), None)
    if heading is None:
        return
    within = set(heading.iterdescendants())
    is_below = False
    for one in tree.iter("*"):
        is_below = is_below or one is heading
        if not is_below or one is heading or one in within or one.tag not in _TAGS:
            continue
        if next(one.iterdescendants(*_TAGS), None) is None:
            text = fold(str(one.text_content()))
            if text:
                yield Block(text, _is_standfirst(one, text, told))


def _is_standfirst(element: "HtmlElement", text: str, told: Collection[str]) -> bool:
    around = [element, *element.iterancestors()]
    if any(one.tag in _NO_PLACE for one in around) or not _may_say(text):
        return False
    linked = fold("".join(str(one.text_content()) for one in element.iter("a")))
    if linked == text or element.getparent() in element.iterancestors("a"):
        return False
    names = _names(element) | (_names(around[1]) if len(around) > 1 else set())
    return (
        letters(text) in told
        or bool(names & _NAMES)
        or (bool(names & _LOOSE_NAMES) and ends_sentence(text))
    )


def _may_say(text: str) -> bool:
    return _MIN_WORDS <= word_count(text) <= _MAX_WORDS and byline_of(text) is None


def _names(element: "HtmlElement") -> set[str]:
    told = f"{element.get('class', '')} {element.get('id', '')} {element.get('data-testid', '')}"
    return {part.lower() for part in _NAME.findall(told.replace("sub-", "sub"))}
