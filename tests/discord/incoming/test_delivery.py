"""Long answers, void tokens, deleted channels, locked threads, missing permissions."""

from datetime import timedelta

import discord
import pytest

from bot.discord.messages.layout import MESSAGE_UNITS
from retrieval.errors import UsageError


@pytest.fixture
def expired(world):
    """From now on, replies to commands find their token void."""

    def expire() -> None:
        world.env.inject_error(
            "PATCH", "/webhooks/*/messages/@original", status=401, code=50027, times=None
        )

    return expire


async def test_an_answer_of_2001_characters_is_one_message(world) -> None:
    text = ("The dam held. " * 143)[:2000] + "."
    world.script.script["Did it hold?"] = world.make.answer("Did it hold?", text=text)

    result = await world.ann.slash(world.channel, "ask", question="Did it hold?")

    assert text[-50:-1] in world.text(result.response)
    assert result.followups == []


async def test_an_answer_beyond_one_message_goes_on_below_with_the_buttons_last(world) -> None:
    text = " ".join(f"Sentence number {n} is about the dam." for n in range(200))
    world.script.script["Did it hold?"] = world.make.answer("Did it hold?", text=text)

    result = await world.ann.slash(world.channel, "ask", question="Did it hold?")

    messages = [result.response, *result.followups]
    assert len(messages) == 2
    assert all(len(world.text(message)) <= MESSAGE_UNITS for message in messages)
    assert world.text(messages[0]).endswith(".")
    assert "number 199 is" in world.text(messages[1])
    assert world.buttons(messages[0]) == []
    assert "Passages" in world.buttons(messages[1])


async def test_deleting_a_long_answer_deletes_every_message_of_it(world) -> None:
    text = " ".join(f"Sentence number {n} is about the dam." for n in range(200))
    world.script.script["Did it hold?"] = world.make.answer("Did it hold?", text=text)
    result = await world.ann.slash(world.channel, "ask", question="Did it hold?")

    await world.press(result.followups[0], "delete")

    assert world.channel.history() == []


async def test_an_endless_answer_is_one_edit_and_four_follow_ups_at_most(world) -> None:
    text = " ".join(f"Sentence number {n} is about the dam." for n in range(2000))
    world.script.script["Did it hold?"] = world.make.answer("Did it hold?", text=text)

    result = await world.ann.slash(world.channel, "ask", question="Did it hold?")

    assert len(result.followups) == 4
    assert "longer than Discord takes" in world.text(result.followups[-1])


async def test_a_title_of_300_characters_fits(world) -> None:
    world.script.library.articles_held = [world.make.article(1, title="Dams " * 60)]

    result = await world.ann.slash(world.channel, "sources")

    assert "Dams Dams" in world.text(result.response)
    assert len(world.text(result.response)) < 400


async def test_after_15_minutes_a_public_answer_is_a_normal_message(world, expired) -> None:
    expired()

    await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    message = world.channel.last_message
    assert message.interaction_metadata is None
    assert "The dam at **Lindow** held" in world.text(message)
    passages = await world.press(message, "passages")
    assert passages.acknowledged


@pytest.fixture
def later(world):
    """Have so many seconds go by while the question is answered."""

    def wait(seconds: float) -> None:
        answer = world.script.answer

        def late(question: str, **known: object) -> object:
            world.env.backend.advance_clock(seconds)
            return answer(question, **known)

        world.script.answer = late

    return wait


async def test_an_answer_that_takes_more_than_15_minutes_does_not_try_the_void_token(
    world, later
) -> None:
    later(901)

    await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    edits = [r for r in world.env.http_requests if r.method == "PATCH"]
    assert edits == []
    assert len(world.channel.history()) == 1
    assert "The dam at **Lindow** held" in world.text(world.channel.last_message)


@pytest.mark.parametrize("minutes", [-20, 20])
async def test_a_clock_that_is_wrong_changes_nothing(world, monkeypatch, minutes) -> None:
    wrong = discord.utils.utcnow() + timedelta(minutes=minutes)
    monkeypatch.setattr(discord.utils, "utcnow", lambda: wrong)

    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    assert "The dam at **Lindow** held" in world.text(asked.response)
    assert len(world.channel.history()) == 1


async def test_after_15_minutes_a_private_answer_goes_by_direct_message_only(
    world, expired
) -> None:
    expired()

    await world.ann.slash(world.channel, "ask", question="Did the dam hold?", private=True)

    assert "The dam at **Lindow** held" in world.text(world.ann.user.dm_channel.last_message)
    assert world.channel.history(viewer=world.person("ben")) == []


