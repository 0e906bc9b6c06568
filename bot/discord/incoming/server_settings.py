"""`/settings`: what a server's owner can set; the right to do so is checked at every press."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Self

import discord
from discord import app_commands, ui

from bot.discord.context import respond, say, service_of
from bot.discord.error_replies import saying_errors
from bot.discord.messages.layout import Button
from bot.discord.storage.servers import Server

_MOST_CHOSEN = 25
_LONGEST_COOLDOWN_S = 3600
_MOST_A_DAY = 100_000
_FORM_TIMEOUT_S = 900
_NOT_YOURS = "Only who has the permission Manage Server can change my settings."

Select = ui.ChannelSelect[ui.LayoutView] | ui.RoleSelect[ui.LayoutView]
_PLACEHOLDERS = {
    "channels": "I answer in every channel",
    "threads": "I answer mentions where they stand, not in a thread",
    "roles": "I answer everybody",
    "open": "I answer nowhere without a mention",
}
_TEXT = (discord.ChannelType.text, discord.ChannelType.news)
_CHANNELS = {
    "channels": [*_TEXT, discord.ChannelType.forum, discord.ChannelType.public_thread],
    "threads": [*_TEXT],
    "open": [*_TEXT, discord.ChannelType.forum],
}


@app_commands.command(description="Set where and how often I answer on this server.")
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
async def settings(interaction: discord.Interaction) -> None:
    """Show the settings, with what changes them."""
    async with saying_errors(partial(say, interaction)):
        if not await may_set(interaction):
            return
        server = service_of(interaction).servers.get(interaction.guild_id)
        show = partial(
            interaction.response.send_message, view=_shown(interaction, server), ephemeral=True
        )
        await respond(show)


class LimitsForm(ui.Modal):
    """Asks for the cooldown and the daily limit."""

    def __init__(self, server: Server) -> None:
        super().__init__(title="Limits", timeout=_FORM_TIMEOUT_S)
        self._cooldown = _number_input("cooldown", server.cooldown_s)
        self._daily = _number_input("daily", server.daily_limit)
        self._person = _number_input("person", server.person_limit)
        self.add_item(
            ui.Label(text="Seconds between one person's questions", component=self._cooldown)
        )
        self.add_item(ui.Label(text="Questions a day, all people together", component=self._daily))
        self.add_item(ui.Label(text="Questions a day, each person", component=self._person))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Keep all if they are numbers in range."""
        async with saying_errors(partial(say, interaction)):
            cooldown_s = _number(self._cooldown.value, 0, _LONGEST_COOLDOWN_S)
            daily_limit = _number(self._daily.value, 1, _MOST_A_DAY)
            person_limit = _number(self._person.value, 1, _MOST_A_DAY)
            if cooldown_s is None or daily_limit is None or person_limit is None:
                await say(
                    interaction,
                    f"Write whole numbers: 0 to {_LONGEST_COOLDOWN_S} seconds,"
                    f" 1 to {_MOST_A_DAY} questions.",
                )
            elif await may_set(interaction):
                await _change(
                    interaction,
                    lambda old: replace(
                        old,
                        cooldown_s=cooldown_s,
                        daily_limit=daily_limit,
                        person_limit=person_limit,
                    ),
                )


