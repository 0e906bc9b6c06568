"""Question sets and claims, parsed once at the door: what is wrong is named by file and line."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from retrieval.errors import ArticleError, QuestionSetError
from retrieval.evaluation.gold_quotes import GoldSpan
from retrieval.evaluation.wording import fold, folded_same_words
from retrieval.text.dates import is_date
from retrieval.types import Filters, Verdict

if TYPE_CHECKING:
    from retrieval.index.library import Library

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _checked_date(text: str) -> str:
    if not is_date(text):
        raise ValueError("not a date; write YYYY, YYYY-MM or YYYY-MM-DD")
    return text


Date = Annotated[str, AfterValidator(_checked_date)]


class GoldEvidence(BaseModel):
    """A gold quote and the file, URL or article id that it stands in."""

    model_config = ConfigDict(frozen=True)
    source: Text
    quote: Text


class GoldQuestion(BaseModel):
    """One line of a question set; or, with a `verdict`, a claim to be checked.

    `answerable` is None where the line neither says it nor implies it by its gold. `reference`
    is a long gold answer that is compared by words alone. `yesno` is what is right of a yes-no
    question, 'differ' where the articles do; `nearest` is what an unanswerable one could be shown.
    `place` is `file:line`.
    """

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)
    id: Text
    question: Text
    history: tuple[Text, ...] = ()
    answerable: bool | None = None
    answers: tuple[Text, ...] = ()
    evidence: tuple[GoldEvidence, ...] = ()
    forbidden: tuple[Text, ...] = ()
    kind: Text = "other"
    split: Text | None = None
    since: Date | None = None
    until: Date | None = None
    outlet: Text | None = None
    verdict: Verdict | None = None
    reference: Text | None = None
    yesno: Literal["yes", "no", "differ"] | None = None
    nearest: tuple[GoldEvidence, ...] = ()
    place: str = Field(default="", exclude=True)

    @property
    def filters(self) -> Filters:
        """The filters that the line sets, as a person's options would."""
        limited = self.since or self.until or self.outlet
        return Filters(
            since=self.since,
            until=self.until,
            outlet=self.outlet,
            origin="option" if limited else None,
        )


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions that can be used, what was wrong with other lines, and what to know."""

    questions: tuple[GoldQuestion, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_questions(paths: Sequence[Path]) -> QuestionSet:
    """Read question sets or claims, in order; a bad line is a problem and the rest is read.

    Raises:
        QuestionSetError: A file cannot be read at all.
    """
    questions: dict[str, GoldQuestion] = {}
    problems: list[str] = []
    unknown: dict[str, str] = {}
    for path in paths:
        for place, line in _lines(path):
            try:
                question, extra = parse_line(line, place)
            except QuestionSetError as error:
                problems.append(str(error))
                continue
            if question.id in questions:
                first = questions[question.id].place
                problems.append(f"{place}: id {question.id!r} is already that of {first}")
                continue
            questions[question.id] = question
            unknown.update((name, place) for name in extra if name not in unknown)
    notes = [
        f"{place}: field {name!r} is not known and not used" for name, place in unknown.items()
    ]
    if not questions and not problems:
        problems.append(f"{', '.join(str(path) for path in paths)}: holds no question")
    return QuestionSet(tuple(questions.values()), tuple(problems), tuple(notes))


def choose(
    questions: Sequence[GoldQuestion],
    *,
    split: str | None = None,
    kinds: Sequence[str] = (),
    limit: int | None = None,
) -> tuple[GoldQuestion, ...]:
    """Give the questions of that half and those kinds, at most `limit` of them, in order.

    Raises:
        QuestionSetError: None is left.
    """
    kept = [
        question
        for question in questions
        if split in (None, question.split) and (not kinds or question.kind in kinds)
    ]
    if not kept:
        told = "; ".join(
            f"{what} {', '.join(dict.fromkeys(names))}"
            for what, names in {
                "the splits": [one.split for one in questions if one.split],
                "the kinds": [one.kind for one in questions],
            }.items()
            if names
        )
        raise QuestionSetError(f"no question is left to ask; the set has {told}")
    return tuple(kept[:limit])


def parse_line(line: str, place: str) -> tuple[GoldQuestion, list[str]]:
    """Parse one line; also gives the names of fields that are not known.

    Raises:
        QuestionSetError: It is not JSON, or a field is missing or of the wrong form.
    """
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise QuestionSetError(f"{place}: not JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise QuestionSetError(f"{place}: not a question, nested too deeply") from None
    if not isinstance(record, dict):
        raise QuestionSetError(f"{place}: not a question, which is a JSON object")
    given = {name: value for name, value in record.items() if value is not None}
    if "claim" in given and "verdict" not in given:
        raise QuestionSetError(f"{place}: field 'verdict': a claim needs one")
    known = _as_question(given)
    extra = [name for name in known if name not in GoldQuestion.model_fields]
    try:
        return GoldQuestion.model_validate(known | {"place": place}), extra
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise QuestionSetError(f"{place}: field {field!r}: {first['msg']}") from None


def _as_question(record: dict[str, object]) -> dict[str, object]:
    """Give a claim the fields of a question, and infer what the gold implies."""
    if "claim" in record:
        rest = {name: value for name, value in record.items() if name != "claim"}
        return {"kind": "claim"} | rest | {"question": record["claim"]}
    if "answerable" not in record and (record.get("answers") or record.get("evidence")):
        return record | {"answerable": True}
    return record


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Give `file:line` and the line, blank lines left out."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise QuestionSetError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise QuestionSetError(f"{path}: is not UTF-8 text; save it as UTF-8") from None
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield f"{path}:{number}", line


CACHED_ARTICLES = 64  # texts kept at once: questions of one article mostly follow each other


@dataclass(frozen=True, slots=True)
class Gold:
    """Gold spans by question id; questions with an unknown source are problems, not in here.

    `unheld` says which gold quotes no passage of their article can hold; they stay in the
    denominators, so such a question can only lose by them.
    """

    spans: Mapping[str, tuple[GoldSpan, ...]]
    problems: tuple[str, ...] = ()
    unheld: tuple[str, ...] = ()


def find_gold(questions: Iterable[GoldQuestion], articles: "Library") -> Gold:
    """Look up every question's evidence; what is wrong is named by file and line."""
    folded = lru_cache(maxsize=CACHED_ARTICLES)(lambda name: fold(articles.article_text(name)))
    spans: dict[str, tuple[GoldSpan, ...]] = {}
    problems: list[str] = []
    unheld: list[str] = []
    for question in questions:
        try:
            found = _spans(question, articles)
        except ArticleError as error:
            problems.append(f"{question.place}: {error}")
            continue
        spans[question.id] = found
        unheld += [
            f"{question.place}: no article holds {words!r}" for words in _lost(found, folded)
        ]
    return Gold(spans, tuple(problems), tuple(unheld))


def _spans(question: GoldQuestion, articles: "Library") -> tuple[GoldSpan, ...]:
    return tuple(
        GoldSpan(articles.find_article(evidence.source).article_id, fold(evidence.quote))
        for evidence in question.evidence
    )


def _lost(spans: Iterable[GoldSpan], folded: Callable[[str], str]) -> list[str]:
    """Give the beginnings of the quotes that share no run with their article."""
    return [s.words[:60] for s in spans if not folded_same_words(folded(s.article_id), s.words)]
