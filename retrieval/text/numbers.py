"""Numbers in running text as comparable values: 'three-hour' and '3 hours' are the same one.

In words and digits: 'two and a half million', '1.5bn', 'two-thirds'.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
CARDINALS: dict[str, float] = {word: float(n) for n, word in enumerate(_SMALL.split())} | {
    word: (n + 2) * 10.0 for n, word in enumerate(_TENS.split())
}
_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth "
    "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
ORDINALS: dict[str, float] = {word: float(n + 1) for n, word in enumerate(_ORDINAL_WORDS.split())}
SCALES: dict[str, float] = {
    "hundred": 1e2,
    "thousand": 1e3,
    "k": 1e3,
    "million": 1e6,
    "mln": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bln": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "tn": 1e12,
    "dozen": 12,
}
_SHORT_SCALES = frozenset({"k", "m", "bn", "tn", "mln", "bln"})
_PARTS: dict[str, float] = {"half": 1 / 2, "quarter": 1 / 4, "third": 1 / 3, "fifth": 1 / 5}
_TOKEN = re.compile(
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)|(?P<word>[A-Za-z]+)|(?P<sign>[$€£%])"
)
_ROUND = 20
_TEN = 10


def counted(number: int, noun: str) -> str:
    """Give '1 article' or '2 articles'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class NumberToken:
    """A run of digits, a lower-cased word or a sign, with its place in the text."""

    text: str
    kind: str
    start: int
    end: int


def tokens_of(text: str) -> list[NumberToken]:
    """Give the digits, words and signs of a text, in order."""
    return [NumberToken(m[0].lower(), str(m.lastgroup), *m.span()) for m in _TOKEN.finditer(text)]


def words_at(tokens: Sequence[NumberToken], at: int, count: int) -> list[str]:
    """Give the texts of up to `count` tokens from `at` on."""
    return [token.text for token in tokens[at : at + count]]


def read_number(tokens: Sequence[NumberToken], at: int) -> tuple[float, int] | None:
    """Read the longest number that starts at a token: its value and how many tokens it takes.

    Shares are fractions (half is .5). None where no number starts, as behind the last token.
    """
    if at >= len(tokens):
        return None
    if (share := _share(tokens, at)) is not None:
        return share
    if words_at(tokens, at, 1) == ["twice"]:
        return 2, 1
    start = _digits(tokens, at) or _below_hundred(tokens, at) or _article_scale(tokens, at)
    if start is None:
        return None
    value, used = start
    value, used = _scaled(tokens, at, value, used)
    half, more = read_and_a_half(tokens, at + used)
    scale = SCALES.get("".join(words_at(tokens, at + used + more, 1))) if half else None
    return ((value + half) * scale, used + more + 1) if scale else (value + half, used + more)


def read_and_a_half(tokens: Sequence[NumberToken], at: int) -> tuple[float, int]:
    """Read 'and a half' or 'and half': what it adds and how many tokens it takes."""
    words = words_at(tokens, at, 3)
    if words == ["and", "a", "half"]:
        return 0.5, 3
    return (0.5, 2) if words[:2] == ["and", "half"] else (0.0, 0)


def is_part_word(tokens: Sequence[NumberToken], at: int) -> bool:
    """Tell whether an ordinal-looking word is a fraction, as in 'a third of'."""
    singular = at > 0 and tokens[at - 1].text in {"a", "one"}
    return tokens[at].text in _PARTS and singular and words_at(tokens, at + 1, 1) == ["of"]


def _share(tokens: Sequence[NumberToken], at: int) -> tuple[float, int] | None:
    words = words_at(tokens, at, 3)
    if words[0] == "half":
        article = 1 if words[1:2] in (["a"], ["an"]) else 0
        scale = SCALES.get("".join(words[1 + article : 2 + article]))
        return (0.5 * scale, 2 + article) if scale else (0.5, 1 + article)
    part = "".join(words[1:2])
    if part.rstrip("s") in _PARTS:
        count = CARDINALS.get(words[0], 1 if words[0] == "a" else 0)
        if count and (part.endswith("s") or words[2:] == ["of"]):
            return count * _PARTS[part.rstrip("s")], 2
    return None


def _digits(tokens: Sequence[NumberToken], at: int) -> tuple[float, int] | None:
    token = tokens[at]
    return (float(token.text.replace(",", "")), 1) if token.kind == "digits" else None


def _below_hundred(tokens: Sequence[NumberToken], at: int) -> tuple[float, int] | None:
    words = words_at(tokens, at, 2)
    value = CARDINALS.get(words[0]) if words else None
    if value is None:
        return None
    unit = CARDINALS.get("".join(words[1:]), 0)
    return (value + unit, 2) if value >= _ROUND and 0 < unit < _TEN else (value, 1)


def _article_scale(tokens: Sequence[NumberToken], at: int) -> tuple[float, int] | None:
    words = words_at(tokens, at, 2)
    if words[0] in {"a", "an"} and words[1:] and words[1] in SCALES.keys() - _SHORT_SCALES:
        return 1.0, 1
    return (1.0, 0) if words[0] == "dozen" else None


def _scaled(tokens: Sequence[NumberToken], at: int, value: float, used: int) -> tuple[float, int]:
    """Multiply by the scale words that follow and add the rest ('two hundred and fifty')."""
    while (token := next(iter(tokens[at + used : at + used + 1]), None)) and token.text in SCALES:
        if token.text in _SHORT_SCALES and tokens[at + used - 1].kind != "digits":
            break
        value *= SCALES[token.text]
        used += 1
        joined = words_at(tokens, at + used, 1) == ["and"]
        rest = _below_hundred(tokens, at + used + joined)
        if rest and token.text in {"hundred", "thousand"}:
            value, used = value + rest[0], used + joined + rest[1]
    return value, used
