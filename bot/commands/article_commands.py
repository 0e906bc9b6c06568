"""`dateline ingest`, `sources` and `show`: articles into the index, and what it holds."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from typing_extensions import override

from bot.options import NamedPath, index_option, json_option, settings_for
from retrieval.record import article_record, json_line

if TYPE_CHECKING:
    import os

    from retrieval.articles.raw import RawArticle, Skipped
    from retrieval.index.ingest import IngestReport
    from retrieval.index.library import Library

_ALL_FAILED = 1


class _Place(NamedPath):
    """A path, or a URL as it is."""

    @override
    def convert(
        self,
        value: "str | os.PathLike[str]",
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> "str | bytes | os.PathLike[str]":
        text = str(value)
        return text if "://" in text else super().convert(value, param, ctx)


@click.command("ingest")
@click.argument("places", nargs=-1, type=_Place(path_type=Path), metavar="[PATH|URL]...")
@click.option("--remove", metavar="ARTICLE|FOLDER", help="Take an article or a folder out.")
@click.option("--servers", is_flag=True, help="With --remove: what a Discord server has added.")
@click.option("--dry-run", is_flag=True, help="Tell what would change, and change nothing.")
@click.option("--watch", is_flag=True, help="Go on: files as they change, pages every 15 minutes.")
@click.option("--explain", is_flag=True, help="Print each line of the files and what became of it.")
@click.option("--text-key", metavar="NAME", help="What the files of JSON call the text.")
@json_option
@index_option
def ingest_command(
    places: tuple[Path | str, ...],
    remove: str | None,
    servers: bool,
    dry_run: bool,
    watch: bool,
    explain: bool,
    text_key: str | None,
    as_json: bool,
    index: Path | None,
) -> int:
    """Add or refresh articles from files, folders, pages, feeds and site maps.

    Without any, those of the folder of the settings.
    """
    from bot.terminal.stderr import ingest_progress
    from retrieval.index.ingest import ingest, preview, remove_articles
    from retrieval.index.library import open_library
    from retrieval.index.writing.additions import remove_of_any

    settings = settings_for(index)
    if servers and remove is None:
        raise click.UsageError("--servers goes with --remove")
    if bool(places) + (remove is not None) > 1 or bool(remove is not None) + dry_run + watch > 1:
        raise click.UsageError("give either PATHS, with --dry-run or --watch if so, or --remove")
    chosen = list(places) or [settings.articles_folder]
    if explain:
        _explain(chosen, text_key)
        return 0
    with open_library(settings) as library:
        if watch:
            return _watch(library, chosen, as_json=as_json, text_key=text_key)
        with ingest_progress() as (on_progress, on_file):
            if remove is not None:
                take_out = remove_of_any if servers else remove_articles
                report = take_out(library, remove)
            elif dry_run:
                report = preview(library, chosen, text_key=text_key)
            else:
                report = ingest(
                    library, chosen, on_progress=on_progress, on_file=on_file, text_key=text_key
                )
    _show(report, as_json=as_json)
    read = report.added or report.updated or report.unchanged or report.removed
    return _ALL_FAILED if report.failed and not read else 0


def _explain(places: Sequence[Path | str], text_key: str | None) -> None:
    """Print each line of files and pages, kept or with the rule that left it out."""
    from bot.terminal.harmless import one_line
    from retrieval.articles.cleaning.clean import clean
    from retrieval.articles.raw import Skipped

    for raw in (raw for place in places for raw in _read(place, text_key)):
        click.echo(one_line(raw.source))
        if isinstance(raw, Skipped):
            click.echo(f"  {one_line(raw.reason)}")
            continue
        for name, how in sorted(raw.known_from.items()):
            click.echo(f"  {name} from {one_line(how)}: {one_line(str(getattr(raw, name)))}")
        for line in clean(raw.text, title=raw.title, is_extracted=raw.is_extracted).lines:
            click.echo(f"  {line.rule or 'kept'}: {one_line(line.text)}")
        for text in raw.left_out:
            click.echo(f"  extractor: {one_line(text)}")


def _read(place: Path | str, text_key: str | None) -> "Iterator[RawArticle | Skipped]":
    from retrieval.articles.folder import read_articles
    from retrieval.articles.web.fetch import Fetcher
    from retrieval.articles.web.pages import Web

    if isinstance(place, Path):
        return read_articles(place, text_key=text_key)
    return (page.found for page in Web(Fetcher()).read(place) if page.found)


def _show(report: "IngestReport", *, as_json: bool) -> None:
    from bot.terminal.printing import make_console, print_report
    from retrieval.index.ingest import report_record

    if as_json:
        click.echo(json_line(report_record(report)))
    else:
        print_report(make_console(), report)


def _watch(
    library: "Library", places: Sequence[Path | str], *, as_json: bool, text_key: str | None
) -> int:
    """Show what each change brings, until the person stops it."""
    from bot.terminal.stderr import say_on_stderr
    from retrieval.errors import DatelineError
    from retrieval.index.ingest import watch

    try:
        for number, came in enumerate(watch(library, places, text_key=text_key)):
            if isinstance(came, DatelineError):
                say_on_stderr(str(came))
            elif number == 0 or came.added or came.updated or came.removed or came.failed:
                _show(came, as_json=as_json)
    except KeyboardInterrupt:
        say_on_stderr("stopped watching")
    return 0


@click.command("sources")
@click.option("--servers", is_flag=True, help="Those that Discord servers have added, instead.")
@json_option
@index_option
def sources_command(servers: bool, as_json: bool, index: Path | None) -> int:
    """List the articles held: title, outlet, author, date, kind, passages."""
    from bot.first_run import opened_library
    from retrieval.index.writing.additions import all_added

    with opened_library(settings_for(index)) as library:
        with library.snapshot() as held:
            articles, written_at = held.articles, held.written_at
        if servers:
            articles = tuple(all_added(library))
    if as_json:
        click.echo(json_line([article_record(article) for article in articles]))
    else:
        from bot.terminal.printing import make_console, print_sources

        print_sources(make_console(), articles, written_at=written_at)
    return 0


@click.command("show")
@click.argument("article")
@json_option
@index_option
def show_command(article: str, as_json: bool, index: Path | None) -> int:
    """Show the clean text of ARTICLE, an id or a file name."""
    from bot.first_run import opened_library

    with opened_library(settings_for(index)) as library, library.snapshot() as held:
        found = held.find_article(article)
        text = held.article_text(found.article_id)
    if as_json:
        click.echo(json_line({"article": article_record(found), "text": text}))
    else:
        from bot.terminal.printing import make_console, print_article

        print_article(make_console(), found, text)
    return 0
