"""Lines as the rules see them: whitespace folded, markup signs gone, words counted.

A line here is what the page shows as one: a paragraph, a heading, a menu entry, a caption.
"""

import re

# Marks that turn the direction of letters would show a quote in another order than it has.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u2064"
    "\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
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
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MIN_PROSE_WORDS = 8
_LONG_WORD_CHARS = 12  # scripts without spaces, and data: they are no short lines


def fold(text: str) -> str:
    """Give the text on one line: runs of whitespace made one space, invisible characters gone."""
    return " ".join(_INVISIBLE.sub("", text).split())


def ends_sentence(line: str) -> bool:
    """Tell whether the line ends as a sentence does, closing quotes and brackets left aside."""
    return line.rstrip(_CLOSERS + " ")[-1:] in tuple(_ENDS)


def word_count(line: str) -> int:
    """Count the words between spaces; a long run without any counts by its length."""
    return max(line.count(" ") + 1, len(line) // _LONG_WORD_CHARS) if line else 0


def is_prose(line: str) -> bool:
    """Tell whether the line is a sentence that is long enough to be the article's."""
    return ends_sentence(line) and word_count(line) >= _MIN_PROSE_WORDS


def letters(line: str) -> str:
    """Give the line's words alone, in lower case, to tell whether two lines say the same."""
    return " ".join(_WORD.findall(line.casefold()))


def raised(figures: str) -> str:
    """Give figures as they stand above a line: the number before them stays another one."""
    return figures.translate(_RAISED)


def without_markup(row: str) -> str:
    """Give a row folded, without the signs of Markdown; their words stay, pictures go."""
    row = fold(row)
    plain = _PREFIX.sub("", row)
    if "](" in plain:
        plain = _LINK.sub(r"\1", _IMAGE.sub("", plain))
    if "*" in plain or "_" in plain:
        plain = _UNDERSCORES.sub(r"\2", _STARS.sub(r"\2", plain))
    if "<http" in plain:
        plain = _ADDRESS.sub(r"\1", plain)
    return row if plain == row else fold(plain)
