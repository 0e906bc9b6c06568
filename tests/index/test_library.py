"""The opened index: articles by name, texts and passages, dates left out, and damage."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from retrieval.errors import ArticleError, StoreError
from retrieval.index.chroma.collection import Collection
from retrieval.index.chroma.store import Store
from retrieval.index.ingest import ingest
from retrieval.index.library import Library, open_library
from retrieval.index.rows import make_rows
from retrieval.models.embedder import BuiltinEmbedder
from retrieval.types import Article, Filters
from tests.conftest import TEXTS, WriteArticles, settings_for
from tests.fakes.embedding import CountingEmbedder


def live(library: Library) -> tuple[Store, Collection]:
    store = Store(library.settings)
    collection = store.live()
    assert collection is not None
    return store, collection


def test_articles_are_given_with_what_is_known(held: Library) -> None:
    ferry, frost, tower = held.articles()

    assert (ferry.source, ferry.outlet, ferry.published) == ("ferry.txt", "The Post", "2014-10")
    assert (frost.outlet, frost.published, tower.outlet) == ("Daily Mail", None, None)
    assert [article.passages for article in (ferry, frost, tower)] == [1, 1, 1]
    assert held.outlets() == ["Daily Mail", "The Post"]


def test_an_article_is_found_by_each_of_its_names(held: Library) -> None:
    ferry = held.articles()[0]
    names = [ferry.article_id, "ferry.txt", ferry.url or "", f"{ferry.folder}/ferry.txt"]

    assert {held.find_article(name) for name in names} == {ferry}


def test_a_name_that_is_none_or_of_several_is_an_error(
    held: Library, write_articles: WriteArticles
) -> None:
    ingest(held, [write_articles("more", ferry_txt="Another ferry goes to the island now.")])

    with pytest.raises(ArticleError, match="dateline sources"):
        held.find_article("nothing.txt")
    with pytest.raises(ArticleError, match="names 2 articles; take an id"):
        held.find_article("ferry.txt")


def test_passages_are_stretches_of_the_clean_text(seed_library: Library) -> None:
    for article in seed_library.articles():
        with seed_library.snapshot() as held:
            text = held.article_text(article.article_id)
            passages = held.passages(article.article_id)

        assert len(passages) == article.passages
        assert all(text[passage.start : passage.end] == passage.text for passage in passages)
        assert passages[0].start == 0
        assert passages[-1].end == len(text)
        assert all(seed_library.embedder.count_tokens(passage.text) <= 256 for passage in passages)


def test_an_article_that_is_not_held_is_an_error(held: Library) -> None:
    with pytest.raises(ArticleError):
        held.article_text("nothing")
    with pytest.raises(ArticleError), held.snapshot() as now:
        now.passages("nothing")


@pytest.mark.parametrize(
    ("filters", "left_out"),
    [
        (Filters(), 0),
        (Filters(outlet="Daily Mail"), 0),
        (Filters(since="2014"), 2),
        (Filters(until="1990"), 2),
        (Filters(since="2014", outlet="daily mail"), 1),
        (Filters(since="2014", outlet="The Post"), 0),
    ],
)
def test_undated_articles_that_a_date_leaves_out_are_counted(
    held: Library, filters: Filters, left_out: int
) -> None:
    with held.snapshot() as seen:
        assert seen.undated_left_out(filters) == left_out


def test_an_empty_index_has_nothing_and_is_not_made_by_looking(tmp_path: Path) -> None:
    with open_library(settings_for(tmp_path / "index")) as library:
        assert (library.articles(), library.outlets(), library.revision) == ([], [], "")

    assert not (tmp_path / "index").exists()


def test_an_index_says_when_it_was_last_written(
    library: Library, write_articles: WriteArticles
) -> None:
    never = library.written_at
    before = datetime.now(UTC).replace(microsecond=0)
    folder = write_articles()
    ingest(library, [folder])
    first = library.written_at

    library.close()
    shutil.rmtree(library.settings.index / "lexical")  # is built anew by the next look
    ingest(library, [folder])

    assert never is None
    assert first is not None
    assert before <= first <= datetime.now(UTC)
    assert library.written_at == first


def test_a_query_is_embedded_once_however_often_it_is_needed(held: Library) -> None:
    held.embedder = counting = CountingEmbedder()

    held.search("Where did the ferry sink?")
    vector = held.query_vector("Where did the ferry sink?")
    held.search("Where did the ferry sink?", filters=Filters(since="2014"))
    held.search("How cold was the frost?")

    assert counting.queries == ["Where did the ferry sink?", "How cold was the frost?"]
    assert vector == BuiltinEmbedder().embed_query("Where did the ferry sink?")


def test_a_closed_library_opens_again_when_it_is_used(held: Library) -> None:
    held.close()
    held.close()

    assert len(held.articles()) == 3


def test_a_passage_that_chroma_alone_knows_is_never_shown(held: Library) -> None:
    article = Article(article_id="x", source="x.txt", title="x", folder="/f")
    rows = make_rows(article, "The ferry was never there.", [(0, 26)])
    store, collection = live(held)
    collection.add(rows, [held.embedder.embed_query("The ferry was never there.")])
    store.close()

    with pytest.raises(StoreError, match='run "dateline ingest"'):
        held.search("The ferry was never there.")


def test_ingest_mends_passages_that_belong_to_no_whole_article(
    held: Library, write_articles: WriteArticles
) -> None:
    article = Article(article_id="x", source="x.txt", title="x", folder="/f")
    store, collection = live(held)
    text = "Half of it. The rest is gone."
    collection.add(make_rows(article, text, [(0, 11), (12, 29)])[:1], [[0.0] * 383 + [1.0]])
    store.close()

    ingest(held, [write_articles()])

    assert {hit.passage.text for hit in held.search("Half of it.")} == set(TEXTS.values())


def test_ingest_builds_an_index_anew_that_has_lost_its_vectors(
    library: Library, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Vectors stand in files of their own as soon as there are enough of them.
    small = {"space": "cosine", "sync_threshold": 2, "batch_size": 2}
    monkeypatch.setattr("retrieval.index.chroma.store._HNSW", small)
    folder = write_articles()
    ingest(library, [folder])
    articles = library.articles()
    library.close()
    for path in (library.settings.index / "chroma").iterdir():
        if path.is_dir():
            shutil.rmtree(path)

    report = ingest(library, [folder])

    assert any("built anew" in note for note in report.notes)
    assert library.articles() == articles
    assert library.search("Where did the ferry sink?")[0].passage.text == TEXTS["ferry.txt"]
