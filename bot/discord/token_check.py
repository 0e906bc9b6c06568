"""What Discord says of the token, without going online: name, commands, servers, intent."""

import asyncio
from dataclasses import dataclass

import aiohttp
import discord
from discord import app_commands

from retrieval.errors import DiscordError

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
