"""Watching: what changes comes in, what fails is told, and nothing else is fetched."""

from collections.abc import Iterator
from threading import Event

import pytest

from retrieval.articles.web.fetch import Fetcher
from retrieval.articles.web.pages import Web
from retrieval.errors import ArticleError, DatelineError
from retrieval.index.ingest import IngestReport, ingest, preview, watch
from retrieval.index.library import Library
from tests.articles.web.site import Site, as_if_public, serving
from tests.conftest import TEXTS, WriteArticles

PAGE = "<html><head><title>Frost</title></head><body><article><p>{}</p></article></body></html>"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        site.put("/frost", PAGE.format(TEXTS["frost.txt"] * 3), etag='"1"')
        yield site


def web() -> Web:
    return Web(Fetcher(resolve=as_if_public))


def test_an_edited_file_comes_in_and_a_folder_without_articles_is_told(
    library: Library, write_articles: WriteArticles
) -> None:
    folder, stop = write_articles(), Event()
    came = watch(library, [folder], stop=stop)
    first = next(came)
    assert isinstance(first, IngestReport)

    edited = TEXTS["ferry.txt"].replace("Monday", "Thursday")
    (folder / "ferry.txt").write_text(edited, "utf-8")
    second = next(came)
    for file in folder.iterdir():
        file.unlink()
    third = next(one for one in came if isinstance(one, DatelineError))
    stop.set()

    assert len(first.added) == len(TEXTS)
    assert isinstance(second, IngestReport)
    assert [one.article.source for one in second.updated] == ["ferry.txt"]
    assert isinstance(third, ArticleError)
    assert len(library.articles()) == len(TEXTS)
    assert list(came) == []


def test_pages_are_asked_again_and_come_only_if_they_have_changed(
    library: Library, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.index.ingest.PAGES_EVERY_S", 0.0)
    came = watch(library, [site.url("/frost")], web=web())
    first, second = next(came), next(came)

    site.put("/frost", PAGE.format(TEXTS["tower.txt"] * 3), etag='"2"')
    third = next(one for one in came if isinstance(one, IngestReport) and one.updated)

    assert isinstance(first, IngestReport)
    assert [one.article.source for one in first.added] == [site.url("/frost")]
    assert second == IngestReport()
    assert site.conditions[-1] == '"1"'
    assert "tower" in library.article_text(third.updated[0].article.article_id)


def test_a_page_that_is_gone_for_now_stays_held(library: Library, site: Site) -> None:
    url = site.url("/frost")
    ingest(library, [url], web=web())
    del site.answers["/frost"]

    report = ingest(library, [url], web=web())

    assert [one.source for one in report.failed] == [url]
    assert [article.source for article in library.articles()] == [url]


def test_a_preview_tells_what_would_change_and_changes_nothing(
    library: Library, write_articles: WriteArticles
) -> None:
    folder = write_articles()
    fresh = preview(library, [folder])
    assert not library.settings.index.exists()
    ingest(library, [folder])
    revision = library.revision

    (folder / "ferry.txt").write_text("The ferry is late today, says its captain.", "utf-8")
    (folder / "frost.txt").unlink()
    (folder / "comet.txt").write_text("A comet will be seen in March.", "utf-8")
    report = preview(library, [folder])

    assert len(fresh.added) == len(TEXTS)
    assert [one.article.source for one in report.added] == ["comet.txt"]
    assert [one.article.source for one in report.updated] == ["ferry.txt"]
    assert [article.source for article in report.removed] == ["frost.txt"]
    assert library.revision == revision
