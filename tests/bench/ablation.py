"""What each arrangement of search, reader and quotes makes of one question.

`ablate.py` puts it into tables. Everything is searched and read once, by the library's own parts.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from retrieval.answer.chain import Answerer
from retrieval.answer.extractive import ExtractiveWriter
from retrieval.answer.select import (
    Candidate,
    evidence_of,
    order_evidence,
    pick_evidence,
    quoted_sentences,
)
from retrieval.draft import Evidence
from retrieval.evaluation.gold_quotes import CUT, GoldSpan
from retrieval.evaluation.questions import GoldQuestion
from retrieval.evaluation.scoring import Scores, score_answer
from retrieval.index.fusion import search_view
from retrieval.index.library import Library
from retrieval.index.revision import Revision
from retrieval.index.rows import Row
from retrieval.models.embedder import Likeness
from retrieval.models.gate import load_gate
from retrieval.models.reader import Reader, Reading
from retrieval.question.plan import Turn, plan_turn
from retrieval.text.sentences import passage_sentences
from retrieval.types import Answer, Citation, Hit, Passage, Refusal, Span

BY_LIKENESS = "the sentence most like the question, of all passages read"
OF_FIRST_HIT = "the same, of the first passage found"
OF_FIRST_READ = "the same, of the passage shown first"
BY_READER = "the reader's likeliest sentence, without likeness"
SHIPPED = "reader and likeness, as shipped"
QUOTES = (BY_LIKENESS, OF_FIRST_HIT, OF_FIRST_READ, BY_READER, SHIPPED)
NOT_SURE = {BY_LIKENESS: -1.0, BY_READER: -math.inf, SHIPPED: 0.0}  # where nothing is found


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question: its hits by ranking, its first quote by way of quoting, and how sure that is.

    `sure` is a cosine, the reader's logit and the shipped probability, each in its own measure.
    """

    question: GoldQuestion
    gold: Sequence[GoldSpan]
    rankings: Mapping[str, Sequence[Hit]]
    quotes: Mapping[str, Citation]
    sure: Mapping[str, float]

    def scores(self, quoting: str, *, answered: bool) -> Scores:
        """Give the scores of answering with that quote, or of refusing."""
        quote = self.quotes.get(quoting)
        answer = Answer(
            question=self.question.question,
            standalone_question=self.question.question,
            text=quote.quote if quote else "",
            model=quoting,
            citations=(quote,) if quote and answered else (),
            refusal=None if answered else Refusal(reason="not sure enough"),
        )
        return score_answer(self.question, self.gold, answer, (), lambda _: "")


class KeptReader(Reader):
    """The reader, with what it made of the last passages."""

    def read_sentences(
        self,
        question: str,
        texts: Sequence[str],
        sentences: Sequence[Sequence[Span]],
        headers: Sequence[str] = (),
    ) -> list[list[Reading]]:
        self.kept = super().read_sentences(question, texts, sentences, headers)
        return self.kept


