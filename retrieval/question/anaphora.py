"""Words of a question that lean on what was said before it: 'he', 'those talks', 'there'."""

import re
from dataclasses import dataclass
from typing import Literal

from retrieval.question.lexicon import (
    AUXILIARIES,
    PREPOSITIONS,
    Token,
    could_be_verb,
    may_be_person,
    takes_a_clause,
    tokens,
)
from retrieval.question.question_form import form_of

Kind = Literal["person", "thing", "several", "pair", "noun", "fact", "place", "moment", "other"]

_PERSON = frozenset({"he", "she", "him", "her", "his", "hers", "himself", "herself"})
_THING = frozenset({"it", "its", "itself"})
_SEVERAL = frozenset({"they", "them", "their", "theirs", "themselves"})
_OBJECTS = frozenset({"him", "her", "them"})
_POSSESSIVES = frozenset({"his", "its", "their", "hers", "theirs"})
_POINTING = frozenset({"this", "that", "these", "those"})
_SIDES = r"(?:men|women|leaders|sides|countries|presidents|ministers|governments|parties)"
_PAIR = re.compile(
    rf"\b(?:the two(?: of them| {_SIDES})?|both(?: of them| {_SIDES}))\b(?! [a-z]+s\b)",
    re.IGNORECASE,
)
_EXPLETIVE_IT = re.compile(
    r"\bit\s+(?:(?:take|takes|took|mean|seem|the case|that)\b(?!\s*\?|\s*$)|"
    r"(?:true|clear|possible|known|right|likely|correct)\b)",
    re.IGNORECASE,
)
_EXISTENTIAL_THERE = re.compile(
    r"\bthere\s+(?:is|are|was|were|has|have|been|be|a|an|any|no|some|in|on|between|other)\b|"
    r"\b(?:is|are|was|were|been|be)\s+there\b",
    re.IGNORECASE,
)
_THIS_TIME = re.compile(r"(?:week|month|year|time|day|point|moment|stage|morning|evening)s?")
_PLURAL_BEFORE = re.compile(r"\b(?!this\b|does\b|its\b|his\b|was\b|has\b)[a-z]{3,}s\b|\band\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anaphor:
    """A leaning word, or a pointing word with its noun, at `start` to `end` of the question."""

    kind: Kind
    text: str
    start: int
    end: int
    is_subject: bool = False

    @property
    def is_possessive(self) -> bool:
        """Whether what it stands for needs an s of possession."""
        return self.text.lower() in _POSSESSIVES


def find_anaphors(question: str) -> list[Anaphor]:
    """Give the words that nothing before them in the question explains, in order."""
    found = [
        Anaphor(kind="pair", text=m[0], start=m.start(), end=m.end())
        for m in _PAIR.finditer(question)
    ]
    run = tokens(question)
    for at in range(len(run)):
        anaphor = (
            _pronoun(question, run, at)
            or _pointing(question, run, at)
            or _adverb(question, run, at)
        )
        if anaphor and not any(a.start < anaphor.end and anaphor.start < a.end for a in found):
            found.append(anaphor)
    return sorted(found, key=lambda anaphor: anaphor.start)


def _pronoun(question: str, run: list[Token], at: int) -> Anaphor | None:
    word = run[at]
    low = word.low.split("'")[0]
    is_subject = _is_subject(run, at)
    text = question[word.start : word.start + len(low)]
    if low == "her" and at + 1 < len(run) and run[at + 1].low not in PREPOSITIONS | {"to"}:
        text = "his"  # a possessive, told from the object by the noun behind it
    kind: Kind | None = None
    if low in _PERSON:
        kind = None if _has_person_before(question, word, text) else "person"
    elif low in _THING:
        kind = None if _is_idle_it(question, run, at) else "thing"
    elif low in _SEVERAL:
        kind = None if _has_several_before(question, word, low) else "several"
    if kind is None:
        return None
    end = word.start + len(low)
    return Anaphor(kind=kind, text=text, start=word.start, end=end, is_subject=is_subject)


def _is_subject(run: list[Token], at: int) -> bool:
    """Tell a pronoun that does something from one that something is done to."""
    after = run[at + 1] if at + 1 < len(run) else None
    inverted = at > 0 and run[at - 1].low in AUXILIARIES
    return inverted or (after is not None and (after.low in AUXILIARIES or could_be_verb(after)))


def _has_person_before(question: str, word: Token, text: str) -> bool:
    people = [n for n in form_of(question).names if n.end <= word.start and may_be_person(n.text)]
    return len(people) > (1 if text.lower() in _OBJECTS else 0)


def _is_idle_it(question: str, run: list[Token], at: int) -> bool:
    """Tell 'how long did it take NATO' and 'Russia said it would' from an 'it' that leans."""
    if _EXPLETIVE_IT.match(question, run[at].start):
        return True
    named = any(name.end <= run[at].start for name in form_of(question).names)
    inverted = at > 0 and run[at - 1].low in AUXILIARIES
    return named and not inverted and (run[at].low == "its" or _is_subject(run, at))


def _has_several_before(question: str, word: Token, low: str) -> bool:
    before = question[: word.start]
    if low in {"their", "theirs", "themselves"} and form_of(question).names:
        return any(name.end <= word.start for name in form_of(question).names)
    return low != "them" and _PLURAL_BEFORE.search(before) is not None


def _pointing(question: str, run: list[Token], at: int) -> Anaphor | None:
    word = run[at]
    after = run[at + 1] if at + 1 < len(run) else None
    before = run[at - 1] if at else None
    if word.low not in _POINTING or (after and _THIS_TIME.fullmatch(after.low)):
        return None
    if word.low == "that" and before is not None and _opens_clause(before, after):
        return None
    closed = after is None or after.low in AUXILIARIES | PREPOSITIONS | {"and", "or", "to", "not"}
    if closed or (
        after and could_be_verb(after) and word.low in {"that", "this"} and _bare(run, at)
    ):
        return Anaphor(kind="fact", text=word.text, start=word.start, end=word.end)
    end = (after or word).end
    return Anaphor(kind="noun", text=question[word.start : end], start=word.start, end=end)


def _bare(run: list[Token], at: int) -> bool:
    """Tell 'does that allow' from 'about that deal': an auxiliary stands before it."""
    return at > 0 and run[at - 1].low in AUXILIARIES


def _opens_clause(before: Token, after: Token | None) -> bool:
    if after is None:
        return False
    leaning = AUXILIARIES | PREPOSITIONS | {"and", "or", "but"}
    plain_noun = before.low not in leaning and not could_be_verb(before)
    return takes_a_clause(before) or plain_noun


def _adverb(question: str, run: list[Token], at: int) -> Anaphor | None:
    word = run[at]
    kind: Kind | None = None
    if word.low == "there" and not _EXISTENTIAL_THERE.search(
        question, max(0, word.start - 6), word.end + 9
    ):
        kind = "place"
    elif word.low == "then" and at > 0:
        kind = "moment"
    elif word.low in {"else", "latter", "former", "same", "one", "ones"}:
        kind = "other"
    return Anaphor(kind=kind, text=word.text, start=word.start, end=word.end) if kind else None
