"""Reader comments, told from the article by how a page sets them: who wrote when, and buttons."""

import re
from collections.abc import Sequence
from itertools import accumulate

from retrieval.articles.cleaning.furniture import starts_box
from retrieval.articles.cleaning.page_lines import is_prose, word_count
from retrieval.articles.cleaning.page_words import DAY, any_of, furniture, plain

# Signs stand close together: a header, the first writer, a time, an answer button.
_REACH_LINES = 8
_BESIDE_LINES = 3
_MAX_SIGN_WORDS = 16
_MIN_PROSE_WORDS = 30
_MIN_WRITERS = 2
_MAX_NAME_WORDS = 5

_HEADER = furniture("comments header")

_DAY = rf"(?:{DAY}|yesterday|today)"
_CLOCK = r"\d{1,2}[:.h]\d{2}(?::\d{2})?(?: ?[ap]\.?m\.?)?(?: ?(?:[a-z]{2,4}t?|utc[+-]\d+))?"
_AGO = (
    r"(?:(?:about |over |almost )?(?:\d+|an?|one) ?(?:s(?:ec(?:ond)?)?s?|m(?:in(?:ute)?)?s?"
    r"|h(?:r|our)?s?|d(?:ay)?s?|w(?:eek)?s?|mo(?:nth)?s?|y(?:r|ear)?s?) ago|just now|yesterday)"
)
_TIME = rf"(?:{_DAY}(?:,| at| -| \||,? um)? {_CLOCK}|{_AGO}|{_CLOCK}(?:,| on| -)? {_DAY})"

_TIMED = re.compile(_TIME)
_STAMP = re.compile(rf"(?:posted |on |at |commented )*(?:\w+day,? )?{_TIME}(?: \(?edited\)?)?")
_NAME = r"[^\s:|•·].{0,48}?"
_WRITER = any_of(
    rf"by: ?{_NAME}(?: from: ?.{{0,60}})?",
    rf"{_NAME} (?:says|said|writes|wrote|replied|commented|responded)(?: on {_DAY}.{{0,20}})?:",
    rf"(?:posted|written|comment(?:ed)?|submitted) by:? {_NAME}(?:,? (?:on|at|-|\|)? ?{_TIME})?",
    rf"{_NAME}\s*(?:[•·|–—,-]|\bon\b|\bat\b)\s*{_TIME}(?: \(?edited\)?)?",
    rf"@?[\w.-]{{2,30}} {_TIME}",
    r"(?:in (?:response|reply)(?: to .{1,40})?|replying to .{1,40})",
)
_ACTION = r"(?:reply|like|dislike|report|flag|share|permalink|upvote|downvote|edit|quote|recommend)"
_BUTTON = any_of(
    rf"(?:{_ACTION}|report (?:abuse|comment)|log in to reply|(?:view|hide) replies"
    rf"|(?:\d+ )?(?:replies|reply|likes?)|[+-]?\d{{1,5}})"
    rf"(?:\s*[·•|↑↓▲▼,/ ]\s*(?:{_ACTION}|\d{{1,5}}))*",
    r"[↑↓▲▼👍👎♥❤ ]*\d{1,5}[↑↓▲▼👍👎♥❤ \d]*",
)
_ANSWER = re.compile(r"\b(?:reply|report|upvote|downvote|flag)\b")


def comment_lines(lines: Sequence[str]) -> set[int]:
    """Give the indexes of lines that readers of the page have written, with their signs.

    Comments begin after some prose and last to the end, or to a box that ends the page.
    """
    signs = [_sign(line) for line in lines]
    start = _start(lines, signs)
    if start is None:
        return set()
    return _until_boxes(lines, signs, start)


def _sign(line: str) -> str:
    """Name what a line tells of comments: header, writer, stamp, button, or nothing."""
    if word_count(line) > _MAX_SIGN_WORDS:
        return ""
    text = plain(line).strip(" -–—>›")
    kinds = {"header": _HEADER, "stamp": _STAMP, "writer": _WRITER, "button": _BUTTON}
    bare = text.rstrip(".:…! ")
    for kind, pattern in kinds.items():
        if pattern.fullmatch(text) or (kind != "writer" and pattern.fullmatch(bare)):
            return kind
    return ""


def _start(lines: Sequence[str], signs: Sequence[str]) -> int | None:
    """Give where comments begin: at a header with signs near, or at the first of two writers."""
    prose = list(accumulate(map(_prose_words, lines)))
    late = [2 * words >= prose[-1] for words in prose]
    headers = (i for i in range(len(lines)) if signs[i] == "header")
    candidates = (i for i in headers if _opens_comments(lines, signs, i, late=late[i]))
    starts = [*candidates, *_writers_alone(lines, signs)[:1]]
    start = min((i for i in starts if prose[i] >= _MIN_PROSE_WORDS), default=None)
    return None if start is None else _first_header(lines, signs, start)


def _opens_comments(lines: Sequence[str], signs: Sequence[str], header: int, *, late: bool) -> bool:
    """Tell whether writers follow; in the second half of a page another header is enough."""
    near = range(header + 1, min(header + 1 + _REACH_LINES, len(lines)))
    return any(
        (late and signs[i] == "header")
        or _is_writer(lines, signs, i)
        or _is_answer(lines, signs, i)
        or _is_signed(lines, signs, i)
        for i in near
    )


def _writers_alone(lines: Sequence[str], signs: Sequence[str]) -> list[int]:
    """Give the writers of a page without a header; the entries of a live blog are none."""
    writers = [i for i in range(len(lines)) if _is_writer(lines, signs, i)]
    formal = any(not _TIMED.search(plain(lines[i])) for i in writers)
    answers = any(_is_answer(lines, signs, i) for i in range(len(lines)))
    several = len({lines[i] for i in writers}) >= _MIN_WRITERS
    return writers if several and (formal or answers) else []


def _is_writer(lines: Sequence[str], signs: Sequence[str], i: int) -> bool:
    """A writer's line counts with a time in it or beside it, or with an answer button below."""
    if signs[i] != "writer":
        return False
    near = range(i + 1, min(i + 1 + _BESIDE_LINES, len(lines)))
    return _TIMED.search(plain(lines[i])) is not None or any(
        signs[j] == "stamp" or _is_answer(lines, signs, j) for j in near
    )


def _is_signed(lines: Sequence[str], signs: Sequence[str], i: int) -> bool:
    """A time under a short line, which is the writer's name."""
    return signs[i] == "stamp" and word_count(lines[i - 1]) <= _MAX_NAME_WORDS


def _is_answer(lines: Sequence[str], signs: Sequence[str], i: int) -> bool:
    return signs[i] == "button" and _ANSWER.search(plain(lines[i])) is not None


def _first_header(lines: Sequence[str], signs: Sequence[str], start: int) -> int:
    """Go back over headers, times and names that stand before the first sure sign."""
    first = start
    for i in range(start - 1, max(start - 1 - _REACH_LINES, -1), -1):
        if signs[i] == "header":
            first = i
        elif _prose_words(lines[i]):
            break
    return first


def _prose_words(line: str) -> int:
    return word_count(line) if is_prose(line) else 0


def _until_boxes(lines: Sequence[str], signs: Sequence[str], start: int) -> set[int]:
    """Leave boxes after the comments to other rules; a writer's line takes them up again."""
    taken: set[int] = set()
    inside = True
    for i in range(start, len(lines)):
        if inside and starts_box(lines[i]) and signs[i] != "header":
            inside = False
        elif not inside and _is_writer(lines, signs, i):
            inside = True
        if inside:
            taken.add(i)
    return taken
