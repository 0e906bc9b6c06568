"""PDF files as paragraphs, rebuilt from where their rows stand: the only importer of pdfminer."""

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

from retrieval.articles.cleaning.page_lines import ends_sentence, fold, word_count
from retrieval.articles.cleaning.wrapping import join_rows
from retrieval.articles.raw import PageText
from retrieval.errors import ArticleError

if TYPE_CHECKING:
    from pdfminer.layout import LTChar, LTPage, LTTextLine

_EDGE_ROWS = 2
_MIN_REPEATS = 3
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:page )?[-–—|• ]*\d{1,4}[-–—|• ]*(?:(?:of|/) ?\d{1,4})?", re.IGNORECASE
)
_PROGRAM_TITLE = re.compile(
    r"(?i)untitled|^microsoft \w+|^(?:slide|page|layout|document|doc|print)\W?\d*$|^\W*\d[\W\d]*$"
    r"|\.(?:docx?|pdf|indd|qxd|qxp|odt|rtf|tex|html?|exe|pptx?|xlsx?|p65|pmd|pub|txt|dvi|ps|eps)$"
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# Shares of the size of the letters, as print is set.
_HEADING_SIZE = 1.15
_SAME_SIZE = 0.05
_INDENT = 0.8
_LOOSE = 0.4
_ROOM = 1.3  # for the next word, whose letters may be wide
_MIN_GUTTER = 0.4
_MIN_COLUMN_ROWS = 4
_MAX_OVER_SHARE = 0.2
_MIN_COLUMN_LETTERS = 12
_MIN_COLUMN_WIDTH = 8
_NEAR = 1.5  # points: a start is a sum over two neighbouring whole points
_CHAR_MARGIN = 6  # in letters: wider than a gap between the words of a justified row
_MAX_TITLE_WORDS = 30
_MAX_CELL_WORDS = 4
_MAX_NAMELESS_SHARE = 0.02
_NAMELESS = re.compile(r"\(cid:\d+\)")  # a letter of a font that does not say which it is
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _PrintedRow:
    """A row of one column: its words, the size of its letters and its edges, in points."""

    text: str
    size: float
    left: float
    right: float
    top: float
    bottom: float


_Box = list[_PrintedRow]


def read_pdf(data: bytes) -> PageText:
    """Give a PDF's paragraphs column by column, without running heads, and its title if it has one.

    The title is what is set largest on the first page, else what the file says where no program
    wrote it. Its date is the file's, not the article's, and is not used.

    Raises:
        ArticleError: The file is broken, locked with a password, or has no text.
    """
    pages, told = _laid_out(data)
    kept, dropped = _without_running_heads(pages)
    boxes = [box for page in kept for box in page]
    if not boxes:
        raise ArticleError("PDF without a text layer, so a scan: run it through OCR first")
    size = median(row.size for box in boxes for row in box for _ in row.text)
    paragraphs = _paragraphs(boxes)
    words = set(_WORD.findall(" ".join(row for rows in paragraphs for row in rows)))
    text = "\n\n".join(join_rows(rows, words) for rows in paragraphs)
    if len(_NAMELESS.findall(text)) > _MAX_NAMELESS_SHARE * len(text):
        raise ArticleError("PDF whose fonts do not name their letters: run it through OCR first")
    largest = _set_largest(next(filter(None, kept)), size)
    title = largest or (None if _PROGRAM_TITLE.search(told) else told)
    return PageText(
        text=text,
        values={"title": title},
        known_from={"title": "largest line" if largest else "document properties"},
        boilerplate=dropped,
        is_extracted=False,
    )


def _laid_out(data: bytes) -> tuple[list[list[_Box]], str]:
    """Give each page's boxes of rows in reading order, and the title that the file tells."""
    from pdfminer.high_level import extract_pages
    from pdfminer.layout import LAParams
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
    from pdfminer.pdfparser import PDFParser
    from pdfminer.utils import decode_text

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        info = PDFDocument(PDFParser(BytesIO(data))).info
        told = next((one["Title"] for one in info if isinstance(one.get("Title"), bytes)), b"")
        pages = [
            _boxes(page)
            for page in extract_pages(BytesIO(data), laparams=LAParams(char_margin=_CHAR_MARGIN))
        ]
    except PDFPasswordIncorrect as error:
        raise ArticleError("PDF locked with a password; save it without one") from error
    except Exception as error:  # a broken file fails anywhere in the library, in any way
        raise ArticleError(f"PDF that cannot be read: {fold(str(error))}") from error
    return pages, fold(decode_text(told))


def _boxes(page: "LTPage") -> list[_Box]:
    """Give the page's boxes of rows; a page in columns is set anew, its rows cut at the gutters."""
    from pdfminer.layout import LTTextBox

    boxes = [
        [line for line in box if line.get_text().strip()]
        for box in page
        if isinstance(box, LTTextBox)
    ]
    starts = _column_starts([line for box in boxes for line in box])
    rows = [[row for line in box for row in _cut(line, starts)] for box in boxes]
    if len(starts) > 1:
        return _by_columns([row for box in rows for row in box], starts)
    return list(_with_tables([box for box in rows if box]))


def _with_tables(boxes: Sequence[_Box]) -> Iterator[_Box]:
    """Give short cells that stand on one line as one row, each row as its own box."""
    beside: dict[int, list[_PrintedRow]] = {}
    for row in (row for box in boxes for row in box):
        beside.setdefault(round(row.bottom), []).append(row)
    tables = {
        cells[0]: cells[1:]
        for cells in beside.values()
        if len(cells) > 1 and all(word_count(cell.text) <= _MAX_CELL_WORDS for cell in cells)
    }
    taken = {cell for rest in tables.values() for cell in rest}
    for box in boxes:
        for is_table, rows in groupby(box, key=lambda row: row in tables or row in taken):
            if not is_table:
                yield list(rows)
                continue
            for first in (row for row in rows if row in tables):
                cells = sorted((first, *tables[first]), key=lambda cell: cell.left)
                yield [replace(first, text=" | ".join(cell.text for cell in cells))]


def _column_starts(lines: Sequence["LTTextLine"]) -> list[float]:
    """Give where rows begin again and again, after a gap or at once, from left to right.

    Gaps between words of justified rows fall anywhere, and other rows have letters there; before
    a column every row beside it leaves room. The short cells of tables are no columns.
    """
    begins: dict[int, set[LTTextLine]] = {}
    for line in lines:
        for char in _after_gaps(line):
            for x in (round(char.x0), round(char.x0) + 1):
                begins.setdefault(x, set()).add(line)
    width = _MIN_COLUMN_WIDTH * median(line.height for line in lines) if lines else 0
    starts: list[float] = []
    for x in sorted(begins):
        is_far = not starts or x - starts[-1] >= width
        if is_far and len(begins[x]) >= _MIN_COLUMN_ROWS and _leaves_room(x, begins[x], lines):
            starts.append(x)
    return starts


def _leaves_room(x: float, rows: Set["LTTextLine"], lines: Sequence["LTTextLine"]) -> bool:
    """Tell whether a column of words begins there, with a gutter all along it."""
    top, bottom = max(row.y1 for row in rows), min(row.y0 for row in rows)
    beside = [line for line in lines if bottom <= line.y0 and line.y1 <= top]
    over = sum(line.x0 < x - _NEAR and line.x1 > x + _NEAR for line in beside if line not in rows)
    behind = median(sum(x - _NEAR <= char.x0 for char in _letters(row)) for row in rows)
    return over <= _MAX_OVER_SHARE * (over + len(rows)) and behind >= _MIN_COLUMN_LETTERS


def _letters(line: "LTTextLine") -> Iterator["LTChar"]:
    from pdfminer.layout import LTChar

    return (char for char in line if isinstance(char, LTChar) and char.get_text().strip())


def _after_gaps(line: "LTTextLine") -> Iterator["LTChar"]:
    """Give the line's first letter, and each that stands behind a wide gap."""
    right: float | None = None
    for char in _letters(line):
        if right is None or char.x0 - right >= _MIN_GUTTER * char.size:
            yield char
        right = char.x1


def _cut(line: "LTTextLine", starts: Sequence[float]) -> list[_PrintedRow]:
    """Give the line as one row, or as several where after a gap a column begins inside it."""
    from pdfminer.layout import LTChar

    places = {one for one in _after_gaps(line) if any(abs(one.x0 - x) <= _NEAR for x in starts)}
    parts: list[list[LTChar | str]] = [[]]
    for char in line:
        if char in places and parts[-1]:
            parts.append([])
        parts[-1].append(char if isinstance(char, LTChar) else char.get_text())
    return [row for part in parts if (row := _printed(part)) is not None]


def _printed(part: Sequence["LTChar | str"]) -> _PrintedRow | None:
    chars = [char for char in part if not isinstance(char, str) and char.get_text().strip()]
    text = fold("".join(one if isinstance(one, str) else one.get_text() for one in part))
    if not chars or not text:
        return None
    return _PrintedRow(
        text=text.translate(_LIGATURES),
        size=median(char.size for char in chars),
        left=min(char.x0 for char in chars),
        right=max(char.x1 for char in chars),
        top=max(char.y1 for char in chars),
        bottom=min(char.y0 for char in chars),
    )


def _by_columns(rows: Sequence[_PrintedRow], starts: Sequence[float]) -> list[_Box]:
    """Give the rows column by column, between rows that run over several columns."""

    def column(row: _PrintedRow) -> int:
        """Count columns from 1; 0 for a row that runs over several."""
        first, last = (
            sum(start <= x + 1 for start in starts) for x in (row.left, row.right - row.size)
        )
        return first if first == last else 0

    boxes: list[_Box] = []
    downwards = sorted(rows, key=lambda row: (-row.top, row.left))
    for _, band in groupby(downwards, key=lambda row: column(row) == 0):
        in_columns = sorted(band, key=lambda row: (column(row), -row.top))
        boxes += [list(box) for _, box in groupby(in_columns, key=column)]
    return boxes


def _paragraphs(boxes: Iterable[_Box]) -> list[list[str]]:
    """Give the paragraphs as their rows; one that goes on in the next box is whole."""
    paragraphs: list[list[str]] = []
    last: _PrintedRow | None = None
    for box in boxes:
        goes_on = _same_paragraph(box)
        for i, row in enumerate(box):
            if goes_on[i - 1] if i else (last is not None and _resumes(last, row)):
                paragraphs[-1].append(row.text)
            else:
                paragraphs.append([row.text])
        last = box[-1]
    return paragraphs


def _same_paragraph(box: _Box) -> list[bool]:
    """Tell for each row but the last whether the next one is of the same paragraph."""
    left, right = min(row.left for row in box), max(row.right for row in box)
    gaps = [row.bottom - following.top for row, following in pairwise(box)]
    usual = median(gaps) if gaps else 0

    def goes_on(row: _PrintedRow, following: _PrintedRow, gap: float) -> bool:
        indent = _INDENT * row.size
        is_new = following.left - left > indent >= row.left - left
        letter = (row.right - row.left) / len(row.text)
        had_room = right - row.right > _ROOM * letter * (len(following.text.split()[0]) + 1)
        return (
            abs(row.size - following.size) <= _SAME_SIZE * row.size
            and gap - usual <= _LOOSE * row.size
            and not (ends_sentence(row.text) and (is_new or had_room))
        )

    return [
        goes_on(row, following, gap)
        for (row, following), gap in zip(pairwise(box), gaps, strict=True)
    ]


def _resumes(row: _PrintedRow, following: _PrintedRow) -> bool:
    """Tell whether a paragraph is broken by the end of its column or page."""
    same_size = abs(row.size - following.size) <= _SAME_SIZE * row.size
    is_open = not ends_sentence(row.text) and not row.text.endswith((":", ";"))
    return same_size and is_open and following.text[0].islower()


def _set_largest(boxes: Sequence[_Box], size: float) -> str | None:
    """Give what is set largest on a page, if larger than its text and short enough for a title."""
    rows = [row for box in boxes for row in box if word_count(row.text) > 1]
    largest = max((row.size for row in rows), default=0)
    heading = [row for row in rows if row.size >= (1 - _SAME_SIZE) * largest]
    text = join_rows([row.text for row in heading], set())
    is_title = largest >= _HEADING_SIZE * size and word_count(text) <= _MAX_TITLE_WORDS
    return text if is_title and text else None


def _without_running_heads(pages: Sequence[Sequence[_Box]]) -> tuple[list[list[_Box]], int]:
    """Drop what stands at the edge of page after page, and page numbers."""
    edges = [_edge_rows(page) for page in pages]
    times = Counter(key for rows in edges for key in {_key(row) for row in rows})
    heads = [
        {
            row
            for row in rows
            if _PAGE_NUMBER.fullmatch(row.text) or times[_key(row)] >= _MIN_REPEATS
        }
        for rows in edges
    ]
    kept = [
        [left for box in page if (left := [row for row in box if row not in heads[i]])]
        for i, page in enumerate(pages)
    ]
    return kept, sum(map(len, heads))


def _edge_rows(page: Sequence[_Box]) -> set[_PrintedRow]:
    rows = sorted((row for box in page for row in box), key=lambda row: row.top)
    return {*rows[:_EDGE_ROWS], *rows[-_EDGE_ROWS:]}


def _key(row: _PrintedRow) -> str:
    return _DIGITS.sub("0", row.text.casefold())
