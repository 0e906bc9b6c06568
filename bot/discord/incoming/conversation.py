"""Which conversation a question belongs to: a thread, a reply chain, or direct messages."""

import discord

from bot.discord.storage.turn_store import Turns


def conversation_of(
    turns: Turns, *, guild_id: int | None, thread_id: int | None, replied_to: int | None
) -> str:
    """Name the conversation; empty if the question starts a new one.

    A thread that grew from an answer goes on with that answer's conversation: Discord gives
    such a thread the id of the message.
    """
    for message_id in (thread_id, replied_to):
        turn = turns.by_message(message_id) if message_id is not None else None
        if turn is not None and turn.guild_id == guild_id:
            return turn.conversation
    return "" if thread_id is None else f"in {thread_id}"


def thread_of(channel: object) -> int | None:
    """Give the id of a channel that is one conversation: a thread or direct messages."""
    if isinstance(channel, discord.Thread | discord.DMChannel | discord.GroupChannel):
        return channel.id
    return None
