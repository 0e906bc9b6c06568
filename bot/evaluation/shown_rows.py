"""A row of the results read again, with what the terminal and the page show of it."""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict

from retrieval.evaluation.questions import GoldEvidence
from retrieval.evaluation.results import RowSpool
from retrieval.types import Span, Verdict


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class ShownPassage(_Shown):
    """A passage and its place in the article."""

    text: str
    start: int
    end: int


class ShownCitation(_Shown):
    """A quote, its place, and the passage around it."""

    n: int
    source: str
    title: str
    outlet: str | None = None
    published: str | None = None
    quote: str
    start: int
    end: int
    highlight: Span | None = None
    passage: ShownPassage

    def pieces(self) -> list[tuple[str, str]]:
        """Cut the passage into (role, text): plain, quote, and the answering words in it.

        A quote that does not stand in its passage at its offsets is one piece, `invented`.
        """
        offset = self.passage.start
        first, last = self.start - offset, self.end - offset
        text = self.passage.text
        if first < 0 or text[first:last] != self.quote or not self.quote:
            return [("plain", text), ("invented", self.quote)]
        a, b = (mark - offset for mark in self.highlight or (self.start, self.start))
        cut = [
            ("plain", text[:first]),
            ("quote", text[first:a]),
            ("answer", text[a:b]),
            ("quote", text[b:last]),
            ("plain", text[last:]),
        ]
        return [(role, piece) for role, piece in cut if piece]


class ShownHit(_Shown):
    """A passage that was retrieved."""

    rank: int
    source: str
    title: str
    text: str


class ShownRefusal(_Shown):
    """Why nothing was answered."""

    reason: str
    nearest: tuple[ShownCitation, ...] = ()


class ShownAnswer(_Shown):
    """An answer or a refusal."""

    standalone_question: str
    status: str
    text: str
    model: str
    citations: tuple[ShownCitation, ...] = ()
    refusal: ShownRefusal | None = None
    confidence: float | None = None
    notes: tuple[str, ...] = ()
    verdict: Verdict | None = None


class ShownGold(_Shown):
    """What would have been right."""

    answerable: bool | None = None
    answers: tuple[str, ...] = ()
    evidence: tuple[GoldEvidence, ...] = ()
    verdict: Verdict | None = None


class ShownRow(_Shown):
    """One question, what became of it, and how it scored."""

    id: str
    question: str
    kind: str
    split: str | None = None
    gold: ShownGold
    history: tuple[str, ...] = ()
    answer: ShownAnswer | None = None
    hits: tuple[ShownHit, ...] = ()
    gold_ranks: tuple[int | None, ...] = ()
    supporting: tuple[int, ...] = ()
    scores: dict[str, float | None]
    latency_ms: float = 0.0
    first_words_ms: float | None = None
    error: str | None = None

    @property
    def outcome(self) -> str:
        """Give `right`, `wrong`, `failed`, or `open` where there is no gold."""
        if self.error is not None:
            return "failed"
        right = self.scores.get("accuracy", self.scores.get("verdict accuracy"))
        return "open" if right is None else "right" if right else "wrong"


def read_rows(spool: RowSpool) -> Iterator[ShownRow]:
    """Give the rows in order, one at a time."""
    for line in spool.lines():
        yield ShownRow.model_validate_json(line)
