"""A question that yes or no may answer is told from others."""

import pytest

from retrieval.question.breadth import wants_yes_or_no


@pytest.mark.parametrize(
    "question",
    [
        "Did the ferry to Marn sink?",
        "is the harbour open on sundays",
        "can people swim in the lake",
    ],
)
def test_a_question_that_opens_with_an_auxiliary_wants_yes_or_no(question: str) -> None:
    assert wants_yes_or_no(question)


@pytest.mark.parametrize(
    "question",
    [
        "When did the ferry sink?",
        "Was the boat a ferry or a tug?",
        "Did the ferry sink and was the crew hurt?",
        "Hasn’t the bridge been painted yet?",
        "Did it sink?",
        "ferries",
        "The bridge is open.",
        "",
    ],
)
def test_others_and_those_to_which_one_word_would_not_be_clear_do_not(question: str) -> None:
    assert not wants_yes_or_no(question)
