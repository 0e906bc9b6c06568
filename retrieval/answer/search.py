"""Finds what a planned question is answered from: search, read, lift a limit that leaves nothing.

Also what a chat model is given to read: whole articles where they fit, else what fits best.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from retrieval.answer.select import (
    Candidate,
    best_of_each,
    order_evidence,
    quoted,
    quotes_of,
    sentences_on,
    topic_evidence,
)
from retrieval.draft import Evidence
from retrieval.models.embedder import Likeness
from retrieval.models.gate import Gate
from retrieval.models.reader import Reader, header
from retrieval.question.breadth import wants_yes_or_no
from retrieval.question.plan import Turn
from retrieval.text.dates import oldest_first
from retrieval.text.sentences import place_of_quotation, sentences_within
from retrieval.types import Filters, Hit, Passage, Span
from retrieval.verify.support import coverage

# Of one article no more passages are read when several are to speak.
_OF_ONE_ARTICLE = 2
# How much deeper the search goes to find passages of several articles.
_DEPTH = 4


def find_hits(turn: Turn, passages: int) -> tuple[Hit, ...]:
    """Give the passages to read for a turn, best first; of named outlets, one after the other.

    An outlet that the question names is searched by itself, so that it is heard; a question for
    views or a development hears at most two passages of one article.
    """
    if turn.outlets and not turn.filters.outlet:
        share = max(_OF_ONE_ARTICLE, passages // len(turn.outlets))
        return tuple(hit for name in turn.outlets for hit in _search(turn, share, name))
    hits = _search(turn, passages * (1 if turn.breadth == "fact" else _DEPTH))
    if turn.breadth == "topic":
        return tuple(hits)
    if turn.breadth != "fact":
        hits = best_of_each(hits, _OF_ONE_ARTICLE, lambda hit: hit.passage.article.article_id)
    return tuple(hits[:passages])


def _search(turn: Turn, k: int, outlet: str | None = None) -> list[Hit]:
    filters = replace(turn.filters, outlet=outlet) if outlet else turn.filters
    return turn.held.search(turn.standalone.text, k=k, filters=filters)


# So much liker to the question (cosine) a quote must be with the sentence that leans on it.
_PROVES = 0.03
# Of 337 answerable development questions over two collections .99 lie above it, of 11 far-off ones
# none, of 402 about the other collection .15, of 54 near misses .85.
RELEVANT = 0.46
_SHARED_WEIGHT = 0.3
# A relevance of MS MARCO's scale beside a cosine: together they tell 19 of 20 far-off development
# questions from all but one of 231 answerable ones, neither does alone.
_LIKENESS_IN_CLOSENESS = 10.0
NO_ANSWER = "no article says this"
OFF_TOPIC = "no article is about this"
READS_ENGLISH = "the built-in reader reads English"
ASK_IN_ENGLISH = "the articles are in English, so ask in English"
NOTHING_WITHIN = "no article lies within the limits"


class Finder:
    """Searches and reads; refuses what is less likely answered than `threshold`."""

    def __init__(
        self, likeness: Likeness, reader: Reader, gate: Gate, *, threshold: float, passages: int
    ) -> None:
        self.likeness = likeness
        self._reader = reader
        self._gate = gate
        self._threshold = threshold
        self._passages = passages

    def retrieve(self, turn: Turn) -> Turn:
        """Give the turn with the passages that the search returns inside its limits."""
        if turn.is_settled:
            return turn
        hits = find_hits(turn, self._passages)
        notes = turn.held.undated_notes(turn.filters)
        return replace(turn, hits=hits).noted(*notes)

    def retrieve_claim(self, turn: Turn) -> Turn:
        """Give the turn of a claim with what a search for it returns, or why that is nothing."""
        hits = turn.held.search(turn.question, k=self._passages, filters=turn.filters)
        turn = replace(turn, hits=tuple(hits)).noted(*turn.held.undated_notes(turn.filters))
        if hits or not turn.filters:
            return turn
        return turn.refused(turn.held.unknown_outlet(turn.filters) or NOTHING_WITHIN, "limits")

    def read(self, turn: Turn) -> Turn:
        """Give the turn with its evidence, best first, or refused if none is likely enough."""
        if turn.is_settled:
            return turn
        if turn.is_foreign:
            return unread(turn)
        if turn.topic and (told := self._on_topic(turn, turn.topic)):
            return replace(turn, evidence=told)
        candidates = self.candidates(replace(turn, hits=turn.hits[: self._passages]))
        is_fact, asked = turn.breadth == "fact", turn.standalone.asked
        evidence = tuple(
            order_evidence(
                candidates,
                self._gate,
                partial(self._reader.read, turn.reads),
                is_wide=not is_fact,
                yes_no=asked if is_fact and wants_yes_or_no(asked) else None,
            )
        )
        if not evidence:
            return replace(turn, confidence=0.0).refused(NOTHING_WITHIN, "limits")
        near, best = closeness(candidates), evidence[0].probability
        if near < self._gate.far:
            return replace(turn, evidence=evidence, confidence=0.0).refused(OFF_TOPIC, "off topic")
        turn = replace(turn, evidence=evidence, confidence=best)
        if best >= self._threshold:
            return turn
        if near < self._gate.about:
            return turn.refused(OFF_TOPIC, "off topic")
        return turn.refused(NO_ANSWER)

    def lift(self, turn: Turn) -> Turn:
        """Search all dates if the question's own time words left no answer; say so either way."""
        scope = turn.scope
        if scope is None or turn.filters.origin != "question":
            return turn
        if turn.reason is None:
            return turn.noted(scope.note)
        free = Filters(outlet=turn.filters.outlet, origin="option" if turn.filters.outlet else None)
        again = replace(turn, filters=free, reason=None, reads=turn.standalone.text, notes=())
        lifted = self.read(self.retrieve(again))
        # Where nothing lies within the limit, the nearest passages of other dates are of use.
        is_better = lifted.reason is None or not turn.hits
        return lifted.noted(scope.lifted_note) if is_better else turn.noted(scope.note)

    def admit(self, turn: Turn) -> Turn:
        """Let a chat model see what the reader finds no answer in, if it is about the matter."""
        if turn.is_foreign and turn.hits:
            return replace(turn, reason=None)
        read_in_vain = turn.refusal_kind in {"not said", "off topic"} and bool(turn.evidence)
        if turn.reason is None or not read_in_vain:
            return turn
        if self.relevance(turn) < RELEVANT:
            return turn.refused(OFF_TOPIC, "off topic")
        return replace(turn, reason=None)

    def _on_topic(self, turn: Turn, topic: str) -> tuple[Evidence, ...]:
        named = sentences_on(topic, turn.hits)
        likeness = self.likeness.to(turn.held.query_vector(topic), quotes_of(named))
        return tuple(topic_evidence(named, likeness))

    def relevance(self, turn: Turn) -> float:
        """Give how surely the passages found are about what is asked, whatever they say of it."""
        vector = turn.held.query_vector(turn.standalone.text)
        return relevance_of(
            turn.standalone.text, turn.hits, lambda texts: self.likeness.to(vector, texts)
        )

    def candidates(self, turn: Turn) -> list[Candidate]:
        """Read the turn's passages, and give the sentences of each to choose from.

        Where passages have the words that the question quotes, that place alone is read: what is
        asked is about it.
        """
        places = [place_of_quotation(turn.reads, hit.passage.text) for hit in turn.hits]
        read = [(h, p) for h, p in zip(turn.hits, places, strict=True) if p or not any(places)]
        texts = [hit.passage.text for hit, _ in read]
        sentences = [sentences_within(hit.passage) for hit, _ in read]
        about = [
            _sentences_about(place, spans, text) if place else spans
            for (_, place), spans, text in zip(read, sentences, texts, strict=True)
        ]
        headers = [header(hit.passage.article) for hit, _ in read]
        readings = self._reader.read_sentences(turn.reads, texts, about, headers)
        chosen = [
            Candidate(hit=hit, reading=reading, likeness=0.0, quotation=place)
            for (hit, place), found in zip(read, readings, strict=True)
            for reading in found
        ]
        alone = [quoted(c.hit, c.reading) for c in chosen]
        longer = [quoted(c.hit, c.reading, with_next=True) for c in chosen]
        cosines = self.likeness.to(turn.held.query_vector(turn.reads), [*alone, *longer])
        likeness = zip(chosen, cosines, cosines[len(alone) :], strict=False)
        return [
            replace(candidate, likeness=max(short, long), with_next=long > short + _PROVES)
            for candidate, short, long in likeness
        ]


