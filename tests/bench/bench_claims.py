"""How well `check` tells true claims from changed ones, and the verifier what people wrote.

python tests/bench/bench_claims.py dev|test [clapnq-dev-answerable.jsonl.xz]

Claims: tests/claims.jsonl over the seeds, each true one and the same with one number, name or
negation changed. CLAPNQ (for measuring only): 300 answers that people wrote to passages, each
sentence beside the sentences its writer rested it on; beside another passage's; and with a number
or name changed or a "not" put in by rule.
"""

import json
import lzma
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.first_run import opened_answerer
from retrieval.answer.chain import Answerer
from retrieval.answer.model_reply import Written
from retrieval.answer.prompt import number_sentences
from retrieval.models.reader import Reader
from retrieval.settings import Settings
from retrieval.text.names import names
from retrieval.text.sentences import sentence_spans
from retrieval.types import Article, Passage
from retrieval.verify.facts import Source
from retrieval.verify.statements import Verified, Verifier
from retrieval.verify.support import Judge

CLAIMS = Path(__file__).parents[1] / "claims.jsonl"
_NEGATABLE = re.compile(r"\b(?:was|were|is|are|has|had|can|will|would|could)\b(?! not)")
_NUMBER = re.compile(r"\b\d{1,4}\b")


def balanced(rows: Sequence[tuple[bool, bool]]) -> float:
    """The mean of both classes' accuracy; rows are (is true, is taken for true)."""
    true = [taken for is_true, taken in rows if is_true]
    false = [not taken for is_true, taken in rows if not is_true]
    return (sum(true) / len(true) + sum(false) / len(false)) / 2


def measure_claims(answerer: Answerer, split: str, *, tell: bool) -> None:
    """Prints the verdicts on one half of the claims."""
    lines = [json.loads(line) for line in CLAIMS.read_text("utf-8").splitlines() if line]
    rows, verdicts, began = [], Counter[tuple[str, str]](), time.perf_counter()
    for line in (line for line in lines if line["split"] == split):
        answer = answerer.check(line["claim"])
        verdicts[line["verdict"], answer.verdict or ""] += 1
        rows.append((line["verdict"] == "supported", answer.verdict == "supported"))
        if tell and rows[-1][0] != rows[-1][1]:
            print("miss:", line["id"], answer.verdict, "|", line["claim"], "|", answer.text[:200])
    spent_s = (time.perf_counter() - began) / len(rows)
    print(f"claims, {split}: balanced accuracy of 'supported' {balanced(rows):.3f} of {len(rows)}")
    print(f"  {spent_s:.2f} s a claim; (gold, verdict): {dict(verdicts)}")


def measure_people(path: Path) -> None:
    """Prints how much of what people wrote is let through, and of the same changed."""
    judge = Judge(Reader())
    held: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for kind, statement, source in people_pairs(path):
        total[kind] += 1
        held[kind] += judge.weigh(statement, [Source(source)])[0].holds
    for kind, count in total.items():
        print(f"CLAPNQ, {kind}: {held[kind] / count:.3f} of {count} let through")
    rows = [(kind == "as written", n < held[kind]) for kind in total for n in range(total[kind])]
    print(f"  balanced accuracy {balanced(rows):.3f}")
    kept = [verified(judge, row) for row in _answers(path)]
    good, count = (sum(counts) for counts in zip(*kept, strict=True))
    print(f"CLAPNQ, as a model's statements on their passage: {good / count:.3f} of {count}")


def verified(judge: Judge, row: Mapping[str, Any]) -> tuple[int, int]:
    """How many of an answer's sentences hold as a chat model's would, and how many there are.

    They name the sentences that the answer's writer chose, of the passage under its title.
    """
    told = _passage(row)
    article = Article(article_id=row["id"], source=row["id"], title=told["title"])
    passage = Passage(
        passage_id=row["id"], article=article, text=told["text"], start=0, end=len(told["text"])
    )
    numbered = number_sentences([passage])
    answer = row["output"][0]
    chosen = answer.get("selected_sentences") or [told["text"]]
    whole = " ".join(map(str, chosen))
    named = tuple(
        n
        for n, window in numbered.items()
        if window.text in whole or any(str(one).strip() in window.text for one in chosen)
    )
    verifier = Verifier(judge, numbered)
    said = [answer["answer"][start:end] for start, end in sentence_spans(answer["answer"])]
    results = [verifier.verify(Written(text=text, sentences=named)) for text in said]
    return sum(isinstance(one, Verified) for one in results), len(results)


def people_pairs(path: Path) -> Iterator[tuple[str, str, str]]:
    """Kind, statement and source of every case made from CLAPNQ's answers."""
    rows = _answers(path)
    draw = random.Random(0)
    pool = [n.text for row in rows for n in names(_passage(row)["text"]) if _is_plain(n.text)]
    for row, other in zip(rows, rows[7:] + rows[:7], strict=True):
        answer = row["output"][0]["answer"]
        chosen = row["output"][0].get("selected_sentences") or [_passage(row)["text"]]
        source = " ".join(map(str, chosen))
        for start, end in sentence_spans(answer):
            statement = answer[start:end]
            yield "as written", statement, source
            yield "beside another passage", statement, _passage(other)["text"][:600]
            for kind, changed in _changed(statement, source, pool, draw):
                yield kind, changed, source


def _answers(path: Path) -> list[dict[str, Any]]:
    with lzma.open(path, "rt") as stream:
        return [json.loads(line) for line in stream]


def _passage(row: Mapping[str, Any]) -> dict[str, str]:
    passage: dict[str, str] = row["passages"][0]
    return passage


def _is_plain(name: str) -> bool:
    return name[:1].isupper() and len(name) > 3


def _changed(
    statement: str, source: str, pool: Sequence[str], draw: random.Random
) -> Iterator[tuple[str, str]]:
    numbers = list(_NUMBER.finditer(statement))
    if numbers:
        place = draw.choice(numbers)
        new = str(int(place[0]) + draw.choice([1, 2, 3, 10]))
        yield "number changed", statement[: place.start()] + new + statement[place.end() :]
    inside = [n for n in names(statement) if not n.initial and _is_plain(n.text)]
    if inside:
        start, end = draw.choice(inside).span
        new = next(name for name in draw.sample(pool, 50) if name not in source)
        yield "name changed", statement[:start] + new + statement[end:]
    verb = _NEGATABLE.search(statement)
    if verb:
        yield "negated", f"{statement[: verb.end()]} not{statement[verb.end() :]}"


def main() -> None:
    """Prints the figures of one half of the claims and, if given, of CLAPNQ."""
    split, *rest = sys.argv[1:]
    with (
        tempfile.TemporaryDirectory() as folder,
        opened_answerer(Settings(_env_file=None, index=Path(folder) / "index")) as answerer,
    ):
        measure_claims(answerer, split, tell=split == "dev")
    for path in rest:
        measure_people(Path(path))


if __name__ == "__main__":
    main()
