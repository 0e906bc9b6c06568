"""What every writer gets and gives: evidence in, a draft with verbatim citations out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from retrieval.types import Citation, Passage, Span, Spent, Stance, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence that may answer, in its passage; spans count in the article's clean text.

    `sentences` are the passage's own, in order. `probability` is that it answers,
    `worth` orders the evidence for one question (log-odds, more is better), and `span` is the
    answering words, None if the reader marked none. `with_next` if the sentence after leans on it
    and says what is asked. `quotation` are the words that the question itself quotes, where the
    passage has them. `stance` is whether it says yes or no to a yes-no question, None if it is
    not sure, or the question is none.
    """

    passage: Passage
    sentences: tuple[Span, ...]
    probability: float
    worth: float = 0.0
    span: Span | None = None
    with_next: bool = False
    quotation: Span | None = None
    stance: Stance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A written answer; citations are numbered from 1 in the order in which statements use them.

    Every quote was copied by code: `clean_text[start:end] == quote`. `notes` say what a person
    should know, such as how many statements were dropped. `model` is who wrote it; `recalled` if
    its reply was kept from an earlier time, and nobody was asked.
    """

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    notes: tuple[str, ...] = ()
    model: str
    recalled: bool = False


class AnswerWriter(Protocol):
    """Whoever turns evidence into an answer."""

    @property
    def room_chars(self) -> int:
        """How many characters of further passages it can read; 0 if it needs none.

        Raises:
            ModelError: Its limits leave it no room for any.
        """
        ...

    def write(
        self,
        question: str,
        evidence: Sequence[Evidence],
        *,
        further: Sequence[Passage] = (),
        is_sure: bool = True,
        on_text: Callable[[str], None] | None = None,
        on_spent: Callable[[Spent], None] | None = None,
    ) -> Draft | None:
        """Give an answer, or None if what there is to read does not answer.

        `evidence` is what the reader finds an answer in, `further` what else there is to read;
        `is_sure` unless the answer is going to stand under a remark that it may be none.
        `on_text` gets the answer so far, verified statements only, each time that it grows;
        `on_spent` what each reply of a chat model took.

        Raises:
            ModelError: A chat model could not be reached or was not of use.
        """
        ...

    def stand_alone(
        self,
        question: str,
        history: Sequence[str],
        *,
        on_spent: Callable[[Spent], None] | None = None,
    ) -> str | None:
        """Give a follow-up as it would be asked by itself, unchecked; None if it cannot."""
        ...
