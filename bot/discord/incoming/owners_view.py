"""`/insights` and `/watch`: what an owner learns from questions, and has told from new articles."""

import io
from collections.abc import Sequence
from csv import writer
from functools import partial

import discord
from discord import app_commands, ui

from bot.discord.context import acknowledge, put, say, service_of
from bot.discord.incoming.server_settings import may_set
from bot.discord.messages.answer_pages import QUESTION_CHARS
from bot.discord.messages.layout import Page, escape, one_line, page_view, when
from bot.discord.storage.owners import (
    LEAST_PEOPLE,
    MOST_A_DAY,
    MOST_TOPICS,
    Insights,
    Watch,
    Watches,
    insights_of,
)

_FILE = "insights.csv"
_TOPIC_CHARS = 80
_OFF = (
    "Insights are off. Turned on in `/settings`, they count from then on how many questions are"
    " asked and refused and which articles are cited, and show refused questions that at least"
    " three members asked in public; never who asked. `/privacy` then says so."
)


@app_commands.command(description="Show what people ask here, and what the articles do not answer.")
@app_commands.describe(csv="Give it as a table, too")
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
async def insights(interaction: discord.Interaction, csv: bool = False) -> None:
    """Show it to the owner alone."""
    if not await may_set(interaction) or interaction.guild_id is None:
        return
    service = service_of(interaction)
    since = service.servers.get(interaction.guild_id).insights_since
    if not since:
        await say(interaction, _OFF)
        return
    await acknowledge(interaction)
    gather = partial(insights_of, service.connection, interaction.guild_id, since)
    found = await service.keep(gather)
    view = page_view(insights_page(found, when(since)))
    if not csv:
        await put(interaction, view)
        return
    view.add_item(ui.File(f"attachment://{_FILE}"))
    table = discord.File(io.BytesIO(insights_csv(found).encode()), _FILE)
    await interaction.edit_original_response(view=view, attachments=[table])


@app_commands.command(description="Tell this channel when a new article says something on a topic.")
@app_commands.describe(
    topic="What to watch; without it I list what is watched", stop="Watch this topic no more"
)
@app_commands.default_permissions(manage_guild=True)
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.allowed_installs(guilds=True, users=False)
async def watch(
    interaction: discord.Interaction,
    topic: app_commands.Range[str, 2, _TOPIC_CHARS] | None = None,
    stop: bool = False,
) -> None:
    """Watch a topic, stop watching it, or list what the server watches."""
    guild_id, channel_id = interaction.guild_id, interaction.channel_id
    if not await may_set(interaction) or guild_id is None or channel_id is None:
        return
    await acknowledge(interaction)
    service = service_of(interaction)
    watches = Watches(service.connection)
    if topic is None:
        await say(interaction, _listed(await service.keep(watches.all, guild_id)))
        return
    one = Watch(guild_id=guild_id, channel_id=channel_id, topic=" ".join(topic.split()))
    done = await service.keep(watches.drop if stop else watches.add, one)
    await say(interaction, _watch_words(one.topic, stop=stop, done=done))


def _watch_words(topic: str, *, stop: bool, done: bool) -> str:
    named = f"**{escape(topic)}**"
    if stop:
        return f"I watch {named} here no more." if done else f"I do not watch {named} here."
    if not done:
        return f"A server can watch {MOST_TOPICS} topics; stop one first."
    return (
        f"I tell this channel when a new article says something on {named},"
        f" {MOST_A_DAY} times a day at most."
    )


def _listed(watches: Sequence[Watch]) -> str:
    lines = [f"- {escape(one.topic)} in <#{one.channel_id}>" for one in watches]
    return "\n".join(["**Watched**", *lines]) if lines else "Nothing is watched here."


_DAYS_SHOWN = 7
_PERCENT = 100
_FORMULA_STARTS = ("=", "+", "-", "@", "\t")
"""A spreadsheet would calculate what starts so."""


def insights_page(found: Insights, since: str) -> Page:
    """Show it at a glance; `since` is markdown and says from when on it counts."""
    share = round(_PERCENT * found.refused / found.asked) if found.asked else 0
    days = [f"- {day}: {count}" for day, count in found.days[-_DAYS_SHOWN:]]
    vain = [f"- {_line(text)} · {people} members" for text, people in found.in_vain]
    cited = [f"- {_line(title)} · {often}" for title, often in found.cited]
    blocks = [
        f"**Questions** {found.asked}, of which {found.refused} refused ({share} %)",
        "\n".join(days),
        "\n".join(["**Asked in vain**", *(vain or ["nothing, by as many"])]),
        "\n".join(["**Most cited**", *cited]) if cited else "",
    ]
    foot = (
        f"-# Counted since {since}. Questions are shown only if {LEAST_PEOPLE} or more members"
        " asked them in public in nearly the same words."
    )
    return Page(blocks=tuple(block for block in blocks if block), foot=foot)


def insights_csv(found: Insights) -> str:
    """Give it as a table: kind, what, count."""
    out = io.StringIO()
    table = writer(out, lineterminator="\n")
    table.writerow(("kind", "what", "count"))
    table.writerows(("questions", day, count) for day, count in found.days)
    table.writerow(("refused", "", found.refused))
    table.writerows(("asked in vain", _cell(text), people) for text, people in found.in_vain)
    table.writerows(("cited", _cell(title), often) for title, often in found.cited)
    return out.getvalue()


def _line(text: str) -> str:
    return escape(one_line(text, QUESTION_CHARS // 2))


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
