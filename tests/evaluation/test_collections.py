"""Collections that come with the checkout: asked apart from the person's index, and sound."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.evaluation.question_sets import EvalOptions
from retrieval.errors import UsageError
from retrieval.evaluation.questions import read_questions
from retrieval.evaluation.set_problems import examine
from retrieval.index.library import open_library
from retrieval.settings import Settings

GUARDIAN = Path(__file__).parents[1] / "collections" / "guardian"
MILL = "The mill at Orvelle burnt down in 1931. Its owner built it anew of stone."
QUESTIONS = [
    {
        "id": "mill",
        "question": "When did the mill at Orvelle burn down?",
        "answers": ["1931"],
        "evidence": [{"source": "news.jsonl#mill", "quote": MILL.partition(". ")[0] + "."}],
        "split": "dev",
    },
    {"id": "moon", "question": "Who walked on the moon?", "answerable": False, "split": "test"},
]
Eval = Callable[..., int]


@pytest.fixture
def mills(evaluate: Eval) -> Path:
    """A checkout with a collection `mills`, as the current folder, and the index of another."""
    folder = Path("tests/collections/mills")
    (folder / "articles").mkdir(parents=True)
    Path("tests/questions.jsonl").touch()
    article = {"id": "mill", "title": "The Mill", "text": MILL}
    (folder / "articles" / "news.jsonl").write_text(json.dumps(article), "utf-8")
    lines = "\n".join(map(json.dumps, QUESTIONS))
    (folder / "questions.jsonl").write_text(lines, "utf-8")
    return folder


def test_a_collection_is_asked_its_questions_in_an_index_of_its_own(
    evaluate: Eval, mills: Path, index: Path
) -> None:
    assert evaluate("--collection", "mills", "--json", "out.json") == 0

    record = json.loads(Path("out.json").read_text("utf-8"))
    assert [row["id"] for row in record["rows"]] == ["mill", "moon"]
    assert record["summary"]["measures"]["recall@1"]["value"] == 1
    with open_library(Settings(index=index)) as library:
        assert len(library.articles()) == 2


def test_an_index_that_is_named_is_kept_for_the_next_run(evaluate: Eval, mills: Path) -> None:
    evaluate("--collection", "mills", "--split", "dev", "--index", "kept", "--json", "out.json")

    record = json.loads(Path("out.json").read_text("utf-8"))
    assert [row["id"] for row in record["rows"]] == ["mill"]
    with open_library(Settings(index=Path("kept"))) as library:
        assert [article.title for article in library.articles()] == ["The Mill"]


def test_settings_are_swept_over_a_collection(evaluate: Eval, mills: Path) -> None:
    sweep = ("--sweep", "min_confidence=0,1", "--json", "sweep.json")

    assert evaluate("--collection", "mills", "--split", "dev", *sweep) == 0

    zero, one = json.loads(Path("sweep.json").read_text("utf-8"))
    assert zero["summary"]["measures"]["accuracy"]["value"] == 1
    assert one["summary"]["measures"]["accuracy"]["value"] == 0


def test_the_set_of_a_collection_is_examined_against_its_articles(
    evaluate: Eval, mills: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate("--collection", "mills", "--doctor") == 0
    assert "2 questions: nothing wrong" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["mils", "", "../mills"])
def test_an_unknown_collection_names_those_that_there_are(
    evaluate: Eval, mills: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert evaluate("--collection", name) == 1

    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert f"no collection {name!r}: there is mills" in err


def test_a_collection_has_no_baseline_but_the_one_named(mills: Path) -> None:
    Path("tests/baseline.json").touch()

    assert EvalOptions(collection="mills").baseline_file is None
    assert EvalOptions(collection="mills", baseline=Path("b")).baseline_file == Path("b")
    with pytest.raises(UsageError, match="--baseline"):
        _ = EvalOptions(collection="mills", update_baseline=True).baseline_file


def test_a_collection_and_a_public_set_are_not_asked_at_once(evaluate: Eval, mills: Path) -> None:
    Path("squad.json").write_text('{"data": []}', "utf-8")

    assert evaluate("squad.json", "--format", "squad", "--collection", "mills") == 2


def test_the_guardian_set_is_sound_and_its_halves_share_no_article() -> None:
    lines = (GUARDIAN / "articles" / "articles.jsonl").read_text("utf-8").splitlines()
    texts = {f"articles.jsonl#{a['id']}": a["text"] for a in map(json.loads, lines)}
    found = read_questions([GUARDIAN / "questions.jsonl"])

    assert len(texts) == 40
    assert (found.problems, found.notes) == ((), ())
    assert [p for p in examine(found.questions) if p.ailment != "leak"] == []
    halves = defaultdict(set)
    for question in found.questions:
        assert question.answerable is bool(question.answers) is bool(question.evidence)
        for evidence in question.evidence:
            assert texts[evidence.source].count(evidence.quote) == 1
            halves[evidence.source].add(question.split)
    assert sorted(map(len, halves.values())) == [1] * 40


def test_the_guardian_set_has_the_questions_that_figures_need() -> None:
    questions = read_questions([GUARDIAN / "questions.jsonl"]).questions
    ours = Counter(q.answerable for q in questions if q.kind != "onestopqa")

    assert sum(ours.values()) >= 80
    assert ours[False] >= 30
    assert "CC BY-SA 4.0" in (GUARDIAN / "LICENCE").read_text("utf-8")
