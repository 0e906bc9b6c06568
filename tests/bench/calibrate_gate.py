"""Fit the gate on the development questions: how likely do the passages found answer at all?

    uv run python tests/bench/calibrate_gate.py            # prints, writes nothing
    uv run python tests/bench/calibrate_gate.py --write    # writes retrieval/models/gate.json

Only `split: dev` is read. Prints which weights put an answering sentence first most often, and
the refusal F1 over thresholds, cross-validated by question, so that a fit to chance is seen.
"""

import argparse
import itertools
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from retrieval.answer import Answerer
from retrieval.evaluation.questions import Question, choose, read_questions
from retrieval.evaluation.spans import same_words
from retrieval.find import quoted
from retrieval.ingest import ingest
from retrieval.library import open_library
from retrieval.plan import plan_turn
from retrieval.settings import Settings
from retrieval.turn import Turn
from retrieval.weights import MODELS

ROOT = Path(__file__).parents[2]
FOLDS = 10
RIDGE = 1.0
STEPS = 50
SPANS, SEARCHES, LIKENESSES = (0.0, 0.3, 0.6), (0.0, 3.0, 6.0, 9.0), (0.0, 3.0, 6.0, 9.0)


def measured(answerer: Answerer, question: Question) -> list[list[float]]:
    """Give, for each candidate, logit, span score, search score, likeness, and if it answers."""
    turn = Turn(
        question=question.question, history=tuple(question.history), filters=question.filters
    )
    today = datetime.now(UTC).date()
    turn = answerer.finder.retrieve(plan_turn(turn, answerer.library, today=today))
    if turn.draft:
        return []
    return [
        [
            c.reading.logit,
            c.reading.span_score,
            c.hit.score,
            c.likeness,
            float(answers(question, quoted(c.hit, c.reading), c.hit.passage.article.source)),
        ]
        for c in answerer.finder.candidates(turn.reads, turn.hits)
    ]


def answers(question: Question, quote: str, source: str) -> bool:
    """Tell whether a quote holds an answer string or a gold quote of its article."""
    if any(answer.lower() in quote.lower() for answer in question.answers):
        return True
    return any(e.source == source and same_words(quote, e.quote) for e in question.evidence)


def fit(features: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give the weights of a ridge logistic regression, by Newton's method."""
    weights = np.zeros(features.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-features @ weights))
        slope = features.T @ (chance - labels) + RIDGE * weights
        curve = (features * (chance * (1 - chance))[:, None]).T @ features
        weights -= np.linalg.solve(curve + RIDGE * np.eye(len(weights)), slope)
    return weights


def refusal_f1(chance: np.ndarray, labels: np.ndarray, threshold: float) -> float:
    """Give the F1 of refusing, the unanswerable questions being what is to be found."""
    refused, wanted = chance < threshold, labels == 0
    return 2 * float((refused & wanted).sum()) / max(1, refused.sum() + wanted.sum())


def order_table(rows: list[tuple[bool, np.ndarray]]) -> np.ndarray:
    """Print the share of answerable questions answered first by weights; give the best ones."""
    found = []
    for weights in itertools.product((1.0,), SPANS, SEARCHES, LIKENESSES):
        first = [r[(r[:, :4] @ weights).argmax(), 4] for able, r in rows if able]
        found.append((float(np.mean(first)), weights))
    found.sort(key=lambda one: -one[0])
    for share, weights in found[:5]:
        print(f"  first quote answers {share:.3f}  logit, span, search, likeness: {weights}")
    return np.array(found[0][1])


def main() -> None:
    """Measure, fit, print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    write = parser.parse_args().write
    asked = choose(read_questions([ROOT / "tests/questions.jsonl"]).questions, split="dev")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, index=Path(folder))
        with open_library(settings) as library:
            ingest(library, [ROOT / "seeds"])
            answerer = Answerer(library)
            every = [(bool(q.answerable), np.array(measured(answerer, q))) for q in asked]
    rows = [(able, found) for able, found in every if len(found)]
    print(f"{len(rows)} development questions, {sum(able for able, _ in rows)} answerable")
    weights = order_table(rows)
    best = np.stack([r[(r[:, :4] @ weights).argmax()] for _, r in rows])
    labels = np.array([float(able) for able, _ in rows])
    features = np.c_[best[:, 0], best[:, 3], np.ones(len(best))]
    folds = np.random.default_rng(0).integers(FOLDS, size=len(labels))
    chance = np.zeros(len(labels))
    for fold in range(FOLDS):
        out = folds == fold
        chance[out] = 1 / (1 + np.exp(-features[out] @ fit(features[~out], labels[~out])))
    for threshold in np.arange(0.3, 0.9, 0.05):
        false = float((chance[labels == 0] >= threshold).mean())
        f1 = refusal_f1(chance, labels, threshold)
        print(f"  threshold {threshold:.2f}: refusal F1 {f1:.3f}, false answers {false:.3f}")
    best_at = max(np.arange(0.3, 0.9, 0.01), key=lambda t: refusal_f1(chance, labels, t))
    logit, likeness, bias = (round(float(w), 4) for w in fit(features, labels))
    gate = {"bias": bias, "likeness": likeness, "logit": logit, "threshold": round(best_at, 2)}
    print(json.dumps(gate))
    if write:
        (MODELS / "gate.json").write_text(json.dumps(gate) + "\n", "utf-8")


if __name__ == "__main__":
    main()
