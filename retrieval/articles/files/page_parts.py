"""What a page's own marks say: what is not shown, what readers wrote, what is paid for, layout.

Words that a page holds and its reader does not see would stand inside sentences, read on, and a
quote would not be what the page says.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from retrieval.articles.cleaning.furniture import consent_lines
from retrieval.articles.cleaning.page_lines import fold, is_prose, raised, word_count
from retrieval.text.words import listed_words

if TYPE_CHECKING:
    from lxml.html import HtmlElement


_STRUCK = frozenset(("del", "s", "strike"))
_READINGS = frozenset(("rt", "rp"))  # how a Japanese word is read, set above it
_INLINE = ("span", "a", "em", "i", "b", "strong", "small", "abbr", "font", "svg")
_FOR_EARS = frozenset(listed_words("pages/marks", "for ears"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_HOLDERS = "p div section article ul ol table h1 h2 h3 h4 body".split()
_NOTE_SIGN = re.compile(r"\[?(?:\d{1,3}|[a-z]|[*†‡§]{1,3})\]?")
_OPENING_MARKS = "“\"‘'«„‹「"


def show_as_seen(tree: "HtmlElement") -> list[str]:
    """Leave in the tree what its reader sees; give the words that were struck through."""
    struck: list[str] = []
    for one in list(tree.iter("*")):
        is_struck = one.tag in _STRUCK and next(one.iterdescendants(*_HOLDERS), None) is None
        if is_struck:
            struck.append(text_of(one))
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
    text = text_of(element)
    leads = any("#" in str(link.get("href") or "") for link in element.iter("a"))
    is_set_off = element.tag == "sup" or text.startswith("[")
    return leads and is_set_off and _NOTE_SIGN.fullmatch(text) is not None


def _set_quotation_marks(element: "HtmlElement") -> None:
    """Write the marks that browsers show around a quotation."""
    text = text_of(element)
    if not text or text[0] in _OPENING_MARKS:
        return
    element.text = f"“{element.text or ''}"
    children = list(element)
    if children:
        children[-1].tail = f"{children[-1].tail or ''}”"
    else:
        element.text += "”"
    element.tag = "span"


_BLOCKS = (
    *("p", "li", "td", "th", "dt", "dd", "pre", "blockquote", "figcaption", "caption", "button"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "div", "section", "article", "aside", "nav", "footer"),
    *("header", "main", "form", "label", "summary", "address", "ul", "ol", "table", "figure"),
)
_COMMENT_NAMES = frozenset(listed_words("pages/marks", "comments"))
_AD_NAMES = frozenset(listed_words("pages/marks", "paid for"))
_COMMENT_TYPES = ("schema.org/Comment", "schema.org/UserComments")
_POST_NAMES = frozenset(listed_words("pages/marks", "posts"))
_WRITER_NAMES = frozenset(listed_words("pages/marks", "writer of a post"))
_BODY_NAMES = frozenset(listed_words("pages/marks", "article"))
_MIN_ARTICLE_PARAGRAPHS = 3
_MIN_ARTICLE_BREAKS = 6
_MIN_CELL_WORDS = 100
_MIN_ENTRIES = 3
_MAX_LINK_WORDS = 16
_CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}\b")
_NEVER_LEFT_OUT = frozenset(("html", "body", "main"))


def take_apart(tree: "HtmlElement") -> tuple[list[str], list[str]]:
    """Take out of a page what is no article by its marks, and set the rest as an article is set.

    Gives the paragraphs that were taken out: of boxes, and of what readers wrote.
    """
    _without_layout_tables(tree)
    struck = show_as_seen(tree)
    answers = _answers(tree)
    comments = _without(tree, lambda one: one in answers or _holds_comments(one))
    boxes = _without(tree, lambda one: _is_advertisement(one) or _is_writer(one, answers))
    _set_entries(tree)
    return struck + boxes + _without(tree, _is_shout), comments


def text_of(element: "HtmlElement") -> str:
    """Give the words in an element, on one line."""
    return fold(str(element.text_content()))


def paragraphs(tree: "HtmlElement") -> list[str]:
    """Give the text of each block that holds no other block and no program."""
    inside = (*_BLOCKS, "script", "style", "noscript", "template")
    leaves = (e for e in tree.iter(*_BLOCKS) if next(e.iterdescendants(*inside), None) is None)
    texts = (text_of(leaf) for leaf in leaves)
    return [text for text in texts if any(map(str.isalnum, text))]


def _answers(tree: "HtmlElement") -> set["HtmlElement"]:
    """Give all posts of a forum's thread but the first."""
    posts = [one for one in tree.iter("*") if not _POST_NAMES.isdisjoint(_names(one))]
    outer = [one for one in posts if not any(above in posts for above in one.iterancestors())]
    return set(outer[1:])


def _is_writer(element: "HtmlElement", answers: set["HtmlElement"]) -> bool:
    """Tell whether a post's writer is shown, on the page of a thread."""
    return bool(answers) and not _WRITER_NAMES.isdisjoint(_names(element))


