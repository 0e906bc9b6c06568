"""Asks the reader whether statements follow from their sources, many at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from retrieval.entail import Support, compare
from retrieval.facts.names import Name, names
from retrieval.facts.source import Source
from retrieval.words import Word, is_common, is_verb_form, words

if TYPE_CHECKING:
    from retrieval.reader import Reading

# The reader must be this sure (log-probability) of other words before it may call a subject wrong:
# at -0.5 it takes 3 % of true subjects for wrong ones and finds a third of the wrong ones.
_SURE_SPAN = -0.5


class Reads(Protocol):
    """What the judge needs of a reader."""

    def read(self, question: str, texts: Sequence[str]) -> "list[Reading]":
        """Give one reading a text."""
        ...


class Judge:
    """Says how statements stand to the words they are said to rest on."""

    def __init__(self, reader: Reads) -> None:
        self._reader = reader

    def weigh(
        self, statement: str, sources: Sequence[Source], *, lenient: bool = False
    ) -> list[Support]:
        """Compare a statement with each source by itself; `lenient` as in `compare`."""
        readings = self._reader.read(statement, [source.text for source in sources])
        return [
            self._with_subject(
                statement, source, compare(statement, source, logit=reading.logit, lenient=lenient)
            )
            for source, reading in zip(sources, readings, strict=True)
        ]

    def _with_subject(self, statement: str, source: Source, support: Support) -> Support:
        """Ask the reader who did it; only where all else holds."""
        subject = subject_of(statement) if support.holds else None
        if subject is None:
            return support
        question = f"Who{statement[subject[-1].span[1] :].rstrip(' .')}?"
        reading = self._reader.read(question, [source.text])[0]
        answer = source.text[reading.start : reading.end]
        if reading.span_score < _SURE_SPAN or not _has_name(answer):
            return support
        found = Source(answer)
        is_same = any(found.holds(name) for name in subject)
        return support if is_same else replace(support, subject=answer)


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


def _is_verb(word: Word) -> bool:
    return not word.is_capital and is_verb_form(word.key)


def _has_name(text: str) -> bool:
    return any(not is_common(word.key) for word in words(text) if word.is_capital)
