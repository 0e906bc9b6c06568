"""What each arrangement of search, reader and quotes makes of one question.

`ablate.py` puts it into tables. Everything is searched and read once, by the library's own parts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from retrieval.answer import Answerer
from retrieval.bounds import Bounds, bounds_of
from retrieval.breadth import breadth_of, outlets_named
from retrieval.embed import Embedder
from retrieval.evaluation.questions import Question
from retrieval.evaluation.ranking import CUT, GoldSpan
from retrieval.evaluation.scoring import Scores, score_answer
from retrieval.gate import load_gate
from retrieval.library import Library
from retrieval.plan import plan_turn
from retrieval.revision import View
from retrieval.rows import Row
from retrieval.search import search_view
from retrieval.select import Candidate, order_evidence, passage_sentences, pick_evidence
from retrieval.turn import Turn
from retrieval.types import Answer, Citation, Hit, Passage, Refusal
from retrieval.writers.evidence import Evidence
from retrieval.writers.extractive import ExtractiveWriter

BY_READER = "the reader's sentence, as shipped"
BY_LIKENESS = "the sentence most like the question, of all passages read"
OF_FIRST_HIT = "the same, of the first passage found"
OF_FIRST_READ = "the same, of the passage that the reader puts first"
QUOTES = (BY_LIKENESS, OF_FIRST_HIT, OF_FIRST_READ, BY_READER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question: its hits by ranking, its first quote by way of quoting, and how sure it is.

    `likeness` is the cosine of the question and the likest sentence; -1 if nothing was found.
    """

    question: Question
    gold: Sequence[GoldSpan]
    rankings: Mapping[str, Sequence[Hit]]
    quotes: Mapping[str, Citation]
    likeness: float
    confidence: float

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


class Bench:
    """The opened articles, and what is shared by all questions."""

    def __init__(self, library: Library, view: View) -> None:
        self.answerer = Answerer(library)
        self._library, self._view = library, view
        self._likeness = Likeness(library.embedder)
        self._gate = load_gate()

    def ask(self, question: Question, gold: Sequence[GoldSpan]) -> Asked | None:
        """Plan, search and read a question; None if the articles' metadata answer it."""
        turn = Turn(
            question=question.question, history=tuple(question.history), filters=question.filters
        )
        turn = plan_turn(turn, self._library, today=datetime.now(UTC).date())
        if turn.draft:
            return None
        finder = self.answerer.finder
        turn = finder.retrieve(turn)
        candidates = finder.candidates(turn.reads, turn.hits)
        evidence = order_evidence(candidates, self._gate)
        quotes, likeness = self._quotes(turn, evidence)
        return Asked(
            question=question,
            gold=gold,
            rankings=self._searched(turn) | _read(turn.hits, candidates),
            quotes=quotes,
            likeness=likeness,
            confidence=evidence[0].probability if evidence else 0.0,
        )

    def _searched(self, turn: Turn) -> dict[str, Sequence[Hit]]:
        mute = Mute(self._view)
        views = {
            "BM25": replace(self._view, collection=mute),
            "dense": replace(self._view, lexical=mute),
            "fused": self._view,
        }
        asked, bounds = turn.standalone, bounds_of(turn.filters, self._library.outlets())
        vector = self._library.query_vector(asked)
        return {
            name: search_view(view, asked, vector, k=CUT, bounds=bounds)
            for name, view in views.items()
        }

    def _quotes(
        self, turn: Turn, evidence: Sequence[Evidence]
    ) -> tuple[dict[str, Citation], float]:
        if not evidence:
            return {}, -1.0
        passages = [hit.passage for hit in turn.hits]
        likest, likeness = self._likeness.best(turn.reads, passages)
        quotes = {
            OF_FIRST_HIT: self._likeness.best(turn.reads, passages[:1])[0],
            BY_LIKENESS: likest,
            OF_FIRST_READ: self._likeness.best(turn.reads, [evidence[0].passage])[0],
            BY_READER: self._shipped_quote(turn, evidence),
        }
        return quotes, likeness

    def _shipped_quote(self, turn: Turn, evidence: Sequence[Evidence]) -> Citation:
        articles = self._library.articles()
        breadth = breadth_of(turn.standalone, articles, turn.order)
        outlets = outlets_named(turn.standalone, articles)
        picked = pick_evidence(evidence, breadth, outlets, turn.order)
        draft = ExtractiveWriter().write(turn.standalone, picked or evidence[:1])
        assert draft is not None, "evidence always gives a quote"
        return draft.citations[0]


class Likeness:
    """Cosines of a question and of sentences; what was embedded once is kept."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, np.ndarray] = {}

    def best(self, question: str, passages: Sequence[Passage]) -> tuple[Citation, float]:
        """Give the sentence of the passages that is most like the question, and its cosine."""
        asked = self._vector(question)
        found = [_cited(p, start, end) for p in passages for start, end in passage_sentences(p)]
        cosines = [float(asked @ self._vector(citation.quote)) for citation in found]
        first = int(np.argmax(cosines))
        return found[first], cosines[first]

    def _vector(self, text: str) -> np.ndarray:
        if text not in self._known:
            self._known[text] = np.array(self._embedder.embed_query(text))
        return self._known[text]


class Mute:
    """An index in the other one's place that ranks nothing; texts are still read through it."""

    def __init__(self, view: View) -> None:
        self._lexical = view.lexical

    def rows(self, passage_ids: Sequence[str]) -> dict[str, Row]:
        return self._lexical.rows(passage_ids)

    def search(self, query: str, *, k: int, bounds: Bounds) -> list[tuple[str, float]]:
        return []

    def nearest(self, vector: object, *, k: int, bounds: Bounds) -> list[tuple[str, float]]:
        return []


def _read(hits: Sequence[Hit], candidates: Sequence[Candidate]) -> dict[str, Sequence[Hit]]:
    by_worth = sorted(candidates, key=lambda candidate: candidate.worth, reverse=True)
    return {
        "fused, as it is read (spread over articles and outlets)": hits,
        "fused + reader": [candidate.hit for candidate in by_worth],
    }


def _cited(passage: Passage, start: int, end: int) -> Citation:
    quote = passage.text[start - passage.start : end - passage.start]
    return Citation(n=1, passage=passage, quote=quote, start=start, end=end)
