"""The table of measures: what each is called, its denominator, and which way is better.

Every measure is the mean of the questions' scores over its denominator; a question outside it
scores None. Two are derived from such means: `refusal F1` and `balanced accuracy`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: its name, what it says and over which questions, and its direction."""

    name: str
    meaning: str
    lower_is_better: bool = False

    def is_worse(self, now: float, before: float) -> bool:
        """Tell whether `now` is worse than `before`."""
        return now > before if self.lower_is_better else now < before


_SHOWN = (
    Measure("recall@1", "gold quotes in the first hit / gold quotes; questions with gold quotes"),
    Measure("recall@4", "gold quotes in the first 4 hits / gold quotes"),
    Measure("recall@10", "gold quotes in the first 10 hits / gold quotes"),
    Measure("success@4", "questions with any gold quote in the first 4 hits"),
    Measure("RR@10", "1 / rank of the first hit with a gold quote"),
    Measure("nDCG@10", "discounted gain of gold quotes / that of a perfect ranking"),
    Measure("contains", "an answer string stands in the text; answerable questions with answers"),
    Measure("F1", "words shared with the gold answer (SQuAD); answerable questions with answers"),
    Measure("EM", "the answering words equal a gold answer (SQuAD)"),
    Measure("accuracy", "right answers and right refusals; all questions with gold"),
    Measure("citation precision", "supporting citations / citations; answered questions with gold"),
    Measure("citation recall", "supported statements / statements; answerable, a refusal counts 0"),
    Measure("citation coverage", "statements with a citation / statements; answered questions"),
    Measure("quote validity", "verbatim quotes / quotes; questions that show a quote"),
    Measure("first quote answers", "the first quote answers; answerable, a refusal counts 0"),
    Measure("evidence in quotes", "gold quotes shown / gold quotes; a refusal counts 0"),
    Measure("refusal precision", "unanswerable / refused; refused questions"),
    Measure("refusal recall", "refused / unanswerable; unanswerable questions"),
    Measure("refusal F1", "harmonic mean of refusal precision and recall"),
    Measure("false-answer rate", "answered / unanswerable; unanswerable questions", True),
    Measure("forbidden", "questions that show a forbidden string / questions that name one", True),
    Measure("follow-up accuracy", "right answers and refusals; questions with a history"),
)
_SPECIAL = (
    Measure("verdict accuracy", "claims with the right verdict of three / claims"),
    Measure("supported recall", "claims called supported / true claims"),
    Measure("supported specificity", "claims not called supported / other claims"),
    Measure("balanced accuracy", "mean of supported recall and specificity"),
    Measure("SQuAD EM", "SQuAD 2.0 exact match; all questions, an unanswerable one wants silence"),
    Measure("SQuAD F1", "SQuAD 2.0 token F1; all questions"),
    Measure("HasAns EM", "SQuAD 2.0 exact match; answerable questions"),
    Measure("HasAns F1", "SQuAD 2.0 token F1; answerable questions"),
    Measure("NoAns EM", "SQuAD 2.0; unanswerable questions, right if nothing is answered"),
    Measure("judged faithfulness", "statements that the judge finds in the quotes / statements"),
    Measure("judged correctness", "answers that the judge finds right; answerable questions"),
)
MEASURES = {measure.name: measure for measure in (*_SHOWN, *_SPECIAL)}
ALWAYS_SHOWN = tuple(measure.name for measure in _SHOWN)

THRESHOLDS = {
    "quote validity": 1.0,
    "forbidden": 0.0,
    "recall@4": 0.90,
    "contains": 0.70,
    "refusal F1": 0.80,
}
"""What every question set must reach unless the caller says otherwise."""


def derived(means: dict[str, float | None]) -> dict[str, float | None]:
    """Give the two measures that are not means, from those that are.

    Refusal F1 has no gold without unanswerable questions; with them, never refusing scores 0.
    """
    precision, recall = means.get("refusal precision"), means.get("refusal recall")
    hit, missed = means.get("supported recall"), means.get("supported specificity")
    return {
        "refusal F1": None if recall is None else _harmonic(precision or 0.0, recall),
        "balanced accuracy": None if hit is None or missed is None else (hit + missed) / 2,
    }


def _harmonic(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0