def closeness(candidates: Sequence[Candidate]) -> float:
    """Give how close what was read comes to what is asked, whatever it says of it; -11 to 21."""
    relevance = max(candidate.reading.relevance for candidate in candidates)
    return relevance + _LIKENESS_IN_CLOSENESS * max(one.likeness for one in candidates)


def _sentences_about(quotation: Span, spans: Sequence[Span], text: str) -> list[Span]:
    """Give the sentences of a text that hold a quotation, and those that may say whose it is."""
    touched = [at for at, (a, b) in enumerate(spans) if a < quotation[1] and quotation[0] < b]
    first, last = touched[0], touched[-1]
    after = spans[last + 1 : last + 2]
    if after and "\n" in text[spans[last][1] : after[0][0]]:
        after = []
    return [*spans[max(0, first - 1) : last + 1], *after]


def unread(turn: Turn) -> Turn:
    """Refuse a question or claim that the reader does not understand, but for shared words."""
    if not turn.hits:
        return turn.refused(NOTHING_WITHIN, "limits")
    why = ASK_IN_ENGLISH if turn.held.overview.is_english else READS_ENGLISH
    if not turn.held.shares_words(turn.question):
        return turn.refused(f"{why}; no passage has your words", "off topic")
    return turn.refused(f"{why}; these passages match your words")


