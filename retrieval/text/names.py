"""Names in a text, and whether another text holds them, in whatever form it writes them."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from retrieval.text.words import Word, fold, is_common, list_lines, words
from retrieval.types import Span

SAME: dict[str, tuple[str, ...]] = {
    name: tuple(forms) for name, *forms in (line.split(" | ") for line in list_lines("same_names"))
}
"""Each name with its other forms; those in capitals count only when written in capitals."""
SEATS: dict[str, str] = dict(line.split(" | ") for line in list_lines("seats_of_government"))
"""Seats of government that news writes for the government."""
_LONGEST_ALIAS_WORDS = 7
_MIN_SHARED_CHARS = 4
_MAX_ENDING_CHARS = 3
_LONG_NAME_CHARS = 6
_SWAPPED = 2
_ENDINGS = frozenset(
    ("/a/an/ans/ia/ian/ians/i/is/s/n/ns/ish/ese/iot/y/ya/en/ens/ite/ites/ist/ists/e/k/ey/ei").split(
        "/"
    )
)
"""How a place and its people differ behind the stem they share: Syria, Syrian; Kurds, Kurdish."""
_IN_BRACKETS = re.compile(r"(?P<whole>.+?)\s*\((?P<short>[A-Z0-9][A-Z0-9./&-]+)\)")
_I = re.compile(r"I(?:['’](?:m|d|ll|ve))?")
_PLACE_LEADS = frozenset({"in", "at", "from", "to", "near", "outside", "around"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name as a text gives it; `key` is the form that its aliases share."""

    text: str
    key: str
    span: Span
    initial: bool
    after: str


def names(text: str) -> list[Name]:
    """Give the capitalised words of a text, those of known longer names as one.

    The first word of a sentence is among them, marked `initial`: it may be no name at all. In a
    text without any capital, as people type, the words that are not common count as names.
    """
    found = _words_with_aliases(text)
    if text == text.lower():
        return [replace(name, initial=True) for name in found if not is_common(name.key)]
    pairs = zip([None, *found], found, strict=False)
    return [
        name
        for before, name in pairs
        if (name.text[:1].isupper() or name.key in SAME) and not _is_speaker(name, before)
    ]


def _is_speaker(name: Name, before: Name | None) -> bool:
    """Tell whether a word is 'I', which is no name but behind one ('World War I')."""
    behind_name = before is not None and before.text[:1].isupper() and not before.initial
    return _I.fullmatch(name.text) is not None and not behind_name


class NameIndex:
    """What a text holds, by every form under which one of its names may be asked for."""

    def __init__(self, text: str) -> None:
        forms = _words_with_aliases(text)
        self._keys = {_plain(key) for name in forms for key in (name.key, fold(name.text))}
        self._capitals = {name.key for name in forms if name.text[:1].isupper()}
        self._acronyms = _acronyms(words(text))

    def holds(self, name: Name, *, lenient: bool = False) -> bool:
        """Tell whether the text holds the name or another form of it.

        A lenient look also lets a seat of government stand for its country, and the other way, and
        forgives a slip in the spelling of a long name.
        """
        key = _plain(name.key)
        if key in self._keys or any(_kin(key, other) for other in self._capitals):
            return True
        if self._acronyms & {key.upper(), name.text.replace(".", "")}:
            return True
        return lenient and (self._holds_seat(name) or self._holds_misspelt(key))

    def _holds_misspelt(self, key: str) -> bool:
        return len(key) >= _LONG_NAME_CHARS and any(_one_slip(key, one) for one in self._capitals)

    def _holds_seat(self, name: Name) -> bool:
        if any(SEATS.get(key) == name.key for key in self._keys & SEATS.keys()):
            return True
        country = SEATS.get(name.key)
        return country in self._keys and name.after not in _PLACE_LEADS


def short_name(name: str) -> str:
    """Give the acronym that a name holds of itself in brackets, else the name as it is."""
    held = _IN_BRACKETS.fullmatch(name)
    if held is None:
        return name
    initials = iter(word.text[0].upper() for word in words(held["whole"].replace("/", " ")))
    letters = [letter for letter in held["short"] if letter.isalnum()]
    return held["short"] if all(letter in initials for letter in letters) else name


def _plain(key: str) -> str:
    """Give a key as those write it who leave apostrophes out: 'Ba’ath' and 'Baath' are one."""
    return key.replace("’", "").replace("'", "")


def _kin(one: str, other: str) -> bool:
    """Tell whether two keys differ only as a country and its people do."""
    shared = _shared_start(one, other)
    rests = (one[shared:], other[shared:])
    return (
        shared >= _MIN_SHARED_CHARS
        and all(rest in _ENDINGS for rest in rests)
        and max(map(len, rests)) <= _MAX_ENDING_CHARS
    )


def _shared_start(one: str, other: str) -> int:
    """Count the letters with which both words begin."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _one_slip(one: str, other: str) -> bool:
    """Tell whether one letter changed, added, left out or swapped makes one word of the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    head = _shared_start(one, other)
    tail = _shared_start(one[head:][::-1], other[head:][::-1])
    left, right = one[head : len(one) - tail], other[head : len(other) - tail]
    return max(len(left), len(right)) <= 1 or (left == right[::-1] and len(left) <= _SWAPPED)


def _words_with_aliases(text: str) -> list[Name]:
    """Give every word, with the words of a known longer name or alias taken together."""
    all_words = words(text)
    found: list[Name] = []
    at = 0
    while at < len(all_words):
        size, key = _alias_at(all_words, at)
        first, last = all_words[at], all_words[at + size - 1]
        span = (first.span[0], last.span[1])
        found.append(
            Name(
                text=first.text if size == 1 else text[slice(*span)],
                key=key or first.key,
                span=span,
                initial=first.initial and size == 1,
                after=all_words[at - 1].key if at else "",
            )
        )
        at += size
    return found


def _alias_at(all_words: Sequence[Word], at: int) -> tuple[int, str | None]:
    table = _forms()
    for size in range(min(_LONGEST_ALIAS_WORDS, len(all_words) - at), 0, -1):
        run = all_words[at : at + size]
        key = table.get(" ".join(w.key for w in run))
        if key and run[0].is_capital and _written_so(key, run):
            return size, key
    return 1, None


def _written_so(key: str, run: Sequence[Word]) -> bool:
    """Refuse 'Us' or 'Is' for the acronyms of the same letters."""
    if len(run) > 1:
        return True
    form = run[0].text.replace(".", "")
    if form.upper() in SAME.get(key, ()):
        return form.isupper()
    return True


@cache
def _forms() -> dict[str, str]:
    pairs = [(fold(form), key) for key, others in SAME.items() for form in (key, *others)]
    return dict(pairs) | {seat: seat for seat in SEATS if " " in seat}


def _acronyms(all_words: Sequence[Word]) -> set[str]:
    """Give the acronyms that the text's runs of capitals spell, small words between left out."""
    found: set[str] = set()
    for run in _capital_runs(all_words):
        for start in range(len(run)):
            for end in range(start + 2, len(run) + 1):
                found.add("".join(run[start:end]))
    return found


def _capital_runs(all_words: Sequence[Word]) -> Iterable[list[str]]:
    run: list[str] = []
    for word in all_words:
        if word.is_capital:
            run.append(word.text[0])
        elif not (run and re.fullmatch(r"of|the|and|for|on|in|al", word.key)):
            yield run
            run = []
    yield run
