"""From an error to what the person reads; the log has the rest under the same short id."""

import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.discord.messages.layout import escape
from bot.discord.messages.place import Barred
from bot.discord.network import TROUBLE
from bot.discord.service.pool import Busy
from retrieval.errors import (
    IndexBusy,
    IndexEmpty,
    ModelError,
    QuestionError,
    StateError,
    StoreError,
    UsageError,
)

DO_AGAIN = "I was stopped while I worked on this. Do it again in a minute."
"""Of what was no question: articles that a server adds or takes out."""

log = logging.getLogger(__name__)

Say = Callable[[str], Awaitable[object]]

_KNOWN: dict[type[Exception], str] = {
    IndexEmpty: "No articles have been loaded yet. Tell whoever runs me.",
    IndexBusy: "The articles are being brought up to date. Ask again in a minute.",
    StoreError: "The articles cannot be read right now. Tell whoever runs me.",
    StateError: "What I keep cannot be read or written right now. Try again in a few minutes.",
    ModelError: "A model that I need is not working. Ask again in a few minutes; if it stays so,"
    " tell whoever runs me.",
    Busy: "Too many questions are waiting. Ask again in a few minutes.",
}
_LAST_WORDS = "Something went wrong on my side. It is logged; try again later."
"""Said where even the words for an error were refused: nobody looks at 'thinking…' for ever."""


@asynccontextmanager
async def saying_errors(say: Say) -> AsyncIterator[None]:
    """Tell the person about whatever goes wrong inside; nothing fails in silence."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  the one door through which every error leaves
        await say_error(say, error)


async def say_error(say: Say, error: Exception) -> None:
    """Say in one line what happened; an unexpected error is logged under the id that is said."""
    for words in (words_for(error), _LAST_WORDS):
        try:
            await say(words)
        except TROUBLE as failure:
            log.warning("could not tell a person about %s: %s", type(error).__name__, failure)
        else:
            return


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def words_for(error: Exception) -> str:
    """Give what a person reads; logs the traceback of what nobody expected."""
    if isinstance(error, UsageError | QuestionError | Barred):
        return escape(_sentence(str(error)))
    for known, words in _KNOWN.items():
        if isinstance(error, known):
            log.warning("told a person: %s (%s)", words, error)
            return words
    short_id = secrets.token_hex(4)
    log.error("error %s", short_id, exc_info=error)
    return f"Something went wrong on my side (error `{short_id}`). It is logged; try again later."