class Bench:
    """The opened articles, and what is shared by all questions."""

    def __init__(self, library: Library, view: Revision) -> None:
        self._reader = KeptReader()
        self.answerer = Answerer(library, reader=self._reader)
        self._library, self._view = library, view
        self._likeness = Likeness(library.embedder)
        self._gate = load_gate()

    def ask(self, question: GoldQuestion, gold: Sequence[GoldSpan]) -> Asked | None:
        """Plan, search and read a question; None if the articles' metadata answer it."""
        with self._library.snapshot() as held:
            turn = Turn(
                question=question.question,
                history=question.history,
                filters=question.filters,
                held=held,
            )
            turn = plan_turn(turn, today=datetime.now(UTC).date())
            if turn.draft:
                return None
            turn = self.answerer.finder.retrieve(turn)
            read, quotes, sure = self._read(turn) if turn.hits else ({}, {}, NOT_SURE)
        searched = self._searched(turn) | {"fused, as it is read (spread over articles)": turn.hits}
        return Asked(
            question=question, gold=gold, rankings=searched | read, quotes=quotes, sure=sure
        )

    def _searched(self, turn: Turn) -> dict[str, Sequence[Hit]]:
        mute = Mute(self._view)
        views = {
            "BM25": replace(self._view, collection=mute),
            "dense": replace(self._view, lexical=mute),
            "fused": self._view,
        }
        asked, bounds = turn.standalone.text, turn.filters.bounds(self._library.outlets())
        vector = self._library.query_vector(asked)
        return {
            name: search_view(held.view(""), asked, vector, k=CUT, bounds=bounds)
            for name, held in views.items()
        }

    def _read(
        self, turn: Turn
    ) -> tuple[dict[str, Sequence[Hit]], dict[str, Citation], dict[str, float]]:
        by_both = self.answerer.finder.candidates(turn)
        by_reader = [
            Candidate(hit=hit, reading=readings[0], likeness=0.0)
            for hit, readings in zip(turn.hits, self._reader.kept, strict=True)
        ]
        evidence = order_evidence(by_both, self._gate, partial(self._reader.read, turn.reads))
        first = max(by_reader, key=_worth)
        quotes, likeness = self._likest(turn, evidence[0].passage)
        quotes |= {BY_READER: _quote(first), SHIPPED: self._shipped_quote(turn, evidence)}
        rankings = {"fused + reader": by_reader, "fused + reader + likeness": by_both}
        sure = {
            BY_LIKENESS: likeness,
            BY_READER: first.reading.logit,
            SHIPPED: evidence[0].probability,
        }
        return {name: _hits(found) for name, found in rankings.items()}, quotes, sure

    def _likest(self, turn: Turn, shown: Passage) -> tuple[dict[str, Citation], float]:
        """Give the likest sentences of three choices of passages, and the cosine of the first."""
        passages = [hit.passage for hit in turn.hits]
        likest, likeness = self._best(turn.reads, passages)
        quotes = {
            BY_LIKENESS: likest,
            OF_FIRST_HIT: self._best(turn.reads, passages[:1])[0],
            OF_FIRST_READ: self._best(turn.reads, [shown])[0],
        }
        return quotes, likeness

    def _best(self, question: str, passages: Sequence[Passage]) -> tuple[Citation, float]:
        found = [_cited(p, span) for p in passages for span in passage_sentences(p)]
        asked = self._library.query_vector(question)
        cosines = self._likeness.to(asked, [citation.quote for citation in found])
        best = max(cosines)
        return found[cosines.index(best)], best

    def _shipped_quote(self, turn: Turn, evidence: Sequence[Evidence]) -> Citation:
        picked = pick_evidence(evidence, turn.breadth, turn.outlets)
        draft = ExtractiveWriter().write(turn.standalone.text, picked or evidence[:1])
        assert draft is not None, "evidence always gives a quote"
        return draft.citations[0]


class Mute:
    """An index in the other one's place that ranks nothing; texts are still read through it."""

    def __init__(self, view: Revision) -> None:
        self._lexical = view.lexical

    def rows(self, passage_ids: Sequence[str]) -> dict[str, Row]:
        return self._lexical.rows(passage_ids)

    def audiences(self) -> dict[str, str]:
        return {}

    def search(self, query: str, **how: object) -> list[tuple[str, float]]:
        return []

    def nearest(self, vector: object, **how: object) -> list[tuple[str, float]]:
        return []


def _worth(candidate: Candidate) -> float:
    return candidate.worth


def _hits(candidates: Sequence[Candidate]) -> list[Hit]:
    ordered = sorted(candidates, key=_worth, reverse=True)
    best: dict[str, Hit] = {}
    for candidate in ordered:
        best.setdefault(candidate.hit.passage.passage_id, candidate.hit)
    return list(best.values())


def _quote(candidate: Candidate) -> Citation:
    passage = candidate.hit.passage
    item = evidence_of(passage, candidate.reading, probability=0.0)
    return _cited(passage, quoted_sentences(item))


def _cited(passage: Passage, span: Span) -> Citation:
    start, end = span
    quote = passage.text[start - passage.start : end - passage.start]
    return Citation(n=1, passage=passage, quote=quote, start=start, end=end)
