"""An index that another version of Dateline has written: newer ones are told, older ones mended."""

import shutil

import pytest
from tantivy import Document, Index, SchemaBuilder

from retrieval.errors import StoreError
from retrieval.index.chroma.collection import FORMAT, PLAIN_FORMAT
from retrieval.index.chroma.store import Store
from retrieval.index.ingest import ingest, remove_articles
from retrieval.index.lexical import word_folder
from retrieval.index.library import Library, open_library
from retrieval.index.writing.additions import Upload, add_articles
from retrieval.settings import Settings
from tests.conftest import WriteArticles

SECRET = b"The Quenby bridge was closed on Friday after divers found cracks in its pillar."


def set_format(settings: Settings, number: int) -> None:
    store = Store(settings)
    live = store.live()
    assert live is not None
    live._write_values(format=number)
    store.close()


def rows_of(settings: Settings) -> list[str]:
    store = Store(settings)
    live = store.live()
    assert live is not None
    ids = sorted(row.passage.passage_id for row in live.rows())
    store.close()
    return ids


def test_an_index_of_a_newer_dateline_is_told_and_left_alone(
    held: Library, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(held.settings)
    set_format(held.settings, FORMAT + 1)

    with open_library(held.settings) as older:
        for work in (
            older.articles,
            lambda: older.search("ferry"),
            lambda: ingest(older, [write_articles("more", news_txt="Some news of the day.")]),
            lambda: remove_articles(older, "ferry.txt"),
        ):
            with pytest.raises(StoreError, match=r"newer Dateline .*; update"):
                work()

    monkeypatch.setattr("retrieval.index.chroma.store.FORMAT", FORMAT + 1)
    assert rows_of(held.settings) == rows


def as_of_old(settings: Settings, revision: str) -> None:
    """Put a word index in place that knows of no audience, as older versions write it."""
    folder = word_folder(settings.index, revision)
    shutil.rmtree(folder)
    folder.mkdir()
    builder = SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    index = Index(builder.build(), path=str(folder))
    with index.writer() as writer:
        writer.add_document(Document(id=["secret"]))


def test_a_word_index_of_an_older_dateline_is_built_anew_and_shows_nobody_what_others_added(
    held: Library,
) -> None:
    add_articles(held.seen_by("201"), Upload(name="quenby.txt", data=SECRET), most=5)
    as_of_old(held.settings, held.revision)

    with open_library(held.settings) as library:
        library.embedder = held.embedder

        assert len(library.articles()) == 3
        assert "Quenby" not in "".join(hit.passage.text for hit in library.search("Quenby bridge"))
        assert len(library.seen_by("201").articles()) == 4


def test_an_index_from_before_formats_is_read_and_written_as_before(
    held: Library, write_articles: WriteArticles
) -> None:
    set_format(held.settings, 0)

    ingest(held, [write_articles("more", news_txt="Some news of the day are told here.")])

    assert len(held.articles()) == 4
    store = Store(held.settings)
    live = store.live()
    assert live is not None
    assert live.format == PLAIN_FORMAT
    store.close()
