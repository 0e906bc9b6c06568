"""Measures of words, each by hand; EM and F1 as evaluate-v2.0 works them out."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.evaluation.questions import GoldQuestion
from retrieval.evaluation.scoring import score_squad
from retrieval.evaluation.wording import (
    contains,
    exact_match,
    forbidden_shown,
    normal,
    short_answer,
    token_f1,
)
from retrieval.types import Answer, Refusal

if TYPE_CHECKING:
    from tests.evaluation.conftest import Newsroom


def test_an_answer_string_may_differ_in_case_space_and_quotation_marks() -> None:
    assert contains("He said “Three  Hours” [1] passed.", ["'three hours'", '"three hours"']) == 1


def test_any_one_answer_string_is_enough_and_none_is_not() -> None:
    assert contains("Nine hours.", ["ten hours", "nine hours"]) == 1
    assert contains("Nine hours.", ["ten hours"]) == 0
    assert contains("", ["ten hours"]) == 0


def test_markers_inside_the_words_do_not_hide_them() -> None:
    assert contains("closed [1] for nine hours", ["closed for nine"]) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  Eiffel Tower!", "eiffel tower"),
        ("a an the", ""),
        ("U.S. dollars", "us dollars"),
        ("theatre", "theatre"),
        ("", ""),
    ],
)
def test_words_are_normalised_as_squad_does(text: str, expected: str) -> None:
    assert normal(text) == expected


@pytest.mark.parametrize(
    ("prediction", "golds", "exact", "f1"),
    [
        ("the 10th century", ["10th century"], 1, 1),
        ("in the 10th century", ["10th century"], 0, 0.8),
        ("10th and 11th centuries", ["in the 10th and 11th centuries", "the 10th"], 0, 8 / 9),
        ("Denmark", ["France"], 0, 0),
        ("", ["France"], 0, 0),
        ("", [], 1, 1),
        ("France", [], 0, 0),
        ("France France", ["France"], 0, 2 / 3),
        ("the", ["a"], 1, 1),
    ],
)
def test_exact_match_and_f1_by_hand(
    prediction: str, golds: list[str], exact: float, f1: float
) -> None:
    assert exact_match(prediction, golds) == exact
    assert token_f1(prediction, golds) == pytest.approx(f1)


def test_the_answering_words_are_the_highlight_of_the_first_quote_that_has_one(
    newsroom: "Newsroom", say: Callable[..., Answer]
) -> None:
    citation = newsroom.library.cite("harbour", "closed for nine hours on Monday")
    start = citation.start + len("closed for ")
    marked = replace(citation, highlight=(start, start + len("nine hours")))

    assert short_answer(say("How long?", marked)) == "nine hours"
    assert short_answer(say("How long?", citation)) == "closed for nine hours on Monday"


def test_a_refusal_answers_with_no_words(refuse: Callable[[str], Answer]) -> None:
    assert short_answer(refuse("How long?")) == ""


def test_squad_scores_of_answered_refused_and_failed_questions(
    newsroom: "Newsroom", say: Callable[..., Answer], refuse: Callable[[str], Answer]
) -> None:
    has = GoldQuestion(id="1", question="How long?", answerable=True, answers=("nine hours",))
    none = GoldQuestion(id="2", question="Who?", answerable=False)
    answer = say("How long?", newsroom.library.cite("harbour", "nine hours"))

    assert score_squad(has, answer) == dict.fromkeys(
        ("SQuAD EM", "SQuAD F1", "HasAns EM", "HasAns F1"), 1.0
    )
    assert set(score_squad(has, refuse("How long?")).values()) == {0.0}
    assert score_squad(none, refuse("Who?")) == {"SQuAD EM": 1, "SQuAD F1": 1, "NoAns EM": 1}
    assert set(score_squad(none, answer).values()) == {0.0}
    assert set(score_squad(none, None).values()) == {0.0}


def test_a_forbidden_string_is_found_wherever_a_person_would_see_it(
    newsroom: "Newsroom", say: Callable[..., Answer], refuse: Callable[[str], Answer]
) -> None:
    crane = newsroom.library.cite("harbour", "the ferry had struck a crane")
    answer = say("What?", crane, text="Something else.")
    near = replace(refuse("What?"), refusal=Refusal(reason="no", nearest=(crane,)))

    assert forbidden_shown(answer, ["Struck A crane", "moon"]) == ["Struck A crane"]
    assert forbidden_shown(near, ["crane"]) == ["crane"]
    assert forbidden_shown(replace(answer, notes=("the moon",)), ["moon"]) == ["moon"]
    assert forbidden_shown(answer, ["moon"]) == []
    assert forbidden_shown(answer, []) == []
