"""Fit the gate on the development questions: how likely do the passages found answer at all?

    uv run python tests/bench/calibrate_gate.py            # prints, writes nothing
    uv run python tests/bench/calibrate_gate.py --write    # writes retrieval/models/files/gate.json

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

from retrieval.answer.chain import Answerer
from retrieval.answer.search import quoted
from retrieval.evaluation.measures.same_words import same_words
from retrieval.evaluation.questions import Question, choose, read_questions
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.models.weights import MODELS
from retrieval.question.plan import plan_turn
from retrieval.question.turn import Turn
from retrieval.settings import Settings

ROOT = Path(__file__).parents[2]
FOLDS = 10
RIDGE = 1.0
STEPS = 50
SPANS, SEARCHES, LIKENESSES = (0.0, 0.5, 1.0), (0.0, 3.0, 6.0, 9.0, 12.0), (0.0, 6.0, 9.0, 12.0)
# Among thresholds about as good, the one that answers least of what the articles do not say.
SLACK = 0.01


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
        chance = chances(features, weights)
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


def chances(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give the probabilities that a logistic regression sees."""
    return 1 / (1 + np.exp(-features @ weights))


def print_thresholds(features: np.ndarray, labels: np.ndarray) -> None:
    """Print what each threshold would give on questions that the fit has not seen."""
    folds = np.random.default_rng(0).integers(FOLDS, size=len(labels))
    chance = np.zeros(len(labels))
    for fold in range(FOLDS):
        out = folds == fold
        chance[out] = chances(features[out], fit(features[~out], labels[~out]))
    for threshold in np.arange(0.3, 0.9, 0.05):
        false = float((chance[labels == 0] >= threshold).mean())
        f1 = refusal_f1(chance, labels, threshold)
        print(f"  threshold {threshold:.2f}: refusal F1 {f1:.3f}, false answers {false:.3f}")


def fitted_gate(features: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Give what gate.json holds, fitted on all of the questions."""
    weights = fit(features, labels)
    thresholds = np.arange(0.3, 0.9, 0.01)
    scores = [refusal_f1(chances(features, weights), labels, t) for t in thresholds]
    best = max(t for t, f1 in zip(thresholds, scores, strict=True) if f1 >= max(scores) - SLACK)
    logit, likeness, bias = (round(float(weight), 4) for weight in weights)
    return {"bias": bias, "likeness": likeness, "logit": logit, "threshold": round(float(best), 2)}


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
    print_thresholds(features, labels)
    gate = fitted_gate(features, labels)
    print(json.dumps(gate))
    if write:
        (MODELS / "gate.json").write_text(json.dumps(gate) + "\n", "utf-8")


if __name__ == "__main__":
    main()
