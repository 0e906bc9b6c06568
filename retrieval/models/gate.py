"""How likely the passages answer a question at all: the gate that stands before every writer."""

import json
import math
from dataclasses import dataclass

from retrieval.models.reader import Reading
from retrieval.models.weights import MODELS


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOdds:
    """The weights of a logistic sum; those of a second look are nought where there is none."""

    logit: float
    relevance: float
    likeness: float
    bias: float
    again_logit: float = 0.0
    again_relevance: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Turns what is known of a sentence into the probability that it answers.

    Logistic calibrations (Platt 1999) fitted on development questions over what the search really
    returns; the reader's own calibration is for a passage that is given. `first` is for what the
    reader makes of the passage; `second` also knows what it makes of the quote alone, under its
    article's title. Below `threshold`, the answer is a refusal; if no passage has a relevance of
    at least `about`, nothing here is about the question.
    """

    first: LogOdds
    second: LogOdds
    threshold: float
    about: float

    def probability(
        self, reading: Reading, likeness: float, *, again: Reading | None = None
    ) -> float:
        """Give the probability that a sentence answers.

        Args:
            reading: What the reader makes of its passage.
            likeness: Cosine of the question and the sentence that would be quoted.
            again: What the reader makes of the quote alone, if it looked again.
        """
        weights = self.second if again else self.first
        log_odds = (
            weights.logit * reading.logit
            + weights.relevance * reading.relevance
            + weights.likeness * likeness
            + weights.bias
        )
        if again:
            log_odds += weights.again_logit * again.logit
            log_odds += weights.again_relevance * again.relevance
        return 0.5 + 0.5 * math.tanh(log_odds / 2)


def load_gate() -> Gate:
    """Give the gate that was fitted for the shipped reader; see models/MODELS.md."""
    fitted = json.loads((MODELS / "gate.json").read_text("utf-8"))
    return Gate(
        first=LogOdds(**fitted["first"]),
        second=LogOdds(**fitted["second"]),
        threshold=fitted["threshold"],
        about=fitted["about"],
    )
