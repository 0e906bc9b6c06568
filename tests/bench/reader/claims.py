"""Questions with their answers as statements, or as questions of yes or no.

The grammar is rough; the facts are people's.
"""

import re
from dataclasses import dataclass

_AUXILIARY = r"(?P<aux>did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|may)"
_WH = re.compile(r"\b(who|whom|what|which|when|where|how many|how much|how long|how old)\b", re.I)
_DO = {"did", "does", "do"}


@dataclass(frozen=True, slots=True)
class _Parts:
    """A question taken apart, with an answer: what stands before and behind the question word.

    `aux` and `rest` are what is behind, if an auxiliary is there; the answer stands behind `rest`
    where `is_last`.
    """

    before: str
    after: str
    answer: str
    aux: str | None
    rest: str
    is_last: bool


def statement(question: str, answer: str) -> str | None:
    """The question as a statement with this answer; None where the rules know no way."""
    parts = _taken_apart(question, answer)
    if parts is None:
        return None
    if parts.aux is None:
        text = f"{parts.before}{parts.answer} {parts.after}."
    elif parts.is_last:
        text = f"{parts.before}{parts.rest} {parts.answer}."
    else:
        text = f"{parts.before}{parts.answer} {parts.aux} {parts.rest}."
    folded = " ".join(text.split()).replace(" .", ".")
    return folded[0].upper() + folded[1:]


def yes_no_question(question: str, answer: str) -> str | None:
    """The question as one of yes or no that puts this answer forward; None as for `statement`."""
    parts = _taken_apart(question, answer)
    if parts is None:
        return None
    if parts.aux is None:
        text = f"is it true that {parts.before}{parts.answer} {parts.after}"
    elif parts.is_last:
        text = f"{parts.aux} {parts.before}{parts.rest} {parts.answer}"
    else:
        text = f"{parts.aux} {parts.before}{parts.answer} {parts.rest}"
    folded = " ".join(text.split())
    return f"{folded[0].upper()}{folded[1:]}?"


def _taken_apart(question: str, answer: str) -> _Parts | None:
    asked = question.strip().rstrip("? ")
    found = _WH.search(asked)
    if found is None:
        return None
    before, after = asked[: found.start()], asked[found.end() :].strip()
    verb = re.match(rf"(?P<noun>(?:[a-z'-]+\s+){{0,4}}?){_AUXILIARY}\s+(?P<rest>.*)", after, re.I)
    is_place = found[1].lower() in {"when", "where"}
    if is_place and (verb is None or verb["noun"]):
        return None
    if verb is None:
        return _Parts(before, after, answer, None, "", False)
    if is_place:
        answer = f"in {answer}" if found[1].lower() == "when" and answer[0].isdigit() else answer
    elif verb["aux"].lower() in _DO and found[1].lower().startswith("how"):
        answer = f"{answer} {verb['noun']}"
    is_last = is_place or verb["aux"].lower() in _DO
    return _Parts(before, after, answer, verb["aux"], verb["rest"], is_last)
