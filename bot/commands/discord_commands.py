"""`dateline discord`, which runs the bot, and `feedback`, what people said of its answers."""

from pathlib import Path

import click

from bot.options import index_option, settings_for
from bot.terminal.batch import print_record


@click.command("discord")
@click.option("--sync", is_flag=True, help="Register the commands even if they did not change.")
@click.option("--guild", type=int, metavar="ID", help="Register for one server only, at once.")
@index_option
def discord_command(sync: bool, guild: int | None, index: Path | None) -> int:
    """Run the Discord bot until it is stopped."""
    from bot.discord.run import run_discord
    from bot.first_run import opened_answerer

    settings = settings_for(index)
    run_discord(settings, lambda: opened_answerer(settings), sync=sync, guild=guild)
    return 0


@click.group("feedback")
def feedback_command() -> None:
    """Work with the feedback that people gave in Discord."""


@feedback_command.command("export")
@index_option
def export(index: Path | None) -> int:
    """Print one question-set line for each rated answer."""
    from bot.discord.storage.feedback_store import export_feedback

    for line in export_feedback(settings_for(index)):
        print_record(line)
    return 0
