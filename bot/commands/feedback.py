"""`dateline feedback export`: what people said of answers, as question-set lines."""

import click

from bot.batch import print_record
from bot.options import settings_for


@click.group("feedback")
def command() -> None:
    """Work with the feedback that people gave in Discord."""


@command.command("export")
def export() -> int:
    """Print one question-set line for each rated answer."""
    from bot.discord.feedback import export_feedback

    for line in export_feedback(settings_for(None)):
        print_record(line)
    return 0
