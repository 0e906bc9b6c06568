"""Measures the shipped reader on questions with their passage given.

    uv run python tests/bench/reader/measure_reader.py DATA
    uv run python tests/bench/reader/measure_reader.py DATA --limit 40    # a trial of the command

Prints SQuAD 2.0 (the 17 articles kept for it) and CLAPNQ, which are for measuring only.
"""

import argparse
import json
import lzma
import math
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import squad
from squad_score import Read, auroc, best_threshold, f1_at, scored

from retrieval.models.reader import Calibration, Reader


def read_squad(
    reader: Reader, articles: Iterable[squad.Article], limit: int | None = None
) -> list[Read]:
    """Each question of the articles, or the first `limit`, read with its paragraph."""
    asked = (
        (question, paragraph.text)
        for article in articles
        for paragraph in article.paragraphs
        for question in paragraph.questions
    )
    return [
        _read(reader, question.text, passage, [text for text, _ in question.answers])
        for question, passage in islice(asked, limit)
    ]


def _read(reader: Reader, question: str, passage: str, golds: list[str]) -> Read:
    reading = reader.read(question, [passage])[0]
    return scored(reading.logit, passage[reading.start : reading.end], golds)


def threshold_logit(calibration: Calibration) -> float:
    """The saved threshold as a logit of the reader."""
    odds = calibration.threshold / (1 - calibration.threshold)
    return (math.log(odds) - calibration.bias) / calibration.scale


def squad2_figures(reads: list[Read], threshold: float) -> dict[str, float]:
    """The figures of the card; `threshold` is on the reader's logit."""
    has = [r for r in reads if r.answerable]
    none = [r for r in reads if not r.answerable]
    best = best_threshold(reads)
    return {
        "questions": len(reads),
        "answerable": len(has),
        "exact_given_passage": sum(r.exact for r in has) / len(has),
        "f1_given_passage": sum(r.f1 for r in has) / len(has),
        "auroc": auroc([r.score for r in has], [r.score for r in none]),
        **{f"f1_{name}": value for name, value in f1_at(reads, threshold).items()},
        "best_threshold": best,
        "f1_all_at_best": f1_at(reads, best)["all"],
    }


def clapnq_auroc(reader: Reader, data: Path, limit: int | None) -> float:
    """How well the reader tells CLAPNQ's answerable questions from the unanswerable ones."""
    scores = {}
    for name in ("answerable", "unanswerable"):
        with lzma.open(data / f"clapnq-dev-{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in islice(lines, limit)]
        scores[name] = [
            reader.read(row["input"], [row["passages"][0]["text"]])[0].logit for row in rows
        ]
    return auroc(scores["answerable"], scores["unanswerable"])


def main() -> None:
    """Prints every figure as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--limit", type=int, help="the first so many questions of each set")
    options = parser.parse_args()
    reader = Reader()
    reads = read_squad(reader, squad.read_dev2(options.data, "measure"), options.limit)
    figures = squad2_figures(reads, threshold_logit(reader.calibration))
    figures["clapnq_auroc"] = clapnq_auroc(reader, options.data, options.limit)
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
