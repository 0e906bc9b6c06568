"""`dateline repl`: chat in the terminal."""

from pathlib import Path

import click

from bot.options import filter_options, index_option, make_filters, settings_for


@click.command("repl")
@filter_options
@index_option
def command(since: str | None, until: str | None, outlet: str | None, index: Path | None) -> int:
    """Chat in the terminal; /help lists the commands."""
    from bot.first_run import opened_answerer
    from bot.repl.loop import run_repl

    settings = settings_for(index)
    filters = make_filters(since, until, outlet)
    with opened_answerer(settings) as answerer:
        return run_repl(answerer, settings, filters=filters)
