"""Calls to Discord over a network that breaks now and then, and a gateway that falls silent."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
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

_PATIENCE_S = 15.0
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


class Door:
    """Which shards the gateway let in; those to which it falls silent are connected anew.

    discord.py would wait for ever, without a word. What is closed it opens again by itself.
    """

    def __init__(self, patience_s: float = _PATIENCE_S) -> None:
        self.let_in: set[int] = set()
        self._patience_s = self._wait_s = patience_s
        self._waiting: frozenset[int | None] = frozenset()

    async def look(self, client: discord.AutoShardedClient) -> float:
        """Say if a shard waits since the last look, and try again; give the seconds to the next."""
        shards = client.shards
        before = self._waiting
        self._waiting = frozenset(shards.keys() - self.let_in if shards else {None})
        late = before & self._waiting
        self._wait_s = min(2 * self._wait_s, _MOST_PATIENCE_S) if late else self._patience_s
        if late:
            log.warning(
                "Discord's gateway does not let the bot in; trying again, next in %.0f s",
                self._wait_s,
            )
        for silent in [one for one in shards if one in late and not shards[one].is_closed()]:
            await _anew(shards[silent])
        return self._wait_s


async def _anew(shard: discord.ShardInfo) -> None:
    try:
        await shard.reconnect()
    except TROUBLE as error:
        log.warning("shard %d could not connect: %s", shard.id, error)
