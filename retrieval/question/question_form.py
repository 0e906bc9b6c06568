"""How a question is built: its subject, its names, and a description of what it asks for.

Closed word classes and capitals, no trained tagger: what is not sure is left out, since the words
of the earlier question still help a search whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from retrieval.question.lexicon import (
    ADVERBS,
    ASKING,
    AUXILIARIES,
    BE,
    DETERMINERS,
    PREPOSITIONS,
    Token,
    could_be_verb,
    is_verb,
    tokens,
)
from retrieval.text.dates import MONTH, MONTH_CUT, WEEKDAY
from retrieval.text.words import words

_PARTICLES = frozenset("of al bin ibn van von de del der la el wal".split())
_MONTHS_AND_DAYS = re.compile(f"{MONTH}|{MONTH_CUT}|{WEEKDAY}")
_PEOPLES = re.compile(r"\w+(?:ian|ean|ish|ese|ch|can|chen)")
_JOINED_CAPITAL = re.compile(r"[a-z]{1,3}[-’'][A-Z]")
_COMPOUND = re.compile(r".*[-’'](?!s$)[a-z]\w+")
_PLACE_LEADS = frozenset({"in", "at", "near", "outside"})
_NEVER = frozenset({"i", "i'm", "i'd", "i've", "ok", "okay"})


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionName:
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


def find_names(text: str) -> list[QuestionName]:
    """Give the capitalised phrases that are names, in order; none in a text of one case.

    A first word, a month, and a people before a plain noun ('Russian delegation') are none.
    """
    if not any(character.islower() for character in text):
        return []
    run = tokens(text)
    plain = {word.span[0] for word in words(text) if word.initial and not word.carries_meaning}
    found: list[QuestionName] = []
    at = 0
    while at < len(run):
        size = 0 if run[at].start in plain else _name_words(text, run, at)
        if size and not _is_people(text, run, at, size):
            found.append(_name(text, run, at, size))
        at += max(size, 1)
    return found


def _name(text: str, run: Sequence[Token], at: int, size: int) -> QuestionName:
    start = run[at].start
    name = re.sub(r"['’]s?$", "", text[start : run[at + size - 1].end])
    before = [word.low for word in run[max(0, at - 2) : at]]
    article = before.pop() if before and before[-1] == "the" else ""
    return QuestionName(
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


_PARTICIPLE = re.compile(
    r"\w{3,}(?:ed|ing)|made|sent|held|put|said|known|born|given|taken|meant|done|gone|seen|killed"
)
# Behind one of these the subject is over: 'the zones that ...', 'it to be ...'.
_ENDS = ADVERBS | frozenset({"that", "who", "which", "to", "as", "be", "been", "have"})
# 'In December 2017, what did ...': how far in the asking word may stand.
_FRONT_WORDS = 8
# 'How many Russian military advisers did ...': how far after it the auxiliary may stand.
_ASKED_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionForm:
    """How a question is built; None for what its form does not show.

    `subject` is who or what does or is something. `asked` describes the answer itself: 'the person
    who called' for 'Who called?', 'the allies' for 'Which allies ...?'. `body` is where the clause
    after the asking words begins, at its auxiliary.
    """

    text: str
    names: tuple[QuestionName, ...]
    subject: str | None
    asked: str | None
    body: int | None

    @property
    def is_about_being(self) -> bool:
        """Whether the auxiliary is a form of 'be': 'What is X?', 'Was X destroyed?'."""
        return self.body is not None and tokens(self.text[self.body :])[0].low in BE


@dataclass(frozen=True, slots=True)
class _Parts:
    text: str
    run: Sequence[Token]
    asking: int | None
    auxiliary: int | None


@lru_cache(maxsize=256)
def form_of(question: str) -> QuestionForm:
    """Give the form of a question, in any case."""
    run = tokens(question)
    asking = next((at for at, word in enumerate(run[:_FRONT_WORDS]) if word.low in ASKING), None)
    parts = _Parts(question, run, asking, _auxiliary_at(run, asking))
    subject = _subject(parts)
    return QuestionForm(
        text=question,
        names=tuple(find_names(question)),
        subject=subject,
        asked=_asked(parts, subject),
        body=run[parts.auxiliary].start if parts.auxiliary is not None else None,
    )


def _auxiliary_at(run: Sequence[Token], asking: int | None) -> int | None:
    if run and run[0].low in AUXILIARIES:
        return 0
    if asking is None:
        return None
    nearest = asking + (2 if run[asking].low == "who" else _ASKED_WORDS)
    for at in range(asking + 1, min(nearest, len(run) - 1) + 1):
        if run[at].low in AUXILIARIES:
            return at
        if at > asking + 1 and is_verb(run[at], run[at - 1]):
            return None
    return None


def _subject(parts: _Parts) -> str | None:
    if parts.auxiliary is None:
        return None
    rest = parts.run[parts.auxiliary + 1 :]
    if not rest or rest[0].low in PREPOSITIONS | ADVERBS or _is_verbal(rest[0]):
        return None
    end, sure = _until_verb(parts.run[parts.auxiliary], rest)
    if not sure and not (_is_copular(parts) or _is_described(parts, rest)):
        end = _until_likely_verb(rest[:end])
    while end > 1 and rest[end - 1].low in PREPOSITIONS:
        end -= 1
    phrase = parts.text[rest[0].start : rest[end - 1].end] if end else ""
    return phrase.split(",")[0] or None


def _until_verb(auxiliary: Token, rest: Sequence[Token]) -> tuple[int, bool]:
    """Give how many words there are before the verb, and whether one was found for sure."""
    before: Token | None = None
    for at, word in enumerate(rest):
        if word.low in _ENDS:
            return at, word.low in {"be", "been", "have"}
        if auxiliary.low in BE or auxiliary.low in {"has", "have", "had"}:
            found = before is not None and before.low not in DETERMINERS and _is_verbal(word)
        else:
            found = is_verb(word, before)
        if found:
            return at, True
        before = word
    return len(rest), False


def _is_verbal(word: Token) -> bool:
    return not word.is_capital and _PARTICIPLE.fullmatch(word.low) is not None


def _is_copular(parts: _Parts) -> bool:
    """Tell 'What is X?' from 'What is X doing?' and 'Is X good?'."""
    asking, auxiliary = parts.asking, parts.auxiliary
    direct = asking is not None and auxiliary == asking + 1
    return direct and parts.run[auxiliary or 0].low in BE and parts.run[asking or 0].low != "why"


def _is_described(parts: _Parts, rest: Sequence[Token]) -> bool:
    """Tell 'How long was the call?', where all that follows is the subject."""
    how = parts.asking is not None and parts.run[parts.asking].low == "how"
    be = parts.run[parts.auxiliary or 0].low in BE
    return how and be and rest[0].low in DETERMINERS


def _until_likely_verb(rest: Sequence[Token]) -> int:
    """Give the length of a first phrase whose verb is not sure: up to it, a name or preposition."""
    end = next((at for at, word in enumerate(rest) if at and word.low in PREPOSITIONS), len(rest))
    for at in range(end - 1, 0, -1):
        if could_be_verb(rest[at]) and rest[at - 1].low not in DETERMINERS:
            return at
    seen_name = False
    for at, word in enumerate(rest[:end]):
        if seen_name and not can_name(word) and word.low not in {"and", "&"}:
            return at
        seen_name = seen_name or can_name(word)
    return end


def _asked(parts: _Parts, subject: str | None) -> str | None:
    """Describe the unknown answer of a question, so that 'he' or 'they' can mean it."""
    asking, auxiliary, run = parts.asking, parts.auxiliary, parts.run
    if asking is None or asking + 1 >= len(run):
        return None
    word, after = run[asking], run[asking + 1]
    if word.low == "who" and (auxiliary is None or subject is None):
        if after.low in {"else"} | BE:
            return None
        return f"the person who {parts.text[after.start :].rstrip(' ?.!')}"
    if word.low in {"which", "what"} and auxiliary is not None and auxiliary > asking + 1:
        return f"the {parts.text[after.start : run[auxiliary - 1].end]}"
    return None
