"""`dateline doctor`: what is wrong, and what to do about it."""

from pathlib import Path

import click

from bot.options import index_option, settings_for


@click.command("doctor")
@click.option("--online", is_flag=True, help="Also call the chat model once.")
@index_option
def command(online: bool, index: Path | None) -> int:
    """Check the installation, settings, index and model, one line each."""
    from bot.commands.installation import print_findings, run_doctor

    return print_findings(run_doctor(settings_for(index), online=online))
