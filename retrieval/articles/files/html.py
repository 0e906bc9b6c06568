"""Web pages as text: the only importer of trafilatura.

The line or two below a page's heading that say what it is about are taken along: many sites set
them in the page's head, where an extractor does not look for the article.
"""

import logging
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
from retrieval.articles.files.page_metadata import page_metadata
from retrieval.articles.files.page_parts import (
    most_prose,
    paragraphs,
    take_apart,
    text_of,
    without_names,
)
from retrieval.articles.raw import PageText
from retrieval.errors import ArticleError
from retrieval.text.words import listed_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from trafilatura.settings import Document


_TAGS = ("p", "h2", "h3", "h4", "h5", "div", "span", "li")
_NO_PLACE = frozenset(
    "nav aside footer form figure figcaption table button label blockquote ol".split()
)
_NAMES = frozenset(listed_words("pages/marks", "standfirst"))
_LOOSE_NAMES = frozenset(listed_words("pages/marks", "standfirst, if a sentence"))
_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_LEAST_WORDS, _MOST_WORDS = 4, 80
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
            text = text_of(one)
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
    return _LEAST_WORDS <= word_count(text) <= _MOST_WORDS and byline_of(text) is None


def _names(element: "HtmlElement") -> set[str]:
    told = f"{element.get('class', '')} {element.get('id', '')} {element.get('data-testid', '')}"
    return {part.lower() for part in _NAME.findall(told.replace("sub-", "sub"))}


_MIN_MISSING = 3
_MIN_RUN_TOGETHER, _FEW_ROWS = 3, 5
_MIN_WORDS = 4
# The parser stops at an attribute or a script of 10 MB; pages so large have their pictures inside.
_LARGE_CHARS = 1_000_000
_INLINED = re.compile(
    r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]*"
    r"|<(script|style)\b(?![^>]*ld\+json)[^>]*>.*?</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)


def read_page(page: str) -> PageText:
    """Give a web page's article and metadata; dates only where the page states them.

    What readers have written is taken out first, as the page's marks show it.

    Raises:
        ArticleError: No article stands in the page.
    """
    from trafilatura import load_html

    # What is wrong with a page is told by us, with its name.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    page = page if len(page) < _LARGE_CHARS else _INLINED.sub("", page)
    tree = load_html(page)
    if tree is None:
        raise ArticleError("no article text found in the page")
    known = page_metadata(tree)
    boxes, comments = take_apart(tree)
    shown, below = paragraphs(tree), below_heading(tree)
    prose = [letters(one.text_content()) for one in most_prose(tree)]
    found = _extracted(tree)
    if _lacks(found, prose) and (again := load_html(page)) is not None:
        take_apart(again)
        without_names(again)
        found = _extracted(again) or found
    if found is None or not found.text:
        raise ArticleError("no article text found in the page")
    kept = [row for line in found.text.splitlines() if (row := _table_row(line))]
    if len(kept) <= _FEW_ROWS:
        kept = [part for row in kept for part in _as_set(row, shown)]
    kept[:0] = standfirst(below, {letters(line) for line in kept})
    read = {letters(part) for line in kept for part in (line, *line.split(" | "))}
    left_out = tuple(text for text in shown if letters(text) not in read)
    told = known.values(found, page)
    return PageText(
        # Empty lines between them: each line is a paragraph, none is wrapped.
        text="\n\n".join(kept),
        values={name: value for name, (value, _) in told.items()},
        known_from={name: how for name, (_, how) in told.items()},
        boilerplate=len(left_out) + len(boxes),
        comments=len(comments),
        left_out=(*left_out, *boxes, *comments),
    )


def _lacks(found: "Document | None", prose: Sequence[str]) -> bool:
    """Tell whether most of a block's paragraphs are missing in what was extracted."""
    lines = set(map(letters, (found.text or "").splitlines())) if found else set()
    open_ = [paragraph for paragraph in prose if paragraph not in lines]
    read = letters(found.text or "") if found and open_ else ""
    missing = sum(paragraph not in read for paragraph in open_)
    return missing >= _MIN_MISSING and 2 * missing > len(prose)


def _extracted(tree: "HtmlElement") -> "Document | None":
    from trafilatura import bare_extraction

    found = bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    return None if isinstance(found, dict) else found


def _as_set(line: str, shown: Sequence[str]) -> list[str]:
    """Give a line in the paragraphs of the page, where an extractor has run many into one."""
    parts = [text for text in shown if _is_set_off(text) and text in line]
    if len(parts) < _MIN_RUN_TOGETHER:
        return [line]
    rows, at = [], 0
    for part in parts:
        start = line.find(part, at)
        if start >= 0:
            rows += [*_prose(line[at:start]), part]
            at = start + len(part)
    return [*rows, *_prose(line[at:])]


def _is_set_off(text: str) -> bool:
    return word_count(text) >= _MIN_WORDS or ends_sentence(text)


def _prose(text: str) -> list[str]:
    """Give what stood between paragraphs if it is one; a counter or a button is none."""
    text = text.strip()
    return [text] if is_prose(text) else []


def _table_row(line: str) -> str:
    """Give a row of a table as its cells; the rule under a table's head is none."""
    if not line.startswith("|"):
        return line
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return " | ".join(cell for cell in cells if cell.strip("-: "))
