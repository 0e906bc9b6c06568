"""What each cluster of hand-written English rules is worth on development questions.

    uv run python -m tests.bench.ablate_rules                    # every cluster, all collections
    uv run python -m tests.bench.ablate_rules --cluster roles --collection valley

Each cluster is turned off in turn, and its slice (the kinds of questions or claims that it is for)
is answered with and without it. Printed is what every measure gains by the cluster, with a 95 %
interval over resampled questions. For follow-ups the other way is to carry the last question along
always, for the rest to do without. A cluster goes if no measure of its slice gains .02 or more at
the upper end.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from retrieval.answer.chain import Answerer
from retrieval.evaluation.compare import means_of, paired, table
from retrieval.evaluation.questions import GoldQuestion, choose, find_gold, read_questions
from retrieval.evaluation.runner import evaluate
from retrieval.evaluation.scoring import Scores
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.models.reader import Reader
from retrieval.question.time_scope import TimeScope
from retrieval.settings import Settings
from retrieval.types import Standalone

TESTS = Path(__file__).parent.parent
VALLEY = TESTS / "collections" / "valley"
GUARDIAN = TESTS / "collections" / "guardian"
# Articles, and the files of questions and claims about them.
COLLECTIONS = {
    "seeds": (
        TESTS.parent / "seeds",
        (
            "questions.jsonl",
            "people.jsonl",
            "claims.jsonl",
            "yes_no_typed.jsonl",
        ),
    ),
    "valley": (
        VALLEY / "articles",
        (
            "collections/valley/questions.jsonl",
            "collections/valley/claims.jsonl",
            "collections/valley/yes_no_typed.jsonl",
        ),
    ),
    "guardian": (
        GUARDIAN / "articles",
        (
            "collections/guardian/follow_ups.jsonl",
            "collections/guardian/claims.jsonl",
            "collections/guardian/yes_no_typed.jsonl",
        ),
    ),
}
SHOWN = (
    "accuracy",
    "contains",
    "first quote answers",
    "recall@4",
    "refusal F1",
    "false-answer rate",
    "balanced accuracy",
    "yes or no said",
    "yes or no right",
)
CLAIMS = "claim"


def _nothing(*_: object, **__: object) -> None:
    return None


def _no(*_: object, **__: object) -> bool:
    return False


def _empty(*_: object, **__: object) -> dict[str, bool]:
    return {}


def _none_of(*_: object, **__: object) -> Iterator[Any]:
    return iter(())


def _timeless(*_: object, **__: object) -> TimeScope:
    return TimeScope()


def _a_fact(*_: object, **__: object) -> str:
    return "fact"


def _carry_always(question: str, history: Sequence[str]) -> Standalone:
    return Standalone(question, history[-1] if history else "")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster of rules: the kinds that it is for, and what stands in for it when it is off."""

    kinds: tuple[str, ...]
    off: dict[str, Callable[..., object]]


CLUSTERS = {
    "follow-ups": Cluster(("follow-up",), {"question.plan.standalone": _carry_always}),
    "time words": Cluster(("date-bound", "development"), {"question.plan.time_range": _timeless}),
    "relative times": Cluster(
        ("date-bound", "development"), {"question.time_scope.relative_times": _none_of}
    ),
    "topics": Cluster(("topic", "person", "list"), {"question.plan.topic_of": _nothing}),
    "breadth": Cluster(
        ("comparison", "development", "list"), {"question.plan.breadth_of": _a_fact}
    ),
    "summaries": Cluster(("article",), {"question.plan.wanted_in_short": _nothing}),
    "strange words": Cluster(
        ("odd-form", "off-topic", "unanswerable-far", "near-miss"),
        {"question.plan._pointless": _nothing, "question.plan.other_language_of": _nothing},
    ),
    "collection questions": Cluster(("collection",), {"question.plan.about_articles": _nothing}),
    "small talk": Cluster(
        ("chat",),
        {
            "question.plan.is_small_talk": _no,
            "question.standalone.is_small_talk": _no,
        },
    ),
    "opposites": Cluster((CLAIMS, "opposites"), {"verify.polarity.are_opposite": _no}),
    "polarity": Cluster(
        (CLAIMS, "polarity"),
        {"verify.polarity.negated": _empty, "verify.support.negated": _empty},
    ),
    "what may be": Cluster(("yes-no, typed", "yes-no, hard"), {"answer.select.leaves_open": _no}),
    "roles": Cluster((CLAIMS, "roles"), {"verify.support.other_role": _nothing}),
    "antecedents": Cluster(
        (CLAIMS, "antecedents"),
        {
            "verify.claims.with_antecedents": _none_of,
            "verify.statements.with_antecedents": _none_of,
        },
    ),
}


