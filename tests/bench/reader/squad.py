"""SQuAD files as typed records, and which of their articles may be used for what."""

import json
import lzma
import re
from dataclasses import dataclass
from pathlib import Path

TRAIN_FILE = "squad-train-v1.1.json.xz"
DEV_FILE = "squad-dev-v1.1.json.xz"
DEV2_FILE = "squad-dev-v2.0.json.xz"
SPLIT_FILE = "squad2-split.json"
# Three of the trainable SQuAD 2.0 articles that are never trained on: the calibration uses them.
CALIBRATION_TITLES = frozenset(
    {"Harvard_University", "Scottish_Parliament", "Sky_(United_Kingdom)"}
)

_SENTENCE_START = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'(\[])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question with its gold answers, (text, first character) each; none if unanswerable."""

    id: str
    text: str
    answers: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph and the questions asked about it."""

    text: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A Wikipedia article as SQuAD has it."""

    title: str
    paragraphs: tuple[Paragraph, ...]


def read_articles(path: Path) -> list[Article]:
    """The articles of an xz-compressed SQuAD file, in file order."""
    with lzma.open(path, "rt", encoding="utf-8") as stream:
        return [
            Article(title=a["title"], paragraphs=tuple(map(_paragraph, a["paragraphs"])))
            for a in json.load(stream)["data"]
        ]


def _paragraph(record: dict) -> Paragraph:
    return Paragraph(
        text=record["context"],
        questions=tuple(
            Question(
                id=q["id"],
                text=q["question"].strip(),
                answers=tuple((a["text"], a["answer_start"]) for a in q["answers"]),
            )
            for q in record["qas"]
        ),
    )


def split_titles(data: Path) -> dict[str, frozenset[str]]:
    """SQuAD 2.0 dev titles: `measure` (never seen), `calibrate` and `train`."""
    split = json.loads((data / SPLIT_FILE).read_text(encoding="utf-8"))
    return {
        "measure": frozenset(split["measure"]),
        "calibrate": CALIBRATION_TITLES,
        "train": frozenset(split["train"]) - CALIBRATION_TITLES,
    }


def read_dev2(data: Path, part: str) -> list[Article]:
    """The SQuAD 2.0 dev articles of one part of `split_titles`."""
    titles = split_titles(data)[part]
    return [a for a in read_articles(data / DEV2_FILE) if a.title in titles]


def sentence_bounds(text: str) -> list[tuple[int, int]]:
    """Rough sentences of a Wikipedia paragraph, as (first, past the last) characters."""
    starts = [0, *(m.end() for m in _SENTENCE_START.finditer(text))]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def best_place(question: Question, text: str) -> tuple[int, int] | None:
    """The answer's place; of several, the one whose sentence shares most words with the question.

    The rebuilt files point at the first occurrence, which often is another one.
    """
    if not question.answers:
        return None
    gold, first = question.answers[0]
    asked, places, at = set(question.text.lower().split()), [], text.find(gold)
    while at >= 0:
        places.append((at, at + len(gold)))
        at = text.find(gold, at + 1)
    places = places or [(first, first + len(gold))]

    def shared(place: tuple[int, int]) -> int:
        return len(asked & set(text[slice(*sentence_around(text, place))].lower().split()))

    return max(places, key=shared)


def sentence_around(text: str, place: tuple[int, int]) -> tuple[int, int]:
    touched = [s for s in sentence_bounds(text) if s[0] < place[1] and s[1] > place[0]]
    return (touched[0][0], touched[-1][1]) if touched else (0, len(text))


def sentence_at(text: str, place: int) -> str:
    """The sentence of a text in which a character stands."""
    return next((text[a:b] for a, b in sentence_bounds(text) if a <= place < b), text)
