"""`dateline restore`: puts index and state of a backup in place."""

from pathlib import Path

import click

from bot.options import NamedPath, index_option, settings_for


@click.command("restore")
@click.argument("file", type=NamedPath(path_type=Path, dir_okay=False))
@index_option
def command(file: Path, index: Path | None) -> int:
    """Put index and state of the backup FILE in place of those that are there."""
    from bot.backup import restore_backup

    parts = restore_backup(settings_for(index), file)
    click.echo(f"{' and '.join(parts)} restored from {file}")
    return 0
