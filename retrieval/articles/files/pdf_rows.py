"""The rows of a PDF, upright and cut at the gutters of columns: the importer of pdfminer."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import groupby, pairwise
from statistics import median, median_low
from typing import TYPE_CHECKING

from retrieval.articles.cleaning.page_lines import fold, raised, word_count
from retrieval.articles.cleaning.wrapping import SOFT_HYPHEN
from retrieval.errors import ArticleError

if TYPE_CHECKING:
    from pdfminer.layout import LTChar, LTPage, LTTextLine

# Shares of the size of the letters, as print is set.
_WORD_GAP = 0.15
_MIN_GUTTER = 0.4
_WIDER = 1.2  # times
_MIN_COLUMN_ROWS = 4
_MIN_ROWS_BESIDE = 8
_TEXT_SIZE = 1.15
_MAX_OVER_SHARE = 0.2
_MIN_COLUMN_LETTERS = 12
_MIN_COLUMN_WIDTH = 8
_NEAR = 1.5  # points: a start is a sum over two neighbouring whole points
_CHAR_MARGIN = 6  # in letters: wider than a gap between the words of a justified row
_MAX_CELL_WORDS = 4
_MAX_SLOPE = 0.1
_RAISED, _INITIAL = 0.8, 1.8
_MIN_SPACED, _SPACED_SHARE = 4, 0.8
_WIDE_SPACE = 1.25  # times the space between letters; a space between words is twice that, or more
_SENTENCE_MARKS = tuple(".,;:!?”’\"')")
_WORDS_OF_A_LETTER = ("A", "I")
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRow:
    """A row of one column: its words, the size of its letters and its edges, in points."""

    text: str
    size: float
    left: float
    right: float
    top: float
    bottom: float


Box = list[PrintedRow]


def laid_out(data: bytes) -> tuple[list[list[Box]], str]:
    """Give each page's boxes of rows in reading order, and the title that the file tells."""
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
    from pdfminer.pdfparser import PDFParser
    from pdfminer.utils import decode_text

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        info = PDFDocument(PDFParser(BytesIO(data))).info
        told = next((one["Title"] for one in info if isinstance(one.get("Title"), bytes)), b"")
        pages = [_boxes(page) for page in _upright_pages(data)]
    except PDFPasswordIncorrect as error:
        raise ArticleError("PDF locked with a password; save it without one") from error
    except Exception as error:  # a broken file fails anywhere in the library, in any way
        raise ArticleError(f"PDF that cannot be read: {fold(str(error))}") from error
    return pages, fold(decode_text(told))


def _upright_pages(data: bytes) -> Iterator["LTPage"]:
    """Give each page laid out, turned so that most of its letters stand upright."""
    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LAParams
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage

    resources = PDFResourceManager()
    device = PDFPageAggregator(resources, laparams=LAParams(char_margin=_CHAR_MARGIN))
    interpreter = PDFPageInterpreter(resources, device)
    for page in PDFPage.get_pages(BytesIO(data)):
        interpreter.process_page(page)
        if turned := _turned(device.get_result()):
            page.rotate = (page.rotate + turned) % 360
            interpreter.process_page(page)
        yield device.get_result()


def _turned(page: "LTPage") -> int:
    """Give by how many degrees most letters of a page are turned."""
    from pdfminer.layout import LTTextBox

    lines = (line for box in page if isinstance(box, LTTextBox) for line in box)
    degrees = Counter(_degrees(char.matrix) for line in lines for char in _letters(line))
    return max(degrees, key=lambda one: degrees[one], default=0)


def _degrees(matrix: tuple[float, ...]) -> int:
    right, up = matrix[:2]
    if abs(right) >= abs(up):
        return 0 if right > 0 else 180
    return 90 if up > 0 else 270


