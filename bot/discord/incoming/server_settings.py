"""`/settings`: what a server's owner can set; the right to do so is checked at every press."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import discord
from discord import app_commands, ui

from bot.discord.context import chosen_of, respond, say, service_of
from bot.discord.incoming.forms import form_values, unremembered
from bot.discord.messages.layout import Button, view_of
from bot.discord.storage.servers import Server

_MOST_CHOSEN = 25
_LONGEST_COOLDOWN_S = 3600
_MOST_A_DAY = 100_000
_LIMITS = {
    "cooldown_s": ("Seconds between one person's questions", 0, _LONGEST_COOLDOWN_S),
    "daily_limit": ("Questions a day, all people together", 1, _MOST_A_DAY),
    "person_limit": ("Questions a day, each person", 1, _MOST_A_DAY),
}
"""What the form asks for, and in which range."""
CHOICE = re.compile("dateline:set:(?P<what>channels|threads|roles|open)")
SWITCH = re.compile("dateline:set:(?P<what>private|limits|insights)")
LIMITS = re.compile("dateline:form:limits")
"""What the lists, buttons and the form of the settings are called by."""
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
    if not await may_set(interaction):
        return
    server = service_of(interaction).servers.get(interaction.guild_id)
    show = partial(
        interaction.response.send_message, view=_shown(interaction, server), ephemeral=True
    )
    await respond(show)


def limits_form(server: Server) -> ui.Modal:
    """Make the form for the cooldown and the daily limits."""
    return unremembered(
        ui.Modal(title="Limits", custom_id="dateline:form:limits"),
        *(
            ui.Label(
                text=text,
                component=ui.TextInput[ui.Modal](
                    custom_id=name, default=str(getattr(server, name)), max_length=6
                ),
            )
            for name, (text, _, _) in _LIMITS.items()
        ),
    )


async def take_limits(interaction: discord.Interaction, _: re.Match[str]) -> None:
    """Keep all that was filled in if they are numbers in range."""
    values = form_values(interaction)
    limits = {
        name: _number(values.get(name, ""), least, most)
        for name, (_, least, most) in _LIMITS.items()
    }
    if None in limits.values():
        await say(
            interaction,
            f"Write whole numbers: 0 to {_LONGEST_COOLDOWN_S} seconds, 1 to {_MOST_A_DAY}"
            " questions.",
        )
    elif await may_set(interaction):
        await _change(interaction, lambda old: _with(old, limits))


def _choice_list(what: str, chosen: frozenset[int]) -> Select:
    """Make a list of channels or roles with the present choice in it."""
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
        return ui.RoleSelect(**known)
    return ui.ChannelSelect(channel_types=_CHANNELS[what], **known)


async def choose(interaction: discord.Interaction, choice: re.Match[str]) -> None:
    """Keep the channels to answer in, or in threads or unasked, or the roles to answer to."""
    if await may_set(interaction):
        chosen = frozenset(map(int, chosen_of(interaction)))
        await _change(interaction, lambda old: _with(old, {choice["what"]: chosen}))


def _with(server: Server, changed: dict[str, Any]) -> Server:
    return replace(server, **changed)


def _button(what: str, label: str) -> Button:
    return ui.Button(label=label, custom_id=f"dateline:set:{what}")


async def switch(interaction: discord.Interaction, button: re.Match[str]) -> None:
    """Switch private answers or insights on and off, or open the form for the limits."""
    if not await may_set(interaction):
        return
    if button["what"] == "limits":
        server = service_of(interaction).servers.get(interaction.guild_id)
        await respond(partial(interaction.response.send_modal, limits_form(server)))
    elif button["what"] == "insights":
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
    lists = ("channels", "threads", "roles", *(["open"] if reads_messages else []))
    return view_of(
        ui.TextDisplay(_words(server, reads_messages=reads_messages)),
        *(ui.ActionRow(_choice_list(what, getattr(server, what))) for what in lists),
        ui.ActionRow(
            _button(
                "private", f"Answer {'publicly' if server.private else 'privately'} by default"
            ),
            _button("limits", "Limits…"),
            _button("insights", f"Turn insights {'off' if server.insights_since else 'on'}"),
        ),
    )


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


def _number(text: str, least: int, most: int) -> int | None:
    value = int(text) if text.strip().isdecimal() else -1
    return value if least <= value <= most else None
