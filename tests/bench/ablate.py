"""What each part of the search and the reader adds, on the project's own questions.

    uv run python tests/bench/ablate.py                  # both halves
    uv run python tests/bench/ablate.py --split dev      # one half

Prints Markdown tables: rankings without the reader and with it, quotes by similarity and by the
reader, gates on either and the shipped one. Questions are planned as by `calibrate_gate.py`: limits
from their time words hold and are not lifted. All gates are fitted on `dev`; of `test` nothing but
means is printed.
"""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from ablation import BY_LIKENESS, BY_READER, QUOTES, SHIPPED, Asked, Bench
from calibrate_gate import refusal_f1
from reader.squad_score import auroc

from retrieval.evaluation.compare import intervals, means_of, table
from retrieval.evaluation.gold_quotes import (
    ranks_of_gold,
    recall_at,
    reciprocal_rank,
    success_at,
)
from retrieval.evaluation.questions import choose, find_gold, read_questions
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.index.revision import open_revision
from retrieval.settings import Settings

ROOT = Path(__file__).parents[2]


def print_rankings(asked: Sequence[Asked]) -> None:
    able = [one for one in asked if one.gold]
    print(f"\n| ranking; {len(able)} questions | success@1 | recall@4 | success@4 | RR@10 |")
    print("|---|---|---|---|---|")
    for name in max((one.rankings for one in able), key=len):
        ranks = [ranks_of_gold(one.rankings.get(name, ()), one.gold) for one in able]
        measures = (
            [success_at(1, r) for r in ranks],
            [recall_at(4, r) for r in ranks],
            [success_at(4, r) for r in ranks],
            [reciprocal_rank(r) for r in ranks],
        )
        print(f"| {name} |", " | ".join(f"{np.mean(one):.3f}" for one in measures), "|")


def print_quotes(asked: Sequence[Asked]) -> None:
    able = [one for one in asked if one.question.answerable]
    print(f"\n| first quote; {len(able)} answerable questions, none refused | answers | 95 % |")
    print("|---|---|---|")
    for name in QUOTES:
        scores = table([one.scores(name, answered=True) for one in able])
        low, high = intervals(*scores)["first quote answers"]
        print(f"| {name} | {means_of(*scores)['first quote answers']:.3f} | {low:.3f}–{high:.3f} |")


def print_gates(asked: Sequence[Asked], least: Mapping[str, float]) -> None:
    able = np.array([bool(one.question.answerable) for one in asked])
    print(f"\n| gate; {able.sum()} answerable, {(~able).sum()} not | threshold | AUROC", end=" ")
    print("| refusal F1 | 95 % | false answers | first quote answers, refusals count 0 |")
    print("|---|---|---|---|---|---|---|")
    for name, threshold in least.items():
        sure = np.array([one.sure[name] for one in asked])
        rows = [one.scores(name, answered=one.sure[name] >= threshold) for one in asked]
        means, (low, high) = means_of(*table(rows)), intervals(*table(rows))["refusal F1"]
        print(f"| {name} | {threshold:.2f} | {auroc(sure[able], sure[~able]):.3f}", end=" ")
        print(f"| {means['refusal F1']:.3f} | {low:.3f}–{high:.3f}", end=" ")
        print(f"| {means['false-answer rate']:.3f} | {means['first quote answers']:.3f} |")


def fitted_threshold(asked: Sequence[Asked], name: str) -> float:
    """Give the value below which refusing has the best F1; the highest of several."""
    sure = np.array([one.sure[name] for one in asked])
    labels = np.array([float(bool(one.question.answerable)) for one in asked])
    return float(max(sure, key=lambda least: (refusal_f1(sure, labels, least), least)))


def measured(splits: Sequence[str]) -> tuple[dict[str, list[Asked]], float]:
    """Give what was measured of each half, and the threshold of the shipped gate."""
    questions = read_questions([ROOT / "tests/questions.jsonl"]).questions
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, index=Path(folder))
        with open_library(settings) as library:
            ingest(library, [ROOT / "seeds"])
            view = open_revision(settings, library.fingerprint)
            assert view is not None, "the articles have just been ingested"
            with closing(view):
                bench, gold = Bench(library, view), find_gold(questions, library).spans
                found = {
                    split: [bench.ask(q, gold[q.id]) for q in choose(questions, split=split)]
                    for split in splits
                }
    asked = {split: [one for one in every if one] for split, every in found.items()}
    return asked, bench.answerer.threshold


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--split", choices=("dev", "test", "all"), default="all")
    split = parser.parse_args().split
    shown = ("dev", "test") if split == "all" else (split,)
    # Thresholds are fitted on dev, whatever is shown.
    asked, shipped = measured(sorted({"dev", *shown}))
    fitted = {name: fitted_threshold(asked["dev"], name) for name in (BY_LIKENESS, BY_READER)}
    for name in shown:
        print(f"\n### {name}: {len(asked[name])} questions that search")
        print_rankings(asked[name])
        print_quotes(asked[name])
        print_gates(asked[name], fitted | {SHIPPED: shipped})


if __name__ == "__main__":
    main()
