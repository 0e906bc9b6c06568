"""Fit the order of sentences and the gate on the development questions of all collections.

    uv run python tests/bench/calibrate_gate.py MEASURED            # prints, writes nothing else
    uv run python tests/bench/calibrate_gate.py MEASURED --write    # and models/files/gate.json

Only `split: dev` is read. MEASURED keeps, a line a question, what the reader and the search make
of the best sentences; delete it after a change of either. Prints which weights put an answering
sentence first most often, the refusal F1 over thresholds, cross-validated by question, and how
closeness tells questions that nothing here is about from those that the articles answer.
"""

import argparse
import itertools
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np

from retrieval.answer.chain import Answerer
from retrieval.answer.search import closeness
from retrieval.answer.select import looked_again, quoted
from retrieval.evaluation.questions import GoldQuestion, choose, read_questions
from retrieval.evaluation.wording import fold, folded_same_words
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.models.reader import Reader
from retrieval.models.weights import MODELS
from retrieval.question.plan import Turn, plan_turn
from retrieval.settings import Settings

ROOT = Path(__file__).parents[2]
GUARDIAN = ROOT / "tests" / "collections" / "guardian"
# Articles, and the question sets that are asked about them.
COLLECTIONS = (
    (ROOT / "seeds", (ROOT / "tests" / "questions.jsonl", ROOT / "tests" / "people.jsonl")),
    (GUARDIAN / "articles", (GUARDIAN / "questions.jsonl",)),
)
# Answered without the reader, or not at all; the second collection has far more of its first kind
# than of all others.
OTHER_WAYS = {"chat", "article"}
MOST_OF_A_KIND = 60
FEATURES = ("logit", "relevance", "span", "search", "likeness", "again_logit", "again_relevance")
FOLDS = 10
RIDGE = 1.0
STEPS = 50
GRID = {
    "logit": (1.0,),
    "relevance": (0.0, 0.3, 0.5),
    "span": (0.5, 1.0, 1.5),
    "search": (0.0, 3.0, 6.0),
    "likeness": (3.0, 5.0, 7.0, 9.0, 12.0),
    "again_logit": (0.0, 0.25, 0.5, 1.0),
    "again_relevance": (0.0, 0.15, 0.3, 0.5),
}
GATE_FEATURES = ("logit", "relevance", "likeness")
SECOND_FEATURES = (*GATE_FEATURES, "again_logit", "again_relevance")
SHIPPED_ORDER = (1.0, 0.5, 0.5, 3.0, 5.0, 1.0, 0.0)  # as in answer/select.py
# What counts as about as good as the best: an order, and a threshold. To answer what nobody
# says is worse than to refuse what somebody does, so the threshold gives away a little more.
SLACK, THRESHOLD_SLACK = 0.01, 0.02
SMOOTHED = 11  # thresholds whose F1 are averaged, so that no single question sets it
# So few answerable questions may count as about nothing here: `about` names the refusal where the
# gate refuses, and `far` refuses, whatever the gate says.
CALLED_OFF_TOPIC, LOST_TO_FAR = 0.05, 0.005


def questions_of(paths: tuple[Path, ...]) -> list[GoldQuestion]:
    """Give the development questions that are searched and read, not too many of one kind."""
    kept: dict[str, int] = {}
    chosen = []
    for question in choose(read_questions(paths).questions, split="dev"):
        kept[question.kind] = kept.get(question.kind, 0) + 1
        if question.kind not in OTHER_WAYS and kept[question.kind] <= MOST_OF_A_KIND:
            chosen.append(question)
    return chosen


def measured(answerer: Answerer, reader: Reader, question: GoldQuestion) -> dict:
    """Give the features of each candidate sentence and whether it answers, and the second look.

    The candidates are those that are looked at again, as the shipped weights choose them.
    """
    with answerer.library.snapshot() as held:
        turn = Turn(
            question=question.question,
            history=question.history,
            filters=question.filters,
            held=held,
        )
        turn = answerer.finder.retrieve(plan_turn(turn, today=datetime.now(UTC).date()))
    found = [] if turn.is_settled or turn.topic else answerer.finder.candidates(turn)
    best, _ = looked_again(found, partial(reader.read, turn.reads))
    candidates = [
        [
            c.reading.logit,
            c.reading.relevance,
            c.reading.span_score,
            c.hit.score,
            c.likeness,
            c.again.logit if c.again else 0.0,
            c.again.relevance if c.again else 0.0,
            float(answers(question, quoted(c.hit, c.reading), c.hit.passage.article.source)),
        ]
        for c in best
    ]
    return {
        "candidates": candidates,
        "closeness": closeness(found) if found else 0.0,
        "is_wide": turn.breadth != "fact",
    }


def answers(question: GoldQuestion, quote: str, source: str) -> bool:
    """Tell whether a quote holds an answer string or a gold quote of its article."""
    if any(answer.lower() in quote.lower() for answer in question.answers):
        return True
    return any(
        e.source == source and folded_same_words(fold(quote), fold(e.quote))
        for e in question.evidence
    )


