"""The judge is a chat model: its answers are an input, its failures are named."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.language_models import BaseChatModel, FakeListChatModel
from langchain_core.messages import BaseMessage

from retrieval.chat.calls import Chat
from retrieval.chat.ledger import Ledger
from retrieval.errors import ModelError
from retrieval.evaluation.questions import GoldQuestion
from retrieval.evaluation.runner import ModelJudge
from retrieval.types import Answer

if TYPE_CHECKING:
    from tests.evaluation.conftest import Newsroom

Judging = Callable[..., ModelJudge]
ASKED = GoldQuestion(id="1", question="How long?", answerable=True, answers=("nine hours",))


@pytest.fixture
def answer(newsroom: "Newsroom", say: Callable[..., Answer]) -> Answer:
    cite = newsroom.library.cite
    return say("How long?", cite("harbour", "nine hours", 1), cite("valley", "apples", 2))


def chat(model: BaseChatModel, folder: Path) -> Chat:
    ledger = Ledger(folder, keep_days=1)
    return Chat(
        model,
        name="fake:model",
        timeout_s=5,
        ledger=ledger,
        daily_tokens=10_000,
        sleep=lambda seconds: None,
    )


@pytest.fixture
def judge(tmp_path: Path) -> Callable[..., ModelJudge]:
    """Give `judge(*replies)`: a judge whose chat model gives these replies in turn."""
    return lambda *said: ModelJudge(chat(FakeListChatModel(responses=list(said)), tmp_path))


def test_faithfulness_is_the_share_of_statements_the_judge_finds_in_the_quotes(
    answer: Answer, judge: Judging
) -> None:
    scores = judge("yes", "No.", "Yes, it does")(ASKED, answer)

    assert scores == {"judged faithfulness": 0.5, "judged correctness": 1.0}


def test_a_refusal_of_an_answerable_question_is_not_correct(
    refuse: Callable[[str], Answer], judge: Judging
) -> None:
    assert judge("yes")(ASKED, refuse("How long?")) == {"judged correctness": 0.0}


def test_without_a_gold_answer_correctness_is_not_judged(answer: Answer, judge: Judging) -> None:
    assert judge("yes", "yes")(GoldQuestion(id="1", question="How long?"), answer) == {
        "judged faithfulness": 1.0
    }


def test_a_judge_that_will_not_judge_is_an_error(answer: Answer, judge: Judging) -> None:
    with pytest.raises(ModelError, match="fake:model said neither yes nor no: 'perhaps'"):
        judge("perhaps")(ASKED, answer)


def test_a_judge_that_fails_is_an_error(answer: Answer, tmp_path: Path) -> None:
    class Broken(FakeListChatModel):
        def _call(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> str:
            raise TimeoutError("slow")

    with pytest.raises(ModelError):
        ModelJudge(chat(Broken(responses=[]), tmp_path))(ASKED, answer)


def test_judged_scores_stand_beside_the_others(newsroom: "Newsroom", judge: Judging) -> None:
    from retrieval.evaluation.questions import find_gold
    from retrieval.evaluation.runner import evaluate

    gold = find_gold(newsroom.questions, newsroom.library).spans
    rows = list(evaluate(newsroom.system(), newsroom.questions, gold, judge=judge("yes")))

    assert rows[0].scores["judged faithfulness"] == 1
    assert rows[0].scores["accuracy"] == 1
    assert "judged correctness" not in rows[3].scores
