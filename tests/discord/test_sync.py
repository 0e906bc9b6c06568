"""Commands are registered when they changed, and where."""

import discord
import pytest

from bot.discord.client import DatelineClient
from bot.discord.registration import commands_digest, sync_commands


def registrations(world) -> list[str]:
    return [r.path for r in world.env.http_requests if r.method == "PUT"]


async def test_unchanged_commands_are_registered_once(world) -> None:
    bot = world.env.bot
    again = await sync_commands(bot.tree, world.service, force=False, guild=None)

    assert again is False
    assert len(registrations(world)) == 1


async def test_a_changed_command_is_registered(world) -> None:
    bot = world.env.bot
    before = commands_digest(bot.tree)
    bot.tree.remove_command("status")

    again = await sync_commands(bot.tree, world.service, force=False, guild=None)

    assert again is True
    assert commands_digest(bot.tree) != before
    assert len(registrations(world)) == 2


async def test_sync_forces_it(world) -> None:
    assert await sync_commands(world.env.bot.tree, world.service, force=True, guild=None)


async def test_a_server_to_try_out_gets_all_commands_at_once(world) -> None:
    guild = discord.Object(world.guild.id)

    await sync_commands(world.env.bot.tree, world.service, force=False, guild=guild)

    assert registrations(world)[-1].endswith(f"/guilds/{world.guild.id}/commands")


async def test_after_a_trial_on_one_server_a_plain_start_shows_each_command_once(world) -> None:
    await sync_commands(
        world.env.bot.tree, world.service, force=True, guild=discord.Object(world.guild.id)
    )

    await world.restart()

    guilds = f"/applications/{world.env.bot.application_id}/guilds/{world.guild.id}/commands"
    assert registrations(world)[-1] == guilds
    held = await world.env.bot.tree.fetch_commands(guild=discord.Object(world.guild.id))
    assert held == []
    assert len(await world.env.bot.tree.fetch_commands()) == len(world.env.bot.tree.get_commands())


async def test_commands_that_another_program_wiped_are_registered_at_the_next_start(world) -> None:
    await world.env.bot.http.bulk_upsert_global_commands(world.env.bot.application_id, [])

    await world.restart()

    names = {command.name for command in await world.env.bot.tree.fetch_commands()}
    assert {"ask", "search", "Check against the articles"} <= names


async def test_commands_that_another_program_changed_are_registered_again(world) -> None:
    bot = world.env.bot
    others = [{"name": "ask", "type": 1, "description": "Not ours"}]
    await bot.http.bulk_upsert_global_commands(bot.application_id, others)

    assert await sync_commands(bot.tree, world.service, force=False, guild=None)


@pytest.mark.parametrize("name", ["ask", "search", "sources", "status", "help", "privacy"])
async def test_commands_work_on_servers_in_direct_messages_and_for_a_persons_install(
    service, name
) -> None:
    client = DatelineClient(service)
    told = client.tree.get_command(name).to_dict(client.tree)

    assert told["contexts"] == [0, 1, 2]
    assert told["integration_types"] == [0, 1]
