"""Captions and picture credits: what a page says of its pictures."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from retrieval.articles.cleaning.page_lines import is_prose, word_count
from retrieval.articles.cleaning.page_words import any_of
from retrieval.text.dates import MONTH_CUT, WEEKDAY

_MAX_WORDS = 60
_MAX_SCENE_WORDS = 40
_MIN_CAPTION_WORDS = 3
_MAX_CREDIT_WORDS = 12

_AGENCY = (
    r"(?:AP|AFP|Reuters|REUTERS|EPA|Getty(?: Images)?|TASS|Xinhua|Alamy|Bloomberg|dpa|DPA|PA|ANP)"
)
_CREDIT = any_of(
    rf"(?:/|\bvia ){_AGENCY}(?: (?:Photo|Images))?\b[^.]{{0,30}}\.?\)?$",
    r"\((?:AP Photo|Photos?|Photograph|Images?|File photo|Courtesy|Handout|Getty"
    rf"|[^()/]{{2,40}}/{_AGENCY})\b[^()]{{0,80}}\)\.?$",
    rf"\b{_AGENCY}/[A-Z][\w.'’-]+",
    r"\b(?:Photo|Photograph|Image|Picture|Illustration|Credit)(?: credit| by)? ?[:©]"
    r" ?[^.]{2,60}\.?$",
)
_OPENING = any_of(
    r"(?:Photos?|Photographs?|Images?|Pictures?|Illustrations?|Graphics?|Cartoon|Caption|Credit"
    r"|File(?: photo)?|FILE(?: PHOTO)?|PHOTO)(?: credit| by)?\s?[:©|]",
    r"(?:Photo|Illustration|File(?: photo)?|FILE(?: PHOTO)?|PHOTO)(?: credit| by)?(?:\s?[–—]| - )",
    r"(?:Photos?|Photographs?|Illustrations?|Image|Graphic) by [A-Z]",
    r"(?:In )?[Tt]his (?:\w+ ){0,3}(?:photo(?:graph)?|image|picture|screen ?shot|screen ?grab"
    r"|video grab),? (?:made|taken|released|provided|posted|obtained|shows|showing|from)\b",
)
_CELLS = " | "
_BYLINE = re.compile(r"(?:[A-Z][\w.'’-]*,? ){1,4}[/|] ?(?:[A-Z][\w.'’-]* ?){1,4}")
_SIDE = re.compile(
    r"\((?:(?:far|top|bottom|front|back|in|second|third|from|the) )*(?:left|right|cent(?:er|re)"
    r"|pictured)\)"
    r"|\(L\)(?=.*\(R\))|\(R\)(?=.*\(L\))"
)
_SENTENCE_BREAK = re.compile(r"[a-z\d][.!?][\"'”’)]* +[\"'“‘(]*[A-Z]")

# A picture's caption tells a scene: people or things, a participle, no finite verb, place and time.
_SCENE = re.compile(r"^(?:[\w'’.-]+ ){1,6}?[a-z]{2,}ing (?!that\b)")
_WHEN = re.compile(rf"\b(?:on|in) (?:{WEEKDAY}\b|{MONTH_CUT}|May|[12]\d\d\d\b)")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|am|has|have|had|does|did|do|will|would|can|could|may|might|must|should"
    r"|shall|say|says|said|told|tells|held|met|went|took|came|gave|made|saw|left|fell|rose|won|lost"
    r"|began|became|broke|brought|built|fought|found|got|grew|kept|knew|led|put|ran|sent|set|shot"
    r"|spoke|stood|struck|thought|wrote|wants?|seeks?|expects?|remains?|plans?|calls?|means|shows?"
    r"|\w{2,}ed|[\w]+n['’]t|(?:it|that|there|he|she|who|what)['’]s)\b"
)


def caption_lines(lines: Sequence[str], *, is_extracted: bool = False) -> set[int]:
    """Give the indexes of captions and credits; of an extracted page's not what tells a story."""
    marked = {
        i
        for i, line in enumerate(lines)
        if _is_caption(line) and not (is_extracted and _is_told(line))
    }
    for i in sorted(marked):
        marked |= set(_copies_below(lines, i))
    first = next((i for i, line in enumerate(lines) if is_prose(line)), -1)
    is_table = _CELLS in "".join(lines[first + 2 : first + 3])  # "Name | Name" heads one as well
    below = lines[first + 1] if first + 1 < len(lines) else ""
    is_repeated = first >= 0 and below.startswith(lines[first])  # that sentence stays
    if below and _is_bare_credit(below) and not is_table and not is_repeated:
        marked |= {first, first + 1}
    return marked


def _copies_below(lines: Sequence[str], i: int) -> Iterator[int]:
    """Give the lines right below a caption that show it again, or the text that it doubles."""
    shown = {lines[i], lines[i][: (len(lines[i]) + 1) // 2].strip()}
    return takewhile(lambda place: lines[place] in shown, range(i + 1, len(lines)))


def scene_lines(lines: Sequence[str]) -> set[int]:
    """Give the indexes of captions that only their grammar shows; for the head of a page alone."""
    return {i for i, line in enumerate(lines) if _is_scene(line)}


def _is_caption(line: str) -> bool:
    words = word_count(line)
    if words > _MAX_WORDS or len(_SENTENCE_BREAK.findall(line)) > 1:
        return False
    return bool(
        _CREDIT.search(line)
        or _OPENING.match(line)
        or (_SIDE.search(line) and not _SENTENCE_BREAK.search(line))
        or _is_doubled(line)
    )


def _is_told(line: str) -> bool:
    """Tell whether (left) or "via Reuters" stands in a sentence that tells what was."""
    is_sure = _OPENING.match(line) or _is_doubled(line) or line.endswith(")")
    return not is_sure and _FINITE.search(_SIDE.sub("", line)) is not None


def _is_bare_credit(line: str) -> bool:
    """Tell whether a line names a photographer; the page's first sentence above is a caption."""
    return word_count(line) <= _MAX_CREDIT_WORDS and bool(
        _BYLINE.fullmatch(line) or _CREDIT.search(line) or _OPENING.match(line)
    )


def _is_scene(line: str) -> bool:
    return (
        word_count(line) <= _MAX_SCENE_WORDS
        and _SCENE.match(line) is not None
        and _WHEN.search(line) is not None
        and not _FINITE.search(line)
        and not _SENTENCE_BREAK.search(line)
    )


def _is_doubled(line: str) -> bool:
    """Tell whether the line is one text twice, as alternative text and caption run together."""
    half, odd = divmod(len(line), 2)
    first, second = line[: half + odd].strip(), line[half:].strip()
    return first == second and word_count(first) >= _MIN_CAPTION_WORDS
