"""The project's own question set and claims: verbatim, large enough, halves kept apart."""

import json
from collections import Counter
from pathlib import Path

import pytest

from retrieval.evaluation.questions import GoldQuestion, read_questions
from retrieval.evaluation.set_problems import examine
from retrieval.index.library import Library

TESTS = Path(__file__).parent.parent
SEEDS = TESTS.parent / "seeds"
QUESTIONS, CLAIMS = TESTS / "questions.jsonl", TESTS / "claims.jsonl"
PEOPLE = TESTS / "people.jsonl"
KINDS = {
    "fact",
    "paraphrase",
    "who-said",
    "comparison",
    "development",
    "date-bound",
    "follow-up",
    "unanswerable-near",
    "unanswerable-far",
    "false-premise",
    "boilerplate",
    "comment-trap",
    "injection",
    "odd-form",
}


def held(path: Path) -> tuple[GoldQuestion, ...]:
    found = read_questions([path])
    assert (found.problems, found.notes) == ((), ())
    return found.questions


@pytest.mark.parametrize("path", [QUESTIONS, CLAIMS], ids=lambda path: path.stem)
def test_every_quote_stands_verbatim_in_its_file(path: Path) -> None:
    for line in path.read_text("utf-8").splitlines():
        for evidence in json.loads(line)["evidence"]:
            assert evidence["quote"] in (SEEDS / evidence["source"]).read_text("utf-8")


@pytest.mark.parametrize("path", [QUESTIONS, CLAIMS], ids=lambda path: path.stem)
def test_the_set_has_no_duplicates_no_leaks_and_sound_gold(path: Path) -> None:
    assert examine(held(path)) == []


def test_the_question_set_is_large_and_of_all_kinds() -> None:
    questions = held(QUESTIONS)

    assert len(questions) >= 200
    assert {question.kind for question in questions} == KINDS
    sources = {evidence.source for q in questions for evidence in q.evidence}
    assert sources == {path.name for path in SEEDS.glob("*.txt")}


def test_the_test_half_can_tell_systems_apart() -> None:
    half = [question for question in held(QUESTIONS) if question.split == "test"]
    kinds = Counter(question.kind for question in half)

    assert sum(question.answerable is False for question in half) >= 30
    assert min(kinds[k] for k in ("follow-up", "date-bound", "comparison", "paraphrase")) >= 15


def test_every_question_says_what_would_be_right() -> None:
    for question in held(QUESTIONS):
        assert question.split in {"dev", "test"}
        assert question.answerable is bool(question.answers) is bool(question.evidence)


def test_there_are_sixty_true_claims_and_as_many_false_ones() -> None:
    verdicts = Counter(claim.verdict for claim in held(CLAIMS))

    assert verdicts["supported"] >= 60
    assert verdicts["contradicted"] + verdicts["not found"] >= 60


def test_what_people_ask_is_of_every_kind_in_both_halves() -> None:
    questions = held(PEOPLE)
    counts = Counter((question.kind, question.split) for question in questions)

    assert len(questions) >= 300
    assert {split for _, split in counts} == {"dev", "test"}
    for kind in ("topic", "person", "article", "yes-no", "chat"):
        assert min(counts[kind, "dev"], counts[kind, "test"]) >= 12
    for question in questions:
        assert question.answerable is bool(question.answers) is bool(question.evidence)
        assert (question.kind == "yes-no") is bool(question.yesno)


def test_what_people_ask_has_no_duplicates_and_quotes_the_clean_texts(
    seed_library: Library,
) -> None:
    # An article is asked of in both halves, so its quotes stand in both: no leak of an answer.
    wrong = [p for p in examine(held(PEOPLE), seed_library) if p.ailment != "leak"]

    assert wrong == []


def test_no_question_of_people_stands_in_the_first_set() -> None:
    known = {question.question.lower() for question in held(QUESTIONS)}

    assert not known & {question.question.lower() for question in held(PEOPLE)}


def test_the_valley_set_has_enough_for_each_cluster_of_rules() -> None:
    folder = TESTS / "collections" / "valley"
    texts = (folder / "articles" / "articles.jsonl").read_text("utf-8")
    asked = [*held(folder / "questions.jsonl"), *held(folder / "claims.jsonl")]
    counts = Counter(question.kind for question in asked)

    # Questions of these kinds on the sample articles bring each cluster to 25.
    assert min(counts.values()) >= 14
    assert {question.split for question in asked} == {"dev"}
    assert all(evidence.quote in texts for question in asked for evidence in question.evidence)


def test_what_the_rules_are_tried_on_in_the_guardian_is_of_its_development_half() -> None:
    folder = TESTS / "collections" / "guardian"
    texts = (folder / "articles" / "articles.jsonl").read_text("utf-8")
    asked = [*held(folder / "follow_ups.jsonl"), *held(folder / "claims.jsonl")]
    tuned = {
        evidence.source
        for question in held(folder / "questions.jsonl")
        for evidence in question.evidence
        if question.split == "dev"
    }

    assert {question.split for question in asked} == {"dev"}
    for evidence in (one for question in asked for one in question.evidence):
        assert evidence.source in tuned
        assert json.dumps(evidence.quote, ensure_ascii=False)[1:-1] in texts


def test_it_is_labelled_what_each_sentence_says_to_a_yes_no_question() -> None:
    folder = TESTS / "collections" / "guardian"
    lines = (folder / "articles" / "articles.jsonl").read_text("utf-8").splitlines()
    texts = {f"articles.jsonl#{a['id']}": a["text"] for a in map(json.loads, lines)}
    asked = list(map(json.loads, (folder / "yes_no.jsonl").read_text("utf-8").splitlines()))
    halves: dict[str, set[str]] = {source: set() for source in texts}

    assert read_questions([folder / "yes_no.jsonl"]).problems == ()
    for question in asked:
        assert len(question["says"]) == len(question["evidence"]) > 0
        assert set(question["says"]) <= {"yes", "no", "unclear"}
        for evidence in question["evidence"]:
            assert texts[evidence["source"]].count(evidence["quote"]) == 1
            halves[evidence["source"]].add(question["split"])
    assert sorted(map(len, halves.values())) == [1] * 40
    for half in ("dev", "test"):
        said = Counter(one for q in asked if q["split"] == half for one in q["says"])
        assert min(said["yes"], said["no"]) >= 20
        assert said["unclear"] >= 5
