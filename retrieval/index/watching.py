"""Folders that are followed as their files change, and pages that are asked again and again."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from retrieval.articles.web.fetch import Fetcher
from retrieval.articles.web.pages import Web
from retrieval.errors import DatelineError
from retrieval.index.ingest import IngestReport, ingest
from retrieval.index.library import Library

# Often enough for news, seldom enough for a small site: a quarter of an hour.
PAGES_EVERY_S = 900.0
_LOOK_MS = 500


def watch(
    library: Library,
    places: Sequence[Path | str],
    *,
    web: Web | None = None,
    stop: Event | None = None,
) -> Iterator[IngestReport | DatelineError]:
    """Ingest places, then again whatever changes, until `stop` is set.

    Files are ingested when they change, the pages of URLs every quarter of an hour and only where
    they have changed. An ingest that fails later is given as its error, and the next change is
    waited for.

    Raises:
        DatelineError: The first ingest failed.
    """
    from watchfiles import watch as changes_of

    paths = [place for place in places if not isinstance(place, str)]
    urls = [place for place in places if isinstance(place, str)]
    web = web or Web(Fetcher())
    folders = {path if path.is_dir() else path.parent for path in paths if path.exists()}
    changes = changes_of(*folders, stop_event=stop, rust_timeout=_LOOK_MS, yield_on_timeout=True)
    next(changes, None)  # from here on no change is missed, the first ingest may take its time
    yield ingest(library, places, web=web)
    asked = time.monotonic()
    for changed in changes:
        if changed:
            yield _tried(library, paths, web)
        if urls and time.monotonic() - asked >= PAGES_EVERY_S:
            yield _tried(library, urls, web)
            asked = time.monotonic()


def _tried(
    library: Library, places: Sequence[Path | str], web: Web
) -> IngestReport | DatelineError:
    try:
        return ingest(library, places, web=web)
    except DatelineError as error:
        return error
