"""After a kill: the messages that were left waiting get their answer, or a word that it is lost.

A message that exists is edited, and a reply carries the nonce of the first one, so that nothing
is posted twice.
"""

import logging
import time
from functools import partial

import discord
from discord import ui

from bot.discord.error_replies import DO_AGAIN
from bot.discord.messages.answer_messages import Offer, answer_views
from bot.discord.messages.layout import note_view
from bot.discord.messages.place import Address, post
from bot.discord.network import TROUBLE, may_pass, persistently
from bot.discord.service.answer_service import STOPPED, AnswerService, audience_of
from bot.discord.service.pool import Busy
from bot.discord.storage.privacy import left_servers, taken_out
from bot.discord.storage.turn_store import StoredTurn
from retrieval.errors import DatelineError

log = logging.getLogger(__name__)

_NOBODY = discord.AllowedMentions.none()


async def recover(service: AnswerService, client: discord.Client) -> None:
    """Settle what a kill or a long silence of Discord left waiting, and nobody works on."""
    for turn, address in await service.keep(service.turns.left_waiting):
        if service.works_on(turn.turn_id):
            continue
        is_asked = turn.question or turn.kind == "claim"
        view = note_view(STOPPED if is_asked else DO_AGAIN)
        if turn.answer is not None:
            view = answer_views(turn, turn.answer, Offer())[0]
        shown = address.message_id
        try:
            shown = await persistently(partial(_edit, client, turn, address, view))
        except TROUBLE as error:
            log.info("a message that waits could not be mended: %s", error)
            if may_pass(error):
                continue
        if turn.answer is None:
            await service.keep(service.turns.delete, turn.turn_id)
        else:
            await service.keep(service.turns.posted, turn.turn_id, [shown])


async def take_out_of_left(service: AnswerService) -> None:
    """Take the articles of servers that are left out of the index; where that fails, later."""
    for guild_id in await service.keep(left_servers, service.connection):
        try:
            if service.additions is not None:
                remove = partial(service.additions.remove, audience_of(guild_id))
                await service.adding.run(remove)
        except (DatelineError, Busy) as error:
            log.warning("articles of a server that was left stay for now: %s", error)
        else:
            await service.keep(taken_out, service.connection, guild_id)


async def _edit(
    client: discord.Client, turn: StoredTurn, address: Address, view: ui.LayoutView
) -> int:
    """Put it into the message that waits, or into a reply if there is none yet; give its id."""
    if address.token and client.application_id:
        if time.time() < (address.expires_at or 0.0):
            hook = discord.Webhook.partial(client.application_id, address.token, client=client)
            shown = await hook.edit_message(address.message_id, view=view, allowed_mentions=_NOBODY)
            return shown.id
        return address.message_id
    channel = client.get_partial_messageable(turn.channel_id, guild_id=turn.guild_id)
    message = channel.get_partial_message(address.message_id)
    if address.message_id == turn.source_id:
        asked = message.to_reference(fail_if_not_exists=False)
        reply = await post(channel, view, nonce=str(turn.source_id), reference=asked)
        return (await reply.edit(view=view, allowed_mentions=_NOBODY)).id
    return (await message.edit(view=view, allowed_mentions=_NOBODY)).id
