"""`/settings` and the limits."""

import discord
import pytest
from simcord import SetupError


@pytest.fixture
def owner(world):
    return world.person("owner", manage_guild=True)


@pytest.fixture
def panel(world, owner):
    async def open_panel():
        return (await owner.slash(world.channel, "settings")).response

    return open_panel


async def test_settings_are_shown_to_the_owner_alone(world, owner) -> None:
    result = await owner.slash(world.channel, "settings")

    assert result.ephemeral
    assert "every channel" in world.text(result.response)


async def test_discord_hides_settings_from_other_people(world) -> None:
    with pytest.raises(SetupError, match="not visible"):
        await world.ann.slash(world.channel, "settings")


async def test_a_right_that_was_taken_away_counts_at_every_press(world, owner, panel) -> None:
    message = await panel()
    world.guild.roles["owner's role"]._role.permissions = 0

    result = await world.press(message, "private", who=owner)

    assert "Manage Server" in world.text(result.response)
    assert world.service.servers.get(world.guild.id).private is False


async def test_a_command_that_reaches_the_bot_without_the_right_is_refused(world) -> None:
    command = world.env.backend.find_command("settings", world.guild.id, type=1)
    world.guild.set_command_permissions(int(command["id"]), {world.ann: True})

    result = await world.ann.slash(world.channel, "settings")

    assert "Manage Server" in world.text(result.response)


async def test_channels_are_chosen_from_a_list(world, owner, panel) -> None:
    message = await panel()

    await owner.select(message, [world.channel], custom_id="dateline:set:channels")

    assert world.service.servers.get(world.guild.id).channels == {world.channel.id}
    assert f"<#{world.channel.id}>" in world.text(message)
    saved = world.sql("SELECT channels FROM servers")[0]
    assert str(world.channel.id) in saved[0]


async def test_no_channel_means_every_channel(world, owner, panel) -> None:
    message = await panel()
    await owner.select(message, [world.channel], custom_id="dateline:set:channels")
    await owner.select(message, [], custom_id="dateline:set:channels")

    assert world.service.servers.get(world.guild.id).channels == frozenset()


async def test_private_by_default_is_switched_on_and_off(world, owner, panel) -> None:
    message = await panel()

    await world.press(message, "private", who=owner)
    on = world.service.servers.get(world.guild.id).private
    await world.press(message, "private", who=owner)

    assert on is True
    assert world.service.servers.get(world.guild.id).private is False


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_limits_are_set_in_a_form(world, owner, panel, is_restarted) -> None:
    form = await world.press(await panel(), "limits", who=owner)
    service = await world.restart() if is_restarted else world.service

    await owner.submit_modal(form, {"cooldown_s": "30", "daily_limit": "7", "person_limit": "3"})

    server = service.servers.get(world.guild.id)
    assert (server.cooldown_s, server.daily_limit, server.person_limit) == (30, 7, 3)


@pytest.mark.parametrize(
    "values", [("soon", "7", "1"), ("30", "0", "1"), ("-1", "7", "1"), ("30", "7", "0")]
)
async def test_a_limit_that_is_no_number_in_range_is_told(world, owner, panel, values) -> None:
    form = await world.press(await panel(), "limits", who=owner)

    names = ("cooldown_s", "daily_limit", "person_limit")
    result = await owner.submit_modal(form, dict(zip(names, values, strict=True)))

    assert "whole numbers" in world.text(result.response)
    assert world.service.servers.get(world.guild.id).daily_limit == 500


async def test_who_asks_too_fast_is_told_when_to_come_back(world) -> None:
    world.settings(cooldown_s=60)
    ben = world.person("ben")

    await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    again = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    other = await ben.slash(world.channel, "ask", question="Did the dam hold?")

    assert again.ephemeral
    assert "ask again <t:" in world.text(again.response)
    assert "The dam at **Lindow** held" in world.text(other.response)


async def test_the_daily_limit_says_when_it_ends_and_survives_a_restart(world) -> None:
    world.settings(daily_limit=1)
    world.service.servers.save(world.guild.id)
    await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    await world.restart()
    again = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    assert "used up" in world.text(again.response)
    assert "<t:" in world.text(again.response)


async def test_a_thread_of_a_chosen_channel_is_chosen(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    thread = await world.open_thread(asked.response)
    world.restrict(world.channel)

    reply = await world.mention("And why?", where=thread)

    assert "The dam at **Lindow** held" in world.text(reply)


async def test_one_member_cannot_use_up_the_servers_questions(world) -> None:
    world.settings(person_limit=2)
    world.service.servers.save(world.guild.id)
    ben = world.person("ben")
    await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    await world.restart()
    second = await world.ann.slash(world.channel, "ask", question="And why?")
    third = await world.ann.slash(world.channel, "ask", question="And when?")
    other = await ben.slash(world.channel, "ask", question="Did the dam hold?")

    assert "held" in world.text(second.response)
    assert "You have asked the 2 questions" in world.text(third.response)
    assert "held" in world.text(other.response)


@pytest.fixture
def reporters(world):
    return world.guild.create_role("reporters")


async def test_only_chosen_roles_are_answered_and_the_others_told(
    world, owner, panel, reporters
) -> None:
    rita = world.guild.add_member(world.env.create_user("rita"), roles=[reporters])
    await owner.select(await panel(), [reporters], custom_id="dateline:set:roles")

    refused = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    looked = await world.ann.slash(world.channel, "search", query="dam")
    await world.mention("Did the dam hold?")
    answered = await rita.slash(world.channel, "ask", question="Did the dam hold?")
    replied = await world.mention("And why?", who=rita)

    told = f"people with the role <@&{reporters.id}> only"
    assert told in world.text(refused.response)
    assert told in world.text(looked.response)
    assert [asked for asked, *_ in world.script.asked] == ["Did the dam hold?", "And why?"]
    assert "held" in world.text(answered.response)
    assert "held" in world.text(replied)


async def test_a_mention_is_answered_in_a_thread_where_the_owner_wants_it(
    world, owner, panel
) -> None:
    await owner.select(await panel(), [world.channel], custom_id="dateline:set:threads")

    await world.mention("Did the dam hold?")
    thread = world.channel.threads[-1]
    answer = thread.last_message
    again = await world.mention("And why?", where=thread)
    passages = await world.press(answer, "passages")

    assert thread.name == "Did the dam hold?"
    said = [m for m in world.channel.history() if m.type is discord.MessageType.default]
    assert [m.author.id for m in said if not m.flags.ephemeral] == [world.ann.user.id]
    assert "held" in world.text(answer)
    assert "Discuss" not in world.buttons(answer)
    assert world.script.asked[1][:2] == ("And why?", ("Did the dam hold?",))
    assert "held" in world.text(again)
    assert "Passage 1 of 2" in world.text(passages.response)


async def test_without_the_right_to_open_threads_the_mention_is_answered_in_the_channel(
    world,
) -> None:
    rights = discord.PermissionOverwrite(create_public_threads=False)
    flat = world.guild.create_text_channel("flat", overwrites={world.env.bot.user: rights})
    world.settings(threads=frozenset({flat.id}))

    reply = await world.mention("Did the dam hold?", where=flat)

    assert "held" in world.text(reply)
