"""Registers the commands with Discord, only when they changed: it takes 200 creations a day."""

import hashlib
import json
import logging
from functools import partial

import discord
from discord import app_commands

from bot.discord.service.answer_service import AnswerService
from bot.discord.storage.database import fact, set_fact

log = logging.getLogger(__name__)


async def sync_commands(
    tree: app_commands.CommandTree[discord.Client],
    service: AnswerService,
    *,
    force: bool,
    guild: discord.Object | None,
) -> bool:
    """Register the commands if they differ from those of the last time; tell whether.

    Args:
        tree: The commands.
        service: Its state holds what was registered.
        force: Register them in any case.
        guild: For this server alone, where they show at once; everywhere if None.
    """
    where = f"commands of {tree.client.application_id} on {guild.id if guild else 'all'}"
    digest = commands_digest(tree)
    known = await service.keep(fact, service.connection, where)
    if digest == known and not force:
        return False
    if guild is not None:
        tree.copy_global_to(guild=guild)
    registered = await tree.sync(guild=guild)
    await service.keep(partial(set_fact, service.connection, where, digest))
    log.info("registered %d commands", len(registered))
    return True


def commands_digest(tree: app_commands.CommandTree[discord.Client]) -> str:
    """Give a hash of everything that Discord is told about the commands."""
    kinds = (discord.AppCommandType.chat_input, discord.AppCommandType.message)
    told = [command.to_dict(tree) for kind in kinds for command in tree.get_commands(type=kind)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
