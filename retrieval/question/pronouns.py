"""Words of a question that lean on what was said before it ('he', 'those talks', 'there').

What they may stand for is among the earlier questions of the conversation. Beside carrying the
earlier question along, on 40 development follow-ups, a name in their place costs one right answer
(-.025, -.076 to .000) and gains one first quote (+.026, .000 to .079).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from retrieval.question.lexicon import (
    AUXILIARIES,
    PREPOSITIONS,
    Token,
    could_be_verb,
    is_plural,
    may_be_person,
    takes_a_clause,
    tokens,
)
from retrieval.question.question_form import QuestionForm, QuestionName, form_of
from retrieval.question.time.time_phrases import written_times
from retrieval.text.words import stem

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


_PRONOUN_SUBJECT = re.compile(
    r"(?:he|she|it|they|this|that|these|those|there|i|you|we|who|what|the two.*|both.*)",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:and|&)\s*(?:the\s+)?")
_COMPOUND = re.compile(r"([A-Z]\w+)[-–]([A-Z]\w+)")
# A longer description of a person is clearer beside the question than inside it.
_MOST_WORDS = 8
_SOURCES = frozenset({"to", "by"})
_TIME_LEAD = re.compile(
    r"\b(?:in|on|during|before|after|since|until)\s+(?:the\s+)?$", re.IGNORECASE
)


def referent(anaphor: Anaphor, contexts: Sequence[str], *, asked: str) -> str | None:
    """Give the words that a leaning word stands for, None where that is not sure.

    Args:
        anaphor: The leaning word.
        contexts: Earlier questions, each on its own feet, the last one first.
        asked: The question at hand: what it names itself is not what its pronoun means.
    """
    for context in contexts:
        found = _FINDERS[anaphor.kind](form_of(context), anaphor, asked)
        if found:
            return found
        if anaphor.kind in {"thing", "fact", "several"}:
            return None  # these mean what was just said, or nothing that can be named
    return None


def _person(form: QuestionForm, anaphor: Anaphor, asked: str) -> str | None:
    subject = _subject(form)
    if subject and _is_person(subject, form) and not _mentions(asked, subject):
        return None if _has_rival(form, subject) else subject
    if subject and _is_role(subject):
        return subject
    if form.asked and anaphor.text.lower() in {"he", "she"}:
        described = form.asked.startswith("the person") and form.asked.count(" ") < _MOST_WORDS
        return form.asked if described else None
    people = [n for n in form.names if may_be_person(n.text) and not _mentions(asked, n.text)]
    people = [n for n in people if not n.article and not n.is_place]
    sources = [n for n in people if n.lead in _SOURCES]
    chosen = sources or people
    alone = len({n.text for n in chosen}) == 1
    return chosen[0].text if alone else None


def _has_rival(form: QuestionForm, subject: str) -> bool:
    """Tell whether another person is what the subject acts on: 'What did Ann tell Ben?'."""
    after = form.text.find(subject) + len(subject)
    return any(
        name.start > after and may_be_person(name.text) and name.lead not in PREPOSITIONS
        for name in form.names
    )


def _is_role(subject: str) -> bool:
    """Tell a person named by an office, 'the minister', as far as small letters show it."""
    plain = subject == subject.lower() and subject.split(" ")[0] in {"the", "a", "an"}
    return plain and not is_plural(subject)


def _thing(form: QuestionForm, anaphor: Anaphor, asked: str) -> str | None:
    subject = _subject(form)
    if subject is None or form.asked or is_plural(subject) or _mentions(asked, subject):
        return None
    if not (anaphor.is_subject or form.is_about_being):
        return None  # 'explain it' may mean all that was said
    is_person = _is_person(subject, form) and not form.text.lower().startswith("what is ")
    return None if is_person else subject


def _several(form: QuestionForm, anaphor: Anaphor, asked: str) -> str | None:
    subject = _subject(form)
    if subject and is_plural(subject) and not _mentions(asked, subject):
        return None if form.asked else subject
    return None if form.asked and is_plural(form.asked) else _pair(form, anaphor, asked)


def _pair(form: QuestionForm, anaphor: Anaphor, asked: str) -> str | None:
    """Give two names that stand together: 'Kerry and Lavrov', 'the Putin-Trump call'."""
    del anaphor, asked
    for left, right in zip(form.names, form.names[1:], strict=False):
        if _JOINED.fullmatch(form.text[left.end : right.start]):
            return f"{left.whole} and {right.whole}"
    for name in form.names:
        match = _COMPOUND.fullmatch(name.text)
        if match:
            return f"{match[1]} and {match[2]}"
    return None


def _noun(form: QuestionForm, anaphor: Anaphor, asked: str) -> str | None:
    """Give the phrase whose noun is pointed at: 'that meeting' after 'the meeting in Paris'."""
    del asked
    noun = stem(tokens(anaphor.text)[-1].low)
    for phrase in (_subject(form), form.asked):
        if phrase and noun in {stem(word.low) for word in tokens(phrase)}:
            return phrase
    return None


def _place(form: QuestionForm, anaphor: Anaphor, asked: str) -> str | None:
    del anaphor
    places = [n for n in form.names if n.is_place and not _mentions(asked, n.text)]
    return f"{places[-1].lead} {places[-1].whole}" if places else None


def _moment(form: QuestionForm, anaphor: Anaphor, asked: str) -> str | None:
    del anaphor, asked
    for phrase in written_times(form.text):
        lead = _TIME_LEAD.search(form.text[: phrase.start])
        if lead:
            return form.text[lead.start() : phrase.end]
    return None


def _nothing(form: QuestionForm, anaphor: Anaphor, asked: str) -> None:
    del form, anaphor, asked


_FINDERS = {
    "person": _person,
    "thing": _thing,
    "several": _several,
    "pair": _pair,
    "noun": _noun,
    "fact": _nothing,
    "place": _place,
    "moment": _moment,
    "other": _nothing,
}


def _subject(form: QuestionForm) -> str | None:
    return (
        None if form.subject is None or _PRONOUN_SUBJECT.fullmatch(form.subject) else form.subject
    )


def _is_person(phrase: str, form: QuestionForm) -> bool:
    """Tell whether a subject is one person: a name, or one small-letter word that was asked of."""
    name: QuestionName | None = next((n for n in form.names if n.text == phrase), None)
    if name is None:
        lower = form.text == form.text.lower()
        return lower and " " not in phrase and may_be_person(phrase) and not is_plural(phrase)
    return not name.article and may_be_person(name.text)


def _mentions(asked: str, phrase: str) -> bool:
    mine = {word.low.removesuffix("'s") for word in tokens(asked)}
    names = [w.low.removesuffix("'s") for w in tokens(phrase) if w.is_capital] or [
        w.low for w in tokens(phrase)[-1:]
    ]
    return bool(names) and all(name in mine for name in names)
