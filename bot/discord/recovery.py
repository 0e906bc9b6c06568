"""After a kill: the messages that were left waiting get their answer, or a word that it is lost.

Only messages that exist are edited, so that nothing is posted twice.
"""

import logging
import time
from functools import partial

import discord
from discord import ui

from bot.discord.messages.answer_messages import Offer, answer_views
from bot.discord.messages.layout import note_view
from bot.discord.messages.place import Address
from bot.discord.network import TROUBLE, persistently
from bot.discord.service.answer_service import STOPPED, AnswerService
from bot.discord.storage.turn_store import StoredTurn

log = logging.getLogger(__name__)


async def recover(service: AnswerService, client: discord.Client) -> None:
    """Settle everything that was in flight when the bot was last stopped."""
    for turn, address in await service.keep(service.turns.left_waiting):
        view = note_view(STOPPED)
        if turn.answer is not None:
            view = answer_views(turn, turn.answer, Offer(), coverage=None)[0]
        try:
            await persistently(partial(_edit, client, turn, address, view))
        except TROUBLE as error:
            log.info("a message from before the restart could not be mended: %s", error)
        if turn.answer is None:
            await service.keep(service.turns.delete, turn.turn_id)
        else:
            await service.keep(service.turns.posted, turn.turn_id, [address.message_id])


async def _edit(
    client: discord.Client, turn: StoredTurn, address: Address, view: ui.LayoutView
) -> None:
    if address.token and client.application_id:
        if time.time() < (address.expires_at or 0.0):
            reply = discord.Webhook.partial(client.application_id, address.token, client=client)
            await reply.edit_message(address.message_id, view=view)
        return
    channel = client.get_partial_messageable(turn.channel_id, guild_id=turn.guild_id)
    await channel.get_partial_message(address.message_id).edit(view=view)
