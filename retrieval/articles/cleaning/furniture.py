"""Lines that belong to any page's furniture: menus, buttons, boxes, notices, lists of links."""

from collections.abc import Sequence

from retrieval.articles.cleaning import page_words
from retrieval.articles.cleaning.page_lines import ends_sentence, word_count

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
        i for i, line in enumerate(lines) if page_words.MORE.fullmatch(_label_text(line) or "-")
    }


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
    return bool(
        page_words.BUTTON.fullmatch(text)
        or page_words.INVITATION.match(text)
        or page_words.FOOTER.match(text)
        or page_words.NOTICE.search(text)
        or (page_words.REPUBLISHED.match(text) and page_words.SITE_VOICE.search(text))
    )


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
