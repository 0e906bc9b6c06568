"""With a perfect model, what is lost is lost by us: on its way to it, or behind it."""

import pytest

from retrieval.evaluation.questions import choose, read_questions
from retrieval.index.library import Library
from tests.bench.oracle_ceiling import SEED_QUESTIONS, Passed, passed, paying_for
from tests.fakes.oracle import oracle

QUESTIONS = 40
ROOM_TOKENS = 2_000  # the seeds have about 11,000, so that the search still matters
# What has been reached and must not be lost.
LEAST_WITH_GOLD, LEAST_RIGHT, MOST_ANSWERED = 0.92, 0.92, 0.0


@pytest.fixture(scope="module")
def ways(seed_library: Library) -> list[Passed]:
    dev = choose(read_questions([SEED_QUESTIONS]).questions, split="dev")
    asked = dev[:: len(dev) // QUESTIONS][:QUESTIONS]
    with oracle() as model:
        return list(passed(seed_library, asked, model, question_tokens=paying_for(ROOM_TOKENS)))


def test_a_perfect_model_gets_to_see_what_answers(ways: list[Passed]) -> None:
    able = [way for way in ways if way.question.answerable]

    assert sum(way.saw_gold for way in able) >= LEAST_WITH_GOLD * len(able)


def test_what_a_perfect_model_says_is_shown(ways: list[Passed]) -> None:
    able = [way for way in ways if way.question.answerable]
    lost = [way.loss for way in able if not way.is_right]

    assert len(able) - len(lost) >= LEAST_RIGHT * len(able), lost


def test_what_a_perfect_model_declines_is_refused(ways: list[Passed]) -> None:
    unable = [way for way in ways if way.question.answerable is False]

    assert sum(way.is_answered for way in unable) <= MOST_ANSWERED * len(unable)
