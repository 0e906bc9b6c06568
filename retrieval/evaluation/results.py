"""What a run leaves on disk: results, baselines, and lines to add to a question set.

Results are written row by row, read row by row, checked when read; a line to add has what was shown
as evidence, for a person to check.
"""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Self

from pydantic import BaseModel, ConfigDict, TypeAdapter

from retrieval.errors import QuestionSetError
from retrieval.evaluation.questions import GoldEvidence, GoldQuestion, read_questions
from retrieval.evaluation.runner import EvalRow
from retrieval.evaluation.scoring import Scores
from retrieval.evaluation.wording import fold
from retrieval.record import Json

_ROWS = TypeAdapter(EvalRow)


class RowSpool:
    """Rows put aside on disk, so that a large run does not stay in memory."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, row: EvalRow) -> None:
        """Put one row at the end."""
        self._file.seek(0, os.SEEK_END)
        self._file.write(_ROWS.dump_json(row) + b"\n")

    def rows(self) -> Iterator[EvalRow]:
        """Give every row as it was added, in order, one at a time."""
        self._file.seek(0)
        yield from map(_ROWS.validate_json, self._file)


def write_results(path: Path, summary: Mapping[str, Json], rows: Iterable[EvalRow]) -> None:
    """Write `{"summary", "rows"}`, a row a line; the file is complete or not there."""
    with replacing(path) as file:
        file.write('{"summary": ' + json.dumps(summary, ensure_ascii=False) + ',\n"rows": [')
        for at, row in enumerate(rows):
            line = json.dumps(row.record(), ensure_ascii=False)
            file.write(("," if at else "") + "\n" + line)
        file.write("\n]}\n")


class Result(BaseModel):
    """What is kept of a row that is read again: its scores and what was answered."""

    model_config = ConfigDict(frozen=True)
    id: str
    kind: str = "other"
    question: str = ""
    status: str = "failed"
    text: str = ""
    scores: Scores


def read_results(path: Path) -> list[Result]:
    """Read the rows of a results file.

    A file that `write_results` wrote is read line by line, so its size does not matter.

    Raises:
        QuestionSetError: It cannot be read, or is not a results file.
    """
    try:
        with path.open(encoding="utf-8") as file:
            return [_result(record) for record in _row_records(file)]
    except OSError as error:
        raise QuestionSetError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError):
        raise QuestionSetError(
            f"{path}: is not a results file; make one with: dateline eval --json {path.name}"
        ) from None


def _row_records(file: IO[str]) -> Iterator[dict[str, object]]:
    head = [file.readline(), file.readline()]
    if head[1] != '"rows": [\n':
        whole = json.loads("".join(head) + file.read())
        yield from whole["rows"]
        return
    for line in file:
        if line.startswith("]}"):
            return
        yield json.loads(line.rstrip(",\n"))


def _result(record: Mapping[str, object]) -> Result:
    answer = record.get("answer")
    shown = answer if isinstance(answer, dict) else {}
    fields = {name: record[name] for name in ("id", "kind", "scores") if name in record}
    return Result.model_validate(
        fields | {name: shown[name] for name in ("question", "status", "text") if name in shown}
    )


@dataclass(frozen=True, slots=True)
class Baseline:
    """Scores of an earlier run by question id, and the file they came from."""

    name: str
    scores: Mapping[str, Scores] = field(default_factory=dict)


def write_baseline(path: Path, scores: Mapping[str, Scores]) -> None:
    """Write the scores of a run, a question a line and sorted, so that changes read well."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(_kept(scores[name]), sort_keys=True)}"
        for name in sorted(scores)
    ]
    with replacing(path) as file:
        file.write('{"scores": {\n' + ",\n".join(lines) + "\n}}\n")


def read_baseline(path: Path) -> Baseline:
    """Read a baseline; the scores of a results file serve as one too.

    Raises:
        QuestionSetError: It cannot be read, or holds no scores.
    """
    try:
        with path.open(encoding="utf-8") as file:
            is_baseline = file.readline().startswith('{"scores"')
        if not is_baseline:
            return Baseline(path.name, {row.id: row.scores for row in read_results(path)})
        return Baseline(path.name, _Scores.model_validate_json(path.read_bytes()).scores)
    except OSError as error:
        raise QuestionSetError(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError:
        raise QuestionSetError(
            f"{path}: is not a baseline; make one with: dateline eval --update-baseline"
        ) from None


class _Scores(BaseModel):
    scores: dict[str, Scores]


def _kept(scores: Scores) -> dict[str, float]:
    return {name: round(score, 4) for name, score in scores.items() if score is not None}


def check_writable(path: Path) -> None:
    """Find out before a long run whether its result can be written.

    Raises:
        QuestionSetError: It cannot.
    """
    partial = _partial(path)
    _opened(path).close()
    partial.unlink()


@contextmanager
def replacing(path: Path) -> Iterator[IO[str]]:
    """Open a text file that takes the place of `path` once it is whole."""
    partial = _partial(path)
    try:
        with _opened(path) as file:
            yield file
        partial.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        if partial.exists():
            partial.unlink()


def _opened(path: Path) -> IO[str]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return _partial(path).open("w", encoding="utf-8")
    except OSError as error:
        raise _unwritable(path, error) from error


def _partial(path: Path) -> Path:
    return path.with_name(path.name + ".partial")


def _unwritable(path: Path, error: OSError) -> QuestionSetError:
    return QuestionSetError(f"{path}: cannot be written: {error.strerror}; name another file")


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
