"""The buttons under an answer."""

import pytest

from bot.discord.messages.answer_messages import answer_button
from bot.discord.messages.layout import note_view
from bot.discord.storage.turn_store import StoredTurn


@pytest.fixture
def asked(world):
    async def ask(question: str = "Did the dam hold?", **options: object):
        result = await world.ann.slash(world.channel, "ask", question=question, **options)
        return result.response

    return ask


async def test_passages_shows_the_quote_in_bold_in_its_paragraphs_to_whoever_asks(
    world, asked
) -> None:
    ben = world.person("ben")

    result = await world.press(await asked(), "passages", who=ben)

    text = world.text(result.response)
    assert result.ephemeral
    assert "**The dam at __Lindow__ held.** Nobody was hurt." in text
    assert "Rain had fallen" in text
    assert "Passage 1 of 2" in text


async def test_passages_are_paged_through_in_one_message(world, asked) -> None:
    first = await world.press(await asked(), "passages")

    await world.press(first.response, "on")

    assert "Passage 2 of 2" in world.text(first.response)
    assert first.followups == []


async def test_an_article_that_is_gone_still_shows_the_passage_as_it_was(world, asked) -> None:
    message = await asked()
    world.script.library.gone.add("a1")

    result = await world.press(message, "passages")

    text = world.text(result.response)
    assert "**The dam at __Lindow__ held.**" in text
    assert "is no longer held" in text


async def test_passages_of_a_refusal_are_the_nearest_ones(world, asked) -> None:
    world.script.script["Who paid?"] = world.make.refusal("Who paid?")

    result = await world.press(await asked("Who paid?"), "passages")

    assert "The dam at __Lindow__ held." in world.text(result.response)


async def test_ask_on_goes_on_with_the_conversation(world, asked) -> None:
    form = await world.press(await asked(), "ask")

    result = await world.ann.submit_modal(form, {"question": "And why?"})

    assert world.script.asked[1][:2] == ("And why?", ("Did the dam hold?",))
    assert "And why?" in world.text(result.response)
    assert not result.ephemeral


async def test_ask_on_below_a_private_answer_stays_private(world, asked) -> None:
    form = await world.press(await asked(private=True), "ask")

    result = await world.ann.submit_modal(form, {"question": "And why?"})

    assert result.ephemeral


async def test_ask_on_by_another_person_is_understood_from_the_first_ones_question(
    world, asked
) -> None:
    ben = world.person("ben")
    form = await world.press(await asked(), "ask", who=ben)

    await ben.submit_modal(form, {"question": "And why?"})

    assert world.script.asked[1][:2] == ("And why?", ("Did the dam hold?",))


async def test_ask_on_below_a_shared_answer_brings_nothing_else_that_was_private(
    world, asked
) -> None:
    message = await asked("Was I to blame?", private=True)
    form = await world.press(message, "ask")
    second = await world.ann.submit_modal(form, {"question": "And did the dam hold?"})
    await world.press(second.response, "share")
    ben = world.person("ben")
    (shared,) = world.channel.history(viewer=ben)

    form = await world.press(shared, "ask", who=ben)
    await ben.submit_modal(form, {"question": "And why?"})

    assert world.script.asked[2][:2] == ("And why?", ("And did the dam hold?",))


async def test_a_public_answer_never_builds_on_a_private_question(world, asked) -> None:
    thread = await world.open_thread(await asked())
    await world.ann.slash(thread, "ask", question="Was I to blame?", private=True)
    await world.mention("And why?", where=thread)

    assert world.script.asked[-1][:2] == ("And why?", ("Did the dam hold?",))


async def test_thumbs_up_is_kept_once_a_person(world, asked) -> None:
    message = await asked()

    result = await world.press(message, "up")
    await world.press(message, "up")

    assert "Thank you" in world.text(result.response)
    assert result.ephemeral
    assert world.sql("SELECT good, reason FROM feedback") == [(1, None)]


async def test_thumbs_down_asks_what_was_wrong(world, asked) -> None:
    form = await world.press(await asked(), "down")

    result = await world.ann.submit_modal(
        form,
        {"reason": "should_refuse", "comment": "Nothing."},
    )

    assert "Thank you" in world.text(result.response)
    kept = world.sql("SELECT good, reason, comment FROM feedback")
    assert kept == [(0, "should_refuse", "Nothing.")]


