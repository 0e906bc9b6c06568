"""A question that yes or no may answer is told from others."""

import pytest

from retrieval.question.breadth import wants_yes_or_no


@pytest.mark.parametrize(
    "question",
    [
        "Did the ferry sink?",
        "is the harbour open on sundays",
        "Hasn’t the bridge been painted yet?",
        "can people swim there",
    ],
)
def test_a_question_that_opens_with_an_auxiliary_wants_yes_or_no(question: str) -> None:
    assert wants_yes_or_no(question)


@pytest.mark.parametrize(
    "question",
    [
        "When did the ferry sink?",
        "Was it a ferry or a tug?",
        "ferries",
        "The bridge is open.",
        "",
    ],
)
def test_others_and_those_that_leave_a_choice_do_not(question: str) -> None:
    assert not wants_yes_or_no(question)
