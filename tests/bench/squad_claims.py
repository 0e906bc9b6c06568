"""Claims made from SQuAD: a question with its answer put in the place of the question word.

True ones, the same with another answer of the same kind, the same denied, and true ones beside the
sentences that do not bear them out. The grammar is rough; the facts and words are people's.
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from retrieval.text.sentences import sentence_spans
from tests.bench.reader.claims import statement

Question = Mapping[str, Any]
_MOST_ANSWER_WORDS = 6
_NUMBER = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten)\b")
_NEGATABLE = re.compile(r"\b(?:was|were|is|are|has|had|can|will|would|could)\b(?! not)")


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim, the sentences beside it, and whether one of them bears it out."""

    text: str
    sentences: tuple[str, ...]
    kind: str

    @property
    def is_true(self) -> bool:
        return self.kind == "true"


def claims(articles: Sequence[Mapping[str, Any]], count: int, *, seed: int = 0) -> Iterator[Claim]:
    """Claims from questions drawn at random; `count` of them true."""
    draw = random.Random(seed)
    while count > 0:
        article = draw.choice(articles)
        paragraph = draw.choice(article["paragraphs"])
        question = draw.choice(paragraph["qas"] or [None])
        made = _true_claim(paragraph["context"], question) if question else None
        if made is None:
            continue
        count -= 1
        true, rest, answer = made
        yield true
        if rest:
            yield Claim(true.text, rest, "absent")
        yield from _changed(true, question, answer, article, draw)


def _true_claim(text: str, question: Question) -> tuple[Claim, tuple[str, ...], str] | None:
    if question.get("is_impossible") or not question["answers"]:
        return None
    answer = question["answers"][0]["text"].strip(" .")
    start = question["answers"][0]["answer_start"]
    made = statement(question["question"], answer) if answer else None
    if made is None or len(answer.split()) > _MOST_ANSWER_WORDS:
        return None
    spans = sentence_spans(text)
    bearing = next((span for span in spans if span[0] <= start < span[1]), None)
    if bearing is None:
        return None
    sentences = tuple(text[a:b] for a, b in spans)
    rest = tuple(text[a:b] for a, b in spans if (a, b) != bearing)
    return Claim(made, sentences, "true"), rest, answer


def _changed(
    true: Claim, question: Question, answer: str, article: Mapping[str, Any], draw: random.Random
) -> Iterator[Claim]:
    kind = _kind(answer)
    others = [
        other
        for paragraph in article["paragraphs"]
        for one in paragraph["qas"]
        for other in [one["answers"][0]["text"].strip(" .")] if one["answers"]
    ] if kind else []  # fmt: skip
    apart = [
        other
        for other in others
        if _kind(other) == kind and not {*other.lower().split()} & {*answer.lower().split()}
    ]
    if apart and (text := statement(question["question"], draw.choice(apart))):
        yield Claim(text, true.sentences, kind or "")
    place = _NEGATABLE.search(true.text)
    if place:
        denied = f"{true.text[: place.end()]} not{true.text[place.end() :]}"
        yield Claim(denied, true.sentences, "negated")


def _kind(answer: str) -> str | None:
    if _NUMBER.search(answer.lower()):
        return "number"
    return "name" if re.match(r"(?:the )?[A-Z]", answer) else None
