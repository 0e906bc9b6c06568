"""Chroma, embedded and as a server: cosine, filters, collections, and failures with a remedy."""

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import SettingsError, StoreError
from retrieval.index.chroma.collection import Collection
from retrieval.index.chroma.connection import Connection
from retrieval.index.chroma.store import Store
from retrieval.index.rows import Row, make_rows
from retrieval.settings import Settings
from retrieval.types import Article, Bounds
from tests.conftest import settings_for

NOTHING = Bounds()


def rows_at(angles: dict[str, float], **known: str) -> tuple[list[Row], list[list[float]]]:
    """Give a row a name, with a vector at that angle: cosines are arithmetic."""
    rows = []
    for name in angles:
        article = Article(article_id=name, source=name, title=name, folder="/f", **known)
        rows += make_rows(article, f"Text of {name}.", [(0, len(f"Text of {name}."))])
    vectors = [[float(np.cos(a)), float(np.sin(a))] for a in np.radians(list(angles.values()))]
    return rows, vectors


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = Store(settings)
    yield opened
    opened.close()


@pytest.fixture
def collection(store: Store) -> Collection:
    return store.create("test")


def test_scores_are_cosines(collection: Collection) -> None:
    rows, vectors = rows_at({"same": 0, "close": 60, "across": 90, "against": 180})
    collection.add(rows, [[2 * x for x in vector] for vector in vectors])

    found = collection.nearest([1.0, 0.0], k=9, bounds=NOTHING)

    assert [one for one, _ in found] == [row.passage.passage_id for row in rows]
    assert [score for _, score in found] == pytest.approx([1, 0.5, 0, -1], abs=1e-6)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (Bounds(since=20140101), ["dated"]),
        (Bounds(until=20141231), ["dated"]),
        (Bounds(since=20141020, until=20141020), ["dated"]),
        (Bounds(since=20141101), []),
        (Bounds(outlets=("the post",)), ["papered"]),
        (Bounds(outlets=("the post",), since=20140101), []),
    ],
)
def test_bounds_are_kept_by_chroma(
    collection: Collection, bounds: Bounds, expected: list[str]
) -> None:
    for name, known in {
        "dated": {"published": "2014-10"},
        "papered": {"outlet": "The Post"},
    }.items():
        collection.add(*rows_at({name: 10}, **known))

    found = collection.nearest([1.0, 0.0], k=9, bounds=bounds)
    names = {row.passage.passage_id: row.article.article_id for row in collection.rows()}

    assert [names[one] for one, _ in found] == expected


def test_rows_come_back_as_they_went_in_over_many_pages(collection: Collection) -> None:
    rows, vectors = rows_at({f"n{n}": n / 10 for n in range(1205)})
    collection.add(rows, vectors)

    held = sorted(collection.rows(), key=lambda row: int(row.article.article_id[1:]))
    collection.delete([row.passage.passage_id for row in rows[:1100]])

    assert held == rows
    assert len(list(collection.rows())) == 105
    assert collection.has_vectors()


def test_the_live_collection_is_the_published_one_built_last(store: Store) -> None:
    assert store.live() is None
    first = store.create("one")
    first.publish("r1", sample_folder="/seeds")
    second = store.create("two")

    before = store.live()
    second.publish("r2", sample_folder=None)
    after = store.live()

    assert before is not None
    assert (before.fingerprint, before.published, before.sample_folder) == ("one", "r1", "/seeds")
    assert not before.is_writing
    assert second.is_writing is False
    assert after is not None
    assert (after.fingerprint, after.published, after.sample_folder) == ("two", "r2", None)


def test_writing_is_told_with_the_last_complete_revision(store: Store) -> None:
    made = store.create("one")
    made.publish("r1", sample_folder=None)
    made.mark_writing("me", request="ingest")

    live = store.live()

    assert live is not None
    assert (live.is_writing, live.published, live.writer[0]) == (True, "r1", "me")


def test_two_stores_of_one_folder_do_not_close_each_other(settings: Settings) -> None:
    one, other = Store(settings), Store(settings)
    one.create("test").publish("r1", sample_folder=None)
    one.close()

    live = other.live()
    other.close()

    assert live is not None


def break_database(index: Path) -> None:
    (index / "chroma" / "chroma.sqlite3").write_bytes(b"no database " * 500)


def break_folder(index: Path) -> None:
    shutil.rmtree(index / "chroma")
    (index / "chroma").write_text("a file", "utf-8")


@pytest.mark.parametrize(
    ("harm", "remedy"),
    [(break_database, "is damaged; delete that folder"), (break_folder, "is a file, not a folder")],
)
def test_an_index_that_cannot_be_read_says_what_to_do(
    settings: Settings, harm: object, remedy: str
) -> None:
    Store(settings).close()
    assert callable(harm)
    harm(settings.index)

    with pytest.raises(StoreError, match=remedy):
        Store(settings)


def test_lost_vectors_are_noticed(settings: Settings) -> None:
    store = Store(settings)
    collection = store.create("test")
    collection.add(*rows_at({f"n{n}": n / 10 for n in range(1100)}))
    store.close()
    for folder in (settings.index / "chroma").iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)

    store = Store(settings)

    assert not store.collections()[0].has_vectors()
    store.close()


# The interpreter may lie where only root can read, so root steps down after the imports.
OPEN_AS_NOBODY = """
import os, sys
from pathlib import Path
import chromadb
from retrieval.errors import StoreError
from retrieval.settings import Settings
from retrieval.index.chroma.store import Store
if os.geteuid() == 0:
    os.setuid(65534)
try:
    Store(Settings(_env_file=None, index=Path(sys.argv[1])))
except StoreError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="permissions are other ones there")
def test_a_read_only_index_says_what_to_do() -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        Store(settings_for(folder)).close()
        for path in (*folder.rglob("*"), folder):
            path.chmod(0o555 if path.is_dir() else 0o444)

        done = subprocess.run(
            [sys.executable, "-c", OPEN_AS_NOBODY, str(folder)],
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755)
        shutil.rmtree(folder)

    assert "is read-only; give write access" in done.stdout


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="check DATELINE_CHROMA_URL"):
        Store(settings_for(tmp_path, chroma_url="http://127.0.0.1:9"))


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://host", "http://"])
def test_a_server_address_that_is_none_is_named(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="DATELINE_CHROMA_URL"):
        Store(settings_for(tmp_path, chroma_url=url))


def test_a_full_disk_is_told_with_what_to_do(settings: Settings) -> None:
    connection = Connection(settings)

    with pytest.raises(StoreError, match="free some, then run"), connection.named_errors():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    connection.close()
