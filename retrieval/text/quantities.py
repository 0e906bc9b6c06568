"""The numbers of a text with their units, as values that can be compared: 3 hours, 180 minutes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from retrieval.text.numbers import (
    CARDINALS,
    ORDINALS,
    SCALES,
    NumberToken,
    is_part_word,
    read_and_a_half,
    read_number,
    tokens_of,
    words_at,
)
from retrieval.text.words import is_small, list_lines, words
from retrieval.types import Span

_UNITS = {unit: (family, float(size)) for unit, family, size in map(str.split, list_lines("units"))}
_LONE = frozenset(
    {"hour", "decade", "century", "fortnight"}
)  # 'an hour' is a length, 'a day' may not be, and 'a second' is mostly another
_VAGUE = re.compile(r"(dozen|hundred|thousand|million|billion|ten|score)s")
_MORE = re.compile(r"\b(?:more than|over|at least|above|upwards of|exceed\w*|no fewer than)\s+\$?$")
_LESS = re.compile(r"\b(?:fewer than|less than|under|below|at most|up to|no more than)\s+\$?$")
_ABOUT = re.compile(
    r"\b(?:about|around|roughly|approximately|some|nearly|almost|an estimated|close to|circa)"
    r"\s+\$?$"
)
_GROUPS: dict[str, float] = {
    **dict.fromkeys(("both", "couple", "pair", "duo", "twin", "twins"), 2.0),
    "trio": 3.0,
}
ROMAN: dict[str, float] = {
    numeral: n + 2.0 for n, numeral in enumerate("II III IV V VI VII VIII IX X XI XII".split())
}
"""How names are numbered: 'Pius XII'."""
_DESIGNATION = re.compile(r"(?:[A-Za-z]|\b[A-Z][A-Za-z]{0,2}[-‑])$")
"""What stands before the digits of a name: G20, Su-24, MiG-29."""
_LOOK_BACK_CHARS = 24
_ALIKE = 1e-6
_ROUNDED = 0.05
"""Of a number: how far 'about' or 'more than' may be from the exact one, at most."""
_YEARS = range(1000, 2101)
_YEAR_DIGITS = 4

Form = Literal["amount", "ordinal", "year", "vague"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """One number of a text: `value` in the family's first unit, such as seconds or months.

    `unit` is the family ("seconds", "months", "share", "dollars", ...) or "" for plain counts.
    `bound` is ">" for 'more than', "<" for 'less than', "~" for 'about', else ""; `step` is what
    its last digit that is not 0 counts.
    """

    value: float
    span: Span
    unit: str = ""
    form: Form = "amount"
    bound: str = ""
    step: float = 0.0

    def agrees(self, other: "Quantity") -> bool:
        """Tell whether the other number may stand for this one, which may be rounded."""
        off = other.value - self.value
        same = abs(off) <= _ALIKE * max(1.0, self.value, other.value)
        if self.form == other.form == "amount":
            far = min(self.step, 2 * _ROUNDED * self.value)
            same = same or {
                "~": abs(off) <= far / 2,
                ">": 0 < off < far,
                "<": -far < off < 0,
            }.get(self.bound, False)
        if {"vague", "ordinal"} & {self.form, other.form} and self.form != other.form:
            return False
        opposite = {self.bound, other.bound} == {"<", ">"}
        mixed = bool(self.unit and other.unit and self.unit != other.unit)
        return same and not opposite and not mixed


def quantities(text: str, *, skip: Sequence[Span] = (), loose: bool = False) -> list[Quantity]:
    """Give the numbers of a text in order, written in digits or in words, outside of `skip`.

    A bare 'one' and the digits of names (Su-24, G20) are no numbers. A loose reading also takes
    'a year' as one year: for texts in which numbers are looked up.
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


def numbered_things(text: str, counted: Sequence[Quantity]) -> set[tuple[str, float]]:
    """Give what has a number of its own: 'Season 7' and 'the seventh season' have the same."""
    found = set()
    all_words = words(text)
    for one in counted:
        if one.form == "ordinal":
            thing = next((word for word in all_words if word.span[0] >= one.span[1]), None)
        else:
            thing = next((w for w in reversed(all_words) if w.span[1] <= one.span[0]), None)
        if thing is not None and not one.unit and thing.carries_meaning:
            found.add((thing.stem, one.value))
    return found


def _overlaps(span: Span, others: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in others)


def _read(
    text: str, tokens: Sequence[NumberToken], at: int, *, loose: bool
) -> tuple[Quantity | None, int]:
    token = tokens[at]
    if token.kind == "digits" and _DESIGNATION.search(text[max(0, token.start - 4) : token.start]):
        return None, 1
    if loose and (numeral := text[token.start : token.end]) in ROMAN:
        return Quantity(value=ROMAN[numeral], span=(token.start, token.end)), 1
    if loose and token.text in _GROUPS:
        return Quantity(value=_GROUPS[token.text], span=(token.start, token.end)), 1
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
    step = _last_digit(value) * factor
    return Quantity(value=value * factor, unit=family, span=span, bound=bound, step=step), used


def _last_digit(value: float) -> float:
    """Give what the last digit of a whole number counts that is not 0; nought of others."""
    if value != int(value) or not value:
        return 0.0
    digits = str(int(value))
    return 10.0 ** (len(digits) - len(digits.rstrip("0")))


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
    if unit is None and _is_plural_unit(words) and _is_close(tokens[after - 1 : after + 2]):
        return _UNITS[words[1].removesuffix("s")], 2
    return unit, 1 if unit else 0


def _is_plural_unit(words: Sequence[str]) -> bool:
    """Tell whether a word stands between a number and its unit, as in 'six straight years'."""
    if len(words) < 2 or is_small(words[0]) or words[0] in CARDINALS.keys() | SCALES.keys():  # noqa: PLR2004  both words
        return False
    return words[0].isalpha() and words[1].endswith("s") and words[1][:-1] in _UNITS


def _is_close(tokens: Sequence[NumberToken]) -> bool:
    return all(after.start - before.end == 1 for before, after in pairwise(tokens))


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
    forms = ((">", _MORE), ("<", _LESS), ("~", _ABOUT))
    return next((bound for bound, form in forms if form.search(lead)), "")
