"""`dateline backup` and `restore`: index and state in one checked file."""

from pathlib import Path

import click

from bot.options import NamedPath, index_option, settings_for

_FILE = NamedPath(path_type=Path, dir_okay=False)


@click.command("backup")
@click.argument("file", type=_FILE)
@index_option
def backup_command(file: Path, index: Path | None) -> int:
    """Write index and state to FILE, also while the bot runs."""
    from bot.backup import kept_elsewhere, write_backup

    settings = settings_for(index)
    parts = write_backup(settings, file)
    click.echo(f"{' and '.join(parts)} backed up to {file}{kept_elsewhere(settings)}")
    return 0


@click.command("restore")
@click.argument("file", type=_FILE)
@index_option
def restore_command(file: Path, index: Path | None) -> int:
    """Put index and state of the backup FILE in place of those that are there."""
    from bot.backup import restore_backup

    parts = restore_backup(settings_for(index), file)
    click.echo(f"{' and '.join(parts)} restored from {file}")
    return 0
