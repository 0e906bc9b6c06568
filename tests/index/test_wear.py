"""An index that is written again and again stays as large as what it holds."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from retrieval.index.chroma.store import Store
from retrieval.index.ingest import ingest
from retrieval.index.library import Library, open_library
from retrieval.settings import Settings
from tests.conftest import TEXTS, settings_for
from tests.fakes.embedding import CountingEmbedder
from tests.processes import other_process, write_folder

ROUNDS = 3
WORDS = "A goods train left the rails near {} and nobody was hurt. " * 8


@pytest.fixture
def worn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """An index from which as much was deleted as it holds; its folder is `mine`."""
    library = open_library(settings_for(tmp_path / "index"))
    library.embedder = CountingEmbedder()
    for place in ("Oldham", "Penrith", "Leeds"):
        write_folder(tmp_path / "mine", TEXTS | {"train.txt": WORDS.format(*[place] * 8)})
        ingest(library, [tmp_path / "mine"])
    for number in range(len(TEXTS)):
        write_folder(tmp_path / "mine", TEXTS | {"train.txt": WORDS.format(*[str(number)] * 8)})
        ingest(library, [tmp_path / "mine"])
    monkeypatch.setattr("retrieval.index.chroma.collection.LEAST_WORN_ROWS", 2)
    return library


def collections(settings: Settings) -> list[str]:
    store = Store(settings)
    names = [one.name for one in store.collections()]
    store.close()
    return names


def segments(settings: Settings) -> tuple[set[str], set[str]]:
    """Give the folders of vectors, and the names of those that the store knows."""
    folder = settings.index / "chroma"
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        known = {name for (name,) in database.execute("SELECT id FROM segments")}
    return {entry.name for entry in folder.iterdir() if entry.is_dir()}, known


def test_a_worn_index_is_copied_without_embedding_anything_again(
    worn: Library, tmp_path: Path
) -> None:
    embedder, before = worn.embedder, worn.article_text(worn.articles()[0].article_id)
    assert isinstance(embedder, CountingEmbedder)
    old, embedded = collections(worn.settings), len(embedder.texts)

    report = ingest(worn, [tmp_path / "mine"])

    assert len(embedder.texts) == embedded
    assert len(report.unchanged) == len(TEXTS) + 1
    assert not report.notes
    assert collections(worn.settings)[-1] not in old
    assert worn.article_text(worn.articles()[0].article_id) == before
    assert worn.search("Where did the ferry sink?")[0].passage.text == TEXTS["ferry.txt"]


def test_nothing_of_collections_that_are_gone_stays_on_the_disk(
    worn: Library, tmp_path: Path
) -> None:
    for _ in range(ROUNDS):
        ingest(worn, [tmp_path / "mine"])

    folders, known = segments(worn.settings)
    assert len(collections(worn.settings)) == 1
    assert folders <= known


@pytest.mark.parametrize("step", ["add", "end_run", "publish"])
def test_a_copy_that_is_killed_shows_the_old_index_and_is_ended_by_the_next_run(
    worn: Library, tmp_path: Path, step: str
) -> None:
    texts = {a.source: worn.article_text(a.article_id) for a in worn.articles()}
    with other_process(tmp_path / "index", tmp_path / "mine", step, 2) as other:
        other.begin()
        assert not other.is_done()

    seen = {a.source: worn.article_text(a.article_id) for a in worn.articles()}
    ingest(worn, [tmp_path / "mine"])
    ended = {a.source: worn.article_text(a.article_id) for a in worn.articles()}

    assert seen == ended == texts
    assert len(worn.search("train rails ferry tower apple", k=20)) == len(texts)
