"""What Discord says of the token, without going online: the bot's name, commands and servers."""

import asyncio

import aiohttp
import discord
from discord import app_commands

from retrieval.errors import DiscordError

_PERMISSIONS = 309237713920
"""View channels, send messages (in threads too), create public threads, read the history."""


def check_token(token: str) -> str:
    """Ask Discord with the token; give in one line what it says.

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


async def _asked(token: str) -> str:
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(token)
        commands = await app_commands.CommandTree(client).fetch_commands()
        servers = [guild.name async for guild in client.fetch_guilds(limit=None)]
        known = f"{len(commands)} commands" if commands else "no commands yet, a start brings them"
        app = await client.application_info()
        where = ", ".join(sorted(servers)) or f"none; invite it: {invite_link(app.id)}"
        return f"the token is {client.user}'s, with {known}; servers: {where}"
