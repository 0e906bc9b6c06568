"""Public question sets as articles and questions: SQuAD 2.0 JSON and CLAPNQ JSON lines.

Their figures can then be put beside published ones. Files may be `.xz`-compressed.
"""

import json
import lzma
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError

from retrieval.errors import QuestionSetError
from retrieval.evaluation.questions import GoldEvidence, GoldQuestion
from retrieval.text.sentences import sentence_spans

Format = Literal["squad", "clapnq"]


@dataclass(frozen=True, slots=True)
class PublicArticle:
    """An article of a public set, as a line of a `.jsonl` article file."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class PublicSet:
    """The articles to search, each once, and the questions over them."""

    articles: tuple[PublicArticle, ...]
    questions: tuple[GoldQuestion, ...]


class _Answer(BaseModel):
    text: str
    answer_start: Annotated[int, Field(ge=0)]


class _Asked(BaseModel):
    id: str
    question: str
    answers: tuple[_Answer, ...] = ()
    is_impossible: bool = False


class _Paragraph(BaseModel):
    context: str
    qas: tuple[_Asked, ...]


class _Titled(BaseModel):
    title: str
    paragraphs: tuple[_Paragraph, ...]


class _Squad(BaseModel):
    data: tuple[_Titled, ...]


class _Passage(BaseModel):
    title: str
    text: str
    sentences: tuple[str, ...] = ()


class _Output(BaseModel):
    answer: str = ""
    selected_sentences: tuple[str, ...] = ()


class _Clapnq(BaseModel):
    id: str
    input: str
    passages: tuple[_Passage, ...]
    output: tuple[_Output, ...]


def read_public(path: Path, form: Format) -> PublicSet:
    """Read a public set.

    In SQuAD an article is all paragraphs of a title, which is the questions' `kind`, and the
    evidence is the sentence that the first gold answer starts in. In CLAPNQ each passage is an
    article, the long gold answer the `reference`, and the evidence its selected sentences.

    Raises:
        QuestionSetError: It cannot be read or is not of that form; names file and line.
    """
    text = _read(path)
    return _squad(text, path) if form == "squad" else _clapnq(text, path)


def write_articles(articles: Sequence[PublicArticle], path: Path) -> None:
    """Write the articles as JSON lines, which `ingest` takes."""
    with path.open("w", encoding="utf-8") as file:
        for article in articles:
            record = {"id": article.id, "title": article.title, "text": article.text}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _squad(text: str, path: Path) -> PublicSet:
    try:
        titles = _Squad.model_validate_json(text).data
    except ValidationError as error:
        raise QuestionSetError(f"{path}: not SQuAD 2.0 JSON: {_first(error)}") from None
    articles = tuple(
        PublicArticle(
            t.title, t.title.replace("_", " "), "\n\n".join(p.context for p in t.paragraphs)
        )
        for t in titles
    )
    questions = [
        _squad_question(titled.title, paragraph.context, asked, path)
        for titled in titles
        for paragraph in titled.paragraphs
        for asked in paragraph.qas
    ]
    return PublicSet(articles, _once(questions, path))


def _squad_question(title: str, context: str, asked: _Asked, path: Path) -> GoldQuestion:
    answers = () if asked.is_impossible else asked.answers
    evidence: tuple[GoldEvidence, ...] = ()
    if answers:
        quote = _sentence_at(context, answers[0].answer_start)
        evidence = (GoldEvidence(source=title, quote=quote),)
    return GoldQuestion(
        id=asked.id,
        question=asked.question,
        answerable=bool(answers),
        answers=tuple(dict.fromkeys(answer.text for answer in answers)),
        evidence=evidence,
        kind=title,
        place=f"{path}#{asked.id}",
    )


def _sentence_at(context: str, position: int) -> str:
    spans = sentence_spans(context)
    return next((context[a:b] for a, b in spans if a <= position < b), context)


def _clapnq(text: str, path: Path) -> PublicSet:
    articles: dict[tuple[str, str], PublicArticle] = {}
    questions = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                record = _Clapnq.model_validate_json(line)
            except ValidationError as error:
                place = f"{path}:{number}"
                raise QuestionSetError(f"{place}: not CLAPNQ JSON: {_first(error)}") from None
            questions.append(_clapnq_question(record, articles, f"{path}:{number}"))
    return PublicSet(tuple(articles.values()), _once(questions, path))


def _clapnq_question(
    record: _Clapnq, articles: dict[tuple[str, str], PublicArticle], place: str
) -> GoldQuestion:
    for passage in record.passages:
        key = (passage.title, passage.text)
        name = f"clapnq-{len(articles) + 1}"
        articles.setdefault(key, PublicArticle(name, passage.title, passage.text))
    gold = next((output for output in record.output if output.answer), None)
    evidence = _clapnq_evidence(record, gold.selected_sentences, articles) if gold else ()
    return GoldQuestion(
        id=record.id,
        question=record.input,
        answerable=gold is not None,
        evidence=evidence,
        reference=gold.answer if gold else None,
        kind="answerable" if gold else "unanswerable",
        place=place,
    )


def _clapnq_evidence(
    record: _Clapnq, sentences: Sequence[str], articles: Mapping[tuple[str, str], PublicArticle]
) -> tuple[GoldEvidence, ...]:
    return tuple(
        GoldEvidence(source=articles[passage.title, passage.text].id, quote=sentence)
        for sentence in sentences
        for passage in record.passages
        if sentence in passage.text
    )


def _once(questions: Sequence[GoldQuestion], path: Path) -> tuple[GoldQuestion, ...]:
    once = {question.id: question for question in questions}
    if not once:
        raise QuestionSetError(f"{path}: holds no question")
    if len(once) < len(questions):
        raise QuestionSetError(f"{path}: two questions have the same id")
    return tuple(once.values())


def _read(path: Path) -> str:
    try:
        if path.suffix == ".xz":
            with lzma.open(path, "rt", encoding="utf-8") as file:
                return file.read()
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise QuestionSetError(f"{path}: cannot be read: {error.strerror}") from error
    except (lzma.LZMAError, UnicodeDecodeError):
        raise QuestionSetError(f"{path}: is not UTF-8 text, or a damaged .xz file") from None


def _first(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
