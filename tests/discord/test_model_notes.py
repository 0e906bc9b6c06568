"""In Discord too a model that cannot be verified is not called unavailable."""

import pytest

from bot.discord.service.answer_service import AnswerService
from bot.discord.storage.database import open_state
from retrieval.answer.chain import Answerer
from tests.fakes.chat import HttpError, said, writer

QUESTION = "How long did the Kerry and Lavrov meeting in Paris last?"
UNTRUE = said(("The meeting lasted for eleven days.", [1]))

pytestmark = pytest.mark.simcord(settle_timeout=60)


@pytest.fixture
def new_bot(seed_library, state, made_by, request):
    model = writer(state, request.param)
    answerer = Answerer(seed_library, writer=model)
    return made_by(
        lambda: AnswerService(
            answerer, open_state(state), workers=2, keep_days=30, writer="fake:model"
        )
    )


@pytest.mark.parametrize(
    ("new_bot", "note", "other"),
    [
        (UNTRUE, "nothing that fake:model wrote could be verified", "unavailable"),
        (HttpError(401), "The model is unavailable (error 401", "verified"),
    ],
    indirect=["new_bot"],
    ids=["untrue", "unreachable"],
)
async def test_the_note_under_the_quotes_says_what_became_of_the_model(world, note, other) -> None:
    asked = await world.ann.slash(world.channel, "ask", question=QUESTION)

    text = world.text(asked.response).replace("\\", "")
    assert "three-hour" in text.replace("**", "")
    assert note in text
    assert other not in text
    assert "eleven" not in text