@contextmanager
def turned_off(cluster: Cluster) -> Iterator[None]:
    with ExitStack() as stack:
        for name, stand_in in cluster.off.items():
            stack.enter_context(patch(f"retrieval.{name}", stand_in))
        yield


class RememberingReader(Reader):
    """The shipped reader, asked once: most is read alike with and without a cluster."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], Any] = {}

    def _best_windows(
        self, question: str, texts: Sequence[str], headers: Sequence[str]
    ) -> list[Any]:
        above = headers or [""] * len(texts)
        asked = [(question, *pair) for pair in zip(texts, above, strict=True)]
        new = [one for one in dict.fromkeys(asked) if one not in self._known]
        unread = [one[1] for one in new], [one[2] for one in new]
        self._known |= zip(new, super()._best_windows(question, *unread), strict=True)
        return [self._known[one] for one in asked]


class Asked:
    """The dev questions of one collection, answered once with all rules."""

    def __init__(self, answerer: Answerer, questions: Sequence[GoldQuestion]) -> None:
        self._answerer = answerer
        self._questions = questions
        self._gold = find_gold(questions, answerer.library).spans
        self._whole: dict[str, Scores] = {}

    def with_and_without(self, cluster: Cluster) -> tuple[list[Scores], list[Scores]]:
        mine = [q for q in self._questions if _kind_of(q) in cluster.kinds]
        new = [q for q in mine if q.id not in self._whole]
        self._whole |= dict(zip((q.id for q in new), self._scores(new), strict=True))
        with turned_off(cluster):
            without = self._scores(mine)
        return [self._whole[q.id] for q in mine], without

    def _scores(self, questions: Sequence[GoldQuestion]) -> list[Scores]:
        return [row.scores for row in evaluate(self._answerer, questions, self._gold)]


def _kind_of(question: GoldQuestion) -> str:
    return question.kind or (CLAIMS if question.verdict else "")


def print_cluster(name: str, with_it: Sequence[Scores], without: Sequence[Scores]) -> None:
    """Print the rows of one cluster; a gain is with the rules less without them."""
    names, both = table([*with_it, *without])
    now, before = both[: len(with_it)], both[len(with_it) :]
    means, others = means_of(names, now), means_of(names, before)
    gaps = paired(names, before, now)
    for measure in SHOWN:
        mean, other = means.get(measure), others.get(measure)
        low, high, _ = gaps.get(measure, (None, None, None))
        if mean is None or other is None or low is None or high is None:
            continue
        print(
            f"| {name} ({len(with_it)}) | {measure} | {mean:.3f} | {other:.3f} "
            f"| {mean - other:+.3f} | {low:+.3f} to {high:+.3f} |",
            flush=True,
        )


def dev_questions(files: Sequence[str]) -> list[GoldQuestion]:
    found = read_questions([TESTS / name for name in files])
    assert not found.problems, found.problems
    return list(choose(found.questions, split="dev"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cluster", choices=CLUSTERS, action="append")
    parser.add_argument("--collection", choices=COLLECTIONS, action="append")
    options = parser.parse_args()
    with ExitStack() as stack:
        asked = []
        for name in options.collection or COLLECTIONS:
            folder, files = COLLECTIONS[name]
            index = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            library = stack.enter_context(open_library(Settings(_env_file=None, index=index)))
            ingest(library, [folder])
            answerer = Answerer(library, reader=RememberingReader())
            asked.append(Asked(answerer, dev_questions(files)))
        print("| cluster (questions) | measure | with | without | gain | 95 % |")
        print("|---|---|---|---|---|---|")
        for name in options.cluster or CLUSTERS:
            pairs = [one.with_and_without(CLUSTERS[name]) for one in asked]
            with_it, without = ([s for pair in pairs for s in pair[side]] for side in (0, 1))
            print_cluster(name, with_it, without)


if __name__ == "__main__":
    main()
