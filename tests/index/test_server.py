"""The same code on a Chroma server that several processes share."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from retrieval.errors import IndexBusy, StoreError
from retrieval.index.chroma.store import Store
from retrieval.index.ingest import ingest, remove_articles
from retrieval.index.library import Library, open_library
from retrieval.models.embedder import BuiltinEmbedder
from retrieval.types import Filters
from tests.conftest import TEXTS, WriteArticles, settings_for
from tests.fakes.chroma_server import ChromaServer


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start `chroma run` on loopback."""
    server = ChromaServer(tmp_path_factory.mktemp("server"))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def shared(
    url: str, tmp_path: Path, embedder: BuiltinEmbedder
) -> Iterator[tuple[Library, Library]]:
    """Give two libraries of one empty server, each with a folder of its own."""
    store = Store(settings_for(tmp_path, chroma_url=url))
    for collection in store.collections():
        store.drop(collection)
    store.close()
    one = open_library(settings_for(tmp_path / "one", chroma_url=url))
    other = open_library(settings_for(tmp_path / "other", chroma_url=url))
    one.embedder = other.embedder = embedder
    with one, other:
        yield one, other


def test_what_one_ingests_edits_and_removes_the_other_sees(
    shared: tuple[Library, Library], write_articles: WriteArticles
) -> None:
    one, other = shared
    folder = write_articles()
    assert other.articles() == []

    ingest(one, [folder])
    came = {hit.passage.text for hit in other.search("ferry, frost and tower")}
    (folder / "ferry.txt").write_text(TEXTS["ferry.txt"].replace("Monday", "Sunday"), "utf-8")
    ingest(one, [folder])
    edited = other.article_text(other.find_article("ferry.txt").article_id)
    remove_articles(one, "frost.txt")

    assert came == set(TEXTS.values())
    assert "Sunday" in edited
    assert {hit.passage.article.source for hit in other.search("ferry, frost and tower")} == {
        "ferry.txt",
        "tower.txt",
    }
    assert one.revision == other.revision


def test_filters_hold_on_a_server(
    shared: tuple[Library, Library], write_articles: WriteArticles
) -> None:
    one, other = shared
    folder = write_articles()
    (folder / "sources.toml").write_text(
        '["ferry.txt"]\npublished = "2014-10"\noutlet = "The Post"\n', "utf-8"
    )
    ingest(one, [folder])

    found = other.search("frost", filters=Filters(since="2014", outlet="post"))

    assert [hit.passage.article.source for hit in found] == ["ferry.txt"]
    with other.snapshot() as seen:
        assert seen.undated_left_out(Filters(since="2014")) == 2


def test_the_same_input_again_changes_nothing_on_a_server(
    shared: tuple[Library, Library], write_articles: WriteArticles
) -> None:
    one, other = shared
    folder = write_articles()
    ingest(one, [folder])
    revision = one.revision

    report = ingest(other, [folder])

    assert len(report.unchanged) == 3
    assert other.revision == revision


def test_a_writer_on_another_machine_is_waited_for_until_it_is_silent(
    shared: tuple[Library, Library], write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = shared
    folder = write_articles()
    ingest(one, [folder])
    store = Store(one.settings)
    live = store.live()
    assert live is not None
    live.mark_writing("another machine", request="ingest")
    store.close()

    with pytest.raises(IndexBusy, match="another machine"):
        ingest(other, [folder])
    monkeypatch.setattr("retrieval.index.writing.repair._SILENT_S", -1)
    ingest(other, [folder])

    assert len(one.articles()) == 3


def test_a_server_that_went_away_is_named(
    url: str, tmp_path: Path, embedder: BuiltinEmbedder
) -> None:
    with open_library(settings_for(tmp_path, chroma_url="http://127.0.0.1:9")) as library:
        library.embedder = embedder

        with pytest.raises(StoreError, match="DATELINE_CHROMA_URL"):
            library.search("ferry")


def test_a_database_of_ones_own_is_apart_from_others(url: str, tmp_path: Path) -> None:
    server = httpx.Client(base_url=f"{url}/api/v2")
    server.post("/tenants", json={"name": "the-paper"})
    server.post("/tenants/the-paper/databases", json={"name": "archive"})
    server.close()
    named = {"chroma_tenant": "the-paper", "chroma_database": "archive"}
    with (
        closing(Store(settings_for(tmp_path, chroma_url=url, **named))) as own,
        closing(Store(settings_for(tmp_path, chroma_url=url))) as others,
    ):
        before = len(others.collections())
        own.create("embedder; chunker")

        assert len(own.collections()) == 1
        assert len(others.collections()) == before
