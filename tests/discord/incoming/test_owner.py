"""`/settings` and the limits."""

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

    await owner.select(message, [world.channel])

    assert world.service.servers.get(world.guild.id).channels == {world.channel.id}
    assert f"<#{world.channel.id}>" in world.text(message)
    saved = world.sql("SELECT channels FROM servers")[0]
    assert str(world.channel.id) in saved[0]


async def test_no_channel_means_every_channel(world, owner, panel) -> None:
    message = await panel()
    await owner.select(message, [world.channel])
    await owner.select(message, [])

    assert world.service.servers.get(world.guild.id).channels == frozenset()


async def test_private_by_default_is_switched_on_and_off(world, owner, panel) -> None:
    message = await panel()

    await world.press(message, "private", who=owner)
    on = world.service.servers.get(world.guild.id).private
    await world.press(message, "private", who=owner)

    assert on is True
    assert world.service.servers.get(world.guild.id).private is False


async def test_limits_are_set_in_a_form(world, owner, panel) -> None:
    form = await world.press(await panel(), "limits", who=owner)

    await owner.submit_modal(form, {"cooldown": "30", "daily": "7"})

    server = world.service.servers.get(world.guild.id)
    assert (server.cooldown_s, server.daily_limit) == (30, 7)


@pytest.mark.parametrize("values", [("soon", "7"), ("30", "0"), ("-1", "7"), ("99999", "7")])
async def test_a_limit_that_is_no_number_in_range_is_told(world, owner, panel, values) -> None:
    form = await world.press(await panel(), "limits", who=owner)

    result = await owner.submit_modal(form, dict(zip(("cooldown", "daily"), values, strict=True)))

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
