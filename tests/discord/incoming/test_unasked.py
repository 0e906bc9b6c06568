"""Messages that do not mention the bot, where an owner wants them answered; off by default."""

from dataclasses import replace

import pytest

from bot.discord.service.answer_service import AnswerService
from bot.discord.storage.database import open_state


@pytest.fixture
def new_bot(made_by, script, state, request):
    reads = getattr(request, "param", True)
    return made_by(
        lambda: AnswerService(
            *(script, open_state(state)),
            **{"workers": 2, "keep_days": 30, "writer": "extractive", "reads_messages": reads},
            notices=() if reads else ("It is not granted.",),
        )
    )


@pytest.fixture
def owner(world):
    return world.person("owner", manage_guild=True)


@pytest.fixture
def opened(world, owner):
    async def choose(*channels: object) -> None:
        panel = (await owner.slash(world.channel, "settings")).response
        await owner.select(panel, list(channels), custom_id="dateline:set:open")

    return choose


async def test_a_question_in_a_chosen_channel_is_answered(world, opened) -> None:
    await opened(world.channel)

    await world.ann.send(world.channel, "Did the dam hold?")

    assert "held" in world.text(world.channel.last_message)
    assert world.script.asked[0][0] == "Did the dam hold?"


async def test_in_other_channels_and_of_other_messages_nothing_is_said(world, opened) -> None:
    await opened(world.channel)
    ben = world.person("ben")
    other = world.guild.create_text_channel("other")
    first = await ben.send(world.channel, "The dam held.")

    await world.ann.send(other, "Did the dam hold?")
    await world.ann.send(world.channel, f"{ben.mention} did the dam hold?")
    await world.ann.send(world.channel, "Really, did it hold?", reply_to=first)
    await world.ann.send(world.channel, "why? " * 200)

    assert world.script.asked == []
    assert world.sql("SELECT count(*) FROM turns") == [(0,)]


@pytest.mark.parametrize(
    ("body", "asked"),
    [("I could not find it.", "Why the dam held"), ("Did it hold?", "Did it hold?")],
)
async def test_the_post_that_opens_a_forum_thread_is_answered(world, opened, body, asked) -> None:
    forum = world.guild.create_forum_channel("help")
    await opened(forum)

    backend = world.env.backend
    thread = backend.create_thread(forum.id, "Why the dam held", world.ann.id)
    post = backend.prepare_message(thread.id, world.ann.id, body)
    backend.commit_message(replace(post, id=thread.id))  # as on Discord: a post has its thread's id
    world.env._mark_mutation()
    await world.env.settle()

    assert [one[0] for one in world.script.asked] == [asked]


async def test_in_a_thread_of_its_own_it_needs_no_mention(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    thread = await world.open_thread(asked.response)

    await world.ann.send(thread, "And why?")
    await world.ann.send(thread, "I see.")

    assert [one[:2] for one in world.script.asked[1:]] == [("And why?", ("Did the dam hold?",))]


async def test_who_may_not_ask_or_asks_too_often_hears_nothing(world, opened) -> None:
    await opened(world.channel)
    world.settings(cooldown_s=60)

    await world.ann.send(world.channel, "Did the dam hold?")
    await world.ann.send(world.channel, "And why?")
    world.settings(roles=frozenset({1}))
    await world.person("ben").send(world.channel, "And when?")

    assert len(world.script.asked) == 1
    assert world.channel.last_message.content == "And when?"


async def test_privacy_says_that_other_messages_are_read(world) -> None:
    said = world.text((await world.ann.slash(world.channel, "privacy")).response)

    assert "Other messages, which I read to see whether they ask." in said


@pytest.mark.parametrize("new_bot", [False], indirect=True)
async def test_without_the_setting_nothing_of_it_is_there(world, owner) -> None:
    world.settings(open=frozenset({world.channel.id}))
    panel = (await owner.slash(world.channel, "settings")).response
    said = world.text((await world.ann.slash(world.channel, "privacy")).response)

    await world.ann.send(world.channel, "Did the dam hold?")

    status = world.text((await world.ann.slash(world.channel, "status")).response)

    assert not world.env.bot.intents.message_content
    assert "not granted." in status
    assert "without a mention" not in world.text(panel)
    assert all(part.get("custom_id") != "dateline:set:open" for part in world.parts(panel))
    assert "which I read" not in said
    assert world.script.asked == []
