"""`dateline backup`: writes index and state to one checked file."""

from pathlib import Path

import click

from bot.options import NamedPath, index_option, settings_for


@click.command("backup")
@click.argument("file", type=NamedPath(path_type=Path, dir_okay=False))
@index_option
def command(file: Path, index: Path | None) -> int:
    """Write index and state to FILE, also while the bot runs."""
    from bot.backup import write_backup

    parts = write_backup(settings_for(index), file)
    click.echo(f"{' and '.join(parts)} backed up to {file}")
    return 0
