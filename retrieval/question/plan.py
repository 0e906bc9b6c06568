"""One question on its way through the chain, and what it asks for before anything is searched.

The plan sets it on its own feet, and says how much it wants and of which time.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from retrieval.draft import Draft, Evidence
from retrieval.errors import QuestionError
from retrieval.index.library import Snapshot
from retrieval.question.about_articles import about_articles, about_draft, wanted_in_short
from retrieval.question.breadth import (
    Breadth,
    breadth_of,
    is_picture,
    is_small_talk,
    outlets_named,
    topic_of,
)
from retrieval.question.standalone import standalone
from retrieval.question.time_scope import TimeScope, time_range
from retrieval.text.words import ENGLISH, is_common, language_of, other_language_of, words
from retrieval.types import Article, Filters, Hit, RefusalKind, Spent, Standalone

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
    `summed_up` the articles that it wants in short. `language` is the question's, if it can be
    told. `taken` is what a chat model took, None if none was asked.
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
    taken: Spent | None = None

    def spent(self, replies: Sequence[Spent]) -> "Turn":
        """Give the turn with what further replies of a chat model took."""
        before = self.taken or Spent(tokens=0)
        return replace(self, taken=sum(replies, before)) if replies else self

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


# Longer than any question; a pasted page would drown the words that matter.
MAX_QUESTION_CHARS = 2_000
_WORD = re.compile(r"\w")
# Passages among which an article on a topic is looked for.
_TOPIC_HITS = 4
NO_QUESTION = (
    "that asks nothing of the articles; Dateline answers from what they report, in their own words"
)
UNKNOWN_WORDS = "no article has any of these words; check the spelling{}"
_IN_ENGLISH = ", or ask in English"


def checked_question(question: str) -> str:
    """Give the question with white space folded, as text that any program can take.

    Raises:
        QuestionError: It holds neither word nor picture, or is longer than any question.
    """
    text = question.encode("utf-8", errors="replace").decode("utf-8")
    folded = " ".join(text.split())
    if not _WORD.search(folded) and not any(map(is_picture, folded)):
        raise QuestionError("there is no word in the question; ask something about the articles")
    if len(folded) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question has {len(folded):,} characters; ask in at most {MAX_QUESTION_CHARS:,}"
        )
    return folded


def plan_turn(turn: Turn, *, today: date) -> Turn:
    """Give the turn with all that its question wants: what is meant, how much, and of which time.

    A question about the articles themselves is answered here, from their metadata, and one that
    no passage could answer is refused. The question's own time words limit the dates only where
    the person set no limit. A turn that stands alone already is taken as it stands.
    """
    if turn.standalone == NOT_PLANNED:
        asked = Standalone(turn.question)
        known = [one for one in turn.history if not _is_gibberish(one, turn.held)]
        leans = known and not _is_gibberish(turn.question, turn.held)
        asked = standalone(turn.question, known) if leans else asked
        turn = replace(turn, standalone=asked)
    own = turn.standalone.asked
    language = language_of(own)
    if language in (None, ENGLISH):  # in English by words that other languages have, too
        language = other_language_of(own, turn.held.shares_words) or language
    turn = replace(turn, language=language)
    return (
        _nowhere(turn)
        or _chat(turn)
        or _about(turn, turn.held, today)
        or _pointless(turn)
        or _timed(turn, today)
    )


def _nowhere(turn: Turn) -> Turn | None:
    """Refuse where the person asked for an outlet that no article is of."""
    reason = turn.held.unknown_outlet(turn.filters)
    return turn.refused(reason, "limits") if reason else None


def _chat(turn: Turn) -> Turn | None:
    """Refuse what is said to the bot: the nearest passage to 'thanks' is near to nothing."""
    asked = turn.standalone.asked
    says_nothing = not any(word.carries_meaning for word in words(asked))
    is_chat = is_small_talk(asked) or (says_nothing and not turn.history)
    return turn.refused(NO_QUESTION, "not a question") if is_chat else None


def _is_gibberish(text: str, held: Snapshot) -> bool:
    """Tell whether no word is known: it leans on nothing asked before, and nothing leans on it."""
    said = words(text)
    is_strange = all(word.carries_meaning and not is_common(word.key) for word in said)
    return bool(said) and is_strange and not held.shares_words(text)


def _about(turn: Turn, held: Snapshot, today: date) -> Turn | None:
    asked = turn.standalone

    def search(words: str) -> Sequence[Hit]:
        return held.search(words, k=_TOPIC_HITS, filters=turn.filters)

    admitted = held.admitted(turn.filters)
    in_short = wanted_in_short(asked, admitted, today=today, search=search)
    if in_short:
        return replace(turn, summed_up=in_short)
    about = about_articles(asked, admitted, today=today, search=search)
    if about is None:
        return None
    draft = about_draft(about, held.passages)
    return replace(turn, draft=draft).noted(*draft.notes)


def _pointless(turn: Turn) -> Turn | None:
    """Refuse a text of which no word is English or stands in an article.

    The nearest vectors of such a text are near to nothing, and yet some passage always is.
    """
    if turn.is_foreign or not _is_gibberish(turn.standalone.asked, turn.held):
        return None
    how = _IN_ENGLISH if turn.held.overview.is_english else ""
    return turn.refused(UNKNOWN_WORDS.format(how), "off topic")


def _timed(turn: Turn, today: date) -> Turn:
    articles, whole = turn.held.articles, turn.standalone.text
    scope = time_range(turn.standalone.asked, today=today, articles=articles)
    outlets = outlets_named(whole, articles)
    topic = None if turn.standalone.context or outlets else topic_of(turn.standalone.asked)
    turn = replace(
        turn,
        outlets=tuple(outlets),
        topic=topic,
        breadth="topic" if topic else breadth_of(whole, outlets),
        reads=whole,
    )
    given = turn.filters
    if given.since or given.until:
        return turn
    return _limited(turn, scope) if scope.filters else turn


def _limited(turn: Turn, scope: TimeScope) -> Turn:
    limits = Filters(
        since=scope.filters.since,
        until=scope.filters.until,
        outlet=turn.filters.outlet,
        origin="question",
    )
    timeless = Standalone(scope.timeless or turn.standalone.asked, turn.standalone.context)
    return replace(turn, filters=limits, reads=timeless.text, scope=scope)
