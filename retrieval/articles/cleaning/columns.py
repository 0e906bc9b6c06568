"""Columns side by side in a text, as programs write them that keep a page's layout.

A column begins where letters stand in one place after a gap, row after row, and hardly a row runs
over it. Only columns of which each is wrapped text are read one after the other; tables are not.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile, groupby, pairwise

from retrieval.articles.cleaning.wrapping import is_wrapped

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