async def test_after_15_minutes_a_private_answer_is_dropped_if_no_message_is_taken(
    world, expired
) -> None:
    expired()
    world.env.inject_error("POST", "/users/@me/channels", status=403, code=50007)

    await world.ann.slash(world.channel, "ask", question="Did the dam hold?", private=True)

    assert world.channel.history(viewer=world.person("ben")) == []


async def test_after_15_minutes_nothing_goes_where_the_bot_may_not_post(world, expired) -> None:
    expired()
    quiet = world.quiet_channel()

    await world.ann.slash(quiet, "ask", question="Did the dam hold?")

    assert all(world.text(message) == "" for message in quiet.history())


async def test_a_reply_that_was_deleted_is_not_made_again(world) -> None:
    world.env.inject_error(
        "PATCH", "/webhooks/*/messages/@original", status=404, code=10008, times=None
    )

    await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    assert all(world.text(message) == "" for message in world.channel.history())


async def test_a_channel_that_is_deleted_before_the_answer_is_no_error(world, caplog) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=404, code=10003)

    await world.mention("Did the dam hold?")

    assert len(world.channel.history()) == 1
    assert "deleted before the answer" in caplog.text or not caplog.records


async def test_a_locked_thread_is_told_directly(world) -> None:
    overwrites = {world.env.bot.user: discord.PermissionOverwrite(manage_threads=False)}
    channel = world.guild.create_text_channel("threads", overwrites=overwrites)
    asked = await world.ann.slash(channel, "ask", question="Did the dam hold?")
    await world.ann.click(asked.response, label="Discuss")
    (thread,) = channel.threads
    world.env.bot.get_channel(thread.id).locked = True

    await world.mention("And why?", where=thread)

    assert "is locked" in world.text(world.ann.user.dm_channel.last_message)
    assert len(world.script.asked) == 1


@pytest.mark.parametrize("asked_by", ["mention", "command"])
async def test_a_thread_that_is_locked_meanwhile_is_answered_directly(world, asked_by) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    thread = await world.open_thread(asked.response)
    place = ("PATCH", "/webhooks/*")
    if asked_by == "mention":
        place = ("POST", f"/channels/{thread.id}/messages")
    world.env.inject_error(*place, status=400, code=50083)

    if asked_by == "mention":
        await world.mention("And why?", where=thread)
    else:
        await world.ann.slash(thread, "ask", question="And why?")

    told, answer = world.ann.user.dm_channel.history()
    assert "was closed before my answer came" in world.text(told)
    assert "The dam at **Lindow** held" in world.text(answer)
    passages = await world.ann.user.click(answer, label="Passages")
    assert "Passage 1 of 2" in world.text(passages.response)


async def test_a_note_that_is_too_long_is_cut_and_shown(world) -> None:
    world.script.script["Did it hold?"] = UsageError("dam " * 3000)

    asked = await world.ann.slash(world.channel, "ask", question="Did it hold?")

    assert world.text(asked.response).startswith("Dam dam")
    assert len(world.text(asked.response)) <= MESSAGE_UNITS


async def test_where_an_answer_is_refused_by_discord_no_thinking_is_left(world) -> None:
    world.env.inject_error(
        "PATCH", "/webhooks/*/messages/@original", status=400, code=50035, times=2
    )

    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    assert "Something went wrong on my side" in world.text(asked.response)


async def test_where_reading_back_is_not_allowed_the_answer_is_no_reply(world) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=400, code=160002)

    message = await world.mention("Did the dam hold?")

    assert message.reference is None
    assert "The dam at **Lindow** held" in world.text(message)


async def test_a_permission_lost_meanwhile_is_told_directly(world) -> None:
    world.env.inject_error(
        "POST", f"/channels/{world.channel.id}/messages", status=403, code=50013, times=2
    )

    await world.mention("Did the dam hold?")

    told = world.text(world.ann.user.dm_channel.last_message)
    assert "I may not write there; a moderator has to look at my permissions" in told
    assert "403" not in told


async def test_discuss_without_the_right_names_the_permission(world) -> None:
    overwrites = {world.env.bot.user: discord.PermissionOverwrite(create_public_threads=False)}
    channel = world.guild.create_text_channel("threadless", overwrites=overwrites)
    asked = await world.ann.slash(channel, "ask", question="Did the dam hold?")

    result = await world.ann.click(asked.response, label="Discuss")

    assert "Create Public Threads" in world.text(result.response)
