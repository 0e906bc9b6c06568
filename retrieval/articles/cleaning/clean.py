"""The article in a page's text; furniture, captions, repeats and reader comments are left out.

Rules are general: they know how pages are set, never which page it is. Words are only ever left
out, none is changed or moved, and nothing is joined over what was left out.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from retrieval.articles.cleaning.bylines import told_in
from retrieval.articles.cleaning.captions import caption_lines
from retrieval.articles.cleaning.comments import comment_lines
from retrieval.articles.cleaning.furniture import (
    box_headers,
    box_lines,
    consent_lines,
    furniture_lines,
)
from retrieval.articles.cleaning.head_and_tail import edge_lines
from retrieval.articles.cleaning.page_lines import (
    ends_sentence,
    letters,
    without_markup,
    word_count,
)
from retrieval.articles.cleaning.wrapping import rows_in_reading_order, unwrapped

_MIN_CAPTION_WORDS = 3
_MAX_CREDIT_WORDS = 15
_MIN_COPY_WORDS = 6
_MAX_PULL_WORDS = 40
_SHINGLE_WORDS = 6


def repeated_lines(lines: Sequence[str]) -> set[int]:
    """Give the indexes of later copies and pull quotes; of lines side by side the longest stays."""
    keys = [letters(line) for line in lines]
    marked = _later_copies(keys) | _pull_quotes(lines, keys)
    for first, end in _side_by_side(keys):
        longest = max(range(first, end), key=lambda i: len(lines[i]))
        marked |= set(range(first, end))
        marked.discard(longest)
    return marked


def _side_by_side(keys: Sequence[str]) -> list[tuple[int, int]]:
    """Give the stretches of neighbours that say the same, one perhaps with a credit after it."""
    stretches: list[tuple[int, int]] = []
    first = 0
    for i in range(1, len(keys) + 1):
        if i < len(keys) and _says_the_same(keys[i - 1], keys[i]):
            continue
        if i - first > 1:
            stretches.append((first, i))
        first = i
    return stretches


def _says_the_same(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if word_count(short) < _MIN_CAPTION_WORDS or not long.startswith(short):
        return False
    credit = long[len(short) :].strip()
    long_enough = word_count(short) >= _MIN_COPY_WORDS
    return not credit or (long_enough and word_count(credit) <= _MAX_CREDIT_WORDS)


def _later_copies(keys: Sequence[str]) -> set[int]:
    first: dict[str, int] = {}
    return {
        i
        for i, key in enumerate(keys)
        if word_count(key) >= _MIN_COPY_WORDS and first.setdefault(key, i) != i
    }


def _pull_quotes(lines: Sequence[str], keys: Sequence[str]) -> set[int]:
    """A line all in quotation marks whose words stand in another line is there to catch the eye."""
    wanted = {i: set(_shingles(keys[i])) for i, line in enumerate(lines) if _is_quote(line)}
    sought = set().union(*wanted.values())
    found: set[str] = set()
    for i, key in enumerate(keys):
        if i not in wanted and sought:
            found.update(sought.intersection(_shingles(key)))
    return {i for i, shingles in wanted.items() if shingles and shingles <= found}


def _is_quote(line: str) -> bool:
    marked = line[:1] in "“\"‘'«" and line.rstrip(".")[-1:] in "”\"’'»"
    return marked and _SHINGLE_WORDS <= word_count(line) <= _MAX_PULL_WORDS


def _shingles(key: str) -> Iterator[str]:
    """Give each run of so many words."""
    words = key.split()
    return (" ".join(words[i : i + _SHINGLE_WORDS]) for i in range(len(words) - _SHINGLE_WORDS + 1))


Rule = Callable[[Sequence[str]], set[int]]

_COMMENTS, _HEAD_AND_TAIL = "comments", "head and tail"
_MIN_BROKEN_WORDS = 8
_MIN_SURE_WORDS = 25
_MIN_KEPT_SHARE = 0.5
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
class JudgedLine:
    """A line of the page, and the name of the rule that left it out; None if it was kept."""

    text: str
    rule: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """An article's clean text, and what became of each of the page's lines, in order.

    Paragraphs of `text` are divided by an empty line, whitespace inside them is folded. `kept`
    counts its paragraphs, `boilerplate` and `comments` the lines that were left out.
    """

    text: str
    lines: tuple[JudgedLine, ...]

    @property
    def kept(self) -> int:
        """How many paragraphs the article has."""
        return self.text.count("\n\n") + 1 if self.text else 0

    @property
    def boilerplate(self) -> int:
        """How many of the page's own lines were left out."""
        return sum(line.rule not in (None, _COMMENTS) for line in self.lines)

    @property
    def comments(self) -> int:
        """How many lines were left out as written by readers."""
        return sum(line.rule == _COMMENTS for line in self.lines)

    @property
    def byline(self) -> tuple[str, str]:
        """The writers and the day that a line above or below the article names; "" if none."""
        return told_in(line.text for line in self.lines if line.rule == _HEAD_AND_TAIL)

    @property
    def notes(self) -> tuple[str, ...]:
        """A warning if the page lost more of its words than it kept, comments left aside."""
        own = [line for line in self.lines if line.rule != _COMMENTS]
        words = sum(word_count(line.text) for line in own)
        kept = sum(word_count(line.text) for line in own if line.rule is None)
        if kept >= _MIN_KEPT_SHARE * words:
            return ()
        return (f"only {kept:,} of {words:,} words were kept; see what went with --explain",)


