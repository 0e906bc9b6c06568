"""A page's text as its lines: whitespace folded, markup signs gone, hard-wrapped lines whole again.

A line here is what the page shows as one: a paragraph, a heading, a menu entry, a caption.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ud800-\udfff]"
)
_IMAGE = re.compile(r"!\[[^\[\]]*\]\([^()]*\)")
_LINK = re.compile(r"\[([^\[\]]*)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?: \"[^\"()]*\")?\)")
_ADDRESS = re.compile(r"<(https?://[^<>\s]+)>")
_PREFIX = re.compile(r"^(?:#{1,6} |(?:> )+)+")
_STARS = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*]*[^\s*])\1(?![\w*])")
_UNDERSCORES = re.compile(r"(?<![\w_])(_{1,2})(?=[^\s_])([^_]*[^\s_])\1(?![\w_])")

_ENDS = ".!?…。！？"
_CLOSERS = "\"'”’»)]}›"
_WORD = re.compile(r"\w+")
_LONG_WORD_CHARS = 12  # scripts without spaces, and data: they are no short lines

# A page counts as hard-wrapped when its lines look like print: most as long as the longest,
# none as long as a paragraph, and most of the next lines going on in lower case.
_MIN_WIDTH, _MAX_WIDTH = 40, 120
_FULL = 0.7
_MIN_PAIRS = 4
_MIN_FULL_SHARE = 0.5
_MIN_LOWER_SHARE = 0.4


def page_lines(text: str) -> list[str]:
    """Give the lines that hold a letter or digit, in order, each with its whitespace folded.

    Markdown links, emphasis, headings and quote signs leave their words behind; pictures go.
    Lines that print or a mail program has broken at a fixed width are put together again.
    """
    rows = [fold(row) for row in text.splitlines()]
    rows = _unwrapped(rows)
    return [line for line in map(_plain, rows) if any(map(str.isalnum, line))]


def fold(text: str) -> str:
    """Give the text on one line: runs of whitespace made one space, invisible characters gone."""
    return " ".join(_INVISIBLE.sub("", text).split())


def ends_sentence(line: str) -> bool:
    """Tell whether the line ends as a sentence does, closing quotes and brackets left aside."""
    return line.rstrip(_CLOSERS + " ")[-1:] in tuple(_ENDS)


def word_count(line: str) -> int:
    """Count the words between spaces; a long run without any counts by its length."""
    return max(line.count(" ") + 1, len(line) // _LONG_WORD_CHARS) if line else 0


def letters(line: str) -> str:
    """Give the line's words alone, in lower case, to tell whether two lines say the same."""
    return " ".join(_WORD.findall(line.casefold()))


def _plain(row: str) -> str:
    plain = _PREFIX.sub("", row)
    if "](" in plain:
        plain = _LINK.sub(r"\1", _IMAGE.sub("", plain))
    if "*" in plain or "_" in plain:
        plain = _UNDERSCORES.sub(r"\2", _STARS.sub(r"\2", plain))
    if "<http" in plain:
        plain = _ADDRESS.sub(r"\1", plain)
    return row if plain == row else fold(plain)


def _unwrapped(rows: Sequence[str]) -> list[str]:
    width = _wrap_width(rows)
    if width is None:
        return list(rows)
    words = {word for row in rows for word in row.split() if "-" in word[1:-1]}
    whole: list[str] = []
    parts: list[str] = []
    for row in rows:
        if parts and not _goes_on(parts[-1], row, width):
            whole.append(_glued(parts, words))
            parts = []
        parts.append(row)
    return [*whole, _glued(parts, words)]


def _goes_on(row: str, following: str, width: int) -> bool:
    if not row or not following:
        return False
    return len(row) >= _FULL * width or (following[0].islower() and not ends_sentence(row))


def _glued(parts: Sequence[str], hyphenated: set[str]) -> str:
    return " ".join(_without_hyphens(parts, hyphenated)).replace("\n ", "")


def _without_hyphens(parts: Sequence[str], hyphenated: set[str]) -> Iterator[str]:
    """Mark with a line feed where the next part goes on with the same word."""
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        if not (part[-1:] == "-" and part[-2:-1].isalpha() and following[:1].islower()):
            yield part
        elif part.split()[-1] + following.split()[0] in hyphenated:
            yield part + "\n"
        else:
            yield part[:-1] + "\n"


def _wrap_width(rows: Sequence[str]) -> int | None:
    pairs = [(a, b) for a, b in pairwise(rows) if a and b]
    if len(pairs) < _MIN_PAIRS:
        return None
    lengths = sorted(len(a) for a, _ in pairs)
    width = lengths[len(lengths) * 9 // 10]
    full = [(a, b) for a, b in pairs if len(a) >= _FULL * width]
    lower = [b for a, b in full if b[0].islower() and not ends_sentence(a)]
    wrapped = (
        _MIN_WIDTH <= width <= _MAX_WIDTH
        and len(full) >= _MIN_FULL_SHARE * len(pairs)
        and len(lower) >= _MIN_LOWER_SHARE * len(full)
    )
    return width if wrapped else None
