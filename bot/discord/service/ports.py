"""What the bot needs of `retrieval`: the chain and the index, or a test's script of them."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from retrieval.text.overview import Overview
from retrieval.types import Answer, Article, Filters, Hit

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