class ServerChoice(
    ui.DynamicItem[Select],
    template=re.compile("dateline:set:(?P<what>channels|threads|roles|open)"),
):
    """Chooses channels to answer in, channels to answer in threads, or roles to answer to."""

    def __init__(self, select: Select, what: str) -> None:
        super().__init__(select)
        self._what = what

    @classmethod
    def make(cls, what: str, chosen: frozenset[int]) -> Self:
        """Make the list with the present choice in it."""
        kind = discord.SelectDefaultValueType
        kind_of_value = kind.role if what == "roles" else kind.channel
        known: dict[str, Any] = {
            "custom_id": f"dateline:set:{what}",
            "placeholder": _PLACEHOLDERS[what],
            "min_values": 0,
            "max_values": _MOST_CHOSEN,
            "default_values": [
                discord.SelectDefaultValue(id=one, type=kind_of_value) for one in sorted(chosen)
            ],
        }
        if what == "roles":
            return cls(ui.RoleSelect(**known), what)
        return cls(ui.ChannelSelect(channel_types=_CHANNELS[what], **known), what)

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003  discord.py's signature
        item: ui.Item[ui.LayoutView],
        match: re.Match[str],
    ) -> Self:
        """Take the list of the message up again, also after a restart."""
        if not isinstance(item, ui.ChannelSelect | ui.RoleSelect):
            raise TypeError("only a list of channels or roles has this name")
        return cls(item, match["what"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Keep the choice."""
        async with saying_errors(partial(say, interaction)):
            if await may_set(interaction):
                chosen = frozenset(one.id for one in self.item.values)
                await _change(interaction, lambda old: _with(old, self._what, chosen))


def _with(server: Server, what: str, chosen: frozenset[int]) -> Server:
    named: dict[str, Any] = {what: chosen}  # one of the four that the list's name allows
    return replace(server, **named)


class Setting(
    ui.DynamicItem[Button], template=re.compile("dateline:set:(?P<what>private|limits|insights)")
):
    """Switches private answers or insights on and off, or opens the form for the limits."""

    def __init__(self, button: Button, what: str) -> None:
        super().__init__(button)
        self._what = what

    @classmethod
    def make(cls, what: str, label: str = "…") -> Self:
        """Make one of the buttons."""
        return cls(ui.Button(label=label, custom_id=f"dateline:set:{what}"), what)

    @classmethod
    async def from_custom_id(
        cls,
        interaction: discord.Interaction,  # noqa: ARG003  discord.py's signature
        item: ui.Item[ui.LayoutView],  # noqa: ARG003
        match: re.Match[str],
    ) -> Self:
        """Make the button anew when it is pressed."""
        return cls.make(match["what"])

    async def callback(self, interaction: discord.Interaction) -> None:
        """Change the setting."""
        async with saying_errors(partial(say, interaction)):
            if not await may_set(interaction):
                return
            if self._what == "limits":
                server = service_of(interaction).servers.get(interaction.guild_id)
                await respond(partial(interaction.response.send_modal, LimitsForm(server)))
            elif self._what == "insights":
                now = time.time()
                await _change(
                    interaction,
                    lambda old: replace(old, insights_since=0.0 if old.insights_since else now),
                )
            else:
                await _change(interaction, lambda old: replace(old, private=not old.private))


async def may_set(interaction: discord.Interaction) -> bool:
    """Tell whether this person may change settings; whoever may not is told."""
    if interaction.guild_id is not None and interaction.permissions.manage_guild:
        return True
    await say(interaction, _NOT_YOURS)
    return False


async def _change(interaction: discord.Interaction, change: Callable[[Server], Server]) -> None:
    """Hold the new settings and put them on disk, whether or not they can be shown."""
    service, guild_id = service_of(interaction), interaction.guild_id
    if guild_id is None:
        return
    server = change(service.servers.get(guild_id))
    service.servers.set(guild_id, server)
    try:
        await respond(partial(interaction.response.edit_message, view=_shown(interaction, server)))
    finally:
        await service.keep(service.servers.save, guild_id)


def _shown(interaction: discord.Interaction, server: Server) -> ui.LayoutView:
    return _panel(server, reads_messages=service_of(interaction).reads_messages)


def _panel(server: Server, *, reads_messages: bool) -> ui.LayoutView:
    switch = "Answer publicly by default" if server.private else "Answer privately by default"
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(_words(server, reads_messages=reads_messages)))
    for what in ("channels", "threads", "roles", *(["open"] if reads_messages else [])):
        view.add_item(ui.ActionRow(ServerChoice.make(what, getattr(server, what))))
    view.add_item(
        ui.ActionRow(
            Setting.make("private", switch),
            Setting.make("limits", "Limits…"),
            Setting.make("insights", f"Turn insights {'off' if server.insights_since else 'on'}"),
        )
    )
    return view


def _words(server: Server, *, reads_messages: bool) -> str:
    where = ", ".join(f"<#{channel}>" for channel in sorted(server.channels)) or "every channel"
    whom = ", ".join(f"<@&{role}>" for role in sorted(server.roles)) or "everybody"
    threads = ", ".join(f"<#{channel}>" for channel in sorted(server.threads))
    threaded = f"A mention in {threads} is answered in a thread.\n" if threads else ""
    opened = ", ".join(f"<#{channel}>" for channel in sorted(server.open))
    threaded += (
        f"In {opened} I answer what asks without a mention.\n" if opened and reads_messages else ""
    )
    who = "only the person who asked" if server.private else "everybody in the channel"
    return (
        "**Settings of this server**\n"
        f"I answer {whom} in {where}.\n"
        f"{threaded}"
        f"If nothing else is asked for, {who} sees the answer to `/ask`.\n"
        f"One person can ask every {server.cooldown_s} s and {server.person_limit} questions a day,"
        f" the server {server.daily_limit}.\n"
        f"Insights are {'on: `/insights`' if server.insights_since else 'off'}."
    )


def _number_input(name: str, value: int) -> "ui.TextInput[LimitsForm]":
    return ui.TextInput(custom_id=name, default=str(value), max_length=6)


def _number(text: str, least: int, most: int) -> int | None:
    value = int(text) if text.strip().isdecimal() else -1
    return value if least <= value <= most else None
