"""How likely the passages answer a question at all: the gate that stands before every writer."""

import json
import math
from dataclasses import dataclass

from retrieval.models.reader import Reading
from retrieval.models.weights import MODELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Turns what is known of a passage into the probability that it answers.

    A logistic calibration (Platt 1999) fitted on development questions over what the search really
    returns; the reader's own calibration is for a passage that is given. Below `threshold`, the
    answer is a refusal; if no passage has a relevance of at least `about`, nothing here is about
    the question.
    """

    logit: float
    relevance: float
    likeness: float
    bias: float
    threshold: float
    about: float

    def probability(self, reading: Reading, likeness: float) -> float:
        """Give the probability that a passage answers.

        Args:
            reading: What the reader makes of it.
            likeness: Cosine of the question and the sentence that would be quoted.
        """
        log_odds = (
            self.logit * reading.logit
            + self.relevance * reading.relevance
            + self.likeness * likeness
            + self.bias
        )
        return 0.5 + 0.5 * math.tanh(log_odds / 2)


def load_gate() -> Gate:
    """Give the gate that was fitted for the shipped reader; see models/MODELS.md."""
    return Gate(**json.loads((MODELS / "gate.json").read_text("utf-8")))
