"""Passages that say the same in nearly the same words, as when papers print one agency text."""

import re
from collections.abc import Iterator

_WORD = re.compile(r"\w+")
_SPELT_NUMBERS = frozenset(
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred"
    " hundreds thousand thousands million millions billion billions dozen dozens".split()
)
_SHINGLE_WORDS = 4
# Four in five shingles in common: an edited sentence or two in a passage, not a shared quotation.
_SAME_SHARE = 0.8


class Seen:
    """The passages shown so far."""

    def __init__(self) -> None:
        self._kept: list[tuple[frozenset[str], list[str]]] = []

    def is_new(self, text: str) -> bool:
        """Tell whether no passage so far says nearly the same, and remember it if so.

        Passages whose numbers differ are never the same: 'killed 12' and 'killed 14' are two
        reports, and a reader has to see both.
        """
        words = _WORD.findall(text.casefold())
        numbers = [word for word in words if word[0].isdigit() or word in _SPELT_NUMBERS]
        shingles = frozenset(_shingles(words))
        for known, known_numbers in self._kept:
            fewer = min(len(shingles), len(known))
            shared = len(shingles & known)
            if numbers == known_numbers and shared and shared >= _SAME_SHARE * fewer:
                return False
        self._kept.append((shingles, numbers))
        return True


def _shingles(words: list[str]) -> Iterator[str]:
    for at in range(max(1, len(words) - _SHINGLE_WORDS + 1)):
        yield " ".join(words[at : at + _SHINGLE_WORDS])
