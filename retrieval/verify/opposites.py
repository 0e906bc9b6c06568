"""Words of opposite meaning, and words that stand on the same side: a list, and prefixes."""

from collections.abc import Iterable
from functools import cache

from retrieval.text.words import list_lines, stem

_OPPOSITE_PREFIXES = ("un", "in", "im", "dis", "non", "mis", "anti")
_MIN_STEM_CHARS = 5


def are_opposite(one: str, other: str) -> bool:
    """Tell whether two words are opposites: in the list of this module, or by a prefix (un-).

    A verb with its particle is one word, as in 'give-up'.
    """
    return _stem(other) in _table().get(_stem(one), frozenset()) or _by_prefix(one, other)


def are_allied(one: str, other: str) -> bool:
    """Tell whether two words stand on the same side of an axis, as 'closed' and 'shut' do."""
    return _stem(other) in _allies().get(_stem(one), frozenset())


def is_phrasal(verb: str, particle: str) -> bool:
    """Tell whether the list knows the verb with its particle, such as 'broke' with 'off'."""
    return f"{stem(verb)}-{particle}" in _table()


def _by_prefix(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _MIN_STEM_CHARS and any(
        longer.startswith(prefix) and stem(longer.removeprefix(prefix)) == stem(shorter)
        for prefix in _OPPOSITE_PREFIXES
    )


@cache
def _table() -> dict[str, frozenset[str]]:
    """Give the opposites of each word."""
    return _joined(pair for here, there in _axes() for pair in ((here, there), (there, here)))


@cache
def _allies() -> dict[str, frozenset[str]]:
    """Give the words that stand beside each word."""
    return _joined((side, side) for sides in _axes() for side in sides)


def _joined(pairs: Iterable[tuple[frozenset[str], frozenset[str]]]) -> dict[str, frozenset[str]]:
    table: dict[str, frozenset[str]] = {}
    for here, there in pairs:
        for one in here:
            table[one] = table.get(one, frozenset()) | there
    return table


def _axes() -> list[list[frozenset[str]]]:
    axes = (line.split("|") for line in list_lines("opposites"))
    return [[frozenset(map(_stem, side.split())) for side in axis] for axis in axes]


def _stem(word: str) -> str:
    verb, dash, particle = word.partition("-")
    return f"{stem(verb)}{dash}{particle}"
