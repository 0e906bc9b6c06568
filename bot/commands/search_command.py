"""`dateline search`: ranked passages, without an answer."""

from pathlib import Path

import click

from bot.options import (
    filter_options,
    index_option,
    json_option,
    make_filters,
    settings_for,
)
from bot.terminal.batch import print_search, search_lines
from bot.terminal.stderr import say_on_stderr


@click.command("search")
@click.argument("query")
@click.option(
    "-k", type=click.IntRange(1, 1000), default=10, show_default=True, help="At most K passages."
)
@filter_options
@json_option
@index_option
def command(
    query: str,
    k: int,
    since: str | None,
    until: str | None,
    outlet: str | None,
    as_json: bool,
    index: Path | None,
) -> int:
    """Rank passages for QUERY; `-` reads one query a line from standard input."""
    from bot.first_run import opened_library

    filters = make_filters(since, until, outlet)
    with opened_library(settings_for(index)) as library:
        with library.snapshot() as held:
            for note in held.limit_notes(filters):
                say_on_stderr(note)
        if query == "-":
            return search_lines(library, filters, k=k, as_json=as_json)
        print_search(library, query, filters, k=k, as_json=as_json)
    return 0
