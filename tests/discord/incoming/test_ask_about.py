"""Apps → Ask about this message."""

import pytest


@pytest.fixture
def about(world):
    async def open_form(words: str, **known: object):
        message = await world.person("ben").send(world.channel, words, **known)
        return await world.ann.context_menu(world.channel, "Ask about this message", message)

    return open_form


async def test_a_question_about_a_message_goes_on_from_its_words(world, about) -> None:
    form = await about("The dam at Lindow held.")

    result = await world.ann.submit_modal(
        form, {"question": "Since when?", "about": "The dam at Lindow held."}
    )

    assert world.script.asked[0][:2] == ("Since when?", ("The dam at Lindow held.",))
    assert "The dam at **Lindow** held" in world.text(result.response)
    assert world.sql("SELECT question FROM turns") == [("Since when?",)]


async def test_a_message_that_asks_is_the_question(world, about) -> None:
    form = await about("Did the dam hold?")

    await world.ann.submit_modal(
        form, {"question": "Did the dam hold?", "about": "Did the dam hold?"}
    )

    assert world.script.asked[0][:2] == ("Did the dam hold?", ())


async def test_a_form_about_a_message_outlives_a_restart(world, about) -> None:
    form = await about("The dam at Lindow held.")

    await world.restart()
    result = await world.ann.submit_modal(form, {"question": "Since when?", "about": "It held."})

    assert "held" in world.text(result.response)


async def test_a_message_without_text_is_told_to_be_one(world, about) -> None:
    result = await about("", attachments=[("dam.png", b"x")])

    assert "no text" in world.text(result.response)
