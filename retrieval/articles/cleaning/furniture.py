"""Lines that belong to any page's furniture: menus, buttons, boxes, notices, cookie notices.

A site's cookie notice speaks in its own voice to the visitor ("we", "our site", "your browser"),
outside quotation marks, and stands around buttons. Its weaker paragraphs count only beside such
signs, so a report on a privacy law stays whole.
"""

import re
from collections.abc import Iterable, Sequence

from retrieval.articles.cleaning import page_words
from retrieval.articles.cleaning.page_lines import ends_sentence, word_count
from retrieval.articles.cleaning.page_words import plain

_MAX_LABEL_WORDS = 10
_MAX_NOTICE_WORDS = 60
_MAX_TEASER_WORDS = 25
_MAX_HEADLINE_WORDS = 16
_MAX_PITCH_WORDS = 50
_MAX_PITCH_LINES = 4
_MIN_CRUMBS, _MAX_CRUMB_WORDS = 3, 4


def furniture_lines(lines: Sequence[str]) -> set[int]:
    """Give the indexes of menu words, buttons, invitations and notices."""
    marked = {i for i, line in enumerate(lines) if _is_furniture(line)}
    return marked | _doubtful_labels(lines, marked)


def box_lines(lines: Sequence[str]) -> set[int]:
    """Give the indexes of boxes of links, about the author or for a newsletter, and breadcrumbs."""
    marked = {i for i, line in enumerate(lines) if _is_breadcrumb(line)} - _tables(lines)
    last_prose = _last_prose(lines)
    i = 0
    while i < len(lines):
        end = _box_end(lines, i, last_prose)
        marked.update(range(i, end))
        i = max(end, i + 1)
    return marked


def box_headers(lines: Sequence[str]) -> set[int]:
    """Give the indexes of headers of boxes alone: an extractor has left out what was in them."""
    return {
        i
        for i, line in enumerate(lines)
        if page_words.MORE.fullmatch(_label_text(line) or "-") and not _heads_prose(lines, i)
    }


def _heads_prose(lines: Sequence[str], i: int) -> bool:
    """Tell whether a full paragraph follows, whose heading the line then is."""
    return any(ends_sentence(x) and word_count(x) > _MAX_TEASER_WORDS for x in lines[i + 1 : i + 2])


def starts_box(line: str) -> bool:
    """Tell whether a box of links, about the author or for a newsletter begins, or the footer."""
    text = _label_text(line)
    boxes = (page_words.MORE, page_words.ABOUT, page_words.LETTER)
    is_box = text is not None and any(box.fullmatch(text) for box in boxes)
    return is_box or page_words.FOOTER.match(page_words.plain(line)) is not None


def _box_end(lines: Sequence[str], i: int, last_prose: int) -> int:
    """Give where the box that begins at a line ends; the line itself if none begins."""
    text = _label_text(lines[i])
    if text is None:
        return i
    if page_words.MORE.fullmatch(text):
        return _teasers_end(lines, i, last_prose)
    if page_words.ABOUT.fullmatch(text):
        return min(i + 2, len(lines))
    if page_words.LETTER.fullmatch(text):
        return _pitch_end(lines, i)
    return i


def _teasers_end(lines: Sequence[str], header: int, last_prose: int) -> int:
    """Headlines belong to the box; at the page's end also the sentences that stand with them."""
    end = header + 1
    while end < len(lines) and _is_headline(lines[end]):
        end += 1
    rest = range(header + 1, len(lines))
    headlines = sum(_is_headline(lines[i]) for i in rest)
    only_teasers = header > last_prose >= 0 and 2 * headlines >= len(rest)
    return len(lines) if only_teasers else end


def _is_headline(line: str) -> bool:
    return word_count(line) <= _MAX_HEADLINE_WORDS and not ends_sentence(line)


def _pitch_end(lines: Sequence[str], header: int) -> int:
    """What a newsletter box says between its header and its last button belongs to it."""
    end = header + 1
    for i in range(header + 1, min(header + 1 + _MAX_PITCH_LINES, len(lines))):
        if _is_furniture(lines[i]):
            end = i + 1
        elif word_count(lines[i]) > _MAX_PITCH_WORDS:
            break
    return end


def _is_furniture(line: str) -> bool:
    words = word_count(line)
    if words > _MAX_NOTICE_WORDS:
        return False
    label = _label_text(line)
    if label is not None and page_words.LABEL.fullmatch(label.rstrip(".")):
        return True
    text = page_words.plain(line)
    if words <= _MAX_TEASER_WORDS and _is_foreign_label(text.rstrip(" :›»>")):
        return True
    return bool(
        page_words.BUTTON.fullmatch(text)
        or page_words.PAYWALL.fullmatch(text.rstrip(" .!»›>"))
        or page_words.CREDITS.fullmatch(line)
        or page_words.INVITATION.match(text.lstrip("[("))
        or page_words.FOOTER.match(text)
        or page_words.NOTICE.search(text)
        or (page_words.REPUBLISHED.match(text) and page_words.SITE_VOICE.search(text))
    )


def _is_foreign_label(text: str) -> bool:
    return text in page_words.FOREIGN_LABELS or page_words.FOREIGN_FORM.fullmatch(text) is not None