def _boxes(page: "LTPage") -> list[Box]:
    """Give the page's boxes of rows; a page in columns is set anew, its rows cut at the gutters."""
    from pdfminer.layout import LTTextBox

    boxes = [
        [line for line in box if line.get_text().strip() and _is_level(line)]
        for box in page
        if isinstance(box, LTTextBox)
    ]
    starts = _column_starts([line for box in boxes for line in box])
    rows = [[row for line in box for row in _cut(line, starts)] for box in boxes]
    if len(starts) > 1:
        return _by_columns([row for box in rows for row in box], starts)
    # Of rows far apart each is a box of its own, and the library puts them in no sure order.
    downwards = sorted((box for box in rows if box), key=lambda box: -box[0].top)
    return list(_with_tables(downwards))


def _with_tables(boxes: Sequence[Box]) -> Iterator[Box]:
    """Give short cells that stand on one line as one row, each row as its own box."""
    beside: dict[int, list[PrintedRow]] = {}
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
    begins, shows = _beginnings(lines, _after_gaps), _beginnings(lines, _after_wide_gaps)
    width = _MIN_COLUMN_WIDTH * median(line.height for line in lines) if lines else 0
    starts: list[float] = []
    for x in sorted(begins):
        is_far = not starts or x - starts[-1] >= width
        is_shown = len(shows.get(x, ())) >= _MIN_COLUMN_ROWS
        if is_far and is_shown and _leaves_room(x, begins[x], lines):
            starts.append(x)
        elif is_far and starts and _is_short_column(x, begins[x], lines):
            return [*starts, x]
    return starts


def _beginnings(
    lines: Sequence["LTTextLine"], places: Callable[["LTTextLine"], Iterable["LTChar"]]
) -> dict[int, set["LTTextLine"]]:
    """Give the lines that have such a place at each whole point."""
    begins: dict[int, set[LTTextLine]] = {}
    for line in lines:
        for char in places(line):
            for x in (round(char.x0), round(char.x0) + 1):
                begins.setdefault(x, set()).add(line)
    return begins


def _is_short_column(x: float, rows: Set["LTTextLine"], lines: Sequence["LTTextLine"]) -> bool:
    """Tell whether an article's last rows stand there, right of a column that nothing crosses."""
    size = median(line.height for line in lines)
    others = [line for line in lines if line not in rows and line.height <= _TEXT_SIZE * size]
    left = [line for line in others if line.x1 <= x - _MIN_GUTTER * size]
    is_free = all(line in left or line.x0 >= x - _NEAR for line in others)
    behind = median(sum(x - _NEAR <= char.x0 for char in _letters(row)) for row in rows)
    return is_free and len(left) >= _MIN_ROWS_BESIDE and behind >= _MIN_COLUMN_LETTERS


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


def _is_level(line: "LTTextLine") -> bool:
    """Tell whether a line stands as the page does; what is set across it is a stamp."""
    letters = list(_letters(line))
    level = (abs(one.matrix[1]) <= _MAX_SLOPE * one.matrix[0] for one in letters)
    return 2 * sum(level) >= len(letters)


def _after_gaps(line: "LTTextLine") -> Iterator["LTChar"]:
    """Give the line's first letter, and each that stands behind a wide gap."""
    right: float | None = None
    for char in _letters(line):
        if right is None or char.x0 - right >= _MIN_GUTTER * char.size:
            yield char
        right = char.x1


def _after_wide_gaps(line: "LTTextLine") -> Iterator["LTChar"]:
    """Give the line's first letter, and each behind a gap wider than those between its words.

    Justified rows have wide gaps everywhere, and in some rows one below the other they meet.
    """
    letters = list(_letters(line))
    gaps = [after.x0 - before.x1 for before, after in pairwise(letters)]
    between = [gap for gap, one in zip(gaps, letters, strict=False) if gap >= _WORD_GAP * one.size]
    usual = median_low(between) if len(between) > 1 else 0
    yield from letters[:1]
    for gap, char in zip(gaps, letters[1:], strict=True):
        if gap >= max(_MIN_GUTTER * char.size, _WIDER * usual):
            yield char


