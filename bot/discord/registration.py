"""What Discord holds of the bot: its commands, which are registered where they differ; its rights.

Discord takes 200 creations of commands a day. The token is looked at without going online.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.discord.network import persistently
from bot.discord.service.answer_service import AnswerService
from bot.discord.storage.database import fact, facts_like, forget_fact, set_fact
from retrieval.errors import DiscordError

log = logging.getLogger(__name__)

Tree = app_commands.CommandTree[discord.Client]
_KINDS = (discord.AppCommandType.chat_input, discord.AppCommandType.message)


async def sync_commands(
    tree: Tree, service: AnswerService, *, force: bool, guild: discord.Object | None
) -> bool:
    """Register the commands unless Discord holds them; tell whether.

    Another program with the same token may have wiped them, so Discord is asked each time. What
    was once registered for a single guild, to try it out, goes when all of them get the commands.
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


PORTAL = "https://discord.com/developers/applications"
NOT_GRANTED = (
    "DISCORD_MESSAGE_CONTENT is on, but Discord does not grant the bot the Message Content Intent:"
    f" switch it on under Bot at {PORTAL} and start again, or set it to false"
)
"""For whoever runs the bot; without the intent it hears only what is meant for it."""
_PERMISSIONS = 309237713920
"""View channels, send messages (in threads too), create public threads, read the history."""
_MOST_SERVERS = 20
"""Whose rights are looked at: each takes two calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenReport:
    """What Discord says of a token, in one line, and whether it may read messages with it.

    `lacks` has a line for each server in which the bot lacks a right that it needs.
    """

    words: str
    grants_content: bool
    lacks: tuple[str, ...] = ()


def check_token(token: str) -> TokenReport:
    """Ask Discord with the token.

    Raises:
        DiscordError: The token is refused, or Discord cannot be reached.
    """
    try:
        return asyncio.run(_asked(token))
    except discord.LoginFailure as error:
        raise DiscordError("Discord refuses the token; reset it and copy it anew") from error
    except (aiohttp.ClientError, OSError, discord.HTTPException) as error:
        raise DiscordError(f"Discord cannot be asked ({error}); try again later") from error


def invite_link(application_id: int) -> str:
    """Give the address at which an owner takes the bot into a server."""
    return (
        f"https://discord.com/oauth2/authorize?client_id={application_id}"
        f"&scope=bot+applications.commands&permissions={_PERMISSIONS}"
    )


async def grants_content(token: str) -> bool:
    """Ask Discord whether the portal grants the bot the Message Content Intent.

    Raises:
        discord.DiscordException: The token is refused, or Discord fails.
        aiohttp.ClientError: Discord cannot be reached.
    """
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(token)
        return _grants_content(await client.application_info())


def _grants_content(app: discord.AppInfo) -> bool:
    flags = app.flags
    return flags.gateway_message_content or flags.gateway_message_content_limited


async def _asked(token: str) -> TokenReport:
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(token)
        commands = await app_commands.CommandTree(client).fetch_commands()
        guilds = [guild async for guild in client.fetch_guilds(limit=None)]
        known = f"{len(commands)} commands" if commands else "no commands yet, a start brings them"
        app = await client.application_info()
        lacks = [await _lacking(client, guild.id) for guild in guilds[:_MOST_SERVERS]]
        where = (
            ", ".join(sorted(guild.name for guild in guilds))
            or f"none; invite it: {invite_link(app.id)}"
        )
        return TokenReport(
            words=f"the token is {client.user}'s, with {known}; servers: {where}",
            grants_content=_grants_content(app),
            lacks=tuple(filter(None, lacks)),
        )


async def _lacking(client: discord.Client, guild_id: int) -> str:
    """Say which rights the bot's roles do not give it; a channel may still take some away."""
    guild = await client.fetch_guild(guild_id)
    held = (await guild.fetch_member(client.user.id if client.user else 0)).guild_permissions
    needed = discord.Permissions(_PERMISSIONS)
    missing = [name.replace("_", " ") for name, is_needed in needed & ~held if is_needed]
    return f"in {guild.name} give its role: {', '.join(missing)}" if missing else ""
