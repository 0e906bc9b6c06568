"""Registers the commands with Discord where it holds others: it takes 200 creations a day."""

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

import discord
from discord import app_commands

from bot.discord.network import persistently
from bot.discord.service.answer_service import AnswerService
from bot.discord.storage.database import fact, facts_like, forget_fact, set_fact

log = logging.getLogger(__name__)

Tree = app_commands.CommandTree[discord.Client]
_KINDS = (discord.AppCommandType.chat_input, discord.AppCommandType.message)


async def sync_commands(
    tree: Tree, service: AnswerService, *, force: bool, guild: discord.Object | None
) -> bool:
    """Register the commands unless Discord holds them; tell whether.

    Another program with the same token may have wiped them, so Discord is asked each time. What
    was once registered for a single server, to try it out, goes when all servers get the commands.

    Args:
        tree: The commands.
        service: Its state holds what was registered.
        force: Register them in any case.
        guild: For this server alone, where they show at once; everywhere if None.
    """
    if guild is None:
        await _clear_trials(tree, service)
    elif await persistently(tree.fetch_commands):
        log.warning("server %d shows each command twice until a start without --guild", guild.id)
    where = _fact_name(tree, guild)
    digest = commands_digest(tree)
    known = await service.keep(fact, service.connection, where)
    held = await persistently(partial(tree.fetch_commands, guild=guild))
    if digest == known and _same(_told(tree), held) and not force:
        service.command_ids = {command.name: command.id for command in held}
        return False
    if guild is not None:
        tree.copy_global_to(guild=guild)
    registered = await persistently(partial(tree.sync, guild=guild))
    service.command_ids = {command.name: command.id for command in registered}
    await service.keep(partial(set_fact, service.connection, where, digest))
    log.info("registered %d commands", len(registered))
    return True


def commands_digest(tree: Tree) -> str:
    """Give a hash of everything that Discord is told about the commands."""
    return hashlib.sha256(json.dumps(_told(tree), sort_keys=True).encode()).hexdigest()


def _told(tree: Tree) -> list[dict[str, Any]]:
    """Give what Discord is told about each command."""
    return [command.to_dict(tree) for kind in _KINDS for command in tree.get_commands(type=kind)]


def _same(ours: Iterable[Mapping[str, Any]], held: Iterable[app_commands.AppCommand]) -> bool:
    """Compare by what a person sees; what is sent in addition has the digest."""
    theirs = [command.to_dict() for command in held]
    return sorted(map(_seen, ours)) == sorted(map(_seen, theirs))


def _seen(command: Mapping[str, Any]) -> tuple[int, str, str, tuple[str, ...]]:
    options = tuple(sorted(option["name"] for option in command.get("options") or ()))
    return int(command["type"]), command["name"], command.get("description") or "", options


async def _clear_trials(tree: Tree, service: AnswerService) -> None:
    """Take back what single servers got, else they show every command twice."""
    start = _fact_name(tree, None).removesuffix("all")
    for name in await service.keep(facts_like, service.connection, start):
        if name.endswith("all"):
            continue
        guild = discord.Object(int(name.removeprefix(start)))
        tree.clear_commands(guild=guild)
        try:
            await persistently(partial(tree.sync, guild=guild))
        except discord.Forbidden:
            log.info("server %d has removed the bot, and its commands with it", guild.id)
        await service.keep(forget_fact, service.connection, name)


def _fact_name(tree: Tree, guild: discord.Object | None) -> str:
    return f"commands of {tree.client.application_id} on {guild.id if guild else 'all'}"
