"""Rows of a text as whole paragraphs, before any rule looks at a line.

A column begins where letters stand in one place after a gap, row after row, and hardly a row runs
over it. Only columns of which each is wrapped text are read one after the other; tables are not.

A program that wraps fills each row: the next row's first word had no room left. Rows that show
this all along a block, and go on in lower case, are one paragraph cut at a width; menus, verse
and one paragraph a line do not show it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, groupby, pairwise

from retrieval.articles.cleaning.page_lines import ends_sentence, fold

_MIN_ROWS = 4
_MIN_CHARS = 12
_MAX_OVER_SHARE = 0.2
_GAP = 2
_AFTER_GAP = re.compile(rf"(?<=[ ]{{{_GAP}}})\S")
_MAX_ROW_CHARS = 400  # no page is as wide
_Columns = list[list[str]]


def rows_in_reading_order(text: str) -> list[str]:
    """Give the rows of a text, those of each page column by column."""
    rows: list[str] = []
    known: list[int] = []
    for page in filter(None, text.split("\f")):
        laid_out = [row.expandtabs() for row in page.splitlines()]
        own = _column_starts(laid_out)
        # Few rows do not show their columns; they are those of the page before.
        starts = known if set(own) <= set(known) else own
        stretches = [_columns(stretch, starts) for stretch in _stretches(laid_out, starts)]
        if any(len(one) > 1 and all(map(is_wrapped, one)) for one in stretches):
            known = starts
        if not starts or starts != known:
            rows += page.splitlines()
            continue
        for number, columns in enumerate(stretches):
            rows += [*([""] if number else []), *(row for column in columns for row in column)]
    return rows


def _column_starts(rows: Sequence[str]) -> list[int]:
    """Give where columns begin; the places at which most rows begin are looked at first."""
    begins: dict[int, set[int]] = {}
    for number, row in enumerate(rows):
        for found in _AFTER_GAP.finditer(row, 0, _MAX_ROW_CHARS):
            begins.setdefault(found.start(), set()).add(number)
    starts: list[int] = []
    for x in sorted(begins, key=lambda x: (-len(begins[x]), -x)):
        if len(begins[x]) < _MIN_ROWS:
            break
        is_far = all(abs(x - start) >= _MIN_CHARS for start in (0, *starts))
        beside = rows[min(begins[x]) : max(begins[x]) + 1]
        over = sum(_runs_over(row, x) for row in beside)
        if is_far and over <= _MAX_OVER_SHARE * len(beside):
            starts.append(x)
    return sorted(starts)


def _runs_over(row: str, x: int) -> bool:
    """Tell whether a row has letters where the gap before a column is."""
    return bool(row[x - _GAP : x].strip())


def _stretches(rows: Sequence[str], starts: Sequence[int]) -> Iterator[list[str]]:
    """Give the rows that stand over all columns, and those between, each together."""
    for _, stretch in groupby(rows, key=lambda row: any(_runs_over(row, x) for x in starts)):
        yield list(stretch)


def _columns(rows: Sequence[str], starts: Sequence[int]) -> _Columns:
    """Give the rows cut into columns; one column if they run over, or have but the first."""
    if any(_runs_over(row, x) for row in rows for x in starts):
        return [list(rows)]
    bounds = pairwise((0, *starts, max(map(len, rows), default=0) + 1))
    cut = (_trimmed([row[left:right].rstrip() for row in rows]) for left, right in bounds)
    return [column for column in cut if column] or [[]]


def _trimmed(rows: Sequence[str]) -> list[str]:
    """Give rows without empty ones at both ends, so that a sentence goes on in the next column."""
    upwards = list(dropwhile(lambda row: not row, reversed(rows)))
    return list(dropwhile(lambda row: not row, reversed(upwards)))


_MIN_PAIRS = 3
_MIN_FULL_SHARE = 0.5
_MIN_LOWER_SHARE = 0.4
_MAX_WIDTH = 200
_FILLED = 0.9  # some programs even their rows out and leave a little room
_WIDEST_SHARE = 0.95
_SUSPENDED = {"and", "or", "to"}
_BULLET = re.compile(r"(?:[-*•·▪–—]|\d{1,2}[.)])\s")
_CHUNK = re.compile(r"[^\s-]*-*")
_QUOTE_SIGN = re.compile(r"^(?:> ?)+")
_HYPHENS = "\u2010-"
SOFT_HYPHEN = "\u00ad"
_LAST_WORD = re.compile(rf"[^\W_]+(?:['’{_HYPHENS}][^\W_]+)*[{_HYPHENS}]$")
_FIRST_WORD = re.compile(rf"[^\W_]+(?:['’{_HYPHENS}][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class _Row:
    """One row as it stands in the file: its words, its indent, and where it ends."""

    text: str
    indent: int
    end: int


def unwrapped(rows: Iterable[str]) -> list[str]:
    """Give the rows folded, those that were one paragraph put together; empty rows stay.

    A hyphen at a row's end stays but where the joined word stands elsewhere in the text.
    """
    blocks = _blocks(rows)
    width = _width_of_all(blocks)
    paragraphs: list[list[str]] = []
    for block in blocks:
        paragraphs += _paragraphs(block, _own_width(block), width)
    words = words_of(" ".join(row.text for block in blocks for row in block))
    return [join_rows(paragraph, words) for paragraph in paragraphs]


def is_wrapped(rows: Iterable[str]) -> bool:
    """Tell whether rows are paragraphs that were cut at a width."""
    return _width_of_all(_blocks(rows)) is not None


def words_of(text: str) -> set[str]:
    """Give each word of a text, those with hyphens whole."""
    return set(_FIRST_WORD.findall(text))


def join_rows(rows: Sequence[str], words: set[str]) -> str:
    """Put the rows of one paragraph together; `words` are those that the text has elsewhere."""
    parts = [rows[0]] if rows else []
    for row, following in pairwise(rows):
        if row.endswith(SOFT_HYPHEN):  # which only a program writes that has cut a word
            parts[-1] = parts[-1][:-1]
        elif not _splits_word(row, following):
            parts.append(" ")
        elif _is_hyphenation(row, following, words):
            parts[-1] = parts[-1][:-1]
        parts.append(following)
    return "".join(parts)


def _splits_word(row: str, following: str) -> bool:
    first = _FIRST_WORD.match(following)
    return (
        len(row) > 1
        and row[-1] in _HYPHENS
        and row[-2].isalnum()
        and first is not None
        and first[0] not in _SUSPENDED
    )


def _is_hyphenation(row: str, following: str, words: set[str]) -> bool:
    before, after = _LAST_WORD.search(row), _FIRST_WORD.match(following)
    if before is None or after is None or not after[0][0].islower():
        return False
    if before[0] + after[0] in words:
        return False
    return before[0][:-1] + after[0] in words


def _blocks(rows: Iterable[str]) -> list[list[_Row]]:
    """Give the runs of rows with words, and each empty row as an empty run."""
    laid_out = (_row(row) for row in rows)
    blocks: list[list[_Row]] = []
    for has_words, run in groupby(laid_out, key=lambda row: bool(row.text)):
        rows_of_run = list(run)
        blocks += [rows_of_run] if has_words else [[]] * len(rows_of_run)
    return blocks


def _row(row: str) -> _Row:
    bare = _QUOTE_SIGN.sub("", row.expandtabs()).rstrip()
    text = fold(row) + (SOFT_HYPHEN if bare.endswith(SOFT_HYPHEN) else "")
    return _Row(text=text, indent=len(bare) - len(bare.lstrip()), end=len(bare))


def _own_width(block: Sequence[_Row]) -> int | None:
    """Give the width that the block is wrapped at; None if it is not, or too short to tell.

    The first row may be wider than the others, as under a picture or after a heading set with it.
    """
    return _width(list(pairwise(block))) or _width(list(pairwise(block[1:])))


def _width_of_all(blocks: Sequence[Sequence[_Row]]) -> int | None:
    """Give the width of most wrapped blocks; without any, that of all short blocks together."""
    widths = sorted(
        width for block in blocks if (width := _own_width(block)) is not None for _ in block
    )
    if widths:
        return widths[int(len(widths) * _WIDEST_SHARE)]
    pairs = ([pair for block in blocks for pair in pairwise(block[skip:])] for skip in (0, 1))
    return next(filter(None, map(_width, pairs)), None)


def _width(pairs: Sequence[tuple[_Row, _Row]]) -> int | None:
    if len(pairs) < _MIN_PAIRS:
        return None
    width = max(row.end for row, _ in pairs)
    full = [(a, b) for a, b in pairs if _is_full(a, b, width)]
    lower = sum(_is_mid_sentence(a, b) for a, b in full)
    wrapped = (
        width <= _MAX_WIDTH
        and len(full) >= _MIN_FULL_SHARE * len(pairs)
        and lower >= _MIN_LOWER_SHARE * len(full)
    )
    return width if wrapped else None


def _is_full(row: _Row, following: _Row, width: int) -> bool:
    """Tell whether the next row's first word, or its part up to a hyphen, had no room left."""
    first = following.text.split()[0]
    if ends_sentence(row.text) and (chunk := _CHUNK.match(first)):  # some cut words at hyphens
        first = chunk[0]
    chars = max(len(first), 1)
    space = 0 if row.text.endswith(tuple(_HYPHENS)) else 1
    return row.end + space + chars > _FILLED * width


def _is_mid_sentence(row: _Row, following: _Row) -> bool:
    return following.text[0].islower() and not ends_sentence(row.text)


def _paragraphs(
    block: Sequence[_Row], own_width: int | None, width: int | None
) -> Iterator[list[str]]:
    if not block:
        yield [""]
        return
    least_indent = min(row.indent for row in block)
    paragraph = [block[0].text]
    for row, following in pairwise(block):
        if _goes_on(row, following, own_width, width, least_indent):
            paragraph.append(following.text)
        else:
            yield paragraph
            paragraph = [following.text]
    yield paragraph


def _goes_on(
    row: _Row, following: _Row, own_width: int | None, width: int | None, least_indent: int
) -> bool:
    if width is None:
        return False
    is_open = not ends_sentence(row.text) and not row.text.endswith(":")
    full = _is_full(row, following, own_width or width)
    if following.indent > max(least_indent, row.indent) and not is_open:
        return False
    if _BULLET.match(following.text):
        return full and is_open
    if own_width is None:
        return is_open and (full or following.text[0].islower())
    return full or _is_mid_sentence(row, following)
