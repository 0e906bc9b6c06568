"""Pages as Discord messages (Components V2), which need no Embed Links permission.

Embeds are hidden from people who switched previews off, and hold less on a phone's width.
"""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui

from bot.discord.messages.answer_pages import Page
from bot.discord.messages.markdown import MESSAGE_UNITS, escape, split

Button = ui.Button[ui.LayoutView]


def page_view(
    page: Page, *rows: Sequence[ui.Item[Any]], accent: discord.Colour | None = None
) -> ui.LayoutView:
    """Show a page with rows of buttons or lists below; a phone has room for three in a row."""
    box: ui.Container[ui.LayoutView] = ui.Container(accent_colour=accent)
    for block in page.blocks:
        box.add_item(ui.TextDisplay(block))
    if page.foot:
        if page.blocks:
            box.add_item(ui.Separator())
        box.add_item(ui.TextDisplay(page.foot))
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    for row in rows:
        if row:
            view.add_item(ui.ActionRow(*row))
    return view


def note_view(words: str, *buttons: ui.Item[Any]) -> ui.LayoutView:
    """Show a short word of the bot's own: a queue position, a limit, an error; buttons below."""
    view = ui.LayoutView(timeout=None)
    pieces = split(words, MESSAGE_UNITS - 1)
    view.add_item(ui.TextDisplay(pieces[0] + "…" if len(pieces) > 1 else words))
    if buttons:
        view.add_item(ui.ActionRow(*buttons))
    return view


def plain(words: str) -> str:
    """Give somebody else's words, such as an error's, for use in the bot's own."""
    return escape(words)
