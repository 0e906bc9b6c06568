"""`/insights`: what people ask and what is refused, for the owner, once they have turned it on."""

import io
from functools import partial

import discord
from discord import app_commands, ui

from bot.discord.context import acknowledge, put, say, service_of
from bot.discord.error_replies import saying_errors
from bot.discord.incoming.server_settings import may_set
from bot.discord.messages.insights_page import insights_csv, insights_page
from bot.discord.messages.layout import page_view
from bot.discord.messages.markdown import when
from bot.discord.storage.insights import insights_of

_FILE = "insights.csv"
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
    async with saying_errors(partial(say, interaction)):
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
