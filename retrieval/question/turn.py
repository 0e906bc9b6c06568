"""One question on its way through the chain: what each step has found so far."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from retrieval.draft import Draft, Evidence
from retrieval.index.snapshot import Snapshot
from retrieval.question.breadth import Breadth
from retrieval.question.time.time_scope import Order, TimeScope
from retrieval.text.languages import ENGLISH
from retrieval.types import Article, Filters, Hit, RefusalKind, Standalone

NOT_PLANNED = Standalone("")


def _no_timings() -> dict[str, float]:
    """Give the steps' milliseconds before any step ran; a check has no steps of its own."""
    return dict.fromkeys(("retrieve", "read", "write", "verify", "total"), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The state of one question; a step never changes it but gives a new one.

    `reason` is set once the question is refused, `draft` once it is written; later steps then
    have nothing to do. All is read of `held`, one revision of the index. The plan finds what the
    question wants, once: `standalone` is searched for, `reads` is what the passages are read for:
    the same, less the time words that limit the search. `filters` are the limits, `outlets` those
    that the question names, `breadth` how much it wants (all on `topic`, if there is one),
    `summed_up` the articles that it wants in short, and `order` how statements are sorted: None
    for best first. `language` is the question's, if it can be told. `tokens` are those of a chat
    model, None if none was asked.
    """

    question: str
    filters: Filters
    held: Snapshot = field(repr=False)
    is_claim: bool = False
    history: tuple[str, ...] = ()
    on_text: Callable[[str], None] | None = None
    standalone: Standalone = NOT_PLANNED
    reads: str = ""
    scope: TimeScope | None = None
    order: Order | None = None
    topic: str | None = None
    language: str | None = None
    breadth: Breadth = "fact"
    outlets: tuple[str, ...] = ()
    summed_up: tuple[Article, ...] = ()
    hits: tuple[Hit, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    confidence: float | None = None
    draft: Draft | None = None
    reason: str | None = None
    refusal_kind: RefusalKind = "not said"
    notes: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=_no_timings)
    tokens: int | None = None

    def spent(self, tokens: Sequence[int]) -> "Turn":
        """Give the turn with what further replies of a chat model took."""
        return replace(self, tokens=sum(tokens, self.tokens or 0)) if tokens else self

    @property
    def is_settled(self) -> bool:
        """Whether there is an answer or a refusal already."""
        return self.draft is not None or self.reason is not None

    @property
    def is_foreign(self) -> bool:
        """Whether the question is surely in a language that the reader was not trained on."""
        return self.language not in (None, ENGLISH)

    def noted(self, *notes: str) -> "Turn":
        """Give the turn with further notes for the person."""
        return replace(self, notes=(*self.notes, *notes))

    def refused(self, reason: str, kind: RefusalKind = "not said") -> "Turn":
        """Give the turn as a refusal; a draft that did not hold is forgotten."""
        return replace(self, reason=reason, refusal_kind=kind, draft=None)
