"""What the bot says of itself: how to ask, how it is, what it keeps."""

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import discord

from bot.discord.context import service_of
from bot.discord.messages.collection_pages import held_words
from bot.discord.messages.layout import escape, when
from bot.discord.service.pool import Busy
from retrieval.answer.extractive import MODEL as EXTRACTIVE
from retrieval.chat.ledger import money
from retrieval.errors import DatelineError
from retrieval.models.embedder import BUILTIN

if TYPE_CHECKING:
    from bot.discord.service.answer_service import AnswerService
    from retrieval.answer.chain import Answerer

_EXAMPLES = 3


async def help_words(service: "AnswerService", guild_id: int | None) -> str:
    """Explain how to ask here, with questions that the collection answers."""
    answerer = service.answerer_in(guild_id)
    overview = await service.look_up(answerer.library.overview)
    server = service.servers.get(guild_id)
    tried = "\n".join(f"- *{escape(question)}*" for question in await _examples(service, answerer))
    examples = f"**Try**\n{tried}\n\n" if tried else ""
    language = "Ask in English. " if overview.is_english else ""
    cooldown = f"each every {server.cooldown_s} s, " if server.cooldown_s else ""
    name = service.command
    adding = service.additions is not None and guild_id is not None
    own = f", {name('articles add')} takes in one for this server (its managers)" if adding else ""
    return (
        f"I answer from {escape(overview.words)}, and show the passages the answer rests on. What"
        " the articles do not say, I do not say either.\n\n"
        f"{examples}"
        "**To ask**\n"
        f"- {name('ask')}, narrowed by date or outlet, or `private` for you alone\n"
        "- mention me, or reply to me with a ping; in direct messages just write\n"
        "- under an answer, **Passages** shows every quote in its place, **Ask on** goes on\n\n"
        "**To check somebody's message**\n"
        "- hold it (or right-click) → Apps → **Check against the articles**\n\n"
        "**More**\n"
        f"- {name('search')} finds passages, {name('sources')} lists the articles to read,"
        f" {name('privacy')} says what I keep{own}\n"
        f"-# {language}Questions: {cooldown}{server.daily_limit} a day for all here. Discord shows"
        " me a reply to a command's answer only if it mentions me; **Ask on** always works."
    )


async def status_words(interaction: discord.Interaction) -> str:
    """Say how big and fresh the collection is, how busy the bot is, since when it runs."""
    service = service_of(interaction)
    notices = "".join(f"{escape(notice)}\n" for notice in service.notices)
    return (
        f"I hold {await held_words(interaction)}.\n"
        f"{_writer_words(service.writer)}{await _spent_words(service)}\n"
        f"{_busy_words(service.questions.working, service.questions.waiting)}\n"
        f"{notices}"
        f"-# Running since {when(service.started_at)},"
        f" {interaction.client.latency * 1000:.0f} ms from Discord"
    )


async def _examples(service: "AnswerService", answerer: "Answerer") -> Sequence[str]:
    """Give questions that are answered; none where that cannot be told now."""
    with contextlib.suppress(Busy, DatelineError):
        return await service.questions.run(partial(answerer.examples, _EXAMPLES))
    return ()


def _writer_words(writer: str) -> str:
    if writer == EXTRACTIVE:
        return "My answers quote them word for word."
    return f"My answers are written by {escape(writer)} and checked against them."


async def _spent_words(service: "AnswerService") -> str:
    """Say what today cost; nothing where that cannot be read now, or nobody charges for it."""
    if service.spent is None:
        return ""
    with contextlib.suppress(DatelineError):
        spent, most = await asyncio.to_thread(service.spent)
        cost = "" if spent.cost is None else f" and cost {money(spent.cost)}, its provider says"
        return f" Today that took {spent.tokens:,} of {most:,} tokens{cost}."
    return ""


def _busy_words(working: int, waiting: int) -> str:
    if not working:
        return "Nobody is waiting for an answer."
    asked = "one question" if working == 1 else f"{working} questions"
    return f"I am working on {asked}, and {waiting or 'none'} wait{'s' * (waiting == 1)}."


_INSIGHTS = (
    "**What the owner of this server sees**\n"
    "How many questions are asked and refused, which articles are cited, and refused questions that"
    " at least three members asked in public in nearly the same words; never who asked.\n"
)


_OTHERS = "Other messages"


def privacy_words(
    keep_days: int,
    *,
    writer: str = EXTRACTIVE,
    embeddings: str = BUILTIN,
    insights: bool = False,
    reads_messages: bool = False,
) -> str:
    """Say what is kept, for how long, who else reads it, and how to be rid of it.

    Another writer than the shipped one reads questions, and so do other embeddings.
    """
    return (
        "**What I keep**\n"
        "Your question and its answer, with the ids of you, the server, the channel and the"
        " messages, so that the buttons work and a follow-up is understood; what you say with"
        " 👍 and 👎; the settings of a server, the articles that it has"
        " added for itself, and how many questions it asked each day.\n"
        "**What I do not keep**\n"
        f"{'Other messages, which I read to see whether they ask' if reads_messages else _OTHERS}"
        ". A message that you check against the articles is read for that one"
        " reply and not stored. What you ask privately is never used in a public answer.\n"
        "**How long**\n"
        f"{keep_days} days, then it is deleted; the settings of a server stay until I am removed"
        " from it, and its articles. Then all of that server goes at once.\n"
        f"{_INSIGHTS if insights else ''}"
        f"{_readers_words(writer, embeddings)}"
        "**Your choice**\n"
        "`/forget-me` deletes everything of yours now. 🗑️ under an answer deletes that answer."
    )


def _readers_words(writer: str, embeddings: str) -> str:
    """Say what leaves for a provider; empty where the shipped models do all."""
    told = []
    if writer != EXTRACTIVE:
        told.append(
            f"Your question and the passages found for it go to {escape(writer)}, which writes the"
            " answer."
        )
    if embeddings != BUILTIN:
        told.append(
            f"What you ask, search for or check goes to {escape(embeddings)}, which helps to find"
            " the passages."
        )
    return f"**Who else reads it**\n{' '.join(told)}\n" if told else ""
