"""The parts of a statement that can be checked word by word: numbers, dates, names, quotations."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from retrieval.text.date_mentions import (
    DateMention,
    date_mentions,
    dates_from_day,
    in_their_year,
    spans_of,
)
from retrieval.text.names import Name, NameIndex, names
from retrieval.text.quantities import ROMAN, Quantity, numbered_things, quantities
from retrieval.text.sentences import QUOTED
from retrieval.text.words import fold, is_common, words
from retrieval.types import Span
from retrieval.verify.word_order import name_runs, takes_place

_WORD = re.compile(r"[^\W_]+")
_AGED = re.compile(r"[- ]olds?\b| of age\b")
_MONTHS_A_YEAR = 12


FactKind = Literal["number", "date", "name", "quote"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A checkable part of a statement, as it stands there."""

    kind: FactKind
    text: str
    span: Span


class Source:
    """Words that statements are held against; says which of a statement's facts they hold.

    `published` is the day of their article: with it 'on Friday' means a date. `about` is what
    stands above them, such as its title: for its names they may have 'he' or 'the city'.
    `whole` is what there is of the article: where it says 'Jim Tatum', their 'Tatum' is he.
    """

    def __init__(
        self, text: str, *, published: str | None = None, about: str = "", whole: str = ""
    ) -> None:
        self.text = text
        self._names = NameIndex(text)
        self._known = NameIndex(about)
        self._whole = whole
        self._stems = {word.stem for word in words(text)}
        written = date_mentions(text)
        self._dates = [
            *written,
            *in_their_year(written),
            *date_mentions(text, published=published),
            *dates_from_day(text, published),
        ]
        self._quantities = quantities(text, skip=spans_of(written), loose=True)
        self._numbered = numbered_things(text, self._quantities)
        self._plain = _plain(text)

    def holds(self, name: Name) -> bool:
        """Tell whether a name stands here in one of its forms."""
        return self._names.holds(name, lenient=True)

    def unheld(self, statement: str, *, lenient: bool = False) -> list[Fact]:
        """Give the facts of a statement that these words do not hold, in the statement's order.

        A lenient look lets 'Moscow' stand for Russia's government and the like, and forgives a slip
        in a long name's spelling.
        """
        missing = [
            *self._missing_dates(statement),
            *self._missing_quantities(statement),
            *self._missing_names(statement, lenient=lenient),
            *self._missing_quotes(statement),
        ]
        return sorted(missing, key=lambda fact: fact.span)

    def rival(self, statement: str, fact: Fact) -> str | None:
        """Give what stands here in the place of an unheld number or date, if one thing does."""
        if fact.kind == "number":
            asked = quantities(statement, skip=spans_of(date_mentions(statement)))
            units = {one.unit for one in asked if one.span == fact.span}
            spans = [one.span for one in self._quantities if one.unit in units]
        elif fact.kind == "date":
            spans = spans_of(date_mentions(self.text))
        else:
            return None
        return self.text[slice(*spans[0])] if len(spans) == 1 else None

    def _missing_dates(self, statement: str) -> list[Fact]:
        counts = {quantity.value for quantity in self._quantities}
        marks = date_mentions(statement)
        return [
            Fact(kind="date", text=statement[slice(*mark.span)], span=mark.span)
            for at, mark in enumerate(marks)
            if not self._gives_date(mark, once_more=marks[:at]) and mark.lone_year not in counts
        ]

    def _gives_date(self, mark: DateMention, *, once_more: Sequence[DateMention]) -> bool:
        """Tell whether a date stands here as often as a statement has given it up to there."""
        held = {other.span for other in self._dates if mark.follows_from(other)}
        said = {other.span for other in once_more if replace(other, span=mark.span) == mark}
        return len(held) > len(said - {mark.span})

    def _missing_quantities(self, statement: str) -> list[Fact]:
        years = {mark.lone_year for mark in self._dates}
        counts = _counts(statement)
        return [
            Fact(kind="number", text=statement[slice(*one.span)], span=one.span)
            for at, one in enumerate(counts)
            if not self._gives_number(one, once_more=counts[:at])
            and not (one.unit == "" and one.value in years)
            and not numbered_things(statement, [one]) & self._numbered
            and not self._holds_age(statement, one)
        ]

    def _gives_number(self, one: Quantity, *, once_more: Sequence[Quantity]) -> bool:
        """Tell whether a number stands here as often as a statement has given it up to there.

        Of '23 or 24 days' it may not make '24 or 24 days'.
        """
        held = [other for other in self._quantities if one.agrees(other)]
        said = [other for other in once_more if (other.value, other.unit) == (one.value, one.unit)]
        return len(held) > len(said)

    def _holds_age(self, statement: str, one: Quantity) -> bool:
        """Tell whether a number stands here alone that a statement gives as somebody's years."""
        if not _AGED.match(statement, one.span[1]):
            return False
        years = one.value / _MONTHS_A_YEAR
        return any(other.unit == "" and other.value == years for other in self._quantities)

    def _missing_names(self, statement: str, *, lenient: bool) -> list[Fact]:
        counted = [
            *spans_of(date_mentions(statement)),
            *(one.span for one in _counts(statement)),
        ]
        values = {one.value for one in self._quantities if not one.unit}
        found = []
        for name in names(statement):
            if any(start < name.span[1] and name.span[0] < end for start, end in counted):
                continue
            common = name.initial and self._is_common(name.text)
            common = common or ROMAN.get(name.text) in values
            if not common and not self._names.holds(name, lenient=lenient):
                found.append(Fact(kind="name", text=name.text, span=name.span))
        known = [*self._known_runs(statement)] if found else []
        return [fact for fact in found if not any(a <= fact.span[0] < b for a, b in known)]

    def _known_runs(self, statement: str) -> Iterator[Span]:
        """Give the names that are known whole from above or from elsewhere in the article.

        Those from above take no other one's place; of the others the last part stands here.
        """
        for start, end in name_runs(statement):
            parts = names(statement[start:end])
            told = all(self._known.holds(part) for part in parts)
            if told and not takes_place(statement, (start, end), self.text):
                yield start, end
            full = rf"\b{re.escape(statement[start:end])}\b"
            if len(parts) > 1 and self._names.holds(parts[-1]) and re.search(full, self._whole):
                yield start, end

    def _is_common(self, opening: str) -> bool:
        """Tell whether a sentence's first word is no name: the source has it, or it is small."""
        word = words(opening)[0]
        return is_common(word.key) or (word.stem in self._stems and word.key.islower())

    def _missing_quotes(self, statement: str) -> list[Fact]:
        return [
            Fact(kind="quote", text=match[0], span=match.span())
            for match in QUOTED.finditer(statement)
            if _plain(match[1] or match[2]) not in self._plain
        ]


def _counts(statement: str) -> list[Quantity]:
    """Give a statement's numbers but for those of its dates and of names like 'World War 2'."""
    known = [name.span for name in names(statement) if " " in name.text]
    return quantities(statement, skip=[*spans_of(date_mentions(statement)), *known])


def _plain(text: str) -> str:
    """Give the words alone, so that quotation marks, spaces and full stops do not matter."""
    return f" {' '.join(_WORD.findall(fold(text)))} "
