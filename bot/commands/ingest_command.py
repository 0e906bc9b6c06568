"""`dateline ingest`: makes the index equal to the given files and folders."""

from pathlib import Path

import click

from bot.options import NamedPath, index_option, json_option, settings_for
from bot.terminal.batch import print_record


@click.command("ingest")
@click.argument("paths", nargs=-1, type=NamedPath(path_type=Path))
@click.option("--remove", metavar="ARTICLE|FOLDER", help="Take an article or a folder out.")
@json_option
@index_option
def command(paths: tuple[Path, ...], remove: str | None, as_json: bool, index: Path | None) -> int:
    """Add or refresh articles from PATHS; without any, the folder of the settings."""
    from bot.terminal.printing import make_console, print_report
    from bot.terminal.stderr import ingest_progress
    from retrieval.index.ingest import ingest, remove_articles, report_record
    from retrieval.index.library import open_library

    settings = settings_for(index)
    if remove is not None and paths:
        raise click.UsageError("give either PATHS or --remove, not both")
    with open_library(settings) as library, ingest_progress() as on_progress:
        if remove is not None:
            report = remove_articles(library, remove)
        else:
            chosen = list(paths) or [settings.articles_folder]
            report = ingest(library, chosen, on_progress=on_progress)
    if as_json:
        print_record(report_record(report))
    else:
        print_report(make_console(), report)
    return 0
