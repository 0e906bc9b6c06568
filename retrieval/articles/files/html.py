"""Web pages as text: the only importer of trafilatura."""

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
_COMMENT_TYPES = ("schema.org/Comment", "schema.org/UserComments")
_NEVER_COMMENTS = frozenset(("html", "body", "main"))


def read_page(page: str) -> PageText:
    """Give a web page's article and metadata; dates only where the page states them.

    What readers have written is taken out first, as the page's marks show it.

    Raises:
        ArticleError: No article stands in the page.
    """
    from trafilatura import bare_extraction, load_html

    tree = load_html(page)
    if tree is None:
        raise ArticleError("no article text found in the page")
    comments = _without_comments(tree)
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
        boilerplate=len(left_out),
        comments=len(comments),
        left_out=(*left_out, *comments),
    )


def _table_row(line: str) -> str:
    """Give a row of a table as its cells; the rule under a table's head is none."""
    if not line.startswith("|"):
        return line
    cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
    return " | ".join(cell for cell in cells if cell.strip("-: "))


def _without_comments(tree: "HtmlElement") -> list[str]:
    """Take out of the tree what readers have written, and give its paragraphs."""
    taken: list[str] = []
    for element in list(tree.iter("*")):
        is_inside = element.getparent() is not None and tree in element.iterancestors()
        if is_inside and _holds_comments(element):
            taken += _paragraphs(element) or [fold(str(element.text_content()))]
            element.drop_tree()
    return [text for text in taken if text]


def _holds_comments(element: "HtmlElement") -> bool:
    names = {*str(element.get("class", "")).split(), str(element.get("id", ""))}
    marked = (
        not _COMMENT_NAMES.isdisjoint(name.lower() for name in names)
        or element.get("itemprop") == "comment"
        or any(kind in str(element.get("itemtype", "")) for kind in _COMMENT_TYPES)
    )
    return marked and element.tag not in _NEVER_COMMENTS and next(element.iter("h1"), None) is None


def _paragraphs(tree: "HtmlElement") -> list[str]:
    """Give the text of each block that holds no other block and no program."""
    inside = (*_BLOCKS, "script", "style", "noscript", "template")
    leaves = (e for e in tree.iter(*_BLOCKS) if next(e.iterdescendants(*inside), None) is None)
    texts = (fold(str(leaf.text_content())) for leaf in leaves)
    return [text for text in texts if any(map(str.isalnum, text))]
