"""PDF files as text: the only importer of pypdf."""

import re
from collections import Counter
from collections.abc import Sequence
from io import BytesIO

from retrieval.articles.cleaning.page_lines import fold
from retrieval.articles.html import PageText
from retrieval.errors import ArticleError

_EDGE_LINES = 2
_MIN_REPEATS = 3
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"(?:page )?[-–— ]*\d{1,4}[-–— ]*(?:(?:of|/) ?\d{1,4})?", re.IGNORECASE)
_PROGRAM_TITLE = re.compile(r"(?i)untitled|microsoft word|\.(?:docx?|pdf|indd|qxd|odt|tex|html?)$")


def read_pdf(data: bytes) -> PageText:
    """Give a PDF's text without running heads and page numbers, and its title if it has one.

    Its date is the file's, not the article's, and is not used.

    Raises:
        ArticleError: The file is broken, locked with a password, or has no text.
    """
    from pypdf import PdfReader

    try:
        reader = PdfReader(BytesIO(data))
        pages = [page.extract_text().splitlines() for page in reader.pages]
        title = reader.metadata.title if reader.metadata else None
    except Exception as error:  # a broken file fails anywhere in the library, in any way
        raise ArticleError(f"PDF that cannot be read: {fold(str(error))}") from error
    rows = [[fold(row) for row in page] for page in pages]
    kept, dropped = _without_running_heads([[row for row in page if row] for page in rows])
    if not kept:
        raise ArticleError("PDF without text; it may be a scan: run it through OCR first")
    usable = title if title and not _PROGRAM_TITLE.search(title) else None
    return PageText(text="\n".join(kept), values={"title": usable}, boilerplate=dropped)


def _without_running_heads(pages: Sequence[Sequence[str]]) -> tuple[list[str], int]:
    """Drop what stands at the edge of page after page, and page numbers."""
    edges = Counter(key for page in pages for key in {_key(page[i]) for i in _edge_places(page)})
    kept: list[str] = []
    for page in pages:
        places = _edge_places(page)
        kept += [
            row
            for i, row in enumerate(page)
            if i not in places
            or not (_PAGE_NUMBER.fullmatch(row) or edges[_key(row)] >= _MIN_REPEATS)
        ]
    return kept, sum(map(len, pages)) - len(kept)


def _edge_places(page: Sequence[str]) -> set[int]:
    return {i for i in range(len(page)) if i < _EDGE_LINES or i >= len(page) - _EDGE_LINES}


def _key(row: str) -> str:
    return _DIGITS.sub("0", row.casefold())
