"""How much an evaluation costs by itself, and what the product scores on public sets.

Run by hand:
    python tests/bench/bench_eval.py size 10000
    python tests/bench/bench_eval.py squad squad-dev-v2.0.json.xz squad2-split.json [N]
    python tests/bench/bench_eval.py clapnq clapnq-dev-answerable.jsonl.xz [N]

`size` asks a system that answers at once, so that only the evaluation's own time and memory
show. `squad` asks only the titles that no weights were trained on.
"""

import json
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bot.evaluation.eval_run import run_eval
from bot.evaluation.html_page import write_page
from bot.evaluation.question_sets import EvalOptions
from bot.evaluation.tables import Outcome
from retrieval.evaluation.gold_quotes import GoldSpan
from retrieval.evaluation.questions import GoldEvidence, GoldQuestion
from retrieval.evaluation.results import RowSpool, read_results, write_results
from retrieval.evaluation.runner import evaluate
from retrieval.evaluation.summary import scored, summarise, summary_record
from retrieval.evaluation.thresholds import check_run, wrong_ids
from retrieval.evaluation.wording import fold
from retrieval.settings import load_settings
from retrieval.types import Answer, Article, Citation, Filters, Hit, Passage, Statement

PASSAGE_CHARS, PASSAGES = 1_000, 10
KB_A_MB = 1024
SEED = "It was said on day {n} that the {n} ships had left the harbour for good. "


class Instant:
    """A system over one article that gives ten full passages and the same answer at once."""

    def __init__(self) -> None:
        text = "".join(SEED.format(n=n) for n in range(200))[: PASSAGE_CHARS * PASSAGES]
        article = Article(article_id="a", source="a.txt", title="A")
        self.text = text
        self.passages = [
            Passage(
                passage_id=str(start),
                article=article,
                text=text[start : start + PASSAGE_CHARS],
                start=start,
                end=start + PASSAGE_CHARS,
            )
            for start in range(0, PASSAGE_CHARS * PASSAGES, PASSAGE_CHARS)
        ]
        self.quote = text[: text.index(". ") + 1]

    @property
    def library(self) -> "Instant":
        return self

    def find_article(self, name: str) -> Article:
        return self.passages[0].article

    def article_text(self, article_id: str) -> str:
        return self.text

    def search(self, query: str, *, k: int, filters: Filters) -> list[Hit]:
        return [Hit(passage=p, rank=n, score=1 / n) for n, p in enumerate(self.passages[:k], 1)]

    def answer(
        self, question: str, *, history: tuple[str, ...], filters: Filters, on_text: object
    ) -> Answer:
        first = Citation(
            n=1, passage=self.passages[0], quote=self.quote, start=0, end=len(self.quote)
        )
        return Answer(
            question=question,
            standalone_question=question,
            text=f"{self.quote} [1]",
            model="instant",
            statements=(Statement(text=self.quote, citations=(1,)),),
            citations=(first, replace(first, n=2)),
            confidence=0.9,
        )

    def check(self, claim: str, *, filters: Filters) -> Answer:
        return replace(self.answer(claim, history=(), filters=filters), verdict="supported")


def size(count: int) -> None:
    """Evaluate `count` questions, write results and page, read the results; print the cost."""
    system = Instant()
    evidence = (GoldEvidence(source="a.txt", quote=system.quote),)
    questions = [
        GoldQuestion(
            id=str(n),
            question=f"What happened on day {n}?",
            answerable=n % 3 > 0,
            answers=("ships",) if n % 3 else (),
            evidence=evidence if n % 3 else (),
            kind=f"kind {n % 14}",
            split="dev" if n % 2 else "test",
        )
        for n in range(count)
    ]
    spans = (GoldSpan("a", fold(system.quote)),)
    gold = {q.id: spans if q.evidence else () for q in questions}
    with tempfile.TemporaryDirectory() as folder, RowSpool() as spool:
        began = time.perf_counter()
        rows = []
        for row in evaluate(system, questions, gold):
            spool.add(row)
            rows.append(scored(row))
        _told("asked and scored", began)
        summary = summarise(rows)
        _told("summarised", began)
        out = Path(folder) / "out.json"
        write_results(out, summary_record(summary), spool.rows())
        _told(f"results written, {out.stat().st_size / 1e6:.0f} MB", began)
        outcome = Outcome(
            summary=summary,
            rows=tuple(rows),
            checks=check_run(summary, rows),
            system="instant",
            to_show=tuple(wrong_ids(rows)),
        )
        page = Path(folder) / "page.html"
        write_page(page, outcome, spool)
        _told(f"page written, {page.stat().st_size / 1e6:.0f} MB", began)
        read_results(out)
        _told("results read", began)


def _told(what: str, began: float) -> None:
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_A_MB
    print(f"{time.perf_counter() - began:7.1f} s  {peak_mb:6.0f} MB peak  {what}")


def public(form: str, file: Path, titles: tuple[str, ...], limit: int | None) -> int:
    """Evaluate the product on a public set, no threshold held."""
    options = EvalOptions(
        files=(file,),
        form="squad" if form == "squad" else "clapnq",
        kinds=titles,
        limit=limit,
        thresholds={},
    )
    return run_eval(load_settings(), options)


def main(arguments: list[str]) -> int:
    """Run what the arguments say."""
    match arguments:
        case ["size", count]:
            size(int(count))
            return 0
        case ["squad", file, split, *limit]:
            titles = tuple(json.loads(Path(split).read_text("utf-8"))["measure"])
            return public("squad", Path(file), titles, int(limit[0]) if limit else None)
        case ["clapnq", file, *limit]:
            return public("clapnq", Path(file), (), int(limit[0]) if limit else None)
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
