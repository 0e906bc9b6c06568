"""What a leaning word may stand for, among the earlier questions of a conversation."""

import re
from collections.abc import Sequence

from retrieval.question.anaphora import Anaphor
from retrieval.question.lexicon import PREPOSITIONS, is_plural, may_be_person, tokens
from retrieval.question.question_form import Form, form_of
from retrieval.question.question_names import Name
from retrieval.question.time.written_times import written_times
from retrieval.text.words import stem

_PRONOUN_SUBJECT = re.compile(
    r"(?:he|she|it|they|this|that|these|those|there|i|you|we|who|what|the two.*|both.*)",
    re.IGNORECASE,
)
_PAIR = re.compile(r"\s*(?:and|&)\s*(?:the\s+)?")
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


def _person(form: Form, anaphor: Anaphor, asked: str) -> str | None:
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


def _has_rival(form: Form, subject: str) -> bool:
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


def _thing(form: Form, anaphor: Anaphor, asked: str) -> str | None:
    subject = _subject(form)
    if subject is None or form.asked or is_plural(subject) or _mentions(asked, subject):
        return None
    if not (anaphor.is_subject or form.is_about_being):
        return None  # 'explain it' may mean all that was said
    is_person = _is_person(subject, form) and not form.text.lower().startswith("what is ")
    return None if is_person else subject


def _several(form: Form, anaphor: Anaphor, asked: str) -> str | None:
    subject = _subject(form)
    if subject and is_plural(subject) and not _mentions(asked, subject):
        return None if form.asked else subject
    return None if form.asked and is_plural(form.asked) else _pair(form, anaphor, asked)


def _pair(form: Form, anaphor: Anaphor, asked: str) -> str | None:
    """Give two names that stand together: 'Kerry and Lavrov', 'the Putin-Trump call'."""
    del anaphor, asked
    for left, right in zip(form.names, form.names[1:], strict=False):
        if _PAIR.fullmatch(form.text[left.end : right.start]):
            return f"{left.whole} and {right.whole}"
    for name in form.names:
        match = _COMPOUND.fullmatch(name.text)
        if match:
            return f"{match[1]} and {match[2]}"
    return None


def _noun(form: Form, anaphor: Anaphor, asked: str) -> str | None:
    """Give the phrase whose noun is pointed at: 'that meeting' after 'the meeting in Paris'."""
    del asked
    noun = stem(tokens(anaphor.text)[-1].low)
    for phrase in (_subject(form), form.asked):
        if phrase and noun in {stem(word.low) for word in tokens(phrase)}:
            return phrase
    return None


def _place(form: Form, anaphor: Anaphor, asked: str) -> str | None:
    del anaphor
    places = [n for n in form.names if n.is_place and not _mentions(asked, n.text)]
    return f"{places[-1].lead} {places[-1].whole}" if places else None


def _moment(form: Form, anaphor: Anaphor, asked: str) -> str | None:
    del anaphor, asked
    for phrase in written_times(form.text):
        lead = _TIME_LEAD.search(form.text[: phrase.start])
        if lead:
            return form.text[lead.start() : phrase.end]
    return None


def _nothing(form: Form, anaphor: Anaphor, asked: str) -> None:
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


def _subject(form: Form) -> str | None:
    return (
        None if form.subject is None or _PRONOUN_SUBJECT.fullmatch(form.subject) else form.subject
    )


def _is_person(phrase: str, form: Form) -> bool:
    """Tell whether a subject is one person: a name, or one small-letter word that was asked of."""
    name: Name | None = next((n for n in form.names if n.text == phrase), None)
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
