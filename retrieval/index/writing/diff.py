"""What an ingest has to change: what folders, files and pages hold now, against what is held."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from retrieval.articles.cleaning.clean import clean
from retrieval.articles.cleaning.page_lines import letters
from retrieval.articles.folder import OnFile, describe, id_of, place_of, read_articles, untold
from retrieval.articles.raw import RawArticle, Skipped
from retrieval.articles.read_before import Made, ReadBefore
from retrieval.index.rows import version_of
from retrieval.index.writing.repair import Held
from retrieval.types import Article

if TYPE_CHECKING:
    from retrieval.articles.web.pages import Web


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An article as it was read and cleaned, and how many paragraphs were kept or left out as what.

    `notes` say what a person should know of the file: values that could not be used.
    """

    article: Article
    text: str
    kept: int = 0
    boilerplate: int = 0
    comments: int = 0
    notes: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """The content hash of the article."""
        return version_of(self.article, self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What reading one path gave; a single `file` takes nothing out but older forms of itself."""

    folder: str
    file: str | None = None
    incoming: tuple[Incoming, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    def covers(self, article: Article) -> bool:
        """Tell whether this path is where the article comes from, under whatever folder."""
        place = f"{article.folder}/{article.source}"
        if self.file is not None:
            return place == f"{self.folder}/{self.file}"
        return _is_in(article.folder, self.folder) or _is_in(place, self.folder)

    def has_unread(self, article: Article) -> bool:
        """Tell whether the article may stand in a file that could not be opened.

        Of a file alone, anything that is wrong counts: it was meant to refresh, not to remove.
        """
        if self.file is not None:
            return not self.incoming
        unread = [skipped.source for skipped in self.skipped if skipped.is_unread]
        if "://" in article.source:
            return bool(unread)  # a line of some .jsonl file, nobody knows which
        file = article.source.partition("#")[0]
        return any(_is_in(file, source) for source in unread)

    def is_in(self, folder: str) -> bool:
        """Tell whether the path stands in the folder or is it."""
        return _is_in(self.folder, folder)


def incoming_of(raw: RawArticle | Skipped) -> Incoming | Skipped:
    """Clean an article that was read; it is skipped if nothing is left of it."""
    if isinstance(raw, Skipped):
        return raw
    cleaned = clean(raw.text, title=raw.title, is_extracted=raw.is_extracted)
    if not cleaned.text:
        return Skipped(source=raw.source, reason="nothing is left of it without page furniture")
    return Incoming(
        article=describe(_signed(raw, *cleaned.byline), cleaned.text),
        text=cleaned.text,
        kept=cleaned.kept,
        boilerplate=cleaned.boilerplate + raw.boilerplate,
        comments=cleaned.comments + raw.comments,
        notes=(*raw.notes, *(f"{raw.source}: {note}" for note in cleaned.notes)),
    )


def _signed(raw: RawArticle, writers: str, day: str) -> RawArticle:
    """Take from the byline what nothing else tells."""
    if letters(writers) == letters(raw.outlet or ""):
        writers = ""
    told = {"author": writers, "published": day}
    new = [name for name, value in told.items() if value and not getattr(raw, name)]
    return replace(
        raw,
        author=raw.author or writers or None,
        published=raw.published or day or None,
        known_from={**raw.known_from, **dict.fromkeys(new, "byline")},
    )


def scope_of(folder: str, file: str | None, found: Sequence[Incoming | Skipped]) -> Scope:
    """Give what reading one path gave; `file` is relative to the folder, None for all of it."""
    return Scope(
        folder=folder,
        file=file,
        incoming=tuple(one for one in found if isinstance(one, Incoming)),
        skipped=tuple(one for one in found if isinstance(one, Skipped)),
    )


@dataclass(slots=True, kw_only=True)
class Diff:
    """What is new, changed, as before, and gone."""

    added: list[Incoming] = field(default_factory=list)
    updated: list[Incoming] = field(default_factory=list)
    unchanged: list[Incoming] = field(default_factory=list)
    removed: list[Article] = field(default_factory=list)

    def date_corrections(self, held: Mapping[str, Held], text_of: Callable[[str], str]) -> None:
        """Let what is updated say when its text was changed: today, or when it was before."""
        self.updated = [
            _corrected(one, held[one.article.article_id].article, text_of) for one in self.updated
        ]


def diff(scopes: Sequence[Scope], held: Mapping[str, Held]) -> Diff:
    """Compare what was read with what is held.

    An article of another folder that has the same id keeps it; the newcomer gets an id made of
    both, so that folders do not take each other's articles.
    """
    changes = Diff()
    covered = {key for key, one in held.items() if any(s.covers(one.article) for s in scopes)}
    owners = {key: one.article.folder for key, one in held.items() if key not in covered}
    kept: set[str] = set()
    for incoming in _with_own_ids(scopes, owners, held):
        known = held.get(incoming.article.article_id)
        if known is None:
            changes.added.append(incoming)
        elif known.version == incoming.version:
            changes.unchanged.append(incoming)
        else:
            changes.updated.append(incoming)
        kept.add(incoming.article.article_id)
    left = covered - kept
    gone = (held[key].article for key in held if key in left)
    changes.removed = [a for a in gone if not any(s.has_unread(a) for s in scopes if s.covers(a))]
    return changes


def _corrected(incoming: Incoming, held: Article, text_of: Callable[[str], str]) -> Incoming:
    is_changed = text_of(held.article_id) != incoming.text
    day = datetime.now(UTC).date().isoformat() if is_changed else held.corrected
    return replace(incoming, article=replace(incoming.article, corrected=day))


def _with_own_ids(
    scopes: Iterable[Scope], owners: dict[str, str], held: Mapping[str, Held]
) -> Iterable[Incoming]:
    for scope in scopes:
        for incoming in scope.incoming:
            article = incoming.article
            shared = f"{article.folder}\n{article.article_id}"
            own_id = id_of(shared)
            had_own = own_id in held and held[own_id].article.folder == article.folder
            owner = owners.get(article.article_id, article.folder)
            if had_own or not _are_related(owner, article.folder):
                article = replace(article, article_id=own_id)
            owners[article.article_id] = article.folder
            yield replace(incoming, article=article)


def _are_related(one: str, other: str) -> bool:
    return _is_in(one, other) or _is_in(other, one)


def _is_in(place: str, folder: str) -> bool:
    return place == folder or place.startswith(f"{folder}/")


_CLEANED = Made("cleaned", TypeAdapter(Incoming | Skipped))


def read_places(
    index: Path,
    places: Sequence[Path | str],
    web: "Web | None",
    text_key: str | None = None,
    on_file: OnFile = untold,
    *,
    keeps: bool = True,
) -> list[Scope]:
    """Give a scope for each folder, file and page.

    Beside the index is kept what files were read to before, unless `keeps` is off.

    Raises:
        ArticleError: A path is missing, a folder is empty, a `sources.toml` is broken or a URL is
            none.
    """
    paths = _outermost([place for place in places if not isinstance(place, str)])
    scopes = [_read(index, path, text_key, on_file, keeps=keeps) for path in paths]
    urls = list(dict.fromkeys(place for place in places if isinstance(place, str)))
    return scopes + _read_web(urls, web) if urls else scopes


def _outermost(paths: Sequence[Path]) -> list[Path]:
    """Leave out paths that another one holds, and give each once."""
    resolved = {path.expanduser().resolve(): path for path in paths}
    return [path for full, path in resolved.items() if not resolved.keys() & set(full.parents)]


def _read_web(urls: Sequence[str], web: "Web | None") -> list[Scope]:
    """Read pages; each is a scope of its own, because what a feed no longer names stays."""
    from retrieval.articles.web.fetch import Fetcher
    from retrieval.articles.web.pages import Web, site_of

    reader = web or Web(Fetcher())
    scopes: list[Scope] = []
    known: dict[str, str] = {}
    for page in chain.from_iterable([reader.read(url) for url in urls]):
        found = page.found and incoming_of(page.found)
        if isinstance(found, Incoming):
            first = known.setdefault(found.article.article_id, page.url)
            if first != page.url:
                reason = f"the same page as {first}"
                found = Skipped(source=page.url, reason=reason, is_duplicate=True)
        if found:
            scopes.append(scope_of(site_of(page.url), page.url, [found]))
    return scopes


def _read(index: Path, path: Path, text_key: str | None, on_file: OnFile, *, keeps: bool) -> Scope:
    before = ReadBefore(index, path)
    raws = read_articles(path, text_key=text_key, before=before, on_file=on_file)
    found = [before.value(_CLEANED, (raw,), partial(incoming_of, raw)) for raw in raws]
    if keeps:
        before.keep()
    folder = path if path.is_dir() else path.parent
    file = None if path.is_dir() else place_of(Path(path.name))
    return scope_of(place_of(folder.resolve()), file, found)
