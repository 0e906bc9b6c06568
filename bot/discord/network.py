"""Calls to Discord over a network that breaks now and then, and a gateway that falls silent."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Set
from http import HTTPStatus
from typing import TypeVar

import aiohttp
import discord

log = logging.getLogger(__name__)

T = TypeVar("T")

TROUBLE = (aiohttp.ClientError, OSError, discord.DiscordException)
"""All that a call to Discord can end with."""
_AILING = 500
"""From this status on it is Discord that fails, not the request."""
_PAUSES_S = (0.1, 1.0, 3.0)
"""The first is short: an interaction must be acknowledged within three seconds."""

PATIENCE_S = 15.0
"""How long the gateway may take to let a shard in; a second is usual."""
_MOST_PATIENCE_S = 900.0
"""Discord allows a thousand starts a day, and takes the token away after that."""


async def persistently(call: Callable[[], Awaitable[T]]) -> T:
    """Give what the call gives, tried again where that may help.

    The call has to bear being made twice: a request may have arrived although its reply was lost.
    """
    for pause_s in _PAUSES_S:
        try:
            return await call()
        except TROUBLE as error:
            if not may_pass(error):
                raise
            log.info("a call to Discord is tried again: %r", error)
            await asyncio.sleep(pause_s)
    return await call()


def may_pass(error: BaseException) -> bool:
    """Tell whether the same call may succeed later."""
    if isinstance(error, discord.HTTPException):
        return error.status >= _AILING or error.status == HTTPStatus.TOO_MANY_REQUESTS
    return not isinstance(error, discord.DiscordException)


async def knock_again(
    client: discord.AutoShardedClient, let_in: Set[int], patience_s: float
) -> None:
    """Say which shards wait for the gateway, and connect those anew to which it fell silent.

    discord.py would wait for ever, without a word. What is closed it opens again by itself.
    Runs until it is cancelled.
    """
    waiting: frozenset[int | None] = frozenset()
    wait_s = patience_s
    while True:
        await asyncio.sleep(wait_s)
        shards = client.shards
        before, waiting = waiting, frozenset(shards.keys() - let_in if shards else {None})
        if not before & waiting:
            wait_s = patience_s
            continue
        wait_s = min(2 * wait_s, _MOST_PATIENCE_S)
        log.warning(
            "Discord's gateway does not let the bot in; trying again, next in %.0f s", wait_s
        )
        for late in [one for one in shards if one in before & waiting]:
            if not shards[late].is_closed():
                await _anew(shards[late])


async def _anew(shard: discord.ShardInfo) -> None:
    try:
        await shard.reconnect()
    except TROUBLE as error:
        log.warning("shard %d could not connect: %s", shard.id, error)
