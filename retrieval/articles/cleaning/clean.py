"""The article in a page's text; furniture, captions and reader comments are left out.

Rules are general: they know how pages are set, never which page it is. Words are only ever left
out, none is changed or moved.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.articles.cleaning.captions import caption_lines
from retrieval.articles.cleaning.comments import comment_lines
from retrieval.articles.cleaning.cookie_notices import consent_lines
from retrieval.articles.cleaning.furniture import furniture_lines
from retrieval.articles.cleaning.head_and_tail import edge_lines
from retrieval.articles.cleaning.page_lines import ends_sentence, page_lines, word_count
from retrieval.articles.cleaning.repeats import repeated_lines

_MIN_BROKEN_WORDS = 8
_MIN_SURE_WORDS = 25
_BULLET = re.compile(r"(?:[-*•·▪–—]|\d{1,2}[.)])\s")
_LISTED = (":", ";")
# The last words of a line that no sentence and no heading ends with.
_OPEN_END = re.compile(
    r"(?:[,(–—]|\b(?:the|an?|of|to|in|on|at|by|for|from|with|and|or|but|that|which|who|whose|as|than"
    r"|its|their|his|her|our|this|these|into|about|against|between|after|before|under|over|is|are"
    r"|was|were|has|had|have|be|been|(?:would|could|should|will|can|may|might|must|cannot|to)"
    r"(?: (?:not|also|never|still|soon|only|\w+ly))* [a-z]+))$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """An article's clean text and how many of the page's paragraphs went where.

    Paragraphs of `text` are divided by an empty line, whitespace inside them is folded.
    """

    text: str
    kept: int
    boilerplate: int
    comments: int


def clean(text: str, *, title: str | None = None) -> Cleaned:
    """Give the article's own paragraphs, without page furniture, captions and comments.

    Cleaning a clean text again changes nothing.

    Args:
        text: What the page says, markup resolved but for Markdown's.
        title: The article's title if known; the line that repeats it is left out.
    """
    boilerplate = comments = 0
    while True:
        lines = page_lines(text)
        written, framed, spoken = _sorted_out(lines, title)
        boilerplate += framed
        comments += spoken
        again = "\n\n".join(_joined(written))
        if again == text:
            kept = len(written)
            return Cleaned(text=text, kept=kept, boilerplate=boilerplate, comments=comments)
        text = again


def _sorted_out(lines: Sequence[str], title: str | None) -> tuple[list[str], int, int]:
    """Give the article's lines, and how many were the page's and how many its readers'."""
    spoken = comment_lines(lines)
    left = _without(lines, spoken)
    for rule in (consent_lines, furniture_lines, caption_lines, repeated_lines):
        left = _without(left, rule(left))
    left = _without(left, edge_lines(left, title))
    return left, len(lines) - len(spoken) - len(left), len(spoken)


def _without(lines: Sequence[str], marked: set[int]) -> list[str]:
    return [line for i, line in enumerate(lines) if i not in marked]


def _joined(lines: Sequence[str]) -> list[str]:
    """Put sentences together that the page's layout has broken over two paragraphs."""
    parts: list[list[str]] = []
    for line in lines:
        if parts and _is_broken(parts[-1][-1], line):
            parts[-1].append(line)
        else:
            parts.append([line])
    return [" ".join(part) for part in parts]


def _is_broken(line: str, following: str) -> bool:
    if ends_sentence(line) or line.endswith(_LISTED) or _BULLET.match(following):
        return False
    if following[0].islower():
        return True
    if _BULLET.match(line) or not ends_sentence(following) or word_count(line) < _MIN_BROKEN_WORDS:
        return False
    return word_count(line) >= _MIN_SURE_WORDS or _OPEN_END.search(line) is not None
