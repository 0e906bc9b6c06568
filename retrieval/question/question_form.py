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
from retrieval.question.question_names import Name, can_name, find_names

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
class Form:
    """How a question is built; None for what its form does not show.

    `subject` is who or what does or is something. `asked` describes the answer itself: 'the person
    who called' for 'Who called?', 'the allies' for 'Which allies ...?'. `body` is where the clause
    after the asking words begins, at its auxiliary.
    """

    text: str
    names: tuple[Name, ...]
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
def form_of(question: str) -> Form:
    """Give the form of a question, in any case."""
    run = tokens(question)
    asking = next((at for at, word in enumerate(run[:_FRONT_WORDS]) if word.low in ASKING), None)
    parts = _Parts(question, run, asking, _auxiliary_at(run, asking))
    subject = _subject(parts)
    return Form(
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