def _doubtful_labels(lines: Sequence[str], marked: set[int]) -> set[int]:
    """Words that may be a menu entry or a heading: furniture beside furniture or at an edge."""
    doubtful = {
        i
        for i, line in enumerate(lines)
        if page_words.DOUBTFUL_LABEL.fullmatch(_label_text(line) or "-")
    }
    beside = marked | doubtful | {-1, len(lines)}
    return {i for i in doubtful if i - 1 in beside or i + 1 in beside}


def _label_text(line: str) -> str | None:
    if word_count(line) > _MAX_LABEL_WORDS:
        return None
    text = page_words.plain(line).strip(' \t:…!»›→▸▼▾+-–—<>|•*"')
    return text.rstrip(". ") if text.endswith("..") else text


def _is_breadcrumb(line: str) -> bool:
    crumbs = page_words.CRUMB_SIGN.split(line)
    return (
        len(crumbs) >= _MIN_CRUMBS
        and not ends_sentence(line)
        and not any(map(str.isdigit, line))
        and all(word_count(crumb) <= _MAX_CRUMB_WORDS for crumb in crumbs)
    )


def _tables(lines: Sequence[str]) -> set[int]:
    """Give the indexes of neighbouring rows with the same number of cells, which are a table."""
    cells = [len(page_words.CRUMB_SIGN.split(line)) for line in lines]
    pairs = (i for i in range(len(lines) - 1) if cells[i] == cells[i + 1] >= _MIN_CRUMBS)
    return {place for i in pairs for place in (i, i + 1)}


def _last_prose(lines: Sequence[str]) -> int:
    """Give the index of the last line too long to be a teaser; -1 if there is none."""
    for i in range(len(lines) - 1, -1, -1):
        if ends_sentence(lines[i]) and word_count(lines[i]) > _MAX_TEASER_WORDS:
            return i
    return -1


_MAX_BUTTON_WORDS = 8
_MAX_SWITCH_LABEL_WORDS = 12
_MIN_TERMS = 3

_QUOTATION = re.compile(
    r"“[^”]*(?:”|$)|«[^»]*(?:»|$)|(?<!\w)‘[^’]*’(?!\w)|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)"
)
_HINTS = ("cookie", "privacy", "consent", "tracking", "toggle", "rights", "device")

_BUTTON = page_words.furniture("consent button")

_LABEL = page_words.furniture("consent label")

_NOTICE = page_words.furniture("consent notice")
_PURPOSE = re.compile(
    r"\byou(?:r|rs)?\b|\bto (?:ensure|improve|enhance|personali[sz]e|provide|analy[sz]e|give|offer"
    r"|deliver|measure|show|remember|make)\b"
)
_DEMAND = page_words.furniture("consent demand")

_TERMS = re.compile(
    r"\b(?:cookies?|consents?|opt(?:ing)?[ -](?:out|in)|personal|privacy|third[ -]part(?:y|ies)"
    r"|browser|devices?|preferences|personali[sz]e\w*|advertis\w+|ads?|adverts|track\w*|gdpr|ccpa"
    r"|do not sell|identifiers|partners|legitimate interests?|subscription|ad-free)\b"
)
_VISITOR = re.compile(r"\byou(?:r|rs)?\b")
_SITE = re.compile(r"\b(?:our|us|we|these cookies|this (?:web)?site)\b")


def consent_lines(lines: Sequence[str]) -> set[int]:
    """Give the indexes of lines that ask for consent or explain it to the visitor."""
    marked = {i for i, line in enumerate(lines) if _is_sure(line)}
    _spread(lines, marked, range(len(lines)), step=1)
    _spread(lines, marked, range(len(lines) - 1, -1, -1), step=-1)
    return marked


def _spread(lines: Sequence[str], marked: set[int], order: Iterable[int], *, step: int) -> None:
    """Carry the mark on to neighbours that may belong, over one short line at most."""
    for i in order:
        beside = i - step in marked
        if i in marked or not (beside or i - 2 * step in marked):
            continue
        if (beside or _is_short(lines[i - step])) and _may_belong(lines[i]):
            marked |= {i, i - step}


def _is_sure(line: str) -> bool:
    text = plain(line)
    if word_count(line) <= _MAX_BUTTON_WORDS and _BUTTON.fullmatch(text.strip(" .!›→>×")):
        return True
    if not any(hint in text for hint in _HINTS):
        return False
    text = _unquoted(line)
    return bool(_DEMAND.search(text) or (_NOTICE.search(text) and _PURPOSE.search(text)))


def _may_belong(line: str) -> bool:
    if _is_short(line):
        return _LABEL.fullmatch(plain(line).strip(" .!:›→>-–")) is not None
    text = _unquoted(line)
    if not (_VISITOR.search(text) and _SITE.search(text)):
        return False
    return len({match[0] for match in _TERMS.finditer(text)}) >= _MIN_TERMS


def _is_short(line: str) -> bool:
    return word_count(line) <= _MAX_SWITCH_LABEL_WORDS and not ends_sentence(line)


def _unquoted(line: str) -> str:
    return plain(_QUOTATION.sub(" ", line))
