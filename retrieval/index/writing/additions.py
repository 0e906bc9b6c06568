"""Articles that an audience adds for itself: one file or page at a time, up to a number.

Nobody has looked at them before: they are read in another process, within narrower limits than the
owner's files. The library says whose they are (`Library.seen_by`).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from retrieval.articles.files.apart import ApartReader
from retrieval.articles.files.formats import READERS
from retrieval.articles.folder import id_of
from retrieval.articles.raw import RawArticle, Skipped
from retrieval.articles.web.fetch import Fetcher, parse_url
from retrieval.articles.web.pages import Web
from retrieval.errors import ArticleError, IndexBusy, UsageError
from retrieval.index.ingest import IngestReport, report_of
from retrieval.index.library import Library
from retrieval.index.writing.diff import Incoming, Scope, diff, incoming_of, scope_of
from retrieval.index.writing.index_writer import IndexWriter, open_writer
from retrieval.types import Article

MAX_ADDED_BYTES = 10_000_000
"""Of one file or page: what Discord takes of anybody."""
# 60,000 words: a book. Cleaning and embedding it take a minute of two cores, in which others wait.
_MAX_CHARS = 400_000
_NAME_CHARS = 100

OnStep = Callable[[str], None]
"""Gets what is being done now, in a few words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that somebody sent; the name's ending says what it is."""

    name: str
    data: bytes


def add_articles(
    library: Library,
    material: Upload | str,
    *,
    most: int,
    on_step: OnStep = lambda _: None,
    web: Web | None = None,
) -> IngestReport:
    """Take a file or a page in for the library's audience alone; nobody else's articles change.

    The same file name or URL again brings its articles up to date; the audience may have `most`.

    Raises:
        ArticleError: The file or page cannot be read or is too long; nothing was changed.
        UsageError: The audience would have more articles than it may; nothing was changed.
        IndexBusy: Another process is writing, or an ingest has not ended.
        IndexMismatch: The index was built with other settings.
        StoreError: The index cannot be written.
        ModelError: The embeddings provider failed; nothing was added.
    """
    source = str(parse_url(material)) if isinstance(material, str) else _safe_name(material.name)
    _check_room(library, source, most)
    on_step("fetching the page" if isinstance(material, str) else "reading the file")
    scope = _read(library.audience, material, source, web)
    on_step("waiting for the index")
    with _opened(library) as writer:
        changes = diff([scope], writer.held)
        if len(writer.held) + len(changes.added) > most:
            raise _too_many(most)
        on_step("taking it in")
        changes.date_corrections(writer.held, writer.text_of)
        to_write = [*changes.added, *changes.updated]
        counts = {key: held.article.passages for key, held in writer.held.items()}
        counts |= {one.article.article_id: writer.put(one.article, one.text) for one in to_write}
        writer.finish(sample_folder=writer.sample_folder)
    return report_of([scope], changes, counts, ())


def remove_added(library: Library, article_ids: Collection[str] | None = None) -> list[Article]:
    """Take articles of the library's audience out, all of them if none is named; give those held.

    Raises:
        IndexBusy: Another process is writing, or an ingest has not ended.
        StoreError: The index cannot be written.
    """
    with _opened(library) as writer:
        held = writer.held
        wanted = held.keys() if article_ids is None else held.keys() & set(article_ids)
        removed = [held[one].article for one in sorted(wanted)]
        for article in removed:
            writer.remove(article.article_id)
        if removed:
            writer.finish(sample_folder=writer.sample_folder)
    return removed


def all_added(library: Library) -> list[Article]:
    """Give the articles of every audience, for whoever answers for the index."""
    seen = (library.seen_by(audience) for audience in sorted(library.audiences))
    return [article for one in seen for article in one.articles() if article.audience]


def remove_of_any(library: Library, name: str) -> IngestReport:
    """Take an article out by its id, whoever added it, or by an audience's name all of its own.

    Raises:
        ArticleError: No audience has added anything of that name.
        IndexBusy: As of `remove_added`.
    """
    wanted = [one for one in all_added(library) if name in (one.article_id, one.audience)]
    if not wanted:
        raise ArticleError(f'no server has added {name!r}; "dateline sources --servers" lists them')
    ids = {one.article_id for one in wanted}
    return IngestReport(removed=tuple(remove_added(library.seen_by(wanted[0].audience), ids)))


