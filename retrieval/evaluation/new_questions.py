"""Question-set lines from what people asked and what failed, with their evidence prefilled."""

import json
from collections.abc import Iterable
from pathlib import Path

from retrieval.errors import QuestionSetError
from retrieval.evaluation.measures.wording import fold
from retrieval.evaluation.questions import GoldEvidence, GoldQuestion, read_questions
from retrieval.evaluation.runner import EvalRow

FEEDBACK = "feedback"
"""The kind of the lines that `dateline feedback export` gives."""

NEAREST = 1  # passages offered as evidence where nothing was quoted: more would be guesswork


def is_worth_adding(row: EvalRow) -> bool:
    """Tell whether a question was fed back, failed, or has no gold yet."""
    return row.question.kind == FEEDBACK or not row.scores.get("accuracy")


def prefilled(row: EvalRow) -> GoldQuestion:
    """Give the question with evidence from what was shown; gold that it has is kept.

    The quotes are what the system showed, not what is right: a person checks them and adds
    `answers` before the line counts.
    """
    question = row.question
    if question.evidence or question.answerable is False or row.answer is None:
        return question
    shown = row.answer.shown[:NEAREST] if row.answer.refusal else row.answer.shown
    evidence = [GoldEvidence(source=c.article.source, quote=c.quote) for c in shown]
    return question.model_copy(update={"evidence": tuple(evidence)})


def add_lines(path: Path, questions: Iterable[GoldQuestion]) -> int:
    """Append the questions that the set does not hold yet; gives how many were added.

    A question is held if the set has its id, or the same words after the same history.

    Raises:
        QuestionSetError: The set has a bad line, or cannot be written.
    """
    held = read_questions([path]) if path.exists() else None
    if held and held.problems:
        raise QuestionSetError(f"{held.problems[0]}; mend the set before adding to it")
    seen = {_key(question) for question in held.questions} if held else set()
    ids = {question.id for question in held.questions} if held else set()
    new = []
    for question in questions:
        if question.id not in ids and _key(question) not in seen:
            new.append(question)
            seen.add(_key(question))
    try:
        with path.open("a", encoding="utf-8") as file:
            file.writelines(_line(question) + "\n" for question in new)
    except OSError as error:
        raise QuestionSetError(f"{path}: cannot be written: {error.strerror}") from error
    return len(new)


def _key(question: GoldQuestion) -> tuple[str, ...]:
    return (*(fold(earlier) for earlier in question.history), fold(question.question))


def _line(question: GoldQuestion) -> str:
    record = question.model_dump(exclude_none=True, exclude_defaults=True)
    if question.verdict:
        record["claim"] = record.pop("question")
    return json.dumps(record, ensure_ascii=False)
