"""What is wrong with a question set itself: duplicates, lost quotes, leaks between its halves."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from retrieval.evaluation.questions import GoldQuestion, find_gold
from retrieval.evaluation.wording import fold

if TYPE_CHECKING:
    from retrieval.index.library import Library

Ailment = Literal["duplicate", "leak", "quote", "gold"]

SAME_QUESTION = 0.8  # shared words / all words (Jaccard) of two questions that are one
LEAK = 0.6  # across halves: the answer to one gives the other away
LEAK_OF_SAME_FACT = 0.3  # the same where both have an answer string and a gold quote in common

_WORD = re.compile(r"\w+")
_FUNCTION_WORDS = frozenset(
    "a an and are as at be by did do does for from had has have he how in is it its of on or she "
    "that the their they this to was were what when where which who whom whose why will with "
    "say says said tell about".split()
)


@dataclass(frozen=True, slots=True)
class SetProblem:
    """Something wrong with a set; `ids` are the questions it is about."""

    ailment: Ailment
    message: str
    ids: tuple[str, ...]


def examine(
    questions: Sequence[GoldQuestion], articles: "Library | None" = None
) -> list[SetProblem]:
    """Give what is wrong with the set; its quotes are looked up only if articles are given."""
    found = [finding for question in questions for finding in _gold_findings(question)]
    found += _alike_findings(questions)
    if articles is not None:
        found += _quote_findings(questions, articles)
    return found


def _gold_findings(question: GoldQuestion) -> Iterator[SetProblem]:
    has_gold = bool(question.answers or question.evidence or question.reference)
    wrong = []
    if question.answerable and not has_gold:
        wrong.append("is answerable and has neither answers nor evidence")
    if question.answerable is False and has_gold:
        wrong.append("is unanswerable and has answers or evidence")
    if question.answerable is False and question.yesno:
        wrong.append("is unanswerable and has a yes or no")
    if question.answerable and question.nearest:
        wrong.append("is answerable and has quotes that only come near")
    quotes = [fold(evidence.quote) for evidence in question.evidence]
    wrong += [
        f"forbids {words!r}, which its own gold quote holds"
        for words in question.forbidden
        if any(fold(words) in quote for quote in quotes)
    ]
    for what in wrong:
        yield SetProblem("gold", f"{question.place}: {question.id} {what}", (question.id,))


def _quote_findings(questions: Sequence[GoldQuestion], articles: "Library") -> list[SetProblem]:
    found = []
    for question in questions:
        quoted = (*question.evidence, *question.nearest)
        gold = find_gold([question.model_copy(update={"evidence": quoted})], articles)
        found += [
            SetProblem("quote", what, (question.id,)) for what in (*gold.problems, *gold.unheld)
        ]
    return found


def _alike_findings(questions: Sequence[GoldQuestion]) -> Iterator[SetProblem]:
    for one, other, likeness in alike_pairs(questions, LEAK_OF_SAME_FACT):
        pair = (one.id, other.id)
        what = f"{other.place}: {other.id} is like {one.id} ({one.place}, {likeness:.2f})"
        if one.split != other.split:
            if likeness >= (LEAK_OF_SAME_FACT if _same_fact(one, other) else LEAK):
                yield SetProblem("leak", f"{what}, of the {one.split} half", pair)
        elif likeness >= SAME_QUESTION and _asks_alike(one, other):
            yield SetProblem("duplicate", what, pair)


def _asks_alike(one: GoldQuestion, other: GoldQuestion) -> bool:
    """Tell whether limits and verdict are the same; a false claim is like its true one."""
    return (one.filters, one.verdict) == (other.filters, other.verdict)


def _same_fact(one: GoldQuestion, other: GoldQuestion) -> bool:
    answers = {fold(text) for text in one.answers} & {fold(text) for text in other.answers}
    quotes = {fold(e.quote) for e in one.evidence} & {fold(e.quote) for e in other.evidence}
    return bool(answers and quotes)


def alike_pairs(
    questions: Sequence[GoldQuestion], least: float
) -> Iterator[tuple[GoldQuestion, GoldQuestion, float]]:
    """Give pairs of questions whose words, with their history's, overlap by `least` or more.

    Only pairs that share one of their rarer words are compared: with an overlap of `least` they
    must (prefix filtering, Chaudhuri, Ganti & Kaushik 2006), so large sets take no square time.
    """
    bags = [_words(question) for question in questions]
    counts = Counter(word for bag in bags for word in bag)
    seen: dict[str, list[int]] = {}
    for at, bag in enumerate(bags):
        rare_first = sorted(bag, key=lambda word: (counts[word], word))
        prefix = rare_first[: len(bag) - math.ceil(least * len(bag)) + 1]
        for earlier in sorted({n for word in prefix for n in seen.get(word, ())}):
            likeness = len(bag & bags[earlier]) / len(bag | bags[earlier])
            if likeness >= least:
                yield questions[earlier], questions[at], likeness
        for word in prefix:
            seen.setdefault(word, []).append(at)


def _words(question: GoldQuestion) -> frozenset[str]:
    said = fold(" ".join((*question.history, question.question)))
    words = frozenset(_WORD.findall(said))
    return words - _FUNCTION_WORDS or words
