"""Web pages as text: the only importer of trafilatura."""

import logging
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from retrieval.articles.cleaning.page_lines import ends_sentence, is_prose, letters, word_count
from retrieval.articles.files.page_metadata import page_metadata
from retrieval.articles.files.page_parts import (
    most_prose,
    paragraphs,
    take_apart,
    without_names,
)
from retrieval.articles.files.standfirst import below_heading, standfirst
from retrieval.articles.raw import PageText
from retrieval.errors import ArticleError

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from trafilatura.settings import Document

# The parser stops at an attribute or a script of 10 MB; pages so large have their pictures inside.
_MIN_MISSING = 3
_MIN_RUN_TOGETHER, _FEW_ROWS = 3, 5
_MIN_WORDS = 4
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
    parts = take_apart(tree)
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
        boilerplate=len(left_out) + len(parts.boxes),
        comments=len(parts.comments),
        left_out=(*left_out, *parts.boxes, *parts.comments),
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
