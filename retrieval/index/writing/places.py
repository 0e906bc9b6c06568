"""What folders, files and pages hold now, read and cleaned, as far as that has changed."""

from collections.abc import Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from retrieval.articles.folder import OnFile, place_of, read_articles, untold
from retrieval.articles.raw import Skipped
from retrieval.articles.read_before import Made, ReadBefore
from retrieval.index.writing.diff import Incoming, Scope, incoming_of, scope_of

if TYPE_CHECKING:
    from retrieval.articles.web.pages import Web

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

    Args:
        index: The folder beside whose index is kept what files were read to before.
        places: Files and folders, and as text the URLs of pages, feeds and site maps.
        web: Reads the URLs.
        text_key: What files of JSON call the text.
        on_file: Called before each file is read.
        keeps: Whether what is read now is kept for the next time.

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
                found = Skipped(source=page.url, reason=f"the same page as {first}")
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