def relevance_of(
    question: str, hits: Sequence[Hit], cosines: Callable[[Sequence[str]], Sequence[float]]
) -> float:
    """Give how surely passages are about a question: likeness and shared words, at most 1.3.

    The likest sentence or passage, and the share of the question's words that the passage with
    the most of them has, its title and outlet counted.
    """
    passages = [hit.passage for hit in hits]
    if not passages:
        return 0.0
    sentences = [p.text[a:b] for p in passages for a, b in sentences_within(p)]
    shared = max(
        coverage(question, f"{p.article.title}. {p.article.outlet or ''}. {p.text}")
        for p in passages
    )
    return max(cosines([*sentences, *(p.text for p in passages)])) + _SHARED_WEIGHT * shared


# The search's order says little of passages further down.
_MOST_FOUND = 64


def to_read(turn: Turn, *, room_chars: int) -> list[Passage]:
    """Give the passages that a model reads for a question, by date, article and place.

    They are all passages that the question's limits admit, if these fit; else those that were
    read for it, the likeliest first, and then what a deeper search finds, while there is room.
    """
    fitting = _all_if_fitting(turn, room_chars)
    if fitting is None:
        fitting = list(_while_room(_best_first(turn), room_chars))
    return sorted(fitting, key=_by_date)


def _all_if_fitting(turn: Turn, room_chars: int) -> list[Passage] | None:
    kept: list[Passage] = []
    for article in turn.held.admitted(turn.filters):
        found = turn.held.passages(article.article_id)
        kept += found
        room_chars -= sum(len(passage.text) for passage in found)
        if room_chars < 0:
            return None
    return kept


def _best_first(turn: Turn) -> Iterator[Passage]:
    yield from (item.passage for item in turn.evidence)
    yield from (hit.passage for hit in turn.hits)
    deeper = turn.held.search(turn.standalone.text, k=_MOST_FOUND, filters=turn.filters)
    yield from (hit.passage for hit in deeper)


def _while_room(passages: Iterable[Passage], room_chars: int) -> Iterator[Passage]:
    """Give each passage once that still fits; a shorter one may fit where a longer does not."""
    seen: set[str] = set()
    for passage in passages:
        if passage.passage_id in seen:
            continue
        seen.add(passage.passage_id)
        if len(passage.text) <= room_chars:
            room_chars -= len(passage.text)
            yield passage


def _by_date(passage: Passage) -> tuple[bool, int, str, int]:
    """Sort oldest first, the undated last; an article stays together and in its order."""
    article = passage.article
    return *oldest_first(article.published), article.article_id, passage.start
