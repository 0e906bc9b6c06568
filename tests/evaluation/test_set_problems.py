"""What is wrong with a question set, and how it grows."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import QuestionSetError
from retrieval.evaluation.questions import GoldEvidence, GoldQuestion, read_questions
from retrieval.evaluation.results import add_lines, is_worth_adding, prefilled
from retrieval.evaluation.set_problems import SetProblem, alike_pairs, examine
from retrieval.types import Answer, Refusal

if TYPE_CHECKING:
    from tests.evaluation.conftest import Newsroom

LONG_CLOSED = "How long was the harbour of Lerwick closed?"


def asked(name: str, question: str, **fields: object) -> GoldQuestion:
    return GoldQuestion.model_validate({"id": name, "question": question, "place": name, **fields})


def ailments(findings: list[SetProblem]) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.ailment, finding.ids) for finding in findings]


def test_a_sound_set_has_nothing_wrong(newsroom: "Newsroom") -> None:
    assert examine(newsroom.questions, newsroom.library) == []


def test_the_same_question_in_other_words_order_is_a_duplicate() -> None:
    found = examine([asked("1", LONG_CLOSED), asked("2", "how long was lerwick HARBOUR closed")])

    assert ailments(found) == [("duplicate", ("1", "2"))]


def test_the_same_question_with_other_limits_or_history_is_no_duplicate() -> None:
    plain = asked("1", LONG_CLOSED)
    limited = asked("2", LONG_CLOSED, since="2014")
    later = asked("3", LONG_CLOSED, history=["Which ferry struck a crane on Monday?"])

    assert examine([plain, limited, later]) == []


def test_a_question_that_is_in_both_halves_leaks() -> None:
    found = examine([asked("1", LONG_CLOSED, split="dev"), asked("2", LONG_CLOSED, split="test")])

    assert ailments(found) == [("leak", ("1", "2"))]


def test_a_fact_asked_for_in_both_halves_leaks_sooner() -> None:
    gold = {"answers": ["nine hours"], "evidence": [{"source": "h", "quote": "For nine hours."}]}
    after, stay = "How long was the harbour shut after the crash?", "How long did it stay shut?"

    different = [asked("1", after, split="dev"), asked("2", stay, split="test")]
    same = [
        asked("1", after, split="dev", answerable=True, **gold),
        asked("2", stay, split="test", answerable=True, **gold),
    ]

    assert examine(different) == []
    assert ailments(examine(same)) == [("leak", ("1", "2"))]


def test_a_lost_quote_and_an_unknown_source_are_named(newsroom: "Newsroom") -> None:
    lost = asked(
        "1",
        "What?",
        evidence=[{"source": "harbour.txt", "quote": "The moon is shut."}],
        answerable=True,
    )
    gone = asked(
        "2", "Who then?", evidence=[{"source": "x.txt", "quote": "Anything."}], answerable=True
    )
    far = asked("3", "Where?", nearest=[{"source": "harbour.txt", "quote": "In Rome."}])

    assert ailments(examine([lost, gone, far], newsroom.library)) == [
        ("quote", ("1",)),
        ("quote", ("2",)),
        ("quote", ("3",)),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"answerable": True},
        {"answerable": False, "answers": ["nine"]},
        {"answerable": False, "yesno": "no"},
        {"answerable": True, "answers": ["nine"], "nearest": [{"source": "h", "quote": "Ten."}]},
        {
            "answers": ["nine"],
            "evidence": [{"source": "h", "quote": "Nine."}],
            "forbidden": ["nine"],
            "answerable": True,
        },
    ],
)
def test_gold_that_contradicts_itself_is_named(fields: dict[str, object]) -> None:
    assert ailments(examine([asked("1", "What?", **fields)])) == [("gold", ("1",))]


def test_pairs_are_found_as_comparing_all_would() -> None:
    words = ["harbour", "ferry", "crane", "apples", "frost", "snow", "council"]
    questions = [
        asked(str(at), " ".join(words[at % 7 : at % 7 + at % 4 + 1] + words[: at % 3]))
        for at in range(40)
    ]

    fast = {(one.id, other.id) for one, other, _ in alike_pairs(questions, 0.5)}

    bags = [set(question.question.split()) for question in questions]
    slow = {
        (str(i), str(j))
        for j in range(40)
        for i in range(j)
        if len(bags[i] & bags[j]) / len(bags[i] | bags[j]) >= 0.5
    }
    assert fast == slow
    assert slow


def test_failed_new_and_fed_back_questions_are_worth_adding(newsroom: "Newsroom") -> None:
    closed = newsroom.questions[0]
    newsroom.questions = (
        *newsroom.questions,
        asked("new", closed.question),
        closed.model_copy(update={"id": "praised", "kind": "feedback"}),
    )

    rows = newsroom.run(lambda q, a: replace(a, text="?") if "ferry" in q else a)

    assert [row.question.id for row in rows if is_worth_adding(row)] == ["crane", "new", "praised"]


def test_evidence_is_filled_in_from_what_was_quoted(
    newsroom: "Newsroom", refuse: Callable[[str], Answer]
) -> None:
    near = newsroom.library.cite("valley", "Snow is forecast for the weekend.")
    newsroom.questions = (
        asked("new", "How long was the harbour closed?"),
        asked("snow", "Will it snow?"),
        asked("no", "Will it rain?", answerable=False),
    )
    refusal = Refusal(reason="no", nearest=(near, near))

    filled = [
        prefilled(row)
        for row in newsroom.run(lambda q, a: replace(a, refusal=refusal) if a.refusal else a)
    ]

    assert [question.evidence for question in filled] == [
        (
            GoldEvidence(
                source="harbour.txt",
                quote="The harbour of Lerwick was closed for nine hours on Monday.",
            ),
        ),
        (GoldEvidence(source="valley.txt", quote="Snow is forecast for the weekend."),),
        (),
    ]


def test_gold_that_a_question_has_is_kept(newsroom: "Newsroom") -> None:
    for row in newsroom.run():
        assert prefilled(row).evidence == row.question.evidence


def test_only_new_questions_are_added_to_a_set(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    old = asked("1", "Who?", answers=["she"], answerable=True)

    assert add_lines(path, [old]) == 1
    again = [asked("2", " WHO? "), asked("1", "What?"), asked("3", "Who?", history=["What?"])]
    assert add_lines(path, again) == 1

    found = read_questions([path])
    assert [question.id for question in found.questions] == ["1", "3"]
    assert (found.problems, found.notes) == ((), ())
    assert found.questions[0].answers == ("she",)


def test_a_claim_stays_a_claim(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"

    add_lines(path, [asked("1", "It rained.", verdict="supported")])

    assert json.loads(path.read_text())["claim"] == "It rained."
    assert read_questions([path]).questions[0].verdict == "supported"


def test_a_set_with_a_bad_line_is_not_added_to(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text("{\n")

    with pytest.raises(QuestionSetError, match=r"set\.jsonl:1.*mend"):
        add_lines(path, [asked("1", "Who?")])
    assert path.read_text() == "{\n"
