"""The head and the tail of a page: section labels, title, byline and date above; tags below."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from retrieval.articles.cleaning.bylines import byline_of
from retrieval.articles.cleaning.captions import scene_lines
from retrieval.articles.cleaning.page_lines import ends_sentence, is_prose, letters, word_count
from retrieval.articles.cleaning.page_words import DAY, MONTH, WEEKDAY, any_of, plain

_MIN_SOLID_WORDS = 15
_MAX_LABEL_WORDS = 3
_MAX_SIGN_WORDS = 16
_MIN_TITLE_WORDS = 4
_MAX_TITLE_WORDS = 30
_MIN_MENU_LINES = 3
_MIN_FIGURES_SHARE = 0.25
_HEAD_LINES = 60
_STANDFIRST_REACH = 3
_MAX_ABOVE_WORDS = 150

_DATE = re.compile(
    r"(?:(?:first |last )?(?:updated|published|posted|modified|created|date|on|at)\b:?\s*(?:on )?)*"
    rf"(?:\d{{1,2}}[:.]\d{{2}}.{{0,12}} |[^\W\d][\w .-]{{1,24}}, )?{WEEKDAY}"
    rf"(?:{DAY}|{MONTH} \d{{4}}).{{0,40}}"
)
_BYLINE = any_of(
    r"by:?|by:? (?!the (?:end|time|way)\b)[^.!?]{2,80}|by [^.!?]{2,60} \S+@\S+",
    r"(?:author|writer|reporter|editor|text|words)s?:.{0,80}",
    r"(?:publication|volume|issue|edition|journal|section|source)\s?:.{0,100}",
    r"(?:published|written|posted|updated|edited|reviewed) (?:by|on|at|in)?:?[^.!?]{2,80}",
    r"(?:posted|published|updated):?",
)
_NO_NAME = re.compile(r"[Bb]y [^A-Z@]*[^\s:]")  # "By night they came, by day they hid"
_SIGNATURE = re.compile(r"(?:--+|[—–])\s?[^\W\d_][\w.'’-]*(?: [\w.'’-]+){0,4}")


def edge_lines(lines: Sequence[str], title: str | None) -> set[int]:
    """Give the indexes of what frames the article, its known title among it."""
    marked = _title_lines(lines, title)
    head = _head_end(lines, marked)
    heading = max(marked, default=None) if marked else _likely_title(lines, head)
    if heading is not None:
        marked |= set(_above(lines, heading, known=bool(marked)))
    signs = {i for i in range(head) if _is_sign(lines[i])}
    marked |= signs | set(_menus(lines, 0, head))
    if heading is not None:
        marked |= _beside_signs(lines, heading + 1, head, signs)
    marked |= {i for i in scene_lines(lines[: head + 1]) if _after_frame(lines, i, marked)}
    return marked | set(_tail(lines))


def _title_lines(lines: Sequence[str], title: str | None) -> set[int]:
    """The title is dropped at the head of the page, where it is no part of the text."""
    wanted = letters(title or "")
    if not wanted:
        return set()
    found = (i for i, line in enumerate(lines[:_HEAD_LINES]) if _is_title(letters(line), wanted))
    first = next(found, None)
    return set() if first is None else {first}


def _is_title(key: str, wanted: str) -> bool:
    """The line may add the outlet's or the section's name."""
    added = word_count(key) - word_count(wanted)
    framed = key.startswith(wanted + " ") or key.endswith(" " + wanted)
    long_enough = word_count(wanted) >= _MIN_TITLE_WORDS
    return key == wanted or (long_enough and framed and added <= _MAX_LABEL_WORDS)


def _head_end(lines: Sequence[str], title: set[int]) -> int:
    """Give where the head ends: at the first prose after the title, or at once.

    A question or a cry may be the title itself, and a sentence above byline or date says what
    the article is about.
    """
    start = max(title, default=-1) + 1
    for i in range(start, len(lines)):
        may_be_title = lines[i][-1] in "?!" and word_count(lines[i]) <= _MAX_TITLE_WORDS
        if is_prose(lines[i]) and not may_be_title and not _is_standfirst(lines, i):
            return i
    return start


def _is_standfirst(lines: Sequence[str], i: int) -> bool:
    """Tell whether a byline or date stands close below, with no further prose between."""
    below = lines[i + 1 : i + 1 + _STANDFIRST_REACH]
    return any(map(_is_sign, takewhile(lambda line: not is_prose(line), below)))


def _likely_title(lines: Sequence[str], head: int) -> int | None:
    for i in range(head):
        words = word_count(lines[i])
        if _MIN_TITLE_WORDS <= words <= _MAX_TITLE_WORDS and not _is_sign(lines[i]):
            return i
    return None


def _above(lines: Sequence[str], heading: int, *, known: bool) -> Sequence[int]:
    """What stands above the title is the page's, but for prose; a guessed title is less sure."""
    above = range(heading)
    if known:
        few = sum(word_count(lines[i]) for i in above) <= _MAX_ABOVE_WORDS
        return [i for i in above if few and not is_prose(lines[i])]
    short = all(word_count(lines[i]) <= _MAX_LABEL_WORDS or _is_sign(lines[i]) for i in above)
    return above if short else range(0)


def _is_sign(line: str) -> bool:
    text = plain(line).strip(" |•·–—-")
    return word_count(line) <= _MAX_SIGN_WORDS and bool(
        _DATE.fullmatch(text)
        or (_BYLINE.fullmatch(text) and not _NO_NAME.fullmatch(line))
        or _SIGNATURE.fullmatch(line)
        or byline_of(line)
    )


def _beside_signs(lines: Sequence[str], start: int, head: int, signs: set[int]) -> set[int]:
    """Give the names and offices of writers: short lines next to a byline or date."""
    found = set(signs)
    for step, order in ((1, range(start, head)), (-1, range(head - 1, start - 1, -1))):
        for i in order:
            short = word_count(lines[i]) <= _MAX_LABEL_WORDS and not ends_sentence(lines[i])
            if short and i - step in found:
                found.add(i)
    return found


def _menus(lines: Sequence[str], start: int, end: int) -> Iterator[int]:
    """Give runs of short lines; a list that a colon announces or that holds figures is none."""
    run: list[int] = []
    for i in range(start, end + 1):
        if i < end and word_count(lines[i]) <= _MAX_LABEL_WORDS and not ends_sentence(lines[i]):
            run.append(i)
            continue
        announced = run and run[0] > 0 and lines[run[0] - 1].endswith(":")
        if len(run) >= _MIN_MENU_LINES and not announced and not _has_figures(lines, run):
            yield from run
        run = []


def _has_figures(lines: Sequence[str], run: Sequence[int]) -> bool:
    """Tell whether the short lines are a table's cells, or say where and when, dates aside."""
    figures = sum(any(map(str.isdigit, lines[i])) and not _is_sign(lines[i]) for i in run)
    return figures >= _MIN_FIGURES_SHARE * len(run)


def _after_frame(lines: Sequence[str], i: int, marked: set[int]) -> bool:
    """A caption stands right under title, byline or date, and over a full paragraph."""
    follows = i + 1 < len(lines) and word_count(lines[i + 1]) >= _MIN_SOLID_WORDS
    return i - 1 in marked and follows


def _tail(lines: Sequence[str]) -> Iterator[int]:
    """Give the signature and the tags under the last prose."""
    end = next((i + 1 for i in range(len(lines) - 1, -1, -1) if is_prose(lines[i])), None)
    if end is None:
        return
    yield from (i for i in range(end, len(lines)) if _is_sign(lines[i]))
    yield from _menus(lines, end, len(lines))