def clean(text: str, *, title: str | None = None, is_extracted: bool = False) -> Cleaned:
    """Give the article's own paragraphs, without page furniture, captions and comments.

    Args:
        text: What the page says, markup resolved but for Markdown's.
        title: The article's title if known; the line that repeats it is left out.
        is_extracted: An extractor has left out the page's furniture and set one paragraph a
            line: only what is surely no article goes.
    """
    rows = text.splitlines() if is_extracted else unwrapped(rows_in_reading_order(text))
    rows = [without_markup(row) for row in rows if row.strip()]
    places = [place for place, row in enumerate(rows) if any(map(str.isalnum, row))]
    lines = [rows[place] for place in places]
    fates = _judged(lines, _rules(title, is_extracted=is_extracted))
    kept = {places[i]: line for i, line in enumerate(lines) if i not in fates}
    return Cleaned(
        text="\n\n".join(_joined(kept)),
        lines=tuple(JudgedLine(text=line, rule=fates.get(i)) for i, line in enumerate(lines)),
    )


def _rules(title: str | None, *, is_extracted: bool) -> Mapping[str, Rule]:
    """Give the rules in their order, by name; boxes and repeats are the extractor's to find."""
    rules: dict[str, Rule] = {
        _COMMENTS: comment_lines,
        "consent": consent_lines,
        "boxes": box_lines,
        "furniture": furniture_lines,
        "captions": caption_lines,
        "repeats": repeated_lines,
        _HEAD_AND_TAIL: partial(edge_lines, title=title),
    }
    if is_extracted:
        rules["boxes"] = box_headers
        rules["captions"] = partial(caption_lines, is_extracted=True)
        del rules["repeats"]
    return rules


def _judged(lines: Sequence[str], rules: Mapping[str, Rule]) -> dict[int, str]:
    """Give the rule that left a line out, by the line's index; each rule sees what is left."""
    fates: dict[int, str] = {}
    for name, rule in rules.items():
        left = [i for i in range(len(lines)) if i not in fates]
        fates |= {left[i]: name for i in rule([lines[i] for i in left])}
    return fates


def _joined(lines: Mapping[int, str]) -> list[str]:
    """Put sentences together that the page's layout has broken over two neighbouring rows."""
    parts: list[list[str]] = []
    before = -1
    for place, line in lines.items():
        if parts and place == before + 1 and _is_broken(parts[-1][-1], line):
            parts[-1].append(line)
        else:
            parts.append([line])
        before = place
    return [" ".join(part) for part in parts]


def _is_broken(line: str, following: str) -> bool:
    if ends_sentence(line) or line.endswith(_LISTED) or _BULLET.match(following):
        return False
    if following[0].islower():
        return True
    if _BULLET.match(line) or not ends_sentence(following) or word_count(line) < _MIN_BROKEN_WORDS:
        return False
    return word_count(line) >= _MIN_SURE_WORDS or _OPEN_END.search(line) is not None
