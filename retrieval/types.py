"""The frozen values that walk from room to room; offsets count code points of the clean text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from retrieval.errors import UsageError
from retrieval.text.dates import first_day, last_day

Span = tuple[int, int]
"""Start and end, end exclusive."""

Kind = Literal["news", "analysis", "opinion"]
Stance = Literal["supports", "contradicts"]
YES_OR_NO: Mapping[Stance, str] = {"supports": "yes", "contradicts": "no"}
"""What a stance is called in the answer to a yes-no question."""
Verdict = Literal["supported", "contradicted", "not found"]
_OUTLETS_NAMED = 5
RefusalKind = Literal["off topic", "not said", "not a question", "limits", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What is known about one article; None where it is not known.

    `article_id` is stable across edits. `published` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    `source` is relative to `folder`, the ingested folder, with `/`. `known_from` says of each
    value where it was told. `also_in` are further outlets of the same story. `corrected` is the
    day on which a changed text came in place of an earlier one. `language` is of ISO 639-1.
    `audience` names who alone sees it, such as a server by its id; empty if everybody does.
    """

    article_id: str
    source: str
    title: str
    folder: str = ""
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    kind: str | None = None
    url: str | None = None
    passages: int = 0
    known_from: tuple[tuple[str, str], ...] = ()
    also_in: tuple[str, ...] = ()
    corrected: str | None = None
    language: str | None = None
    audience: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of an article's clean text that is searched as one: `text == clean[start:end]`."""

    passage_id: str
    article: Article
    text: str
    start: int
    end: int

    def words_at(self, place: Span) -> str:
        """Give what stands at a place of the clean text."""
        return self.text[place[0] - self.start : place[1] - self.start]

    def cited_at(self, place: Span, *, n: int = 1, highlight: Span | None = None) -> "Citation":
        """Give what stands at a place of the clean text as a citation."""
        quote, (start, end) = self.words_at(place), place
        return Citation(n=n, passage=self, quote=quote, start=start, end=end, highlight=highlight)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that a search returned; `rank` counts from 1, a larger `score` is better."""

    passage: Passage
    rank: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Which articles may be found; None bounds nothing. Both days are inclusive."""

    since: int | None = None
    until: int | None = None
    outlets: tuple[str, ...] | None = None

    def admits(self, article: Article) -> bool:
        """Tell whether some possible day of the article, and its outlet, lie within."""
        if not self.admits_outlet(article):
            return False
        if article.published is None:
            return not self.has_dates
        first, last = first_day(article.published), last_day(article.published)
        return last >= (self.since or first) and first <= (self.until or last)

    def admits_outlet(self, article: Article) -> bool:
        """Tell whether the article is of one of the outlets."""
        return self.outlets is None or outlet_key(article.outlet) in self.outlets

    @property
    def has_dates(self) -> bool:
        """True if undated articles are left out."""
        return self.since is not None or self.until is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which articles may answer; dates are inclusive, in the form the person gave.

    `origin` says who set them: the question's own time words, or the person's options.
    """

    since: str | None = None
    until: str | None = None
    outlet: str | None = None
    origin: Literal["question", "option"] | None = None

    def __bool__(self) -> bool:
        """True if anything is filtered."""
        return bool(self.since or self.until or self.outlet)

    def checked(self, outlets: Sequence[str] | None = None) -> "Filters":
        """Give a person's options, the outlet as the collection spells it.

        Args:
            outlets: Those of the collection; the outlet is left as it is if None.

        Raises:
            UsageError: A date is none, the range is the wrong way round, or not one outlet is
                meant.
        """
        first = first_day(self.since) if self.since else None
        last = last_day(self.until) if self.until else None
        if first and last and first > last:
            raise UsageError(f"since {self.since} is after until {self.until}; swap them")
        if not self:
            return Filters()
        outlet = self.outlet if outlets is None or not self.outlet else self._one_of(outlets)
        return replace(self, outlet=outlet or None, origin="option")

    def fitting(self, outlets: Sequence[str]) -> list[str]:
        """Give the outlets that may answer: those of that name, else those that contain it."""
        wanted = outlet_key(self.outlet) or ""
        keys = {outlet: outlet_key(outlet) or "" for outlet in outlets}
        same = [outlet for outlet, key in keys.items() if key == wanted]
        return same or [outlet for outlet, key in keys.items() if wanted and wanted in key]

    def bounds(self, outlets: Sequence[str]) -> Bounds:
        """Give the bounds that are meant among the outlets held.

        An outlet's name matches without regard to case; if no outlet has exactly that name, all do
        that contain it ('post' finds two papers).

        Raises:
            UsageError: A date is not one.
        """
        keys = (outlet_key(name) or "" for name in self.fitting(outlets)) if self.outlet else ()
        return Bounds(
            since=first_day(self.since) if self.since else None,
            until=last_day(self.until) if self.until else None,
            outlets=tuple(sorted({*keys} - {""})) if self.outlet else None,
        )

    def _one_of(self, outlets: Sequence[str]) -> str:
        fitting = self.fitting(outlets)
        if len(fitting) == 1:
            return fitting[0]
        listed = fitting or outlets
        named = ", ".join(listed[:_OUTLETS_NAMED]) or "none"
        rest = len(listed) - _OUTLETS_NAMED
        more = f" and {rest} more" if rest > 0 else ""
        said = "fits several outlets" if fitting else "is no outlet here; there are"
        raise UsageError(f"{(self.outlet or '')[:60]!r} {said}: {named}{more}")


def outlet_key(outlet: str | None) -> str | None:
    """Give the form in which outlets are compared: case and outer white space do not count."""
    return outlet.strip().casefold() if outlet else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a person asks, or claims: a claim is not answered but checked.

    `history` are the earlier questions of the conversation, oldest first; `filters` the person's
    own limits, which are never lifted.
    """

    text: str
    history: tuple[str, ...] = ()
    filters: Filters = field(default_factory=Filters)
    is_claim: bool = False


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question as it can be understood by itself.

    `asked` is the question with what it leaves out put in; `context` is the earlier question that
    it still leans on where no rule was sure, "" if none.
    """

    asked: str
    context: str = ""

    @property
    def text(self) -> str:
        """What is searched for and shown: the question, and what it carries along in brackets."""
        return f"{self.asked} ({self.context})" if self.context else self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Verbatim words with their place: `clean_text[start:end] == quote`.

    `highlight` marks the answering words inside the quote, in the same units as `start`; `stance`
    is what the quote says to a claim that is checked, or to a yes-no question.
    """

    n: int
    passage: Passage
    quote: str
    start: int
    end: int
    highlight: Span | None = None
    stance: Stance | None = None

    @property
    def article(self) -> Article:
        """The article that the words stand in."""
        return self.passage.article


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One sentence of an answer and the numbers of the citations it rests on."""

    text: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why nothing was answered, and the nearest passages, which are not an answer.

    `kind` is what a person does differently: `off topic` (nothing here is about that), `not said`
    (the articles speak of it, but do not say that), `not a question`, `limits` (nothing lies
    within them) or `failed`. `reason` is a sentence without its capital and full stop. `covers`
    says in a few words what the collection holds; `example` is a question that it answers, None
    if none is known. `names_nearest`: the reason speaks of these passages, so they belong to it.
    """

    reason: str
    kind: RefusalKind = "not said"
    nearest: tuple[Citation, ...] = ()
    names_nearest: bool = False
    covers: str = ""
    example: str | None = None

    @property
    def does_say(self) -> Citation | None:
        """What the articles do say of the matter, a part of the refusal; None if they do not."""
        speaks_of_it = self.kind == "not said" and not self.names_nearest
        return self.nearest[0] if self.nearest and speaks_of_it else None

    @property
    def sentence(self) -> str:
        """The reason as a sentence."""
        return f"{self.reason[:1].upper()}{self.reason[1:].rstrip('.')}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What replies of a chat model took: tokens, and money where the provider says how much.

    `cost` is in the currency of the provider's own figure, None where it gives none.
    """

    tokens: int
    cost: float | None = None

    def __add__(self, other: "Spent") -> "Spent":
        """Give what both took; what is not said of one is left out."""
        told = [one.cost for one in (self, other) if one.cost is not None]
        return Spent(tokens=self.tokens + other.tokens, cost=sum(told) if told else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person gets for a question: statements with citations, or a refusal.

    `confidence` is the probability that the quotes answer, None if unknown. `text` is what the
    person reads, with [n] markers. `timings_ms` has retrieve, read, write, verify and total.
    `recalled` is True if the model was not asked: its reply to the same question was kept.
    `tokens` are what a chat model took, None if none was asked; `cost` is what that came to, None
    if its provider does not say. `is_close` is True where the reader doubts that these words answer
    the question, and the text says so.
    """

    question: str
    standalone_question: str
    text: str
    model: str
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    refusal: Refusal | None = None
    verdict: Verdict | None = None
    confidence: float | None = None
    filters: Filters = field(default_factory=Filters)
    notes: tuple[str, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    recalled: bool = False
    tokens: int | None = None
    cost: float | None = None
    is_close: bool = False

    @property
    def status(self) -> Literal["answered", "refused"]:
        """Whether there is an answer; a refusal is one of the two good ends."""
        return "refused" if self.refusal else "answered"

    @property
    def shown(self) -> tuple[Citation, ...]:
        """The quotes to show: those of the answer, or the nearest ones of a refusal."""
        return self.refusal.nearest if self.refusal else self.citations

    @property
    def is_reworded(self) -> bool:
        """Whether other words were searched for than were asked; capitals and '?' are none."""
        asked, searched = (
            text.casefold().rstrip(" ?").split()
            for text in (self.question, self.standalone_question)
        )
        return bool(searched) and searched != asked

    @property
    def chat_model(self) -> str | None:
        """The `provider:model` that wrote the text; None where code made it of what is held."""
        return self.model if ":" in self.model else None
