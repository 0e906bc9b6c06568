"""The table of measures, and all scores of one question: which have gold for it, what they say.

A measure is the mean of the questions' scores over its denominator; a question outside it scores
None. Two are derived from such means: `refusal F1` and `balanced accuracy`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.evaluation import gold_quotes, wording
from retrieval.evaluation.gold_quotes import GoldSpan
from retrieval.evaluation.questions import GoldQuestion
from retrieval.evaluation.wording import without_markers
from retrieval.types import YES_OR_NO, Answer, Hit, Refusal


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
    Measure("yes or no said", "answers that say yes or no / yes-no questions with gold"),
    Measure("yes or no right", "rightly said / answers that say yes or no"),
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


Scores = dict[str, float | None]
"""Measure name to score; None, or missing, where the question is not in the denominator."""


def score_answer(
    question: GoldQuestion,
    gold: Sequence[GoldSpan],
    answer: Answer,
    hits: Sequence[Hit],
    text_of: Callable[[str], str],
) -> Scores:
    """Give every score that the question's gold allows; claims have their own."""
    scores: Scores = {"quote validity": gold_quotes.quote_validity(answer, text_of)}
    if gold:
        scores |= _retrieval(hits, gold)
    if question.forbidden:
        shown = wording.forbidden_shown(answer, question.forbidden)
        scores["forbidden"] = float(bool(shown))
    if question.verdict:
        return scores | _claim(question, gold, answer)
    scores |= _words(question, answer) | _refusal(question, answer)
    scores["citation coverage"] = gold_quotes.citation_coverage(answer)
    if question.answerable and (gold or question.answers):
        scores |= _citations(question, gold, answer)
    if question.yesno:
        scores |= _yes_or_no(question.yesno, answer)
    right = is_right(question, gold, answer)
    scores["accuracy"] = right
    if question.history:
        scores["follow-up accuracy"] = right
    return scores


def is_right(question: GoldQuestion, gold: Sequence[GoldSpan], answer: Answer) -> float | None:
    """Give 1 for a right refusal or a right answer, 0 for a wrong one, None without gold.

    An answer is right if it holds an answer string or, where the question names none, if a
    quote supports a gold quote. The binary outcome that McNemar's test compares.
    """
    if question.answerable is False:
        return float(answer.refusal is not None)
    if not question.answerable or not (question.answers or gold):
        return None
    if answer.refusal:
        return 0.0
    if question.answers:
        return wording.contains(answer.text, question.answers)
    return float(any(gold_quotes.supports(citation, gold) for citation in answer.citations))


def score_failure(question: GoldQuestion, gold: Sequence[GoldSpan]) -> Scores:
    """Give the scores of a question that the system failed on: the worst of every measure.

    An answerable one counts as refused, an unanswerable one as answered, nothing as found.
    """
    refusal = None if question.answerable is False else Refusal(reason="failed", kind="failed")
    worst = Answer(
        question=question.question,
        standalone_question=question.question,
        text="",
        model="none",
        refusal=refusal,
    )
    scores = score_answer(question, gold, worst, (), lambda _: "")
    return scores | ({"forbidden": None} if question.forbidden else {})


def score_squad(question: GoldQuestion, answer: Answer | None) -> Scores:
    """Give EM and F1 as SQuAD 2.0 defines them (Rajpurkar et al. 2018, evaluate-v2.0).

    The prediction is the answering words; it is empty for a refusal, which is right for an
    unanswerable question and wrong for any other. A failure is wrong for both.
    """
    if answer is None:
        exact, f1 = 0.0, 0.0
    else:
        prediction = wording.short_answer(answer)
        exact = wording.exact_match(prediction, question.answers)
        f1 = wording.token_f1(prediction, question.answers)
    overall: Scores = {"SQuAD EM": exact, "SQuAD F1": f1}
    if question.answers:
        return overall | {"HasAns EM": exact, "HasAns F1": f1}
    return overall | {"NoAns EM": exact}


def _retrieval(hits: Sequence[Hit], gold: Sequence[GoldSpan]) -> Scores:
    ranks = gold_quotes.ranks_of_gold(hits[: gold_quotes.CUT], gold)
    return {
        "recall@1": gold_quotes.recall_at(1, ranks),
        "recall@4": gold_quotes.recall_at(4, ranks),
        "recall@10": gold_quotes.recall_at(10, ranks),
        "success@4": gold_quotes.success_at(4, ranks),
        "RR@10": gold_quotes.reciprocal_rank(ranks),
        "nDCG@10": gold_quotes.ndcg(ranks),
    }


def _words(question: GoldQuestion, answer: Answer) -> Scores:
    """Compare the words of an answerable question's answer; a refusal scores 0."""
    if not question.answerable:
        return {}
    if question.reference:
        text = "" if answer.refusal else without_markers(answer.text)
        return {"F1": wording.token_f1(text, [question.reference])}
    if not question.answers:
        return {}
    short = wording.short_answer(answer)
    found = 0.0 if answer.refusal else wording.contains(answer.text, question.answers)
    return {
        "contains": found,
        "F1": wording.token_f1(short, question.answers),
        "EM": wording.exact_match(short, question.answers),
    }


def _citations(question: GoldQuestion, gold: Sequence[GoldSpan], answer: Answer) -> Scores:
    first = gold_quotes.first_quote_answers(answer, gold, question.answers)
    if not gold:
        return {"first quote answers": first}
    return {
        "citation precision": gold_quotes.citation_precision(answer, gold),
        "citation recall": gold_quotes.citation_recall(answer, gold),
        "first quote answers": first,
        "evidence in quotes": gold_quotes.evidence_shown(answer, gold),
    }


def _refusal(question: GoldQuestion, answer: Answer) -> Scores:
    """Give precision over refused and recall over unanswerable questions.

    As negative rejection in RGB (Chen et al. 2024) and refusal precision and recall in
    selective question answering. The false-answer rate is 1 - recall.
    """
    if question.answerable is None:
        return {}
    refused = answer.refusal is not None
    scores: Scores = {}
    if refused:
        scores["refusal precision"] = float(not question.answerable)
    if not question.answerable:
        scores |= {"refusal recall": float(refused), "false-answer rate": float(not refused)}
    return scores


def _yes_or_no(gold: str, answer: Answer) -> Scores:
    """Compare what the quotes are said to say; where articles differ one side alone is wrong."""
    said = {YES_OR_NO[citation.stance] for citation in answer.citations if citation.stance}
    if not said:
        return {"yes or no said": 0.0}
    told = said.pop() if len(said) == 1 else "differ"
    return {"yes or no said": 1.0, "yes or no right": float(told == gold)}


def _claim(question: GoldQuestion, gold: Sequence[GoldSpan], answer: Answer) -> Scores:
    called = answer.verdict == "supported"
    scores: Scores = {"verdict accuracy": float(answer.verdict == question.verdict)}
    if question.verdict == "supported":
        scores["supported recall"] = float(called)
    else:
        # A claim without any verdict failed: that is no way to be right about a false one.
        scores["supported specificity"] = float(answer.verdict is not None and not called)
    if gold:
        scores["evidence in quotes"] = gold_quotes.evidence_shown(answer, gold)
    return scores
