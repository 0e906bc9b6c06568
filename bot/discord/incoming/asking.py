"""From a command, form or mention to the service: where, who, which articles, since when."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import discord

from bot.discord.context import (
    acknowledge,
    can_discuss,
    closed_words,
    find,
    say,
    service_of,
    turn_of,
)
from bot.discord.messages.answer_messages import Offer
from bot.discord.messages.layout import split
from bot.discord.messages.place import CommandPlace
from bot.discord.service.message_check import claims_of
from bot.discord.storage.turn_store import TurnStore
from retrieval.errors import UsageError
from retrieval.question.time_phrases import relative_times, written_times
from retrieval.text.dates import is_date
from retrieval.types import Filters


class Conversation(NamedTuple):
    """What a question goes on with: its name, and the moment up to which it counts."""

    name: str = ""
    heard_until: float | None = None


def conversation_of(
    turns: TurnStore, *, guild_id: int | None, thread_id: int | None, replied_to: int | None
) -> Conversation:
    """Find the conversation; nameless if the question starts a new one.

    A thread that grew from an answer goes on with that answer's conversation: Discord gives
    such a thread the id of the message. A reply goes on from what it replies to.
    """
    grown, earlier = (
        turns.by_message(message_id) if message_id is not None else None
        for message_id in (thread_id, replied_to)
    )
    if earlier is not None and earlier.guild_id == guild_id:
        return Conversation(earlier.conversation, earlier.asked_at)
    if grown is not None and grown.guild_id == guild_id:
        return Conversation(grown.conversation)
    return Conversation() if thread_id is None else Conversation(f"in {thread_id}")


def thread_of(channel: object) -> int | None:
    """Give the id of a channel that is one conversation: a thread or direct messages."""
    if isinstance(channel, discord.Thread | discord.DMChannel | discord.GroupChannel):
        return channel.id
    return None


LEAST_CHARS = 3
MOST_CHARS = 500
"""Of a question; a longer one would be cut by the embedder anyway."""
_SMALL_PRINT = re.compile(r"^-#.*$", re.MULTILINE)
_MARKUP = re.compile(r"\\?\[\d+\\?\]|^> |<(?:@[!&]?|#)\d+>|[*_~`\\]+", re.MULTILINE)
_A_QUESTION = "This message asks and states nothing. To have it answered, use `/ask`."
_EMPTY = "This message has no text that I could check."


async def ask(
    interaction: discord.Interaction,
    question: str,
    *,
    private: bool,
    filters: Filters | None = None,
    after: str | None = None,
    about: str = "",
) -> None:
    """Answer a question in reply to an interaction, acknowledged at once.

    The filters are checked before the question counts; `after` is the turn whose conversation goes
    on, `about` a message that it goes on from, which is not kept.
    """
    filters = await checked(interaction, filters or Filters())
    place = await admitted(interaction, private=private)
    if place is None:
        return
    service = service_of(interaction)
    conversation = await _conversation(interaction, after)
    turn = turn_of(
        interaction,
        private=private,
        question=question.strip(),
        conversation=conversation.name,
        heard_until=conversation.heard_until,
    )
    offer = Offer(discuss=can_discuss(interaction))
    await service.serve(turn, turn.question, place, filters=filters, offer=offer, about=about)


async def check(interaction: discord.Interaction, message: discord.Message) -> None:
    """Show this person alone what the articles say to somebody's message, which is not kept."""
    claim = message_text(message)
    if not claims_of(claim):
        await say(interaction, _A_QUESTION if claim else _EMPTY)
        return
    place = await admitted(interaction, private=True)
    if place is None:
        return
    claim = split(claim, MOST_CHARS)[0]
    turn, offer = turn_of(interaction, private=True, kind="claim"), Offer(claim=claim)
    await service_of(interaction).serve(turn, claim, place, filters=Filters(), offer=offer)


