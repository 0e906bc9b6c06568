"""Words that a page holds and its reader does not see, and signs that only its style shows.

Read on, they would stand inside sentences, and a quote would not be what the page says.
"""

import re
from typing import TYPE_CHECKING

from retrieval.articles.cleaning.page_lines import fold, raised

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_STRUCK = frozenset(("del", "s", "strike"))
_READINGS = frozenset(("rt", "rp"))  # how a Japanese word is read, set above it
_INLINE = ("span", "a", "em", "i", "b", "strong", "small", "abbr", "font", "svg")
_FOR_EARS = frozenset(
    "sr-only visually-hidden visuallyhidden screen-reader-text screenreader-text screen-reader-only"
    " screenreader-only sr-text a11y-hidden u-visually-hidden show-for-sr".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_BLOCKS = ("p", "div", "section", "article", "ul", "ol", "table", "h1", "h2", "h3", "h4", "body")
_NOTE_SIGN = re.compile(r"\[?(?:\d{1,3}|[a-z]|[*†‡§]{1,3})\]?")
_OPENING_MARKS = "“\"‘'«„‹「"


def show_as_seen(tree: "HtmlElement") -> list[str]:
    """Leave in the tree what its reader sees; give the words that were struck through."""
    struck: list[str] = []
    for one in list(tree.iter("*")):
        is_struck = one.tag in _STRUCK and next(one.iterdescendants(*_BLOCKS), None) is None
        if is_struck:
            struck.append(fold(str(one.text_content())))
        if one.getparent() is not None and (is_struck or _is_unseen(one) or _is_note_sign(one)):
            one.drop_tree()
    for one in list(tree.iter("ruby")):
        one.drop_tag()
    for one in tree.iter("q"):
        _set_quotation_marks(one)
    for one in tree.iter("sup"):
        if not len(one) and (one.text or "").strip().isdecimal():
            one.text = raised(one.text or "")
    return struck


def _is_unseen(element: "HtmlElement") -> bool:
    """Tell whether words are for ears or hidden; hidden blocks may be shown by a program."""
    if element.tag in _READINGS:
        return True
    names = {name.lower() for name in str(element.get("class", "")).split()}
    if names & _FOR_EARS:
        return next(element.iter("h1", "p"), None) is None
    is_hidden = "hidden" in element.attrib or _HIDDEN.search(str(element.get("style") or ""))
    return bool(is_hidden) and element.tag in _INLINE


def _is_note_sign(element: "HtmlElement") -> bool:
    """Tell whether a number or star leads to a note; read on, it would be part of a figure."""
    if element.tag not in ("sup", "a"):
        return False
    text = fold(str(element.text_content()))
    leads = any("#" in str(link.get("href") or "") for link in element.iter("a"))
    is_set_off = element.tag == "sup" or text.startswith("[")
    return leads and is_set_off and _NOTE_SIGN.fullmatch(text) is not None


def _set_quotation_marks(element: "HtmlElement") -> None:
    """Write the marks that browsers show around a quotation."""
    text = fold(str(element.text_content()))
    if not text or text[0] in _OPENING_MARKS:
        return
    element.text = f"“{element.text or ''}"
    children = list(element)
    if children:
        children[-1].tail = f"{children[-1].tail or ''}”"
    else:
        element.text += "”"
    element.tag = "span"
