"""How likely a sentence answers, of all that is known of it: what refuses a question."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.models.reader import Reading
from retrieval.models.weights import MODELS


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOdds:
    """The weights of a logistic sum; those of a second look are nought where there is none.

    `wide` counts where several voices or times are asked for: no passage alone answers that, and
    the reader says so.
    """

    logit: float
    relevance: float
    likeness: float
    wide: float
    bias: float
    again_logit: float = 0.0
    again_relevance: float = 0.0


Look = tuple[Reading, float, Reading | None]
"""What the reader makes of a passage, how like the question (cosine) the sentence is that would be
quoted of it, and what the reader makes of that quote alone, if it looked again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Turns what is known of a sentence into the probability that it answers.

    Logistic calibrations (Platt 1999) fitted on development questions over what the search really
    returns; the reader's own calibration is for a passage that is given. `first` is for what the
    reader makes of the passage; `second` also knows what it makes of the quote alone, under its
    article's header. Below `threshold`, the answer is a refusal; where what was read comes less
    close than `about`, it says that nothing here is about that, and below `far` it always does.
    """

    first: LogOdds
    second: LogOdds
    threshold: float
    about: float
    far: float

    def probabilities(self, looks: Iterable[Look], *, is_wide: bool = False) -> list[float]:
        """Give the probability that each sentence answers a question; a wide one in part."""
        return [self._probability(*look, is_wide) for look in looks]

    def _probability(
        self, reading: Reading, likeness: float, again: Reading | None, is_wide: bool
    ) -> float:
        weights = self.second if again else self.first
        log_odds = (
            weights.logit * reading.logit
            + weights.relevance * reading.relevance
            + weights.likeness * likeness
            + weights.wide * is_wide
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
        **{name: fitted[name] for name in ("threshold", "about", "far")},
    )
