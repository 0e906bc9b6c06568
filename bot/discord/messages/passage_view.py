"""The cited passages of an answer, one a page, seen only by whoever asked for them."""

from functools import partial

import discord
from discord import ui

from bot.discord.context import desk_of
from bot.discord.messages.buttons import Press
from bot.discord.messages.layout import page_view
from bot.discord.messages.passage_page import passage_page
from bot.discord.service.ports import Library
from bot.discord.storage.turn_store import Turn
from retrieval.errors import ArticleError


async def passage_view(interaction: discord.Interaction, turn: Turn, page: int) -> ui.LayoutView:
    """Show one of the turn's quotes in its place; `page` counts from 0."""
    answer = turn.answer
    quotes = () if answer is None else answer.citations
    if answer is not None and answer.refusal is not None:
        quotes = answer.refusal.nearest
    page = min(page, len(quotes) - 1)
    citation = quotes[page]
    desk = desk_of(interaction)
    read = partial(_article_text, desk.answerer.library, citation.article.article_id)
    text = await desk.look_up(read)
    shown = passage_page(citation, text, number=page + 1, of=len(quotes))
    return page_view(shown, _pager(turn.turn_id, page, len(quotes)))


def _pager(turn_id: str, page: int, count: int) -> list[Press]:
    if count == 1:
        return []
    return [
        Press.make("back", turn_id, max(page - 1, 0), disabled=page == 0),
        Press.make("on", turn_id, page + 1, disabled=page + 1 == count),
    ]


def _article_text(library: Library, article_id: str) -> str | None:
    try:
        return library.article_text(article_id)
    except ArticleError:
        return None
