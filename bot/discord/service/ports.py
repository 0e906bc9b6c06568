"""What the bot needs of `retrieval`, or a test's script of it; a message checked by means of it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from retrieval.text.overview import Overview
from retrieval.text.sentences import sentence_spans
from retrieval.types import Answer, Article, Citation, Filters, Hit, Statement, Verdict

if TYPE_CHECKING:
    from retrieval.index.ingest import IngestReport
    from retrieval.index.writing.additions import OnStep, Upload


T = TypeVar("T")


class HeldPort(Protocol):
    """The articles of one revision, whatever is taken in meanwhile."""

    @property
    def overview(self) -> Overview:
        """Say what the articles are about."""

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Give the best passages, best first."""

    def undated_left_out(self, filters: Filters) -> int:
        """Count the articles that only their unknown date keeps from matching."""


class LibraryPort(Protocol):
    """The articles, for everything that is not an answer; safe to call from several threads."""

    def seen_by(self, audience: str) -> "LibraryPort":
        """Give everybody's articles with those of an audience; without a name everybody's alone."""

    @property
    def audiences(self) -> frozenset[str]:
        """All who have articles of their own."""

    @property
    def revision(self) -> str:
        """Change with every ingest."""

    @property
    def written_at(self) -> datetime | None:
        """Give the moment of the last complete ingest, if that is known."""

    def articles(self) -> list[Article]:
        """Give every article."""

    def admitted(self, filters: Filters) -> list[Article]:
        """Give the articles that the filters let through."""

    def overview(self) -> Overview:
        """Say what the articles are about."""

    def outlets(self) -> list[str]:
        """Give the names that the outlet filter takes."""

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None) -> list[Hit]:
        """Give the best passages, best first."""

    def of_one_revision(self, work: Callable[[HeldPort], T]) -> T:
        """Give what the work makes of the articles as they are at one moment."""

    def article_text(self, article_id: str) -> str:
        """Give the clean text that citations count in; ArticleError if it is not held."""


class AnswererPort(Protocol):
    """Answers and checks; synchronous, may take a minute, safe to call from several threads."""

    def seen_by(self, audience: str) -> "AnswererPort":
        """Answer from everybody's articles and those of an audience."""

    @property
    def library(self) -> LibraryPort:
        """The articles that it answers from."""

    def answer(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        filters: Filters | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """Answer a question, or refuse."""

    def examples(self, most: int) -> tuple[str, ...]:
        """Give up to so many questions that the articles answer; may take as long as those."""

    def check(self, claim: str, *, filters: Filters | None = None) -> Answer:
        """Find the passages that speak to a claim."""


class AdditionsPort(Protocol):
    """Takes the articles that servers add for themselves; synchronous, may take a minute."""

    @property
    def most(self) -> int:
        """How many articles a server may have."""

    def add(self, audience: str, material: "Upload | str", on_step: "OnStep") -> "IngestReport":
        """Take a file, or the page of a URL, in for an audience."""

    def remove(
        self, audience: str, article_ids: Collection[str] | None = None
    ) -> Sequence[Article]:
        """Take articles of an audience out, all if none are named; give those that were held."""


_MOST_SENTENCES = 6
_OPEN_MARKS = "\"'“”‘’»)]* "


def claims_of(text: str) -> tuple[str, ...]:
    """Give the sentences of a message that say something; a question does not."""
    sentences = (text[start:end].strip() for start, end in sentence_spans(text))
    return tuple(
        sentence
        for sentence in sentences
        if any(letter.isalpha() for letter in sentence)
        and not sentence.rstrip(_OPEN_MARKS).endswith("?")
    )[:_MOST_SENTENCES]


def check_message(answerer: AnswererPort, text: str, filters: Filters) -> Answer:
    """Give what the articles say to a message.

    Of several sentences each is a statement of the answer, with the citations that speak to it;
    the message is contradicted if one sentence is, and supported if all are.
    """
    claims = claims_of(text) or (text,)
    found = [answerer.check(claim, filters=filters) for claim in claims]
    if len(found) == 1:
        return replace(found[0], notes=tuple(dict.fromkeys(found[0].notes)))
    citations, statements = _gathered(claims, found)
    cited = bool(citations)
    return replace(
        found[0],
        question=text,
        standalone_question=text,
        verdict=_verdict([one.verdict for one in found]),
        statements=statements,
        citations=citations,
        refusal=None if cited else found[0].refusal,
        notes=tuple(dict.fromkeys(note for one in found for note in one.notes)),
    )


def _gathered(
    claims: Sequence[str], found: Sequence[Answer]
) -> tuple[tuple[Citation, ...], tuple[Statement, ...]]:
    """Number all citations anew, and say which speak to which sentence."""
    citations: list[Citation] = []
    statements = []
    for claim, answer in zip(claims, found, strict=True):
        numbers = []
        for citation in answer.citations:
            citations.append(replace(citation, n=len(citations) + 1))
            numbers.append(len(citations))
        statements.append(Statement(text=claim, citations=tuple(numbers)))
    return tuple(citations), tuple(statements)


def _verdict(verdicts: Sequence[Verdict | None]) -> Verdict | None:
    if all(verdict is None for verdict in verdicts):
        return None
    if "contradicted" in verdicts:
        return "contradicted"
    return "supported" if all(one == "supported" for one in verdicts) else "not found"
