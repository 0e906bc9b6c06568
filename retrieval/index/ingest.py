"""Folders and files into the index: only what differs is written, and what is gone goes."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from retrieval.articles.cleaning.clean import clean
from retrieval.articles.folder import describe, read_articles
from retrieval.articles.raw import RawArticle, Skipped
from retrieval.errors import ArticleError, UsageError
from retrieval.index.diff import Diff, Incoming, Scope, diff
from retrieval.index.index_writer import IndexWriter, open_writer
from retrieval.index.library import Library
from retrieval.index.repair import Held
from retrieval.record import Json, article_record
from retrieval.types import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """One article, and how many paragraphs of its page were kept or left out as what.

    `notes` say what a person should know of the file: values that could not be used.
    """

    article: Article
    kept: int
    boilerplate: int
    comments: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """What came, stayed and went; `failed` names each file that was left out, and why."""

    added: tuple[Ingested, ...] = ()
    updated: tuple[Ingested, ...] = ()
    unchanged: tuple[Ingested, ...] = ()
    removed: tuple[Article, ...] = ()
    failed: tuple[Skipped, ...] = ()
    notes: tuple[str, ...] = ()


def report_record(report: IngestReport) -> dict[str, Json]:
    """Give the report as one JSON object; every article has its paragraph counts."""
    return {
        "added": [_ingested_record(one) for one in report.added],
        "unchanged": [_ingested_record(one) for one in report.unchanged],
        "updated": [_ingested_record(one) for one in report.updated],
        "removed": [article_record(article) for article in report.removed],
        "failed": [{"source": one.source, "reason": one.reason} for one in report.failed],
        "notes": list(report.notes),
    }


def _ingested_record(one: Ingested) -> dict[str, Json]:
    return article_record(one.article) | {
        "kept": one.kept,
        "boilerplate": one.boilerplate,
        "comments": one.comments,
        "notes": list(one.notes),
    }


OnProgress = Callable[[int, int, str], None]
"""Gets how many articles are embedded, of how many, and the source of the last one."""


def _silent(_done: int, _total: int, _what: str) -> None:
    """Tell nobody."""


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
    paths: Sequence[Path],
    *,
    on_progress: OnProgress = _silent,
    by_itself: bool = False,
) -> IngestReport:
    """Make the index equal to folders, and add or refresh single files.

    The same input again changes nothing. Articles of a folder whose files have gone leave; those
    of other folders stay, and so does what is held of a file that cannot be opened now. Killed at
    any moment and run again, it ends with the same index.

    Args:
        library: The index.
        paths: Files and folders.
        on_progress: Called when it is known how many articles are new, and after each of them.
        by_itself: Nobody asked for this folder: its articles leave when another one comes.

    Raises:
        ArticleError: A path is missing, a folder is empty or a `sources.toml` is broken; nothing
            was changed.
        IndexBusy: Another process is writing.
        StoreError: The index cannot be written.
        ModelError: The embeddings provider failed; the next run goes on from there.
    """
    scopes = [_read(path) for path in _outermost(paths)]
    progress = _Progress(on_progress)
    with open_writer(library, on_article=progress.count) as writer:
        samples, sample_folder = _samples(scopes, writer, by_itself=by_itself)
        staying = {key: one for key, one in writer.held.items() if one.article not in samples}
        changes = diff(scopes, staying)
        changes.removed += samples
        for article in changes.removed:
            writer.remove(article.article_id)
        to_write = [*changes.added, *changes.updated]
        progress.start({one.article.article_id for one in to_write} | writer.moving)
        counts = {one.article.article_id: writer.put(one.article, one.text) for one in to_write}
        writer.finish(sample_folder=sample_folder)
        counts |= {key: one.article.passages for key, one in staying.items() if key not in counts}
        notes = _notes(library, writer, samples)
    return _report(scopes, changes, counts, notes)


def remove_articles(library: Library, name: str) -> IngestReport:
    """Take an article or everything of a folder out of the index; the files stay.

    Args:
        library: The index.
        name: What `Library.find_article` takes, or a folder that was ingested.

    Raises:
        UsageError: The name is empty, which would be the folder that the process is in.
        ArticleError: Neither an article nor a folder of that name is held.
        IndexBusy: Another process is writing.
    """
    if not name.strip():
        raise UsageError("the name of what to remove is empty")
    with open_writer(library) as writer:
        removed = _named(library, writer.held, name)
        for article in removed:
            writer.remove(article.article_id)
        writer.finish(sample_folder=writer.sample_folder)
    return IngestReport(removed=tuple(removed))


def _named(library: Library, held: Mapping[str, Held], name: str) -> list[Article]:
    folder = Path(name).expanduser().resolve()
    places = Scope(folder=str(folder))
    if inside := [one.article for one in held.values() if places.covers(one.article)]:
        return inside
    try:
        return [library.find_article(name)]
    except ArticleError as error:
        raise ArticleError(f"{error}; nor is a folder {folder} held") from error


def _outermost(paths: Sequence[Path]) -> list[Path]:
    """Leave out paths that another one holds, and give each once."""
    resolved = {path.expanduser().resolve(): path for path in paths}
    return [path for full, path in resolved.items() if not resolved.keys() & set(full.parents)]


def _read(path: Path) -> Scope:
    found = [_incoming(raw) for raw in read_articles(path)]
    folder = path if path.is_dir() else path.parent
    return Scope(
        folder=str(folder.resolve()),
        file=None if path.is_dir() else path.name,
        incoming=tuple(one for one in found if isinstance(one, Incoming)),
        skipped=tuple(one for one in found if isinstance(one, Skipped)),
    )


def _incoming(raw: RawArticle | Skipped) -> Incoming | Skipped:
    if isinstance(raw, Skipped):
        return raw
    cleaned = clean(raw.text, title=raw.title)
    if not cleaned.text:
        return Skipped(source=raw.source, reason="nothing is left of it without page furniture")
    return Incoming(
        article=describe(raw, cleaned.text),
        text=cleaned.text,
        kept=cleaned.kept,
        boilerplate=cleaned.boilerplate + raw.boilerplate,
        comments=cleaned.comments + raw.comments,
        notes=raw.notes,
    )


def _samples(
    scopes: Sequence[Scope], writer: IndexWriter, *, by_itself: bool
) -> tuple[list[Article], str | None]:
    """Give the articles that came by themselves and leave now, and whose folder is that then."""
    folder = writer.sample_folder
    if by_itself:
        return [], folder if writer.held else scopes[0].folder
    asked_for = any(
        scope.file is None and Path(folder or "").is_relative_to(scope.folder) for scope in scopes
    )
    if folder is None or asked_for:
        return [], None
    if all(scope.is_in(folder) or not scope.incoming for scope in scopes):
        return [], folder
    return [one.article for one in writer.held.values() if one.article.folder == folder], None


def _notes(library: Library, writer: IndexWriter, samples: Sequence[Article]) -> Iterator[str]:
    if writer.is_building_anew:
        yield f"The index was built anew with {library.fingerprint}; all articles were embedded."
    if samples:
        yield (
            f"{len(samples)} sample articles that came by themselves have left; "
            f'"dateline ingest {samples[0].folder}" brings them back.'
        )


def _report(
    scopes: Sequence[Scope], changes: Diff, passages: Mapping[str, int], notes: Iterator[str]
) -> IngestReport:
    def ingested(incoming: Sequence[Incoming]) -> tuple[Ingested, ...]:
        return tuple(
            Ingested(
                article=replace(one.article, passages=passages[one.article.article_id]),
                kept=one.kept,
                boilerplate=one.boilerplate,
                comments=one.comments,
                notes=one.notes,
            )
            for one in incoming
        )

    return IngestReport(
        added=ingested(changes.added),
        updated=ingested(changes.updated),
        unchanged=ingested(changes.unchanged),
        removed=tuple(changes.removed),
        failed=tuple(skipped for scope in scopes for skipped in scope.skipped),
        notes=tuple(notes),
    )
