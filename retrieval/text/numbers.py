"""Numbers in running text as comparable values: 'three-hour' and '3 hours' are the same one.

In words and digits: 'two and a half million', '1.5bn', 'two-thirds'.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.types import Span

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

    Shares are fractions (half is .5). None where no number starts.
    """
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


_UNITS: dict[str, tuple[str, float]] = {
    "second": ("seconds", 1),
    "minute": ("seconds", 60),
    "min": ("seconds", 60),
    "hour": ("seconds", 3600),
    "hr": ("seconds", 3600),
    "day": ("seconds", 86_400),
    "week": ("seconds", 604_800),
    "fortnight": ("seconds", 1_209_600),
    "month": ("months", 1),
    "year": ("months", 12),
    "decade": ("months", 120),
    "century": ("months", 1200),
    "centurie": ("months", 1200),
    "%": ("share", 0.01),
    "percent": ("share", 0.01),
    "percentage": ("share", 0.01),
    "kilometer": ("metres", 1000),
    "kilometre": ("metres", 1000),
    "km": ("metres", 1000),
    "meter": ("metres", 1),
    "metre": ("metres", 1),
    "mile": ("miles", 1),
    "ton": ("tons", 1),
    "tonne": ("tons", 1),
    "$": ("dollars", 1),
    "dollar": ("dollars", 1),
    "€": ("euros", 1),
    "euro": ("euros", 1),
    "£": ("pounds", 1),
    "pound": ("pounds", 1),
    "ruble": ("rubles", 1),
    "rouble": ("rubles", 1),
}
_LONE = frozenset(
    {"hour", "decade", "century", "fortnight"}
)  # 'an hour' is a length, 'a day' may not be, and 'a second' is mostly another
_VAGUE = re.compile(r"(dozen|hundred|thousand|million|billion|ten|score)s")
_MORE = re.compile(r"\b(?:more than|over|at least|above|upwards of|exceed\w*|no fewer than)\s+\$?$")
_LESS = re.compile(r"\b(?:fewer than|less than|under|below|at most|up to|no more than)\s+\$?$")
_DESIGNATION = re.compile(r"(?:[A-Za-z]|\b[A-Z][A-Za-z]{0,2}[-‑])$")
"""What stands before the digits of a name: G20, Su-24, MiG-29."""
_LOOK_BACK_CHARS = 24
_ALIKE = 1e-6
_YEARS = range(1000, 2101)
_YEAR_DIGITS = 4

