"""Commands are registered when they changed, and where."""

import discord
import pytest

from bot.discord.client import DatelineClient
from bot.discord.command_sync import commands_digest, sync_commands


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


@pytest.mark.parametrize("name", ["ask", "search", "sources", "status", "help", "privacy"])
async def test_commands_work_on_servers_in_direct_messages_and_for_a_persons_install(
    service, name
) -> None:
    client = DatelineClient(service)
    told = client.tree.get_command(name).to_dict(client.tree)

    assert told["contexts"] == [0, 1, 2]
    assert told["integration_types"] == [0, 1]
