"""What our way to a chat model and back loses: eval with a perfect model, or a careless one.

    uv run python tests/bench/oracle_ceiling.py seeds dev
    uv run python tests/bench/oracle_ceiling.py ARTICLES.jsonl QUESTIONS.jsonl dev
    ... [--careless] [--room 2000] [--kind KIND] [--limit N] [--set NAME=VALUE] [--quiet]

Prints the shares of answerable questions that reach the model, that reach it with gold in the
prompt, and that are answered right; of unanswerable ones those that are answered, and those
answered as certain, without the remark that this may not answer; the tokens of a question; and
every loss in a line with its cause. `--room` is how many tokens of articles a prompt may hold;
`--set` gives other settings by their field.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.answer.chain import open_answerer
from retrieval.answer.chat_writer import MEND_TOKENS
from retrieval.answer.prompt import RULES
from retrieval.chat.model import REPLY_TOKENS
from retrieval.evaluation.questions import GoldQuestion, choose, find_gold, read_questions
from retrieval.evaluation.runner import EvalRow, evaluate
from retrieval.index.ingest import ingest
from retrieval.index.library import Library, open_library
from retrieval.settings import Settings
from tests.fakes.oracle import CHARS_PER_TOKEN, Oracle, oracle
from tests.fakes.providers import KEY

ROOT = Path(__file__).parents[2]
ROOM_TOKENS = 2_000
SEEDS, SEED_QUESTIONS = ROOT / "seeds", ROOT / "tests" / "questions.jsonl"


@dataclass(frozen=True)
class Passed:
    """One question's way: how often the model was asked, if it saw gold, and what came of it."""

    question: GoldQuestion
    row: EvalRow
    calls: int
    tokens: int
    saw_gold: bool
    replied: str

    @property
    def is_right(self) -> bool:
        return self.row.scores.get("accuracy") == 1.0

    @property
    def is_answered(self) -> bool:
        return self.row.answer is not None and self.row.answer.refusal is None

    @property
    def is_certain(self) -> bool:
        """Answered without the remark that this may not answer."""
        answer = self.row.answer
        return answer is not None and answer.refusal is None and not answer.is_close

    @property
    def loss(self) -> str | None:
        """Where the right answer was lost; None if it was not."""
        answer = self.row.answer
        if self.is_right or answer is None:
            return None
        notes = "; ".join(answer.notes)
        if self.question.answerable is False:
            return f"answered: {self.replied[:200]} -> {answer.text[:200]!r} {notes}"
        if not self.calls:
            why = answer.refusal.reason if answer.refusal else "answered without it"
            return f"never asked: {why}"
        if not self.saw_gold:
            return "gold not in the prompt"
        return f"lost behind the model: {self.replied[:300]} -> {answer.text[:120]!r} {notes}"


def passed(
    library: Library, questions: Sequence[GoldQuestion], model: Oracle, **settings: object
) -> Iterator[Passed]:
    """Ask each question of a library with the model, and follow it."""
    with tempfile.TemporaryDirectory() as state:
        given = Settings(
            _env_file=None,
            index=library.settings.index,
            model="openai:any",
            model_url=model.url,
            model_key=KEY,
            state=Path(state),
            daily_tokens=10**9,
            **settings,
        )
        gold = find_gold(questions, library)
        with open_library(given) as own:
            for row in evaluate(open_answerer(own), model.following(questions), gold.spans):
                yield Passed(
                    row.question, row, model.calls, model.tokens, model.saw_gold, model.replied
                )


def paying_for(room_tokens: int) -> int:
    """The `question_tokens` that leave a prompt so many tokens of articles."""
    rules = 2 * len(RULES) // CHARS_PER_TOKEN + 1
    return room_tokens + rules + 2 * REPLY_TOKENS + MEND_TOKENS


def told(ways: Sequence[Passed]) -> str:
    """The shares, one a line."""
    able = [way for way in ways if way.question.answerable]
    unable = [way for way in ways if way.question.answerable is False]
    kinds = Counter(way.question.kind for way in able if not way.is_right)
    shown = Counter(way.question.kind for way in unable if way.is_answered)
    tokens = sorted(way.tokens for way in ways)
    return "\n".join(
        [
            f"{len(able)} answerable: reached {_share([bool(w.calls) for w in able])}, with gold "
            f"{_share([w.saw_gold for w in able])}, right {_share([w.is_right for w in able])}, "
            f"right and certain {_share([w.is_right and w.is_certain for w in able])}",
            f"{len(unable)} unanswerable: reached {_share([bool(w.calls) for w in unable])}, "
            f"answered {_share([w.is_answered for w in unable])}, "
            f"as certain {_share([w.is_certain for w in unable])}",
            f"tokens a question: p50 {tokens[len(tokens) // 2]}, most {tokens[-1]}",
            f"not right, by kind: {dict(kinds)}; answered, by kind: {dict(shown)}",
        ]
    )


def _share(rows: Sequence[bool]) -> str:
    return f"{sum(rows) / len(rows):.3f}" if rows else "-"


def main() -> None:
    """Measure what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collection", nargs="+", help="seeds, or articles and questions")
    parser.add_argument("split")
    parser.add_argument("--careless", action="store_true")
    parser.add_argument("--room", type=int, default=ROOM_TOKENS)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--kind", action="append", default=[])
    parser.add_argument("--set", action="append", default=[], dest="more")
    parser.add_argument("--quiet", action="store_true")
    given = parser.parse_args()
    own = given.collection[0] == "seeds"
    folder = SEEDS if own else Path(given.collection[0])
    asked = SEED_QUESTIONS if own else Path(given.collection[1])
    questions = choose(
        read_questions([asked]).questions, split=given.split, kinds=given.kind, limit=given.limit
    )
    more = dict(pair.split("=", 1) for pair in given.more)
    with (
        tempfile.TemporaryDirectory() as index,
        open_library(Settings(_env_file=None, index=Path(index))) as library,
        oracle(careless=given.careless) as model,
    ):
        ingest(library, [folder])
        ways = []
        for way in passed(
            library, questions, model, question_tokens=paying_for(given.room), **more
        ):
            ways.append(way)
            if way.loss and not given.quiet:
                print(f"{way.question.id} ({way.question.kind}) {way.question.question}")
                print(f"    {way.loss}", flush=True)
    print(told(ways))


if __name__ == "__main__":
    main()
