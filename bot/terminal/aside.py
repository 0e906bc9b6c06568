"""What is said beside the result: one line each, on standard error."""

import click

from bot.terminal.harmless import one_line


def aside(words: str) -> None:
    """Say something on standard error, as the program; it stays one line."""
    click.echo(f"dateline: {one_line(words)}", err=True)
