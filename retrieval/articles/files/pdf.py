"""PDF files as paragraphs, rebuilt from where their rows stand."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from retrieval.articles.cleaning.page_lines import ends_sentence, word_count
from retrieval.articles.cleaning.wrapping import join_rows
from retrieval.articles.files.pdf_rows import Box, PrintedRow, laid_out
from retrieval.articles.metadata import PROGRAM_TITLE
from retrieval.articles.raw import PageText
from retrieval.errors import ArticleError

_EDGE_ROWS = 2
_MIN_REPEATS = 3
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page )?[-–—|• ]*\d{1,4}[-–—|• ]*(?:(?:of|/) ?\d{1,4})?", re.IGNORECASE
)
_PAGE_OF = re.compile(r"\bpage \d{1,4}(?: ?(?:of|/) ?\d{1,4})?\W*$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’\u2010-][^\W_]+)*")
# Shares of the size of the letters, as print is set.
_HEADING_SIZE = 1.15
_SAME_SIZE = 0.05
_INDENT = 0.8
_LOOSE = 0.4
_ROOM = 1.3  # for the next word, whose letters may be wide
_MAX_TITLE_WORDS = 30
_MAX_NAMELESS_SHARE = 0.02
_NAMELESS = re.compile(r"\(cid:\d+\)")  # a letter of a font that does not say which it is


def read_pdf(data: bytes) -> PageText:
    """Give a PDF's paragraphs column by column, without running heads, and its title if it has one.

    The title is what is set largest on the first page, else what the file says where no program
    wrote it. Its date is the file's, not the article's, and is not used.

    Raises:
        ArticleError: The file is broken, locked with a password, or has no text.
    """
    pages, told = laid_out(data)
    kept, dropped = _without_running_heads(pages)
    boxes = [box for page in kept for box in page]
    if not boxes:
        raise ArticleError("PDF without a text layer, so a scan: run it through OCR first")
    size = median(row.size for box in boxes for row in box for _ in row.text)
    paragraphs = _paragraphs(boxes, size)
    words = set(_WORD.findall(" ".join(row for rows in paragraphs for row in rows)))
    text = "\n\n".join(join_rows(rows, words) for rows in paragraphs)
    if len(_NAMELESS.findall(text)) > _MAX_NAMELESS_SHARE * len(text):
        raise ArticleError("PDF whose fonts do not name their letters: run it through OCR first")
    largest = _set_largest(next(filter(None, kept)), size)
    title = largest or (None if PROGRAM_TITLE.search(told) else told)
    return PageText(
        text=text,
        values={"title": title},
        known_from={"title": "largest line" if largest else "document properties"},
        boilerplate=dropped,
        is_extracted=False,
    )


def _paragraphs(boxes: Sequence[Box], size: float) -> list[list[str]]:
    """Give the paragraphs as their rows, whole over boxes; `size` is that of most letters."""
    paragraphs: list[list[str]] = []
    before: Box = []
    rights: dict[int, float] = {}
    for row in (row for box in boxes for row in box):
        rights[round(row.left)] = max(row.right, rights.get(round(row.left), 0))
    broken: list[str] = []
    for box in boxes:
        goes_on = _same_paragraph(box)
        resumes = bool(before) and _resumes(before[-1], box[0], rights[round(before[-1].left)])
        for i, row in enumerate(box):
            if i and goes_on[i - 1]:
                paragraphs[-1].append(row.text)
            elif i == 0 and resumes:
                broken.append(row.text)
                paragraphs = [*(one for one in paragraphs if one is not broken), broken]
            else:
                paragraphs.append([row.text])
        if not _is_note(box, size):  # a paragraph goes on after the notes
            before, broken = box, paragraphs[-1]
    return paragraphs


def _is_note(box: Box, size: float) -> bool:
    return max(row.size for row in box) < (1 - 2 * _SAME_SIZE) * size


def _same_paragraph(box: Box) -> list[bool]:
    """Tell for each row but the last whether the next one is of the same paragraph."""
    left, right = min(row.left for row in box), max(row.right for row in box)
    gaps = [row.bottom - following.top for row, following in pairwise(box)]
    usual = median(gaps) if gaps else 0

    def goes_on(row: PrintedRow, following: PrintedRow, gap: float) -> bool:
        indent = _INDENT * row.size
        is_new = following.left - left > indent >= row.left - left
        had_room = not _is_full(row, following, right)
        return (
            abs(row.size - following.size) <= _SAME_SIZE * row.size
            and gap - usual <= _LOOSE * row.size
            and not (ends_sentence(row.text) and (is_new or had_room))
        )

    return [
        goes_on(row, following, gap)
        for (row, following), gap in zip(pairwise(box), gaps, strict=True)
    ]


def _resumes(row: PrintedRow, following: PrintedRow, right: float) -> bool:
    """Tell whether a paragraph is broken by the end of its column, which ends at `right`."""
    same_size = abs(row.size - following.size) <= _SAME_SIZE * row.size
    is_open = not ends_sentence(row.text) and not row.text.endswith((":", ";"))
    goes_on = following.text[0].islower() or _is_full(row, following, right)
    return same_size and is_open and goes_on


def _is_full(row: PrintedRow, following: PrintedRow, right: float) -> bool:
    """Tell whether the next row's first word had no room left in a row."""
    letter = (row.right - row.left) / len(row.text)
    return right - row.right <= _ROOM * letter * (len(following.text.split()[0]) + 1)


def _set_largest(boxes: Sequence[Box], size: float) -> str | None:
    """Give what is set largest on a page, if larger than its text and short enough for a title."""
    rows = [row for box in boxes for row in box if word_count(row.text) > 1]
    largest = max((row.size for row in rows), default=0)
    heading = [row for row in rows if row.size >= (1 - _SAME_SIZE) * largest]
    text = join_rows([row.text for row in heading], set())
    is_title = largest >= _HEADING_SIZE * size and word_count(text) <= _MAX_TITLE_WORDS
    return text if is_title and text else None


def _without_running_heads(pages: Sequence[Sequence[Box]]) -> tuple[list[list[Box]], int]:
    """Drop what stands at the edge of page after page, and page numbers."""
    edges = [_edge_rows(page) for page in pages]
    times = Counter(key for rows in edges for key in {_key(row) for row in rows})
    heads = [
        {
            row
            for row in rows
            if _PAGE_NUMBER.fullmatch(row.text)
            or (_PAGE_OF.search(row.text) and not ends_sentence(row.text))
            or times[_key(row)] >= min(_MIN_REPEATS, max(len(pages), 2))
        }
        for rows in edges
    ]
    kept = [
        [left for box in page if (left := [row for row in box if row not in heads[i]])]
        for i, page in enumerate(pages)
    ]
    return kept, sum(map(len, heads))


def _edge_rows(page: Sequence[Box]) -> set[PrintedRow]:
    rows = sorted((row for box in page for row in box), key=lambda row: row.top)
    return {*rows[:_EDGE_ROWS], *rows[-_EDGE_ROWS:]}


def _key(row: PrintedRow) -> str:
    return _DIGITS.sub("0", row.text.casefold())
