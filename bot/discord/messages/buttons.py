"""The buttons under an answer; each carries the turn it belongs to, so it survives a restart."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self, cast

import discord
from discord import ui

from bot.discord.messages.layout import Button

_TEMPLATE = re.compile(r"dateline:(?P<action>[a-z]+):(?P<turn_id>[\w-]{12}):(?P<page>\d{1,4})")


@dataclass(frozen=True, slots=True)
class _Look:
    label: str | None
    emoji: str | None = None
    style: discord.ButtonStyle = discord.ButtonStyle.secondary


_LOOKS: Mapping[str, _Look] = {
    "passages": _Look("Passages", style=discord.ButtonStyle.primary),
    "back": _Look("Back", "◀️"),
    "on": _Look("Next", "▶️"),
    "ask": _Look("Ask on"),
    "share": _Look("Share"),
    "discuss": _Look("Discuss"),
    "up": _Look(None, "👍"),
    "down": _Look(None, "👎"),
    "delete": _Look(None, "🗑️"),
    "stop": _Look("Stop"),
}


class _Doing(Protocol):
    """The client, of which a button knows no more than that it can do what it says."""

    async def do(
        self, interaction: discord.Interaction, action: str, turn_id: str, page: int
    ) -> None: ...


class Press(ui.DynamicItem[Button], template=_TEMPLATE):
    """One button of one answer."""

    def __init__(self, button: Button, action: str, turn_id: str, page: int) -> None:
        super().__init__(button)
        self._action = action
        self._turn_id = turn_id
        self._page = page

    @classmethod
    def make(cls, action: str, turn_id: str, page: int = 0, *, disabled: bool = False) -> Self:
        """Make a button; `page` counts the cited passages from 0."""
        look = _LOOKS[action]
        button: Button = ui.Button(
            style=look.style,
            label=look.label,
            emoji=look.emoji,
            custom_id=f"dateline:{action}:{turn_id}:{page}",
            disabled=disabled,
        )
        return cls(button, action, turn_id, page)

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003  discord.py's signature
        item: ui.Item[ui.LayoutView],  # noqa: ARG003
        match: re.Match[str],
    ) -> Self:
        """Make the button anew when it is pressed, also after a restart."""
        return cls.make(match["action"], match["turn_id"], int(match["page"]))

    async def callback(self, interaction: discord.Interaction) -> None:
        """Do what the button says; the client knows the action, which show answers themselves."""
        client = cast("_Doing", interaction.client)
        await client.do(interaction, self._action, self._turn_id, self._page)
