"""What an answer says of yes or no is compared with the gold, and silence is no mistake."""

from dataclasses import replace

import pytest

from retrieval.evaluation.questions import GoldQuestion
from retrieval.evaluation.scoring import Scores, score_answer
from retrieval.types import Stance
from tests.evaluation.conftest import Newsroom, answered

ASKED = "Was the harbour closed?"


def scores(newsroom: Newsroom, gold: str, *stances: Stance | None) -> Scores:
    cited = [
        replace(citation, n=n, stance=stance)
        for n, (citation, stance) in enumerate(
            zip(
                newsroom.script["How long was the harbour closed?"].citations * 2,
                stances,
                strict=False,
            ),
            1,
        )
    ]
    question = GoldQuestion(id="1", question=ASKED, answerable=True, answers=("nine",), yesno=gold)
    return score_answer(question, (), answered(ASKED, *cited), (), newsroom.library.article_text)


@pytest.mark.parametrize(
    ("gold", "stances", "right"),
    [
        ("yes", ["supports"], 1.0),
        ("no", ["supports"], 0.0),
        ("no", ["contradicts"], 1.0),
        ("differ", ["supports", "contradicts"], 1.0),
        ("differ", ["supports"], 0.0),
    ],
)
def test_what_is_said_is_right_where_it_is_the_gold(
    newsroom: Newsroom, gold: str, stances: list[Stance], right: float
) -> None:
    found = scores(newsroom, gold, *stances)

    assert (found["yes or no said"], found["yes or no right"]) == (1.0, right)


def test_an_answer_that_says_neither_counts_as_silent_and_not_as_wrong(newsroom: Newsroom) -> None:
    found = scores(newsroom, "yes", None)

    assert found["yes or no said"] == 0.0
    assert "yes or no right" not in found


def test_other_questions_are_not_asked_for_it(newsroom: Newsroom) -> None:
    question = GoldQuestion(id="1", question="When?", answerable=True, answers=("nine",))

    found = score_answer(question, (), answered("When?"), (), newsroom.library.article_text)

    assert "yes or no said" not in found
