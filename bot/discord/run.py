"""Starts and stops the bot as a process."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import aiohttp
import discord

from bot.discord.client import DatelineClient, Start
from bot.discord.health import watchable
from bot.discord.registration import NOT_GRANTED, PORTAL, grants_content
from bot.discord.service.answer_service import AnswerService
from bot.discord.storage.database import sole_bot, state_of
from bot.terminal.stderr import say_on_stderr
from retrieval.answer.chain import Answerer
from retrieval.chat.ledger import Ledger
from retrieval.errors import DiscordError
from retrieval.index.writing.additions import Additions
from retrieval.settings import Settings
from retrieval.types import Spent

log = logging.getLogger(__name__)

_LOCAL_WORKERS = 2
"""The built-in models keep the processor busy by themselves."""
_REMOTE_WORKERS = 8
"""A remote model is waited for, mostly."""
_SWITCH_S = 0.001
"""How long a worker keeps the interpreter from the event loop; Python's own 5 ms add up."""


def run_discord(
    settings: Settings,
    open_parts: Callable[[], AbstractContextManager[tuple[Answerer, Additions | None]]],
    start: Start,
) -> None:
    """Run the bot until SIGTERM or SIGINT.

    `open_parts` opens the chain and what takes servers' own articles; it is called if there is a
    token.

    Raises:
        DiscordError: The token is missing or wrong, Discord cannot be reached, or a bot runs
            on this state already.
        StateError: The state cannot be used.
        SettingsError: The port of the metrics is taken.
    """
    if settings.discord_token is None:
        raise DiscordError(
            f"DISCORD_TOKEN is not set; copy the bot's token from {PORTAL} and write "
            "DISCORD_TOKEN=... into .env"
        )
    token = settings.discord_token.get_secret_value().strip()
    alone = sole_bot(settings.state) if settings.state_url is None else contextlib.nullcontext()
    state_of(settings).close()  # what cannot be used is told before any model is loaded
    with alone, open_parts() as (answerer, additions):
        asyncio.run(serve(settings, answerer, token, start, additions=additions))


async def serve(
    settings: Settings,
    answerer: Answerer,
    token: str,
    start: Start,
    *,
    additions: Additions | None = None,
) -> None:
    """Run the bot on this loop until a signal; see `run_discord`."""
    sys.setswitchinterval(_SWITCH_S)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C raises instead
            loop.add_signal_handler(number, stop.set)
    say_on_stderr("connecting to Discord…")
    is_refused = settings.message_content and not await _reads_messages(token)
    if is_refused:
        say_on_stderr(NOT_GRANTED, logging.WARNING)
    service = AnswerService(
        answerer,
        state_of(settings),
        additions=additions,
        workers=_LOCAL_WORKERS if settings.model == "extractive" else _REMOTE_WORKERS,
        keep_days=settings.keep_days,
        writer=settings.model,
        embeddings=settings.embeddings,
        reads_messages=settings.message_content and not is_refused,
        notices=(f"{NOT_GRANTED}.",) if is_refused else (),
        spent=None if settings.model == "extractive" else partial(_spent, settings),
    )
    async with DatelineClient(service, start) as client, watchable(client, settings):
        running = asyncio.create_task(_connect(client, token))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if stop.is_set():
            log.info("stopping: finishing what is in flight")
            await client.close()
        await running


def _spent(settings: Settings) -> tuple[Spent, int]:
    ledger = Ledger(settings.state, keep_days=settings.keep_days, url=settings.state_url)
    today = Spent(tokens=ledger.spent_today(), cost=ledger.cost_today())
    return today, settings.daily_tokens


async def _reads_messages(token: str) -> bool:
    with _saying_why():
        return await grants_content(token)


async def _connect(client: DatelineClient, token: str) -> None:
    with _saying_why():
        await client.start(token)


@contextlib.contextmanager
def _saying_why() -> Iterator[None]:
    """Turn what Discord refuses into one sentence with its remedy."""
    try:
        yield
    except discord.LoginFailure as error:
        raise DiscordError(
            f"Discord refused DISCORD_TOKEN; reset the token at {PORTAL} and set it anew"
        ) from error
    except (aiohttp.ClientConnectionError, discord.GatewayNotFound, OSError) as error:
        raise DiscordError(f"Discord cannot be reached ({error}); try again later") from error
    except discord.PrivilegedIntentsRequired as error:
        raise DiscordError(NOT_GRANTED) from error
    except discord.Forbidden as error:
        raise DiscordError(
            f"Discord refused the bot: {error}; check --guild, and that the bot was invited to "
            "that server"
        ) from error
    except discord.HTTPException as error:
        raise DiscordError(f"Discord refused the bot: {error}") from error