def _cut(line: "LTTextLine", starts: Sequence[float]) -> list[PrintedRow]:
    """Give the line as one row, or as several where after a gap a column begins inside it."""
    from pdfminer.layout import LTChar

    places = {one for one in _after_gaps(line) if any(abs(one.x0 - x) <= _NEAR for x in starts)}
    parts: list[list[LTChar | str]] = [[]]
    for char in line:
        if char in places and parts[-1]:
            parts.append([])
        parts[-1].append(char if isinstance(char, LTChar) else char.get_text())
    return [row for part in parts if (row := _printed(part)) is not None]


def _printed(part: Sequence["LTChar | str"]) -> PrintedRow | None:
    chars = [char for char in part if not isinstance(char, str) and char.get_text().strip()]
    if not chars:
        return None
    shown = _words_of_spaced(chars) if _is_spaced(part) else "".join(_shown(part, chars))
    written = shown.translate(_LIGATURES)
    text = fold(written) + (SOFT_HYPHEN if written.rstrip().endswith(SOFT_HYPHEN) else "")
    if not text:
        return None
    return PrintedRow(
        text=text,
        size=median(char.size for char in chars),
        left=min(char.x0 for char in chars),
        right=max(char.x1 for char in chars),
        top=max(char.y1 for char in chars),
        bottom=min(char.y0 for char in chars),
    )


def _is_spaced(part: Sequence["LTChar | str"]) -> bool:
    """Tell whether a row is set with its letters apart, so that each looks like a word."""
    words = "".join(one if isinstance(one, str) else one.get_text() for one in part).split()
    single = sum(len(word) == 1 for word in words)
    return len(words) >= _MIN_SPACED and single >= _SPACED_SHARE * len(words)


def _words_of_spaced(chars: Sequence["LTChar"]) -> str:
    """Give the words of letters that are set apart: they stand yet further from each other."""
    gaps = [after.x0 - before.x1 for before, after in pairwise(chars)]
    most = _WIDE_SPACE * median_low(gaps)
    parts = [
        f"{' ' if gap > most else ''}{char.get_text()}"
        for gap, char in zip(gaps, chars[1:], strict=True)
    ]
    return "".join((chars[0].get_text(), *parts))


def _shown(part: Sequence["LTChar | str"], chars: Sequence["LTChar"]) -> Iterator[str]:
    """Give the letters as a reader takes them: an initial with its word, a raised figure apart."""
    size, floor = median(char.size for char in chars), median(char.y0 for char in chars)
    before = ""
    is_initial = False
    for one in part:
        text = one if isinstance(one, str) else one.get_text()
        if is_initial and text.isspace():
            continue
        is_initial = False
        if not isinstance(one, str) and one.size <= _RAISED * size and one.y0 > floor + 0.1 * size:
            text = "" if before in _SENTENCE_MARKS else raised(text)
        elif not isinstance(one, str) and one.size >= _INITIAL * size:
            is_initial = not before and text.isalpha() and text not in _WORDS_OF_A_LETTER
        before = text if text.strip() else before
        yield text


def _by_columns(rows: Sequence[PrintedRow], starts: Sequence[float]) -> list[Box]:
    """Give the rows column by column, between rows that run over several columns."""

    def column(row: PrintedRow) -> int:
        """Count columns from 1; 0 for a row that runs over several."""
        first, last = (
            sum(start <= x + 1 for start in starts)
            for x in (row.left, max(row.left, row.right - row.size))
        )
        return first if first == last else 0

    boxes: list[Box] = []
    downwards = sorted(rows, key=lambda row: (-row.top, row.left))
    for _, band in groupby(downwards, key=lambda row: column(row) == 0):
        in_columns = sorted(band, key=lambda row: (column(row), -row.top))
        boxes += [list(box) for _, box in groupby(in_columns, key=column)]
    return boxes
