"""Servers of Chroma that rank by words themselves, and those that do not."""

import logging
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.errors import StoreError
from retrieval.index.chroma.collection import Collection
from retrieval.index.chroma.store import Store
from retrieval.index.ingest import ingest
from retrieval.index.library import Library, open_library
from retrieval.index.rows import Flat
from retrieval.index.writing.additions import Upload, add_articles
from retrieval.models.embedder import BuiltinEmbedder
from retrieval.types import Bounds, Filters
from tests.conftest import TEXTS, WriteArticles, settings_for
from tests.fakes.chroma_server import ChromaServer
from tests.fakes.word_server import WordServer, word_server

SEEDS = Path(__file__).parents[2] / "seeds"
QUESTIONS = (
    "How long did the Kerry and Lavrov meeting in Paris last?",
    "Who supplies weapons to the Kurds?",
    "oil smuggling through Turkey",
    "Iran's foothold in Syria",
)


@pytest.fixture(scope="module")
def single_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = ChromaServer(tmp_path_factory.mktemp("server"))
    server.start()
    yield server.url
    server.stop()


@pytest.fixture
def words(single_node: str, tmp_path: Path) -> Iterator[WordServer]:
    """Give an empty server that ranks by words."""
    with closing(Store(settings_for(tmp_path, chroma_url=single_node))) as store:
        for collection in store.collections():
            store.drop(collection)
    with word_server(single_node) as server:
        yield server


@pytest.fixture
def library(words: WordServer, tmp_path: Path, embedder: BuiltinEmbedder) -> Iterator[Library]:
    with open_library(settings_for(tmp_path, chroma_url=words.url)) as library:
        library.embedder = embedder
        yield library


def worded(library: Library, query: str) -> list[str]:
    with library.snapshot() as held:
        assert held._held is not None
        return held._held.worded(query, k=20, bounds=Bounds())


def ranked_here(library: Library, query: str) -> list[str]:
    with library.snapshot() as held:
        assert held._held is not None
        found = held._held.revision.lexical.search(query, k=20, bounds=Bounds())
        return [one for one, _ in found]


def test_the_server_ranks_by_words_as_the_word_index_does(
    library: Library, words: WordServer
) -> None:
    ingest(library, [SEEDS])

    for question in QUESTIONS:
        there, here = worded(library, question), ranked_here(library, question)
        assert there[0] == here[0]
        assert set(there[:5]) >= set(here[:3])
    assert len(words.schemas) == 1
    assert len(words.searches) == len(QUESTIONS) + 1  # and one when the collection was made


def test_limits_and_audiences_hold_where_the_server_ranks(
    library: Library, words: WordServer, write_articles: WriteArticles
) -> None:
    folder = write_articles()
    (folder / "sources.toml").write_text('["ferry.txt"]\npublished = "2014-10"\n', "utf-8")
    ingest(library, [folder])
    theirs = library.seen_by("guild")
    bridge = Upload(name="bridge.txt", data=b"The frosty Quenby bridge was closed on Friday.")
    add_articles(theirs, bridge, most=1)

    dated = library.search("ferry frost", filters=Filters(since="2014"))

    assert [hit.passage.article.source for hit in dated] == ["ferry.txt"]
    assert len(worded(theirs, "Quenby bridge")) == 1
    assert worded(library, "Quenby bridge") == []
    assert words.searches[-1]["filter"] == {"has_audience": {"$ne": True}}


def test_an_edit_is_found_by_its_new_words_alone(
    library: Library, write_articles: WriteArticles
) -> None:
    folder = write_articles()
    ingest(library, [folder])
    (folder / "ferry.txt").write_text(TEXTS["ferry.txt"].replace("Monday", "Sunday"), "utf-8")
    ingest(library, [folder])

    assert len(worded(library, "Sunday")) == 1
    assert worded(library, "Monday") == []


def many_articles(write_articles: WriteArticles, day: str) -> Path:
    texts = {f"notice{n}_txt": f"Notice {n} was pinned up on {day}." for n in range(30)}
    return write_articles("notices", **texts)


def test_more_articles_change_at_once_than_a_collections_metadata_can_name(
    library: Library, write_articles: WriteArticles
) -> None:
    ingest(library, [many_articles(write_articles, "Monday")])

    report = ingest(library, [many_articles(write_articles, "Friday")])

    assert len(report.updated) == 30
    assert worded(library, "Monday") == []
    assert len(library.search("pinned up on Friday", k=40)) == 30


def test_a_kill_before_many_articles_change_leaves_all_as_they_were(
    library: Library, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(library, [many_articles(write_articles, "Monday")])
    changed = many_articles(write_articles, "Friday")
    write = Collection._write_values

    def killed_at_the_end(collection: Collection, **values: Flat | None) -> None:
        if values.get("run", "") is None:
            raise ZeroDivisionError
        write(collection, **values)

    with monkeypatch.context() as broken:
        broken.setattr(Collection, "_write_values", killed_at_the_end)
        with pytest.raises(ZeroDivisionError):
            ingest(library, [changed])

    with open_library(library.settings) as other:
        other.embedder = library.embedder
        assert len(worded(other, "Monday")) == 20
        assert len(ingest(other, [changed]).updated) == 30
        assert worded(other, "Monday") == []


def test_what_is_being_written_is_not_found_by_its_words(
    library: Library, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(library, [write_articles()])
    more = write_articles("more", news_txt="A comet was seen above the lighthouse.")
    with monkeypatch.context() as broken:
        broken.setattr(
            "retrieval.index.chroma.collection.Collection.end_run", lambda *_, **__: 1 / 0
        )
        with pytest.raises(ZeroDivisionError):
            ingest(library, [more])

    assert worded(library, "comet") == []
    ingest(library, [more])
    assert len(worded(library, "comet")) == 1


def test_a_snapshot_stays_one_revision_while_the_next_is_published(
    library: Library, tmp_path: Path, write_articles: WriteArticles
) -> None:
    ingest(library, [write_articles()])
    more = write_articles("more", news_txt="A comet was seen above the lighthouse.")
    settings = settings_for(tmp_path / "other", chroma_url=library.settings.chroma_url)

    with library.snapshot() as held, open_library(settings) as other:
        other.embedder = library.embedder
        ingest(other, [more])
        before = {hit.passage.article.source for hit in held.search("comet above a ferry")}
    after = {hit.passage.article.source for hit in library.search("comet above a ferry")}

    assert before == set(TEXTS)
    assert after == {*TEXTS, "news.txt"}


@pytest.mark.parametrize("kind", ["single node", "before sparse vectors"])
def test_a_server_that_does_not_rank_by_words_leaves_it_to_the_word_index(
    kind: str,
    library: Library,
    words: WordServer,
    single_node: str,
    write_articles: WriteArticles,
    caplog: pytest.LogCaptureFixture,
) -> None:
    words.is_old = True
    caplog.set_level(logging.INFO, "retrieval")
    settings = library.settings
    url = single_node if kind == "single node" else words.url
    with open_library(settings.model_copy(update={"chroma_url": url})) as plain:
        plain.embedder = library.embedder
        ingest(plain, [write_articles()])
        ingest(plain, [write_articles()])

        assert len(worded(plain, "ferry")) == 1
    assert [one.message[:26] for one in caplog.records] == ["words are ranked here, sin"]
    assert words.searches == []


def test_an_older_dateline_leaves_such_an_index_alone(
    library: Library, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(library, [write_articles()])
    monkeypatch.setattr("retrieval.index.chroma.store.FORMAT", 1)

    with (
        pytest.raises(StoreError, match="newer Dateline"),
        open_library(library.settings) as older,
    ):
        older.articles()
