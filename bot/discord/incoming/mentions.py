"""Questions in messages: a mention, a reply with ping, a direct message."""

import asyncio
import contextlib
import logging
import re
from functools import partial

import discord

from bot.discord.context import not_here_words
from bot.discord.error_replies import saying_errors
from bot.discord.incoming.asking import (
    LEAST_CHARS,
    MOST_CHARS,
    Conversation,
    conversation_of,
    message_text,
    thread_of,
)
from bot.discord.messages.about_bot import help_words
from bot.discord.messages.answer_messages import Offer
from bot.discord.messages.layout import one_line, split
from bot.discord.messages.place import MessagePlace, barred_words
from bot.discord.network import TROUBLE, persistently
from bot.discord.service.answer_service import AnswerService
from bot.discord.service.message_check import claims_of
from bot.discord.storage.turn_store import StoredTurn
from retrieval.errors import UsageError
from retrieval.types import Filters

log = logging.getLogger(__name__)

_MENTION = re.compile(r"<(?:@[!&]?|#)\d+>")
_DOUBT = re.compile(
    r"(?:is|was) (?:that|this|it)(?: really)? (?:true|right|correct|so|real|a fact)\W*"
    r"|(?:fact[- ]?)?check(?: (?:that|this|it))?\W*|(?:really|true|source)\W*",
    re.IGNORECASE,
)
"""What people write under a message that they want checked; only the whole message counts."""
_HOW_TO_CHECK = (
    "Discord does not show me that message. Hold it (or right-click) → Apps →"
    " **Check against the articles**."
)
_NOT_MY_ROLE = (
    "You mentioned my role, and of such messages Discord shows me nothing. Choose the entry with"
    " the picture in the list, or use `/ask`."
)
_THREAD_NAME_CHARS = 100
_ASKING = (discord.MessageType.default, discord.MessageType.reply)


async def answer_message(
    service: AnswerService, me: discord.ClientUser, message: discord.Message
) -> None:
    """Answer a message that is meant for the bot; every other one is left alone."""
    unasked = None
    if not _is_for(me, message):
        unasked = _unasked(service, me, message)
        if unasked is None:
            return
    place = MessagePlace(message)
    async with saying_errors(place.say):
        question = unasked or " ".join(_MENTION.sub(" ", message.content).split())
        claim = _doubted(message) if _DOUBT.fullmatch(question) else None
        if unasked and not _admits_quietly(service, message):
            return
        if not unasked and not await _admitted(service, message, place, question):
            return
        if claim == "":
            await place.say(_HOW_TO_CHECK)
            return
        conversation = await _conversation(service, message)
        thread = await _own_thread(service, message, question)
        if thread is not None:
            place.move_to(thread)
        turn = StoredTurn(
            source_id=message.id,
            guild_id=message.guild.id if message.guild else None,
            channel_id=(thread or message.channel).id,
            user_id=message.author.id,
            private=False,
            question="" if claim else question,
            kind="claim" if claim else "question",
            conversation=conversation.name,
            heard_until=conversation.heard_until,
        )
        can_discuss = thread is None and isinstance(message.channel, discord.TextChannel)
        offer = Offer(heading=False, discuss=can_discuss, claim=claim or "")
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_acknowledge(message))
            await service.serve(turn, claim or question, place, filters=Filters(), offer=offer)


async def _acknowledge(message: discord.Message) -> None:
    """Show that the bot is at it; the answer waits neither for this nor for its rate limit."""
    with contextlib.suppress(*TROUBLE):
        await message.channel.typing()


async def _own_thread(
    service: AnswerService, message: discord.Message, question: str
) -> discord.Thread | None:
    """Open a thread for the answer where the owner wants that; None if it cannot be."""
    server = service.servers.get(message.guild.id if message.guild else None)
    if message.channel.id not in server.threads:
        return None
    try:
        name = one_line(question, _THREAD_NAME_CHARS)
        return await persistently(partial(message.create_thread, name=name))
    except TROUBLE as error:
        log.info("no thread was opened, as far as is known: %s", error)
        return message.guild.get_thread(message.id) if message.guild else None


