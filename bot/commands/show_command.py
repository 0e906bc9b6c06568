"""`dateline show`: the clean text of one article."""

from pathlib import Path

import click

from bot.options import index_option, json_option, settings_for
from bot.terminal.batch import print_record


@click.command("show")
@click.argument("article")
@json_option
@index_option
def command(article: str, as_json: bool, index: Path | None) -> int:
    """Show the clean text of ARTICLE, an id or a file name."""
    from bot.first_run import opened_library
    from retrieval.record import article_record

    with opened_library(settings_for(index)) as library, library.snapshot() as held:
        found = held.find_article(article)
        text = held.article_text(found.article_id)
    if as_json:
        print_record({"article": article_record(found), "text": text})
    else:
        from bot.terminal.printing import make_console, print_article

        print_article(make_console(), found, text)
    return 0