def _is_shout(element: "HtmlElement") -> bool:
    """Tell whether a paragraph is a single link in capitals, which leads to another article."""
    text = text_of(element)
    links = list(element.iter("a")) if element.tag == "p" and text.isupper() else []
    is_link = len(links) == 1 and text_of(links[0]) == text
    return is_link and word_count(text) <= _MAX_LINK_WORDS


def _set_entries(tree: "HtmlElement") -> None:
    """Let the entries of a live blog be plain blocks, each with its time and its heading."""
    entries: defaultdict[object, dict[HtmlElement, None]] = defaultdict(dict)
    for time in tree.iter("time"):
        entry = _entry_of(time)
        if entry is not None and _CLOCK.search(time.text_content()) and _is_told(entry):
            entries[entry.getparent(), entry.tag][entry] = None
    for entry in (one for found in entries.values() if len(found) >= _MIN_ENTRIES for one in found):
        for part in (entry, *entry.iterdescendants("header", "time", "div", "section")):
            inside_line = part.tag == "time" and next(part.iterancestors("p"), None) is not None
            part.tag = "span" if inside_line else "p" if part.tag == "time" else "div"
            for mark in ("class", "id", "itemprop"):  # one entry would be taken for the article
                part.attrib.pop(mark, None)


def _entry_of(time: "HtmlElement") -> "HtmlElement | None":
    """Give the block that holds a time and a paragraph beside it, if any."""
    around = set(time.iterancestors("p"))
    blocks = time.iterancestors()
    return next((e for e in blocks if any(p not in around for p in e.iter("p"))), None)


def _is_told(entry: "HtmlElement") -> bool:
    """Tell whether an entry is no teaser, whose heading is a link, and no reader's."""
    around = (entry, *entry.iterancestors(), *entry.iterdescendants())
    marks = " ".join(f"{one.get('class', '')} {one.get('id', '')}" for one in around).lower()
    links = (link for heading in entry.iter("h2", "h3", "h4") for link in heading.iter("a"))
    is_within = next(links, None) or any(one.tag == "a" for one in entry.iterancestors())
    return not is_within and "comment" not in marks and "repl" not in marks


def most_prose(tree: "HtmlElement") -> list["HtmlElement"]:
    """Give the paragraphs of the block that holds most prose; none where it asks for consent."""
    blocks: defaultdict[HtmlElement, list[HtmlElement]] = defaultdict(list)
    for one in tree.iter("p"):
        if is_prose(text_of(one)):
            blocks[one.getparent()].append(one)
    words = {block: len(str(block.text_content())) for block in blocks}
    most = blocks[max(words, key=lambda block: words[block])] if words else []
    return [] if consent_lines([text_of(one) for one in most]) else most


def without_names(tree: "HtmlElement") -> None:
    """Take the names off the block with most prose: some sites' mislead an extractor."""
    for one in (part for paragraph in most_prose(tree)[:1] for part in paragraph.iterancestors()):
        for mark in ("class", "id"):
            one.attrib.pop(mark, None)


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
    found = [child for child in cell.iter("p", "h1") if child.text_content().strip()]
    is_headed = any(child.tag == "h1" for child in found)
    breaks = sum(1 for _ in cell.iter("br"))
    is_broken = breaks >= _MIN_ARTICLE_BREAKS and word_count(text_of(cell)) >= _MIN_CELL_WORDS
    return is_headed or is_broken or len(found) >= _MIN_ARTICLE_PARAGRAPHS


def _without(tree: "HtmlElement", is_unwanted: Callable[["HtmlElement"], bool]) -> list[str]:
    """Take unwanted elements out of the tree, and give their paragraphs."""
    taken: list[str] = []
    for element in list(tree.iter("*")):
        is_inside = element.getparent() is not None and tree in element.iterancestors()
        if is_inside and is_unwanted(element):
            taken += paragraphs(element) or [text_of(element)]
            element.drop_tree()
    return [text for text in taken if text]


def _is_advertisement(element: "HtmlElement") -> bool:
    marked = not _AD_NAMES.isdisjoint(_names(element))
    return marked and not _holds_own_article(element)


def _holds_own_article(element: "HtmlElement") -> bool:
    """Tell whether an element is or holds the article, whatever else its marks say."""
    return element.tag in _NEVER_LEFT_OUT or any(
        one.tag == "h1" or one.get("itemprop") == "articleBody" or _is_body(one)
        for one in element.iter("*")
    )


def _is_body(element: "HtmlElement") -> bool:
    return not _BODY_NAMES.isdisjoint(_names(element))


def _names(element: "HtmlElement") -> set[str]:
    names = (*str(element.get("class", "")).split(), str(element.get("id", "")))
    return {name.lower() for name in names}


def _holds_comments(element: "HtmlElement") -> bool:
    marked = (
        not _COMMENT_NAMES.isdisjoint(_names(element))
        or element.get("itemprop") == "comment"
        or any(kind in str(element.get("itemtype", "")) for kind in _COMMENT_TYPES)
    )
    return marked and not _holds_own_article(element)