Form = Literal["amount", "ordinal", "year", "vague"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number of a text: `value` in the family's first unit, such as seconds or months.

    `unit` is the family ("seconds", "months", "share", "dollars", ...) or "" for plain counts.
    `bound` is ">" for 'more than', "<" for 'less than', else "".
    """

    value: float
    span: Span
    unit: str = ""
    form: Form = "amount"
    bound: str = ""

    def agrees(self, other: "Quantity") -> bool:
        """Tell whether the other number may stand for this one."""
        same = abs(self.value - other.value) <= _ALIKE * max(1.0, self.value, other.value)
        if {"vague", "ordinal"} & {self.form, other.form} and self.form != other.form:
            return False
        opposite = {self.bound, other.bound} == {"<", ">"}
        mixed = bool(self.unit and other.unit and self.unit != other.unit)
        return same and not opposite and not mixed


def quantities(text: str, *, skip: Sequence[Span] = (), loose: bool = False) -> list[Quantity]:
    """Give the numbers of a text in order, written in digits or in words.

    A bare 'one' and the digits of names (Su-24, G20) are no numbers.

    Args:
        text: Any text.
        skip: Stretches to leave out, such as dates that were read already.
        loose: Also read 'a year' as one year: for texts in which numbers are looked up.
    """
    tokens = tokens_of(text)
    found: list[Quantity] = []
    at = 0
    while at < len(tokens):
        quantity, used = _read(text, tokens, at, loose=loose)
        if quantity is not None and not _overlaps(quantity.span, skip):
            found.append(quantity)
        at += max(used, 1)
    return found


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _read(
    text: str, tokens: Sequence[NumberToken], at: int, *, loose: bool
) -> tuple[Quantity | None, int]:
    token = tokens[at]
    if token.kind == "digits" and _DESIGNATION.search(text[max(0, token.start - 4) : token.start]):
        return None, 1
    if _VAGUE.fullmatch(token.text):
        value = SCALES.get(token.text[:-1], 1)
        return Quantity(value=value, form="vague", span=(token.start, token.end)), 1
    if (ordinal := _ordinal(tokens, at)) is not None:
        return ordinal, 1
    number = read_number(tokens, at) or _lone_unit(tokens, at, loose=loose)
    if number is None:
        return None, 1
    return _quantity(text, tokens, at, number)


def _ordinal(tokens: Sequence[NumberToken], at: int) -> Quantity | None:
    token = tokens[at]
    value, end = ORDINALS.get(token.text), token.end
    suffix = next(iter(tokens[at + 1 : at + 2]), None)
    suffixed = suffix is not None and suffix.text in {"st", "nd", "rd", "th"}
    if token.kind == "digits" and suffix and suffixed and suffix.start == token.end:
        value, end = float(token.text.replace(",", "")), suffix.end
    if value is None or is_part_word(tokens, at):
        return None
    return Quantity(value=value, form="ordinal", span=(token.start, end))


def _lone_unit(tokens: Sequence[NumberToken], at: int, *, loose: bool) -> tuple[float, int] | None:
    words = words_at(tokens, at, 2)
    if words[0] not in {"a", "an"} or len(words) == 1:
        return None
    half = bool(read_and_a_half(tokens, at + 2)[1])
    counts = words[1] in _LONE or ((loose or half) and words[1] in _UNITS.keys() - {"second"})
    return (1.0, 1) if counts else None


def _quantity(
    text: str, tokens: Sequence[NumberToken], at: int, number: tuple[float, int]
) -> tuple[Quantity | None, int]:
    value, used = number
    first, last = tokens[at], tokens[at + used - 1]
    unit, unit_tokens = _unit(tokens, at, at + used)
    if unit_tokens:
        half, more = read_and_a_half(tokens, at + used + unit_tokens)
        value, used = value + half, used + unit_tokens + more
    span = (first.start, tokens[at + used - 1].end)
    unit = unit or _unit_of_range(text, tokens, at + used)
    if unit is None and last is first and _is_year(first, value):
        decade = "decade" if text[span[1] : span[1] + 1] == "s" else ""
        return Quantity(value=value, unit=decade, form="year", span=span), used
    if unit is None and words_at(tokens, at, used) == ["one"]:
        return None, used
    family, factor = unit or ("", 1.0)
    bound = _bound(text, span[0])
    return Quantity(value=value * factor, unit=family, span=span, bound=bound), used


def _is_year(token: NumberToken, value: float) -> bool:
    return token.text.isdigit() and len(token.text) == _YEAR_DIGITS and value in _YEARS


def _unit(
    tokens: Sequence[NumberToken], at: int, after: int
) -> tuple[tuple[str, float] | None, int]:
    """Give the unit of the number and how many tokens behind the number it takes."""
    if at and tokens[at - 1].kind == "sign" and tokens[at - 1].text != "%":
        return _UNITS[tokens[at - 1].text], 0
    words = words_at(tokens, after, 2)
    if words == ["per", "cent"]:
        return _UNITS["percent"], 2
    unit = _UNITS.get(words[0]) or _UNITS.get(words[0].removesuffix("s")) if words else None
    return unit, 1 if unit else 0


def _unit_of_range(
    text: str, tokens: Sequence[NumberToken], after: int
) -> tuple[str, float] | None:
    """Give the unit of a range's other end: '10 to 20%', '3–4 hours'."""
    dash = after < len(tokens) and text[tokens[after - 1].end : tokens[after].start].strip()
    worded = words_at(tokens, after, 1) in (["to"], ["or"])
    upper = after + worded
    if (worded or dash in {"-", "–"}) and (end := read_number(tokens, upper)) and end[1]:
        return _unit(tokens, upper, upper + end[1])[0]
    return None


def _bound(text: str, start: int) -> str:
    lead = text[max(0, start - _LOOK_BACK_CHARS) : start].lower()
    return ">" if _MORE.search(lead) else "<" if _LESS.search(lead) else ""
