"""Names in a question, by their capitals: a question is short and has no tagger's context."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.question.lexicon import (
    ASKING,
    AUXILIARIES,
    PREPOSITIONS,
    Token,
    could_be_verb,
    tokens,
)
from retrieval.text.words import words

_PARTICLES = frozenset("of al bin ibn van von de del der la el wal".split())
_MONTHS_AND_DAYS = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
)
_PEOPLES = re.compile(r"\w+(?:ian|ean|ish|ese|ch|can|chen)")
_JOINED_CAPITAL = re.compile(r"[a-z]{1,3}[-’'][A-Z]")
_COMPOUND = re.compile(r".*[-’'](?!s$)[a-z]\w+")
_PLACE_LEADS = frozenset({"in", "at", "near", "outside"})
_NEVER = frozenset({"i", "i'm", "i'd", "i've", "ok", "okay"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name in a question; `lead` is the word before it, in lower case, but for its article."""

    text: str
    lead: str
    article: str
    start: int
    end: int

    @property
    def whole(self) -> str:
        """The name with its article: 'the United Nations'."""
        return f"{self.article} {self.text}".lstrip()

    @property
    def is_place(self) -> bool:
        """Whether the name stands behind a word of place: 'in Paris'."""
        return self.lead in _PLACE_LEADS


def find_names(text: str) -> list[Name]:
    """Give the capitalised phrases that are names, in order; none in a text of one case.

    A first word, a month, and a people before a plain noun ('Russian delegation') are none.
    """
    if not any(character.islower() for character in text):
        return []
    run = tokens(text)
    plain = {word.span[0] for word in words(text) if word.initial and not word.carries_meaning}
    found: list[Name] = []
    at = 0
    while at < len(run):
        size = 0 if run[at].start in plain else _name_words(text, run, at)
        if size and not _is_people(text, run, at, size):
            found.append(_name(text, run, at, size))
        at += max(size, 1)
    return found


def _name(text: str, run: Sequence[Token], at: int, size: int) -> Name:
    start = run[at].start
    name = re.sub(r"['’]s?$", "", text[start : run[at + size - 1].end])
    before = [word.low for word in run[max(0, at - 2) : at]]
    article = before.pop() if before and before[-1] == "the" else ""
    return Name(
        text=name,
        lead=before[-1] if before else "",
        article=article,
        start=start,
        end=start + len(name),
    )


def _name_words(text: str, run: Sequence[Token], at: int) -> int:
    """Give how many words from here on are one name, 0 if none begins here."""
    if not can_name(run[at]) or (at == 0 and could_be_verb(run[0])):
        return 0
    size = 1
    while at + size < len(run) and not run[at + size - 1].low.endswith("'s"):
        after = run[at + size]
        between = text[run[at + size - 1].end : after.start]
        if between in {" ", "/", ". "} and can_name(after) and _short(run, at + size, between):
            size += 1
        elif between == " " and _is_particle(text, run, at + size):
            size += 2
        else:
            break
    return size


def _short(run: Sequence[Token], at: int, between: str) -> bool:
    """Let a full stop stand inside a name after an abbreviation only: 'St. Petersburg'."""
    return between != ". " or run[at - 1].low in {"st", "mr", "mrs", "dr", "gen", "sen", "gov"}


def _is_particle(text: str, run: Sequence[Token], at: int) -> bool:
    if run[at].low not in _PARTICLES or at + 1 >= len(run):
        return False
    return can_name(run[at + 1]) and text[run[at].end : run[at + 1].start] == " "


def can_name(word: Token) -> bool:
    """Tell whether a word could be part of a name, by its own look."""
    if not (word.is_capital or _JOINED_CAPITAL.match(word.text)) or _COMPOUND.fullmatch(word.text):
        return False
    return word.low not in ASKING | AUXILIARIES | _NEVER and not _MONTHS_AND_DAYS.fullmatch(
        word.text
    )


def _is_people(text: str, run: Sequence[Token], at: int, size: int) -> bool:
    if size > 1 or not _PEOPLES.fullmatch(run[at].low) or at + 1 >= len(run):
        return False
    after = run[at + 1]
    plain = not after.is_capital and after.low not in AUXILIARIES | PREPOSITIONS | {"and", "or"}
    return plain and text[run[at].end : after.start] == " " and not could_be_verb(after)