@contextmanager
def _opened(library: Library) -> Iterator[IndexWriter]:
    """Give the writer for an audience.

    An ingest of the owner's that was stopped is the owner's to end: publishing here would discard
    what it has embedded, and nobody would be told of it any more.
    """
    if not library.audience:
        raise UsageError("articles are added for an audience; see Library.seen_by")
    with library.snapshot():  # an index of other settings is not built anew for one article
        pass
    with open_writer(library, request="") as writer:
        if writer.unended_request:
            raise IndexBusy(f'"{writer.unended_request}" has not ended; run it again')
        writer.write_small_pages()
        yield writer


def _check_room(library: Library, source: str, most: int) -> None:
    """Refuse before anything is fetched; what refreshes an article needs no room."""
    own = [one for one in library.articles() if one.audience]
    if len(own) >= most and source not in {one.source for one in own}:
        raise _too_many(most)


def _too_many(most: int) -> UsageError:
    return UsageError(f"this would be more than the {most} articles that fit; remove some first")


def _read(audience: str, material: Upload | str, source: str, web: Web | None) -> Scope:
    """Read what was sent, as the audience's own.

    Raises:
        ArticleError: Nothing in it is an article, or one is too long.
    """
    with ApartReader(is_strangers=True) as apart:
        if isinstance(material, str):
            reader = web or Web(Fetcher(max_bytes=MAX_ADDED_BYTES))
            found = [reader.read_page(material, apart)]
        else:
            found = _read_upload(material, source, apart)
    scope = scope_of("", source, list(_each_once(_own(raw, audience) for raw in found)))
    if not scope.incoming:
        raise ArticleError(scope.skipped[0].reason if scope.skipped else "it holds no article")
    return scope


def _read_upload(upload: Upload, source: str, apart: ApartReader) -> list[RawArticle | Skipped]:
    ending = PurePosixPath(source).suffix.lower()
    if ending not in READERS:
        raise ArticleError(f"unknown ending; article files end in {', '.join(READERS)}")
    if len(upload.data) > MAX_ADDED_BYTES:
        raise ArticleError(f"it is larger than {MAX_ADDED_BYTES / 1e6:.0f} MB")
    return list(apart.read(ending, upload.data, source, ""))


def _own(raw: RawArticle | Skipped, audience: str) -> Incoming | Skipped:
    """Clean an article and give it an id that no other audience's can have, whatever it says."""
    if isinstance(raw, RawArticle) and len(raw.text) > _MAX_CHARS:
        reason = f"it is longer than {_MAX_CHARS:,} characters, which is a book"
        return Skipped(source=raw.source, reason=reason)
    incoming = incoming_of(raw)
    if isinstance(incoming, Skipped):
        return incoming
    known = incoming.article
    own_id = f"{audience}-{id_of(known.article_id)}"
    return replace(
        incoming, article=replace(known, article_id=own_id, audience=audience, folder="")
    )


def _each_once(found: Iterable[Incoming | Skipped]) -> Iterator[Incoming | Skipped]:
    ids: set[str] = set()
    for one in found:
        if isinstance(one, Incoming) and one.article.article_id in ids:
            yield Skipped(source=one.article.source, reason="its id was there before in the file")
            continue
        if isinstance(one, Incoming):
            ids.add(one.article.article_id)
        yield one


def _safe_name(name: str) -> str:
    """Give a file's name without folders, short enough to be shown."""
    whole = PurePosixPath(name.replace("\\", "/")).name
    ending = PurePosixPath(whole).suffix
    return whole if len(whole) <= _NAME_CHARS else whole[: _NAME_CHARS - len(ending)] + ending


class Additions:
    """Both for whoever has one index and many audiences."""

    def __init__(self, library: Library, *, most: int, web: Web | None = None) -> None:
        """Take the index, how many articles each audience may have, and what fetches pages."""
        self._library, self._web = library, web
        self.most = most

    def add(self, audience: str, material: Upload | str, on_step: OnStep) -> IngestReport:
        """Take a file or page in, as `add_articles` does."""
        seen = self._library.seen_by(audience)
        return add_articles(seen, material, most=self.most, on_step=on_step, web=self._web)

    def remove(
        self, audience: str, article_ids: Collection[str] | None = None
    ) -> Sequence[Article]:
        """Take articles out, as `remove_added` does."""
        return remove_added(self._library.seen_by(audience), article_ids)