def measure(path: Path) -> Iterator[dict]:
    """Give what is kept of every question; what is not kept yet is measured and written."""
    kept = {}
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            kept = {row["id"]: row for row in map(json.loads, lines)}
    for articles, sets in COLLECTIONS:
        asked = questions_of(sets)
        yield from (kept[q.id] for q in asked if q.id in kept)
        left = [q for q in asked if q.id not in kept]
        if not left:
            continue
        with (
            tempfile.TemporaryDirectory() as index,
            open_library(Settings(index=Path(index))) as library,
            path.open("a", encoding="utf-8") as stream,
        ):
            ingest(library, [articles])
            reader = Reader()
            answerer = Answerer(library, reader=reader)
            for question in left:
                row = {
                    "id": question.id,
                    "kind": question.kind,
                    "answerable": question.answerable is not False,
                    **measured(answerer, reader, question),
                }
                stream.write(json.dumps(row) + "\n")
                stream.flush()
                yield row


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


def order_table(rows: list[dict]) -> np.ndarray:
    """Print the share of answerable questions answered first by weights; give the best ones."""
    able = [np.array(r["candidates"]) for r in rows if r["answerable"]]
    able = [table for table in able if table[:, -1].any()]  # the others no weights can mend
    found = []
    for weights in itertools.product(*GRID.values()):
        first = [table[(table[:, :-1] @ weights).argmax(), -1] for table in able]
        found.append((float(np.mean(first)), weights))
    found.sort(key=lambda one: -one[0])
    print(f"{len(able)} answerable questions with an answering candidate; {', '.join(FEATURES)}:")
    for share, weights in found[:8]:
        print(f"  first quote answers {share:.3f}  {weights}")
    # The mean of the best is less a fit to chance than the best.
    near = [weights for share, weights in found if share >= found[0][0] - SLACK]
    return np.mean(near, axis=0)


def chances(features: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give the probabilities that a logistic regression sees."""
    return 1 / (1 + np.exp(-features @ weights))


def best_threshold(features: np.ndarray, labels: np.ndarray) -> float:
    """Print what each threshold would give on questions that the fit has not seen; give the best.

    Of those with about the best refusal F1 it is the one that answers least of what the articles
    do not say.
    """
    folds = np.random.default_rng(0).integers(FOLDS, size=len(labels))
    chance = np.zeros(len(labels))
    for part in range(FOLDS):
        out = folds == part
        chance[out] = chances(features[out], fit(features[~out], labels[~out]))
    thresholds = np.arange(0.2, 0.9, 0.01)
    scores = [refusal_f1(chance, labels, threshold) for threshold in thresholds]
    for threshold, f1 in list(zip(thresholds, scores, strict=True))[::5]:
        false = float((chance[labels == 0] >= threshold).mean())
        lost = float((chance[labels == 1] < threshold).mean())
        print(
            f"  threshold {threshold:.2f}: refusal F1 {f1:.3f}, false answers {false:.3f}, "
            f"answerable refused {lost:.3f}"
        )
    smooth = np.convolve(np.pad(scores, SMOOTHED // 2, "edge"), np.full(SMOOTHED, 1 / SMOOTHED))
    smooth = smooth[SMOOTHED - 1 : 1 - SMOOTHED]
    near = [t for t, f1 in zip(thresholds, smooth, strict=True)
            if f1 >= max(smooth) - THRESHOLD_SLACK]  # fmt: skip
    return float(max(near))


def log_odds(names: tuple[str, ...], features: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Give the weights of a logistic sum by their names; the last column is all ones."""
    weights = [round(float(weight), 4) for weight in fit(features, labels)]
    return dict(zip((*names, "wide", "bias"), weights, strict=True))


def fitted_gate(rows: list[dict]) -> dict:
    """Give what gate.json holds, fitted on all of the questions."""
    tables = [np.array(row["candidates"]) for row in rows]
    firsts = np.array([table[(table[:, :-1] @ SHIPPED_ORDER).argmax()] for table in tables])
    rest = np.array([[float(row["is_wide"]), 1.0] for row in rows])
    first, second = (
        np.hstack([firsts[:, [FEATURES.index(name) for name in names]], rest])
        for names in (GATE_FEATURES, SECOND_FEATURES)
    )
    labels = np.array([float(row["answerable"]) for row in rows])
    print("with the first look alone:")
    best_threshold(first, labels)
    print("with the second look:")
    best = best_threshold(second, labels)
    near = np.array([row["closeness"] for row in rows])
    about, far = np.quantile(near[labels == 1], (CALLED_OFF_TOPIC, LOST_TO_FAR))
    off = near[[row["kind"] in {"off-topic", "unanswerable-far"} for row in rows]]
    for name, limit in (("about", about), ("far", far)):
        share = np.mean(off < limit)
        print(f"  closeness below {limit:.2f} ({name}): {share:.3f} of {len(off)} far-off")
    return {
        "first": log_odds(GATE_FEATURES, first, labels),
        "second": log_odds(SECOND_FEATURES, second, labels),
        "threshold": round(best, 2),
        "about": round(float(about), 2),
        "far": round(float(far), 2),
    }


def main() -> None:
    """Measure, print the tables and write the gate where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measured", type=Path)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    rows = [row for row in measure(options.measured) if row["candidates"]]
    order = order_table(rows)
    print("order:", dict(zip(FEATURES, order.round(3).tolist(), strict=True)))
    gate = fitted_gate(rows)
    print(f"{len(rows)} questions; gate: {gate}")
    if options.write:
        (MODELS / "gate.json").write_text(json.dumps(gate, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