async def test_share_posts_a_private_answer_once_with_buttons_of_its_own(world, asked) -> None:
    message = await asked(private=True)

    await world.press(message, "share")

    (shared,) = world.channel.history(viewer=world.person("ben"))
    assert "The dam at **Lindow** held" in world.text(shared)
    assert "Share" not in world.buttons(message)
    result = await world.ann.click(shared, label="Passages")
    assert "Passage 1 of 2" in world.text(result.response)


async def test_share_pressed_twice_at_once_posts_once(world, asked) -> None:
    message = await asked(private=True)
    share = world.custom_id(message, "share")
    world.service.turns.mark_shared(share.split(":")[2], shared=True)

    await world.ann.click(message, custom_id=share)

    assert world.channel.history(viewer=world.person("ben")) == []


async def test_discuss_opens_a_thread_titled_after_the_question(world, asked) -> None:
    question = "Did the dam hold? " + "And was it the only one of its kind in the valley? " * 4
    message = await asked(question)

    result = await world.ann.click(message, label="Discuss")

    (thread,) = world.channel.threads
    assert thread.name.startswith("Did the dam hold?")
    assert len(thread.name) <= 100
    assert f"<#{thread.id}>" in world.text(result.response)


async def test_a_mention_in_the_thread_goes_on_with_the_answers_conversation(world, asked) -> None:
    thread = await world.open_thread(await asked())

    await world.mention("And why?", where=thread)

    assert world.script.asked[1][:2] == ("And why?", ("Did the dam hold?",))


async def test_discuss_twice_points_to_the_thread(world, asked) -> None:
    message = await asked()
    world.env.inject_error("POST", "/channels/*/messages/*/threads", status=400, code=160004)

    result = await world.ann.click(message, label="Discuss")

    assert "is there already" in world.text(result.response)


async def test_the_asker_deletes_an_answer_with_all_that_is_kept_of_it(world, asked) -> None:
    await world.press(await asked(), "delete")

    assert world.channel.history() == []
    assert world.sql("SELECT count(*) FROM turns") == [(0,)]


async def test_a_moderator_deletes_an_answer(world, asked) -> None:
    moderator = world.person("mod", manage_messages=True)

    await world.press(await asked(), "delete", who=moderator)

    assert world.channel.history() == []


async def test_nobody_else_deletes_an_answer(world, asked) -> None:
    ben = world.person("ben")

    result = await world.press(await asked(), "delete", who=ben)

    assert "Only whoever asked" in world.text(result.followups[0])
    assert len(world.channel.history()) == 1


async def test_the_asker_deletes_an_answer_of_which_nothing_is_kept_any_more(world, asked) -> None:
    message = await asked()
    await world.ann.slash(world.channel, "forget-me")
    ben = world.person("ben")

    refused = await world.press(message, "delete", who=ben)
    assert "was deleted or has expired" in world.text(refused.followups[0])
    await world.press(message, "delete")

    assert message.id not in [m.id for m in world.channel.history()]


async def test_only_whoever_asked_stops_an_answer_and_after_a_kill_it_has_ended(
    world,
) -> None:
    turn = StoredTurn(
        source_id=1,
        guild_id=world.guild.id,
        channel_id=world.channel.id,
        user_id=world.ann.id,
        private=False,
        question="Did it hold?",
    )
    world.service.turns.add(turn)
    channel = world.env.bot.get_channel(world.channel.id)
    message = await channel.send(view=note_view("Reading…", answer_button("stop", turn.turn_id)))

    refused = await world.press(message, "stop", who=world.person("ben"))
    late = await world.press(message, "stop")

    assert "Only whoever asked" in world.text(refused.followups[0])
    assert "Nobody works on this" in world.text(late.followups[0])


async def test_a_button_of_a_deleted_answer_says_so(world, asked) -> None:
    message = await asked()
    world.sql("DELETE FROM turns")

    result = await world.press(message, "passages")

    assert "was deleted or has expired" in world.text(result.response)


@pytest.mark.parametrize("refuses", [False, True])
@pytest.mark.parametrize("private", [False, True])
async def test_buttons_keep_one_order_whichever_are_shown(world, private, refuses) -> None:
    if refuses:
        world.script.script["Did it hold?"] = world.make.refusal("Did it hold?")

    asked = await world.ann.slash(world.channel, "ask", question="Did it hold?", private=private)

    shown = world.buttons(asked.response)
    order = ["Passages", "Ask on", "Share", "Discuss", "👍", "👎", "🗑️"]
    assert shown == [one for one in order if one in shown]
    assert {"Passages", "Ask on", "🗑️"} <= set(shown)
