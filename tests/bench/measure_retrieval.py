"""Measures open retrieval: does the question's own paragraph come first among 20,963?

    uv run --group train python tests/bench/measure_retrieval.py DATA WORK TASK

TASK is `tune` (weights, on the calibration articles) or `measure` (the figures of the card);
`--limit 5` tries the command on so many questions over few paragraphs, `--questions 700` draws so
many of all and leaves every paragraph in.

Both indexes propose candidates, the reader reads the best of them and reorders what it read. WORK
keeps the paragraphs' vectors between runs.
"""

import argparse
import json
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from random import Random

import numpy as np
from open_retrieval import Collection, all_paragraphs, asked

from retrieval.models.reader import Reader, Reading

CANDIDATES = 50
MOST_READ = 24
READ = (2, 4, 8, 12, 24)
CUT_OFFS = (1, 4, 10)
TRIAL_PARAGRAPHS = 100
# Tuned on the calibration articles: how much a cosine counts beside BM25 (as a share of the
# question's best), and what span score and search score count beside the answerability.
COSINE_WEIGHT = 1.0
SPAN_WEIGHT = 0.3
SEARCH_WEIGHT = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A paragraph that one of the indexes found; `lexical` is BM25 as a share of the best."""

    place: int
    lexical: float
    cosine: float
    gold: bool

    def fused(self, weight: float) -> float:
        """BM25 and cosine in one score."""
        return self.lexical + weight * self.cosine


Asked = list[Candidate]
Readings = list[dict[int, Reading]]


def candidates(collection: Collection, pairs: list[tuple[str, str]]) -> list[Asked]:
    """Each question's candidates, in no order."""
    found = collection.scores([q for q, _ in pairs], CANDIDATES)
    rows = []
    for (_, own), scores in zip(pairs, found, strict=True):
        top = max(lexical for lexical, _ in scores.values()) or 1.0
        rows.append(
            [
                Candidate(
                    place=place,
                    lexical=lexical / top,
                    cosine=cosine,
                    gold=collection.texts[place] == own,
                )
                for place, (lexical, cosine) in scores.items()
            ]
        )
    return rows


def hits(ranked: list[Asked]) -> list[float]:
    """Hit@1, @4 and @10 of rankings."""
    return [
        round(float(np.mean([any(c.gold for c in row[:k]) for row in ranked])), 4) for k in CUT_OFFS
    ]


def by_search(rows: list[Asked], weight: float) -> list[Asked]:
    """Candidates in the order of the fused score."""
    return [sorted(row, key=lambda c: -c.fused(weight)) for row in rows]


def by_reader(
    rows: list[Asked], readings: Readings, count: int, weights: tuple[float, float, float]
) -> list[Asked]:
    """The first `count` reordered by the reader, the others after them as they were."""
    cosine_weight, span_weight, search_weight = weights
    ranked = []
    for row, read in zip(rows, readings, strict=True):

        def worth(c: Candidate, read: dict[int, Reading] = read) -> float:
            reading = read[c.place]
            fused = search_weight * c.fused(cosine_weight)
            return reading.logit + span_weight * reading.span_score + fused

        ranked.append(sorted(row[:count], key=worth, reverse=True) + row[count:])
    return ranked


def read_all(pairs: list[tuple[str, str]], rows: list[Asked], texts: list[str]) -> Readings:
    """The readings of each question's first candidates, by the paragraph's place."""
    reader, readings = Reader(), []
    for (question, _), row in zip(pairs, rows, strict=True):
        places = [c.place for c in row[:MOST_READ]]
        read = reader.read(question, [texts[p] for p in places])
        readings.append(dict(zip(places, read, strict=True)))
    return readings


def tune(rows: list[Asked], readings: Readings) -> None:
    """Prints the weights that rank the calibration questions' own paragraphs highest."""
    grid = product((COSINE_WEIGHT,), (0.0, 0.2, 0.3, 0.4, 0.5, 0.7), (0, 1, 2, 3, 4, 6, 8))
    scored = [(hits(by_reader(rows, readings, MOST_READ, w)), w) for w in grid]
    for found, weights in sorted(scored, reverse=True)[:5]:
        print(json.dumps({"hits": found, "cosine_span_search_weights": weights}))


def main() -> None:
    """Prints Hit@1/4/10 of each stage, and the curve over the passages read."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("task", choices=("tune", "measure"))
    parser.add_argument("--limit", type=int, help="try it: so many questions, few paragraphs")
    parser.add_argument("--questions", type=int, help="so many, drawn at random")
    options = parser.parse_args()
    part = "calibrate" if options.task == "tune" else "measure"
    texts, pairs = all_paragraphs(options.data), asked(options.data, part)
    if options.questions:
        pairs = Random(0).sample(pairs, min(options.questions, len(pairs)))
    if options.limit:
        pairs = pairs[: options.limit]
        texts = list(dict.fromkeys([own for _, own in pairs] + texts[:TRIAL_PARAGRAPHS]))
    collection = Collection(texts, options.work)
    rows = candidates(collection, pairs)
    for weight in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0) if part == "calibrate" else (COSINE_WEIGHT,):
        print(f"BM25 + {weight} x cosine", hits(by_search(rows, weight)))
    print("BM25", hits([sorted(row, key=lambda c: -c.lexical) for row in rows]))
    print("dense", hits([sorted(row, key=lambda c: -c.cosine) for row in rows]), flush=True)
    rows = by_search(rows, COSINE_WEIGHT)
    readings = read_all(pairs, rows, collection.texts)
    if options.task == "tune":
        tune(rows, readings)
    for count in READ:
        weights = COSINE_WEIGHT, SPAN_WEIGHT, SEARCH_WEIGHT
        print(f"reader over {count}", hits(by_reader(rows, readings, count, weights)))


if __name__ == "__main__":
    main()
