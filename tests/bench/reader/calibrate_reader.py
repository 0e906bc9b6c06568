"""Fits the reader's calibration on the three SQuAD 2.0 articles that were kept out of training.

    uv run python tests/bench/reader/calibrate_reader.py DATA           # prints, writes nothing
    uv run python tests/bench/reader/calibrate_reader.py DATA --write   # writes the shipped file

Platt scaling (Platt 1999) of the answerability logit, by Newton's method; the threshold is the
middle of the probabilities with about the best SQuAD F1 over all. `--write FILE` writes another
file instead.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import squad
from measure_reader import read_squad
from squad_score import Read, best_threshold, f1_at

from retrieval.models.reader import Reader
from retrieval.models.weights import MODELS

CALIBRATION = MODELS / "reader_calibration.json"
NEWTON_STEPS = 50


def fit_platt(scores: np.ndarray, answerable: np.ndarray) -> tuple[float, float]:
    """Scale and bias that make sigmoid(scale * score + bias) the likeliest probabilities."""
    design = np.stack([scores, np.ones_like(scores)], axis=1)
    weights = np.zeros(2)  # from here Newton does not overshoot
    for _ in range(NEWTON_STEPS):
        chance = 1 / (1 + np.exp(-design @ weights))
        curvature = design.T @ (design * (chance * (1 - chance))[:, None])
        weights -= np.linalg.solve(curvature, design.T @ (chance - answerable))
    return float(weights[0]), float(weights[1])


def smooth_threshold(reads: list[Read]) -> float:
    """The best threshold's neighbourhood: the middle of all within half a point of the best F1."""
    best = f1_at(reads, best_threshold(reads))["all"]
    places = np.quantile([r.score for r in reads], np.linspace(0.05, 0.95, 181))
    good = [t for t in places if f1_at(reads, float(t))["all"] > best - 0.5]
    return float(np.mean(good)) if good else best_threshold(reads)


def main() -> None:
    """Fits, prints what it gives on the three articles, and writes it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int, help="the first so many questions, to try it")
    parser.add_argument("--write", type=Path, nargs="?", const=CALIBRATION, metavar="FILE")
    options = parser.parse_args()
    articles = squad.read_dev2(options.data, "calibrate")
    reads = read_squad(Reader(), articles, options.limit)
    scores = np.array([r.score for r in reads])
    scale, bias = fit_platt(scores, np.array([float(r.answerable) for r in reads]))
    logit = smooth_threshold(reads)
    threshold = float(1 / (1 + np.exp(-(scale * logit + bias))))
    saved = {"scale": round(scale, 4), "bias": round(bias, 4), "threshold": round(threshold, 4)}
    if options.write:
        options.write.write_text(json.dumps(saved, indent=2, sort_keys=True) + "\n", "utf-8")
    print(saved, f"logit {logit:.2f}", f1_at(reads, logit), f"{len(reads)} questions")


if __name__ == "__main__":
    main()