def message_text(message: discord.Message) -> str:
    """Give what a message says: its content, a link's preview, or the texts of its blocks."""
    blocks = [
        part.content
        for block in message.components
        for part in (block.children if isinstance(block, discord.Container) else [block])
        if isinstance(part, discord.TextDisplay)
    ]
    spoken = _SMALL_PRINT.sub("", "\n".join(blocks))
    texts = [message.content, spoken, *(embed.description or "" for embed in message.embeds)]
    return next((_plain_words(text) for text in texts if text.strip()), "")


def _plain_words(text: str) -> str:
    return " ".join(_MARKUP.sub("", text).split())


async def checked(interaction: discord.Interaction, filters: Filters) -> Filters:
    """Give the filters with plain dates and the outlet's name as the collection spells it.

    Raises:
        UsageError: A date has no meaning, or no article is of that outlet.
    """
    if not filters:
        return filters
    today = datetime.now(UTC).date()
    since, until = (
        typed_date(typed, today, last=last) if typed else None
        for typed, last in ((filters.since, False), (filters.until, True))
    )
    limits = replace(filters, since=since, until=until)
    return limits.checked(await outlets_of(interaction) if filters.outlet else None)


async def outlets_of(interaction: discord.Interaction) -> list[str]:
    """Give the outlets of the collection."""
    service = service_of(interaction)
    return await service.look_up(service.library_in(interaction.guild_id).outlets)


async def admitted(interaction: discord.Interaction, *, private: bool) -> CommandPlace | None:
    """Acknowledge before anything that may wait; None if the question is not taken."""
    service = service_of(interaction)
    words = closed_words(interaction) or service.refusal(interaction.guild_id, interaction.user.id)
    if words is not None:
        await say(interaction, words)
        return None
    message_id = await acknowledge(interaction, private=private)
    return CommandPlace(interaction, private=private, message_id=message_id)


async def _conversation(interaction: discord.Interaction, after: str | None) -> Conversation:
    service = service_of(interaction)
    earlier = await find(interaction, after) if after else None
    if earlier is not None:
        return Conversation(earlier.conversation, earlier.asked_at)
    thread_id = thread_of(interaction.channel)
    return await service.recall(
        Conversation(),
        lambda: conversation_of(
            service.turns, guild_id=interaction.guild_id, thread_id=thread_id, replied_to=None
        ),
    )


_NUMBERS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_MONTHS = 12
_DAYS_BACK = {"today": 0, "yesterday": 1}


def typed_date(text: str, today: date, *, last: bool) -> str:
    """Give `YYYY`, `YYYY-MM` or `YYYY-MM-DD` for '2014', '31/12/2014', 'yesterday' or 'last week'.

    Of a longer time it is the first day, or the `last`, as `until` means it.

    Raises:
        UsageError: It names no day, or might name two, such as 10/12/2014.
    """
    text = " ".join(text.split())
    if is_date(text):
        return text
    if text.casefold() in _DAYS_BACK:
        return (today - timedelta(days=_DAYS_BACK[text.casefold()])).isoformat()
    numbers = _NUMBERS.fullmatch(text)
    if numbers:
        return _from_numbers(text, int(numbers[1]), int(numbers[3]), int(numbers[4]))
    for phrase in (*relative_times(text, today), *written_times(text)):
        days = phrase.days(phrase.year) if phrase.year else None
        if days and (phrase.start, phrase.end) == (0, len(text)):
            return days[last].isoformat()
    raise _not_a_date(text)


def _from_numbers(text: str, first: int, second: int, year: int) -> str:
    if first <= _MONTHS and second <= _MONTHS and first != second:
        one, other = f"{year}-{second:02}-{first:02}", f"{year}-{first:02}-{second:02}"
        raise UsageError(f"{text} may be two days; write {one} or {other}")
    day, month = max(first, second), min(first, second)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise _not_a_date(text) from None


def _not_a_date(text: str) -> UsageError:
    return UsageError(
        f"{text[:40]!r} is not a date that I understand; write 2014, 2014-10 or 2014-10-15"
    )
