"""Who and how many of several: a statement may give the right deed or number to the wrong one.

All its names and numbers stand in the source, and yet 'Kerry warned Lavrov' is not 'Lavrov warned
Kerry'. The reader is asked the statement with one part as a question, and may answer otherwise.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from retrieval.text.date_mentions import DateMention, date_mentions, spans_of
from retrieval.text.names import Name, names
from retrieval.text.numbers import Quantity, quantities
from retrieval.text.words import Word, is_common, is_verb_form, words
from retrieval.verify.facts import Source

if TYPE_CHECKING:
    from retrieval.models.reader import Reading

# How sure (log-probability) the reader must be of other words. On claims made from SQuAD, beside
# a sentence with rivals: 2 % of true subjects and 5 % of true numbers are taken for wrong ones,
# and two fifths of the wrong subjects and nearly half of the wrong numbers are found.
_SURE_SUBJECT, _SURE_NUMBER = -0.5, -1.5

Figure = DateMention | Quantity


class Reads(Protocol):
    """What is needed of a reader."""

    def read(self, question: str, texts: Sequence[str]) -> "list[Reading]":
        """Give one reading a text."""
        ...


def other_role(statement: str, source: str, reader: Reads) -> str | None:
    """Give the words of the source that belong where the statement has others; None if it fits."""
    subject = subject_of(statement)
    if subject is not None:
        end = subject[-1].span[1]
        answer = _answer(f"Who{_open(statement[end:])}?", source, reader, least=_SURE_SUBJECT)
        if _names_another(answer, subject):
            return answer
    held = _figures(source)
    for figure in _figures(statement):
        if any(_is_rival(figure, other) for other in held):
            start, end = figure.span
            asked = "when" if isinstance(figure, DateMention) else "what"
            question = f"{statement[:start]}{asked}{_open(statement[end:])}?"
            answer = _answer(question, source, reader, least=_SURE_NUMBER)
            found = _figures(answer)
            if found and all(_is_rival(figure, other) for other in found):
                return answer
    return None


def subject_of(statement: str) -> list[Name] | None:
    """Give the names that a statement opens with and says something of; None if it does not.

    'Kerry gave' has such a subject, 'Kerry and Lavrov', 'U.S. officials' and 'The talks' have not.
    """
    run: list[Name] = []
    for name in names(statement):
        if name.span[0] > (run[-1].span[1] + 1 if run else 0):
            break
        run.append(name)
    if not run or is_common(words(run[0].text)[0].key):
        return None
    following = next((w for w in words(statement) if w.span[0] > run[-1].span[1]), None)
    apart = statement[run[-1].span[1] : following.span[0]] if following else ""
    return run if following and apart == " " and _is_verb(following) else None


def _answer(question: str, source: str, reader: Reads, *, least: float) -> str:
    """Give the reader's answer from the source; empty if it is less sure."""
    reading = reader.read(question, [source])[0]
    return source[reading.start : reading.end] if reading.span_score >= least else ""


def _open(rest: str) -> str:
    return rest.rstrip(" .")


def _names_another(answer: str, subject: Sequence[Name]) -> bool:
    """Tell whether an answer names somebody, and nobody of the subject."""
    if not any(word.is_capital and not is_common(word.key) for word in words(answer)):
        return False
    held = Source(answer)
    return not any(held.holds(name) for name in subject)


def _figures(text: str) -> list[Figure]:
    dates = date_mentions(text)
    return [*dates, *quantities(text, skip=spans_of(dates))]


def _is_rival(one: Figure, other: Figure) -> bool:
    """Tell whether two figures are of a kind, and not the same."""
    if isinstance(one, DateMention) and isinstance(other, DateMention):
        return not one.follows_from(other) and not other.follows_from(one)
    if isinstance(one, Quantity) and isinstance(other, Quantity):
        alike = (one.unit, one.form) == (other.unit, other.form)
        return alike and not one.agrees(other)
    return False


def _is_verb(word: Word) -> bool:
    return not word.is_capital and is_verb_form(word.key)
