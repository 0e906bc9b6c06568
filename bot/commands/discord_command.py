"""`dateline discord`: runs the Discord bot."""

from pathlib import Path

import click

from bot.options import index_option, settings_for


@click.command("discord")
@click.option("--sync", is_flag=True, help="Register the commands even if they did not change.")
@click.option("--guild", type=int, metavar="ID", help="Register for one server only, at once.")
@index_option
def command(sync: bool, guild: int | None, index: Path | None) -> int:
    """Run the Discord bot until it is stopped."""
    from bot.discord.run import run_discord
    from bot.first_run import opened_answerer

    settings = settings_for(index)
    run_discord(settings, lambda: opened_answerer(settings), sync=sync, guild=guild)
    return 0
