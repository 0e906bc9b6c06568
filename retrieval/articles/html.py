"""Web pages as text: the only importer of trafilatura."""

from typing import TYPE_CHECKING

from retrieval.articles.cleaning.page_lines import fold, letters
from retrieval.articles.raw import PageText
from retrieval.errors import ArticleError

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # comes with trafilatura

_BLOCKS = (
    *("p", "li", "td", "th", "dt", "dd", "pre", "blockquote", "figcaption", "caption", "button"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "div", "section", "article", "aside", "nav", "footer"),
    *("header", "main", "form", "label", "summary", "address", "ul", "ol", "table", "figure"),
)


def read_page(page: str) -> PageText:
    """Give a web page's article and metadata; dates only where the page states them.

    Raises:
        ArticleError: No article stands in the page.
    """
    from trafilatura import bare_extraction, load_html

    tree = load_html(page)
    shown = _paragraphs(tree) if tree is not None else []
    found = bare_extraction(
        page,
        with_metadata=True,
        include_comments=True,
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    if found is None or isinstance(found, dict) or not found.text:
        raise ArticleError("no article text found in the page")
    kept = found.text.splitlines()
    comments = (found.comments or "").splitlines()
    known = {letters(line) for line in (*kept, *comments)}
    return PageText(
        # Empty lines between them: each line is a paragraph, none is wrapped.
        text="\n\n".join(kept),
        values={
            "title": found.title,
            "author": found.author,
            "outlet": found.sitename,
            "published": found.date,
            "url": found.url,
        },
        boilerplate=sum(letters(text) not in known for text in shown),
        comments=len(comments),
    )


def _paragraphs(tree: "HtmlElement") -> list[str]:
    """Give the text of each block that holds no other block and no program."""
    inside = (*_BLOCKS, "script", "style", "noscript", "template")
    leaves = (e for e in tree.iter(*_BLOCKS) if next(e.iterdescendants(*inside), None) is None)
    texts = (fold(str(leaf.text_content())) for leaf in leaves)
    return [text for text in texts if any(map(str.isalnum, text))]
