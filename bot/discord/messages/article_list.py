"""The list of articles, page by page."""

import re
from functools import partial
from typing import Self

import discord
from discord import ui

from bot.discord.context import acknowledge, say, service_of
from bot.discord.error_replies import saying_errors
from bot.discord.messages.collection_pages import page_count, sources_page
from bot.discord.messages.layout import Button, page_view

_TEMPLATE = re.compile(r"dateline:shelf:(?P<page>\d{1,6})")


async def article_list_view(interaction: discord.Interaction, page: int) -> ui.LayoutView:
    """Show a page of the articles; `page` counts from 0."""
    service = service_of(interaction)
    articles = await service.look_up(service.answerer.library.articles)
    count = page_count(len(articles))
    page = min(page, count - 1)
    shown = sources_page(articles, page=page, freshness=await service.freshness())
    if count == 1:
        return page_view(shown)
    back = PageButton.make("◀️", max(page - 1, 0), disabled=page == 0)
    on = PageButton.make("▶️", page + 1, disabled=page + 1 == count)
    return page_view(shown, [back, on])


class PageButton(ui.DynamicItem[Button], template=_TEMPLATE):
    """A button that turns to a page of the list."""

    def __init__(self, button: Button, page: int) -> None:
        super().__init__(button)
        self._page = page

    @classmethod
    def make(cls, emoji: str, page: int, *, disabled: bool = False) -> Self:
        """Make a button for a page, counted from 0."""
        custom_id = f"dateline:shelf:{page}"
        return cls(ui.Button(emoji=emoji, custom_id=custom_id, disabled=disabled), page)

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003  discord.py's signature
        item: ui.Item[ui.LayoutView],  # noqa: ARG003
        match: re.Match[str],
    ) -> Self:
        """Make the button anew when it is pressed."""
        return cls.make("▶️", int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Turn to the page."""
        async with saying_errors(partial(say, interaction)):
            await acknowledge(interaction, private=False, thinking=False)
            await interaction.edit_original_response(
                view=await article_list_view(interaction, self._page)
            )
