"""Web pages as text: the only importer of trafilatura."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from retrieval.articles.cleaning.page_lines import fold, letters
from retrieval.articles.files.page_metadata import page_metadata
from retrieval.articles.raw import PageText
from retrieval.errors import ArticleError

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = (
    *("p", "li", "td", "th", "dt", "dd", "pre", "blockquote", "figcaption", "caption", "button"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "div", "section", "article", "aside", "nav", "footer"),
    *("header", "main", "form", "label", "summary", "address", "ul", "ol", "table", "figure"),
)
# How the common publishing systems and comment services mark what readers write.
_COMMENT_NAMES = frozenset(
    "comments comment commentlist comment-list comments-list comments-area comment-area "
    "comments-section comment-section comment-body comment-thread comment-respond respond "
    "reader-comments user-comments disqus_thread fb-comments replies reply-list forum-post "
    "forum-posts forum-comments discussion-thread livefyre-comments coral_thread".split()
)
# And what is paid for: a label such as 'Advertisement' goes by itself, the words under it do not.
_AD_NAMES = frozenset(
    "ad ads advert advertisement advertising ad-container ad-slot ad-unit ad-wrapper adsbygoogle "
    "sponsored-links sponsor-box outbrain taboola".split()
)
# The parser stops at an attribute or a script of 10 MB; pages so large have their pictures inside.
_LARGE_CHARS = 1_000_000
_INLINED = re.compile(
    r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=]*"
    r"|<(script|style)\b(?![^>]*ld\+json)[^>]*>.*?</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
_COMMENT_TYPES = ("schema.org/Comment", "schema.org/UserComments")
_MIN_ARTICLE_PARAGRAPHS = 3
_NEVER_LEFT_OUT = frozenset(("html", "body", "main"))


def read_page(page: str) -> PageText:
    """Give a web page's article and metadata; dates only where the page states them.

    What readers have written is taken out first, as the page's marks show it.

    Raises:
        ArticleError: No article stands in the page.
    """
    from trafilatura import bare_extraction, load_html

    tree = load_html(page if len(page) < _LARGE_CHARS else _INLINED.sub("", page))
    if tree is None:
        raise ArticleError("no article text found in the page")
    _without_layout_tables(tree)
    comments = _without(tree, _holds_comments)
    advertisements = _without(tree, _is_advertisement)
    shown = _paragraphs(tree)
    known = page_metadata(tree)
    found = bare_extraction(
        tree,
        with_metadata=True,
        include_comments=False,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None or isinstance(found, dict) or not found.text:
        raise ArticleError("no article text found in the page")
    kept = [row for line in found.text.splitlines() if (row := _table_row(line))]
    read = {letters(part) for line in kept for part in (line, *line.split(" | "))}
    left_out = tuple(text for text in shown if letters(text) not in read)
    told = known.values(found, page)
    return PageText(
        # Empty lines between them: each line is a paragraph, none is wrapped.
        text="\n\n".join(kept),
        values={name: value for name, (value, _) in told.items()},
        known_from={name: how for name, (_, how) in told.items()},
        boilerplate=len(left_out) + len(advertisements),
        comments=len(comments),
        left_out=(*left_out, *advertisements, *comments),
    )


def _table_row(line: str) -> str:
    """Give a row of a table as its cells; the rule under a table's head is none."""
    if not line.startswith("|"):
        return line
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return " | ".join(cell for cell in cells if cell.strip("-: "))


def _without_layout_tables(tree: "HtmlElement") -> None:
    """Make plain blocks of tables that only set the page: a cell holds its heading or prose."""
    for table in list(tree.iter("table")):
        parts = [
            part
            for part in table.iter("thead", "tbody", "tr", "td", "th")
            if next(part.iterancestors("table")) is table
        ]
        if any(_holds_article(part) for part in parts if part.tag == "td"):
            for part in (table, *parts):
                part.tag = "div"


def _holds_article(cell: "HtmlElement") -> bool:
    paragraphs = [child for child in cell.iter("p", "h1") if child.text_content().strip()]
    is_headed = any(child.tag == "h1" for child in paragraphs)
    return is_headed or len(paragraphs) >= _MIN_ARTICLE_PARAGRAPHS


def _without(tree: "HtmlElement", is_unwanted: Callable[["HtmlElement"], bool]) -> list[str]:
    """Take unwanted elements out of the tree, and give their paragraphs."""
    taken: list[str] = []
    for element in list(tree.iter("*")):
        is_inside = element.getparent() is not None and tree in element.iterancestors()
        if is_inside and is_unwanted(element):
            taken += _paragraphs(element) or [fold(str(element.text_content()))]
            element.drop_tree()
    return [text for text in taken if text]


def _is_advertisement(element: "HtmlElement") -> bool:
    marked = not _AD_NAMES.isdisjoint(_names(element))
    return marked and element.tag not in _NEVER_LEFT_OUT and next(element.iter("h1"), None) is None


def _names(element: "HtmlElement") -> set[str]:
    names = (*str(element.get("class", "")).split(), str(element.get("id", "")))
    return {name.lower() for name in names}


def _holds_comments(element: "HtmlElement") -> bool:
    marked = (
        not _COMMENT_NAMES.isdisjoint(_names(element))
        or element.get("itemprop") == "comment"
        or any(kind in str(element.get("itemtype", "")) for kind in _COMMENT_TYPES)
    )
    return marked and element.tag not in _NEVER_LEFT_OUT and next(element.iter("h1"), None) is None


def _paragraphs(tree: "HtmlElement") -> list[str]:
    """Give the text of each block that holds no other block and no program."""
    inside = (*_BLOCKS, "script", "style", "noscript", "template")
    leaves = (e for e in tree.iter(*_BLOCKS) if next(e.iterdescendants(*inside), None) is None)
    texts = (fold(str(leaf.text_content())) for leaf in leaves)
    return [text for text in texts if any(map(str.isalnum, text))]
