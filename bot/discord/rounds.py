"""What the bot does now and then: tells channels of new articles, settles what was left waiting.

After a kill, a message that waits gets its answer, or a word that it is lost: one that exists is
edited, and a reply carries the nonce of the first one, so that nothing is posted twice.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Collection
from functools import partial

import discord
from discord import ui

from bot.discord.error_replies import DO_AGAIN
from bot.discord.messages.answer_messages import Offer, answer_views
from bot.discord.messages.layout import Page, escape, note_view, page_view
from bot.discord.messages.place import Address, post
from bot.discord.messages.quote_blocks import block
from bot.discord.network import TROUBLE, may_pass, persistently
from bot.discord.service.answer_service import STOPPED, AnswerService
from bot.discord.service.pool import Busy
from bot.discord.storage.owners import Watch, Watches
from bot.discord.storage.servers import audience_of, left_servers, taken_out
from bot.discord.storage.turn_store import StoredTurn
from retrieval.errors import DatelineError
from retrieval.index.library import Library
from retrieval.text.sentences import passage_sentences
from retrieval.text.words import telling_stems
from retrieval.types import Citation, Hit

log = logging.getLogger(__name__)

_HITS = 40
"""Among which the new articles are looked for."""
_QUOTE_CHARS = 500
_NONCE_CHARS = 25


async def tell_watchers(
    service: AnswerService,
    client: discord.Client,
    *,
    serves: Callable[[int], bool],
    part: str = "",
) -> None:
    """Look at the articles that came since the last look, and post what they say.

    Posts to the servers that this process serves: it is one `part` of those on one state.
    """
    watches = Watches(service.connection, part)
    held = await service.look_up(partial(_held_by_all, service.library_in(None)))
    new = await service.keep(watches.not_looked_at, held)
    for watch in await service.keep(watches.all) if new else ():
        if not serves(watch.guild_id):
            continue
        find = partial(news_on, watch.topic, service.library_in(watch.guild_id), new)
        for citation in await service.look_up(find):
            if await service.keep(watches.may_tell, watch, time.time()):
                await _tell(watch, citation, watches, service, client)
    await service.keep(watches.looked_at, held)


def _held_by_all(library: Library) -> set[str]:
    """Give the ids, which nobody is shown, of everybody's articles and of every server's own."""
    seen = (library.seen_by(audience) for audience in ("", *library.audiences))
    return {article.article_id for one in seen for article in one.articles()}


def news_on(topic: str, library: Library, new: Collection[str]) -> list[Citation]:
    """Give of each new article the sentence that says most on a topic, if no other article has it.

    A passage is about a topic if it holds all of its words that mean something.
    """
    hits = library.search(topic, k=_HITS)
    old = " ".join(hit.passage.text for hit in hits if hit.passage.article.article_id not in new)
    found: dict[str, Citation] = {}
    for hit in hits:
        article_id = hit.passage.article.article_id
        citation = _sentence_on(topic, hit) if article_id in new - found.keys() else None
        if citation is not None and citation.quote not in old:
            found[article_id] = citation
    return list(found.values())


def _sentence_on(topic: str, hit: Hit) -> Citation | None:
    wanted, passage = telling_stems(topic), hit.passage
    if not wanted or not wanted <= telling_stems(f"{passage.article.title} {passage.text}"):
        return None
    told = {at: wanted & telling_stems(passage.words_at(at)) for at in passage_sentences(passage)}
    return passage.cited_at(max(told, key=lambda at: len(told[at])))


async def _tell(
    watch: Watch,
    citation: Citation,
    watches: Watches,
    service: AnswerService,
    client: discord.Client,
) -> None:
    foot = "-# From an article that has just come in. `/watch` says what this channel watches."
    page = Page(
        blocks=(f"**New on {escape(watch.topic)}**", block(citation, _QUOTE_CHARS)), foot=foot
    )
    channel = client.get_partial_messageable(watch.channel_id, guild_id=watch.guild_id)
    told = f"{watch.channel_id} {watch.topic} {citation.article.article_id}"
    nonce = hashlib.sha256(told.encode()).hexdigest()[:_NONCE_CHARS]
    try:
        await post(channel, page_view(page), nonce=nonce)
    except discord.NotFound:
        await service.keep(watches.drop, watch)
    except TROUBLE as error:
        log.warning("channel %d could not be told what is new: %s", watch.channel_id, error)


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
