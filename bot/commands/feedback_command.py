"""`dateline feedback export`: what people said of answers, as question-set lines."""

from pathlib import Path

import click

from bot.options import index_option, settings_for
from bot.terminal.batch import print_record


@click.group("feedback")
def command() -> None:
    """Work with the feedback that people gave in Discord."""


@command.command("export")
@index_option
def export(index: Path | None) -> int:
    """Print one question-set line for each rated answer."""
    from bot.discord.storage.feedback_store import export_feedback

    for line in export_feedback(settings_for(index)):
        print_record(line)
    return 0
