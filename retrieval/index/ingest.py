"""Folders and files into the index, once or as they change: only what differs is written."""

import os
import shlex
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.articles.folder import OnFile, place_of, untold
from retrieval.articles.raw import Skipped
from retrieval.articles.read_before import forget_what_was_read
from retrieval.errors import ArticleError, DatelineError, IndexEmpty, UsageError
from retrieval.index.chroma.connection import is_untouched
from retrieval.index.chroma.store import Store
from retrieval.index.library import Library
from retrieval.index.writing.diff import Diff, Incoming, Scope, diff, read_places
from retrieval.index.writing.index_writer import IndexWriter, open_writer
from retrieval.index.writing.repair import Held, examine, held_of
from retrieval.models.embedder import weak_for
from retrieval.record import Json, article_record
from retrieval.types import Article

if TYPE_CHECKING:
    from threading import Event

    from retrieval.articles.web.pages import Web


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What came, stayed and went; `failed` names each file that was left out, and why.

    Articles are without their text here. `duplicates` are left out as well, but what they hold
    came with another file.
    """

    added: tuple[Incoming, ...] = ()
    updated: tuple[Incoming, ...] = ()
    unchanged: tuple[Incoming, ...] = ()
    removed: tuple[Article, ...] = ()
    failed: tuple[Skipped, ...] = ()
    duplicates: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


def report_record(report: IngestReport) -> dict[str, Json]:
    """Give the report as one JSON object; every article has its paragraph counts."""
    return {
        "added": [_ingested_record(one) for one in report.added],
        "unchanged": [_ingested_record(one) for one in report.unchanged],
        "updated": [_ingested_record(one) for one in report.updated],
        "removed": [article_record(article) for article in report.removed],
        # Programs have found all that was left out here since before duplicates were told apart.
        "failed": [_skipped_record(one) for one in (*report.failed, *report.duplicates)],
        "duplicates": [_skipped_record(one) for one in report.duplicates],
        "notes": list(report.notes),
    }


def _ingested_record(one: Incoming) -> dict[str, Json]:
    return article_record(one.article) | {
        "kept": one.kept,
        "boilerplate": one.boilerplate,
        "comments": one.comments,
        "notes": list(one.notes),
    }


def _skipped_record(one: Skipped) -> dict[str, Json]:
    return {"source": one.source, "reason": one.reason}


OnProgress = Callable[[int, int, str], None]
"""Gets how many articles are embedded, of how many, and the source of the last one."""


class _Progress:
    def __init__(self, tell: OnProgress) -> None:
        self._tell, self._done, self._total = tell, 0, 0

    def start(self, article_ids: Collection[str]) -> None:
        self._total = len(article_ids)
        if self._total:
            self._tell(0, self._total, "")

    def count(self, article: Article) -> None:
        self._done += 1
        self._tell(self._done, self._total, article.source)


def ingest(
    library: Library,
    places: Sequence[Path | str],
    *,
    on_progress: OnProgress = untold,
    on_file: OnFile = untold,
    by_itself: bool = False,
    web: "Web | None" = None,
    text_key: str | None = None,
) -> IngestReport:
    """Make the index equal to folders, and add or refresh single files and pages of the web.

    The same input again changes nothing. Articles of a folder whose files have gone leave; those
    of other folders stay, and so does what is held of a file that cannot be opened now. Killed at
    any moment and run again, it ends with the same index.

    Args:
        library: The index.
        places: Files and folders, and as text the URLs of pages, feeds and site maps.
        on_progress: Called when it is known how many articles are new, and after each of them.
        on_file: Called before each file is read.
        by_itself: Nobody asked for this folder: its articles leave when another one comes.
        web: Reads the URLs; one that has read them before passes over what has not changed.
        text_key: The name of the text in files of JSON, where it is none of the usual ones.

    Raises:
        ArticleError: A path is missing, a folder is empty, a `sources.toml` is broken or a URL is
            none; nothing was changed.
        IndexEmpty: The first ingest was stopped before it ended, and this one is `by_itself`.
        IndexBusy: Another process is writing.
        StoreError: The index cannot be written.
        ModelError: The embeddings provider failed; the next run goes on from there.
    """
    scopes = read_places(library.settings.index, places, web, text_key, on_file)
    request = "" if by_itself else _command(*map(_absolute, places))
    progress = _Progress(on_progress)
    with open_writer(library, request=request, on_article=progress.count) as writer:
        if by_itself and writer.unended_request:
            raise IndexEmpty(
                f'"{writer.unended_request}" was stopped before it ended; run it again to go on'
            )
        if by_itself and writer.held:  # another process was first
            return IngestReport()
        samples, sample_folder = _samples(scopes, writer, by_itself=by_itself)
        staying = {key: one for key, one in writer.held.items() if one.article not in samples}
        changes = diff(scopes, staying)
        changes.removed += samples
        for article in changes.removed:
            writer.remove(article.article_id)
        changes.date_corrections(writer.held, writer.text_of)
        to_write = [*changes.added, *changes.updated]
        progress.start({one.article.article_id for one in to_write} | writer.moving)
        counts = {one.article.article_id: writer.put(one.article, one.text) for one in to_write}
        writer.finish(sample_folder=sample_folder)
        counts |= {key: one.article.passages for key, one in staying.items() if key not in counts}
        read = (one.article for scope in scopes for one in scope.incoming)
        weak = weak_for(library.embedder, read)
        notes = chain(_notes(library, writer, samples, request), [weak] if weak else [])
    return report_of(scopes, changes, counts, notes)


def _command(*arguments: str) -> str:
    command = shlex.join(("dateline", "ingest", *arguments))
    return os.fsencode(command).decode("utf-8", "replace")


def preview(
    library: Library,
    places: Sequence[Path | str],
    *,
    web: "Web | None" = None,
    text_key: str | None = None,
) -> IngestReport:
    """Tell what `ingest` of these places would change, and change nothing.

    Articles that are not held yet have no passages. Samples that would leave are not told.

    Raises:
        ArticleError: As of `ingest`.
        StoreError: The index cannot be read.
    """
    scopes = read_places(library.settings.index, places, web, text_key=text_key, keeps=False)
    held: dict[str, Held] = {}
    if not is_untouched(library.settings):
        with closing(Store(library.settings)) as store:
            live = store.live()
            held = held_of(library.audience, examine(live).held) if live else {}
    counts = {key: one.article.passages for key, one in held.items()}
    changes = diff(scopes, held)
    new = {one.article.article_id: 0 for one in (*changes.added, *changes.updated)}
    return report_of(scopes, changes, new | counts, iter(()))


def _absolute(place: Path | str) -> str:
    return place if isinstance(place, str) else place_of(place.expanduser().resolve())


def remove_articles(library: Library, name: str) -> IngestReport:
    """Take an article, as `find_article` names it, or a folder out of the index; the files stay.

    Raises:
        UsageError: The name is empty, which would be the folder that the process is in.
        ArticleError: Neither an article nor a folder of that name is held.
        IndexBusy: Another process is writing.
    """
    if not name.strip():
        raise UsageError("the name of what to remove is empty")
    request = _command("--remove", name)
    with open_writer(library, request=request) as writer:
        removed = _named(library, writer.held, name)
        for article in removed:
            writer.remove(article.article_id)
        writer.finish(sample_folder=writer.sample_folder)
        forget_what_was_read(library.settings.index)
        notes = _notes(library, writer, (), request)
    return IngestReport(removed=tuple(removed), notes=tuple(notes))


def _named(library: Library, held: Mapping[str, Held], name: str) -> list[Article]:
    folder = place_of(Path(name).expanduser().resolve())
    places = Scope(folder=folder)
    if inside := [one.article for one in held.values() if places.covers(one.article)]:
        return inside
    try:
        return [library.find_article(name)]
    except ArticleError as error:
        raise ArticleError(f"{error}; nor is a folder {folder} held") from error


def _samples(
    scopes: Sequence[Scope], writer: IndexWriter, *, by_itself: bool
) -> tuple[list[Article], str | None]:
    """Give the articles that came by themselves and leave now, and whose folder is that then."""
    folder = writer.sample_folder
    if by_itself:
        return [], scopes[0].folder
    asked_for = any(
        scope.file is None and Path(folder or "").is_relative_to(scope.folder) for scope in scopes
    )
    if folder is None or asked_for:
        return [], None
    if all(scope.is_in(folder) or not scope.incoming for scope in scopes):
        return [], folder
    return [one.article for one in writer.held.values() if one.article.folder == folder], None


def _notes(
    library: Library, writer: IndexWriter, samples: Sequence[Article], request: str
) -> Iterator[str]:
    if writer.unended_request and writer.unended_request != request:
        yield f'"{writer.unended_request}" was stopped before it ended; run it again to go on.'
    if writer.is_building_anew:
        yield f"The index was built anew with {library.fingerprint}; all articles were embedded."
    if samples:
        yield (
            f"{len(samples)} sample articles that came by themselves have left; "
            f'"dateline ingest {samples[0].folder}" brings them back.'
        )


def report_of(
    scopes: Sequence[Scope], changes: Diff, passages: Mapping[str, int], notes: Iterable[str]
) -> IngestReport:
    """Say what became of all that was read; `passages` are how many each article has, by its id."""

    def ingested(incoming: Sequence[Incoming]) -> tuple[Incoming, ...]:
        return tuple(
            replace(
                one,
                text="",
                article=replace(one.article, passages=passages[one.article.article_id]),
            )
            for one in incoming
        )

    skipped = [one for scope in scopes for one in scope.skipped]
    return IngestReport(
        added=ingested(changes.added),
        updated=ingested(changes.updated),
        unchanged=ingested(changes.unchanged),
        removed=tuple(changes.removed),
        failed=tuple(one for one in skipped if not one.is_duplicate),
        duplicates=tuple(one for one in skipped if one.is_duplicate),
        notes=tuple(notes),
    )


# Often enough for news, seldom enough for a small site: a quarter of an hour.
PAGES_EVERY_S = 900.0
_LOOK_MS = 500


def watch(
    library: Library,
    places: Sequence[Path | str],
    *,
    web: "Web | None" = None,
    stop: "Event | None" = None,
    text_key: str | None = None,
) -> Iterator[IngestReport | DatelineError]:
    """Ingest places, then again whatever changes, until `stop` is set.

    Files are ingested when they change, the pages of URLs every quarter of an hour and only where
    they have changed. An ingest that fails later is given as its error, and the next change is
    waited for.

    Raises:
        DatelineError: The first ingest failed.
    """
    from watchfiles import watch as changes_of

    from retrieval.articles.web.fetch import Fetcher
    from retrieval.articles.web.pages import Web

    paths = [place for place in places if not isinstance(place, str)]
    urls = [place for place in places if isinstance(place, str)]
    web = web or Web(Fetcher())
    folders = {path if path.is_dir() else path.parent for path in paths if path.exists()}
    changes = changes_of(*folders, stop_event=stop, rust_timeout=_LOOK_MS, yield_on_timeout=True)
    next(changes, None)  # from here on no change is missed, the first ingest may take its time
    yield ingest(library, places, web=web, text_key=text_key)
    asked = time.monotonic()
    for changed in changes:
        if changed:
            yield _tried(library, paths, web, text_key)
        if urls and time.monotonic() - asked >= PAGES_EVERY_S:
            yield _tried(library, urls, web, text_key)
            asked = time.monotonic()


def _tried(
    library: Library, places: Sequence[Path | str], web: "Web", text_key: str | None
) -> IngestReport | DatelineError:
    try:
        return ingest(library, places, web=web, text_key=text_key)
    except DatelineError as error:
        return error
