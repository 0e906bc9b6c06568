"""Calls to Discord over a network that breaks now and then."""

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
