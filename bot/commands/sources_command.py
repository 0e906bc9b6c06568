"""`dateline sources`: the articles held."""

from pathlib import Path

import click

from bot.options import index_option, json_option, settings_for
from bot.terminal.batch import print_record


@click.command("sources")
@json_option
@index_option
def command(as_json: bool, index: Path | None) -> int:
    """List the articles held: title, outlet, author, date, kind, passages."""
    from bot.first_run import opened_library
    from retrieval.record import article_record

    with opened_library(settings_for(index)) as library, library.snapshot() as held:
        articles, written_at = held.articles, held.written_at
    if as_json:
        print_record([article_record(article) for article in articles])
    else:
        from bot.terminal.printing import make_console, print_sources

        print_sources(make_console(), articles, written_at=written_at)
    return 0