def _unasked(
    service: AnswerService, me: discord.ClientUser, message: discord.Message
) -> str | None:
    """Give the question of a message that is for nobody else, where the owner wants it answered.

    That is in chosen channels and in the bot's own threads, of what has a question mark, and of
    the post that opens a thread of a chosen forum, whose title asks if its text does not.
    """
    channel, content = message.channel, " ".join(message.content.split())
    if not service.reads_messages or message.guild is None or not _is_a_persons(message):
        return None
    server = service.servers.get(message.guild.id)
    is_chosen = not server.open.isdisjoint((channel.id, getattr(channel, "parent_id", None)))
    own = isinstance(channel, discord.Thread) and channel.owner_id == me.id
    is_others = bool(message.mentions or message.role_mentions or message.reference)
    if is_others or not (is_chosen or own):
        return None
    if is_chosen and isinstance(channel, discord.Thread) and message.id == channel.id:
        content = content if "?" in content else channel.name
    elif "?" not in content:
        return None
    return content if LEAST_CHARS <= len(content) <= MOST_CHARS else None


def _admits_quietly(service: AnswerService, message: discord.Message) -> bool:
    """Count a question that nobody addressed to the bot; to one that is not taken it is silent."""
    guild_id = message.guild.id if message.guild else None
    channel, server = message.channel, service.servers.get(guild_id)
    if barred_words(channel) or not_here_words(server, channel.id, channel, message.author):
        return False
    return service.refusal(guild_id, message.author.id) is None


def _is_a_persons(message: discord.Message) -> bool:
    return not message.author.bot and message.webhook_id is None and message.type in _ASKING


def _is_for(me: discord.ClientUser, message: discord.Message) -> bool:
    if not _is_a_persons(message):
        return False
    return message.guild is None or me in message.mentions or _names_my_role(message)


def _names_my_role(message: discord.Message) -> bool:
    """Tell whether the role that Discord made for the bot is mentioned: it has the same name."""
    if message.guild is None or not message.role_mentions:
        return False
    mine = [role for role in message.guild.me.roles if role.managed]
    return any(role in message.role_mentions for role in mine)


def _doubted(message: discord.Message) -> str | None:
    """Give the message that a reply doubts, empty if Discord does not show it; None if none is."""
    reference = message.reference
    if reference is None or reference.message_id is None:
        return None
    earlier = reference.resolved
    text = message_text(earlier) if isinstance(earlier, discord.Message) else ""
    return split(text, MOST_CHARS)[0] if claims_of(text) else ""


async def _admitted(
    service: AnswerService, message: discord.Message, place: MessagePlace, question: str
) -> bool:
    """Tell why a question is not taken, where the person can hear it."""
    barred = barred_words(message.channel)
    if barred is not None:
        log.warning("may not write in channel %d; the person is told", message.channel.id)
        await place.say_directly(barred)
        return False
    guild_id = message.guild.id if message.guild else None
    server = service.servers.get(guild_id)
    closed = not_here_words(server, message.channel.id, message.channel, message.author)
    if closed is not None:
        await place.say_directly(closed)
        return False
    if not question:
        unheard = not message.content and message.guild is not None
        hint = _NOT_MY_ROLE if unheard and message.role_mentions else None
        await place.say(hint or await help_words(service, guild_id))
        return False
    if len(question) > MOST_CHARS:
        raise UsageError(f"That is long: ask in at most {MOST_CHARS} characters.")
    words = service.refusal(guild_id, message.author.id)
    if words is not None:
        await place.say(words)
    return words is None


async def _conversation(service: AnswerService, message: discord.Message) -> Conversation:
    reference = message.reference
    return await service.recall(
        Conversation(),
        lambda: conversation_of(
            service.turns,
            guild_id=message.guild.id if message.guild else None,
            thread_id=thread_of(message.channel),
            replied_to=reference.message_id if reference else None,
        ),
    )
