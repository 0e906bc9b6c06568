"""Fits the logistic sum of retrieval/verify/support.py: the weights of coverage and reader.

    uv run python tests/bench/fit_entail.py DATA/squad-train-v1.1.json.xz [TRUE_CLAIMS]

Prints, writes nothing; TRUE_CLAIMS (800) are drawn, and 10 of them try the command.

Data: claims made from SQuAD 1.1's training questions (squad_claims.py) beside the sentence that
fits them best, and the `dev` half of tests/claims.jsonl beside its evidence. What facts, denials
or opposites already forbid is left out: the sum only has to tell the rest.
"""

import json
import lzma
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from squad_claims import claims

from retrieval.models.reader import Reader
from retrieval.verify.facts import Source
from retrieval.verify.support import SUPPORTED, Judge, Support, coverage

DEV_CLAIMS = Path(__file__).parents[1] / "claims.jsonl"
STEPS, RATE, DECAY = 20_000, 0.5, 1e-3
Row = tuple[Support, bool, str]


def squad_rows(path: Path, count: int, judge: Judge) -> Iterator[Row]:
    """Claims from SQuAD, each beside the sentence that covers it best."""
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        articles = json.load(stream)["data"]
    for claim in claims(articles, count):
        best = max(claim.sentences, key=lambda sentence: coverage(claim.text, sentence))
        yield judge.weigh(claim.text, [Source(best)])[0], claim.is_true, claim.kind


def dev_rows(judge: Judge) -> Iterator[Row]:
    """The claims to develop with, each beside its evidence and beside somebody else's."""
    lines = [json.loads(line) for line in DEV_CLAIMS.read_text("utf-8").splitlines() if line]
    dev = [line for line in lines if line["split"] == "dev" and line["evidence"]]
    for line, other in zip(dev, dev[7:] + dev[:7], strict=True):
        for beside, kind in ((line, line["verdict"]), (other, "absent")):
            source = Source(" ".join(e["quote"] for e in beside["evidence"]))
            support = judge.weigh(line["claim"], [source], lenient=True)[0]
            yield support, kind == "supported", f"dev {kind}"


def fitted(rows: list[Row]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Weights and bias of a logistic regression, both classes counting the same."""
    features = np.array([[*support.features, 1.0] for support, _, _ in rows])
    truth = np.array([is_true for _, is_true, _ in rows])
    share = np.where(truth, 0.5 / truth.sum(), 0.5 / (~truth).sum())
    weights = np.zeros(features.shape[1])
    for _ in range(STEPS):
        error = 1 / (1 + np.exp(-features @ weights)) - truth
        weights -= RATE * (features.T @ (share * error) + DECAY * np.append(weights[:-1], 0))
    return weights


def main() -> None:
    """Prints the weights and what they make of each kind of claim."""
    judge = Judge(Reader())
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 800
    rows = [*squad_rows(Path(sys.argv[1]), count, judge), *dev_rows(judge)]
    open_rows = [row for row in rows if not row[0].missing and not row[0].is_denied]
    weights = fitted(open_rows)
    print(
        "weights", [round(float(w), 2) for w in weights[:-1]], "bias", round(float(weights[-1]), 2)
    )
    kinds = Counter(kind for _, _, kind in rows)
    for kind, total in sorted(kinds.items()):
        left = [support for support, _, k in open_rows if k == kind]
        scores = [float(np.dot(weights, [*s.features, 1.0])) for s in left]
        held = sum(1 / (1 + np.exp(-score)) >= SUPPORTED for score in scores)
        print(f"{kind:18} {total:5} claims, {total - len(left):5} forbidden, {held:5} supported")


if __name__ == "__main__":
    main()
