"""The measures of evaluate-v2.0 (SQuAD-explorer), and the area under the ROC curve."""

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalised(text: str) -> str:
    """Lower-cased, without punctuation and articles, white space folded."""
    bare = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def token_f1(predicted: str, gold: str) -> float:
    """Token F1 of two answers; 1 if both are empty."""
    found, wanted = normalised(predicted).split(), normalised(gold).split()
    if not found or not wanted:
        return float(found == wanted)
    shared = (Counter(found) & Counter(wanted)).total()
    return 2 * shared / (len(found) + len(wanted))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive scores higher than a negative; ties count half."""
    ordered = np.sort(np.asarray(negative))
    below = np.searchsorted(ordered, positive, side="left")
    not_above = np.searchsorted(ordered, positive, side="right")
    return float((below + not_above).mean() / 2 / len(ordered))


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One question read with its passage: what came out, and what would have been right."""

    score: float
    exact: float
    f1: float
    answerable: bool


def scored(score: float, predicted: str, golds: Sequence[str]) -> Read:
    """The best match of the prediction with any gold answer."""
    return Read(
        score=score,
        exact=max((float(normalised(predicted) == normalised(g)) for g in golds), default=0.0),
        f1=max((token_f1(predicted, g) for g in golds), default=0.0),
        answerable=bool(golds),
    )


def f1_at(reads: Sequence[Read], threshold: float) -> dict[str, float]:
    """Percent F1 over `all`, `has_answer` and `no_answer`, refusing below the threshold."""
    kept = {True: [], False: []}
    for r in reads:
        refused = r.score < threshold
        right = (0.0 if refused else r.f1) if r.answerable else float(refused)
        kept[r.answerable].append(right)
    return {
        "all": 100 * float(np.mean(kept[True] + kept[False])),
        "has_answer": 100 * float(np.mean(kept[True])),
        "no_answer": 100 * float(np.mean(kept[False])),
    }


def best_threshold(reads: Sequence[Read]) -> float:
    """The threshold with the best F1 over all."""
    order = sorted(reads, key=lambda r: r.score)
    # Refusing one question more gains 1 if it is unanswerable and loses its F1 otherwise.
    gains = np.cumsum([-r.f1 if r.answerable else 1.0 for r in order])
    best = int(gains.argmax())
    if gains[best] <= 0:
        return order[0].score
    following = order[best + 1].score if best + 1 < len(order) else order[best].score + 1.0
    return (order[best].score + following) / 2
