"""Tells channels what newly taken-in articles say on the topics that they watch."""

import hashlib
import logging
import time
from collections.abc import Callable, Collection
from functools import partial

import discord

from bot.discord.messages.answer_pages import Page
from bot.discord.messages.layout import page_view
from bot.discord.messages.markdown import escape
from bot.discord.messages.place import post
from bot.discord.messages.quote_blocks import block
from bot.discord.network import TROUBLE
from bot.discord.service.answer_service import AnswerService
from bot.discord.service.ports import LibraryPort
from bot.discord.storage.watches import Watch, Watches
from retrieval.text.sentences import sentence_spans
from retrieval.text.words import words
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

    Args:
        service: The state and the articles.
        client: Posts.
        serves: Whether a server is this process's.
        part: Which of the processes on one state this is.
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


def _held_by_all(library: LibraryPort) -> set[str]:
    """Give the ids, which nobody is shown, of everybody's articles and of every server's own."""
    seen = (library.seen_by(audience) for audience in ("", *library.audiences))
    return {article.article_id for one in seen for article in one.articles()}


def news_on(topic: str, library: LibraryPort, new: Collection[str]) -> list[Citation]:
    """Give of each new article the sentence that says most on a topic, if no other article has it.

    Args:
        topic: In the owner's words; a passage is about it if it holds all of them that mean
            something.
        library: Where to search, as the server sees it that the channel is on.
        new: The ids of the new articles.
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
    wanted, passage = _meaning(topic), hit.passage
    if not wanted or not wanted <= _meaning(f"{passage.article.title} {passage.text}"):
        return None
    spans = sentence_spans(passage.text)
    start, end = max(spans, key=lambda span: len(wanted & _meaning(passage.text[slice(*span)])))
    return Citation(
        n=1,
        passage=passage,
        quote=passage.text[start:end],
        start=passage.start + start,
        end=passage.start + end,
    )


def _meaning(text: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(text) if word.carries_meaning)


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
