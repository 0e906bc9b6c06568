"""What the reader's training and measuring rest on: the official measure, the rules, the split."""

import json
import lzma
from pathlib import Path
from random import Random

import pytest

BENCH = Path(__file__).parents[1] / "bench"


@pytest.fixture(autouse=True)
def _bench_on_path(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(BENCH))
    monkeypatch.syspath_prepend(str(BENCH / "reader"))


def test_f1_drops_case_punctuation_and_articles_before_it_compares():
    from squad_score import token_f1

    assert token_f1("The Eiffel Tower!", "eiffel tower") == 1
    assert token_f1("in 1889", "1889") == pytest.approx(2 / 3)
    assert token_f1("", "1889") == 0


def test_a_refused_question_counts_only_if_it_has_no_answer():
    from squad_score import f1_at, scored

    reads = [scored(2.0, "Rome", ["Rome"]), scored(0.0, "Paris", ["Rome"]), scored(-1.0, "x", [])]

    assert f1_at(reads, 1.0) == {"all": pytest.approx(200 / 3), "has_answer": 50, "no_answer": 100}
    assert f1_at(reads, -2.0)["no_answer"] == 0


def test_the_best_threshold_refuses_what_is_unanswerable_and_no_more():
    from squad_score import best_threshold, f1_at, scored

    reads = [scored(3.0, "Rome", ["Rome"]), scored(1.0, "x", []), scored(0.0, "y", [])]

    assert 1 < best_threshold(reads) <= 3
    assert f1_at(reads, best_threshold(reads))["all"] == 100


def test_auroc_counts_ties_half():
    from squad_score import auroc

    assert auroc([1.0, 2.0], [0.0]) == 1
    assert auroc([1.0], [1.0, 2.0]) == 0.25


def test_rule_made_questions_differ_from_the_question_they_come_from():
    from adversarial import unanswerable

    question = "When did the largest fire in Lisbon begin?"
    passage = "The fire in Lisbon began in 1755. Porto burnt in 1809."
    draws = [Random(seed) for seed in range(40)]  # noqa: S311 (no secret hangs on it)
    article = passage + " Faro burnt in 1596."
    made = {unanswerable(question, passage, passage[:33], article, draw) for draw in draws}

    assert question not in made
    assert "When didn't the largest fire in Lisbon begin?" in made
    assert "When did the smallest fire in Lisbon begin?" in made


def test_articles_for_measuring_and_calibrating_never_reach_the_training(tmp_path: Path):
    import squad

    titles = ["Warsaw", "Force", *squad.CALIBRATION_TITLES]
    split = {"measure": ["Warsaw"], "train": ["Force", *squad.CALIBRATION_TITLES]}
    (tmp_path / squad.SPLIT_FILE).write_text(json.dumps(split), "utf-8")
    dev = {"data": [{"title": title, "paragraphs": []} for title in titles]}
    with lzma.open(tmp_path / squad.DEV2_FILE, "wt", encoding="utf-8") as stream:
        json.dump(dev, stream)

    assert [a.title for a in squad.read_dev2(tmp_path, "train")] == ["Force"]
    assert [a.title for a in squad.read_dev2(tmp_path, "measure")] == ["Warsaw"]
