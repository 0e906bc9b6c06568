"""Several threads and a second process on one index: nobody sees a mix, or what was removed."""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from retrieval.errors import IndexBusy
from retrieval.index.ingest import ingest
from retrieval.index.library import Library, open_library
from retrieval.models.embedder import BuiltinEmbedder
from retrieval.types import Filters
from tests.conftest import TEXTS, settings_for
from tests.processes import Ingesting, other_process, write_folder

SEEN_WITHIN_S = 5.0
EDITED = TEXTS["ferry.txt"].replace("Monday", "Thursday")
NEW = "A comet will be seen over the northern hills in March. It comes back every ninety years."
QUESTION = "What happened to the ferry, the comet and the frost?"


@pytest.fixture
def rooms(tmp_path: Path, library: Library) -> Iterator[tuple[Library, Path, Ingesting]]:
    """Give an open library, its folder, and another process that ingests the folder."""
    folder = tmp_path / "articles"
    write_folder(folder, TEXTS)
    ingest(library, [folder])
    with other_process(library.settings.index, folder) as other:
        yield library, folder, other


def texts_found(library: Library) -> set[str]:
    return {hit.passage.text for hit in library.search(QUESTION, k=20)}


def test_what_another_process_ingests_is_seen_at_once_and_what_it_removes_is_not(
    rooms: tuple[Library, Path, Ingesting],
) -> None:
    library, folder, other = rooms
    before = texts_found(library)
    revision = library.revision

    write_folder(folder, {"ferry.txt": EDITED, "tower.txt": TEXTS["tower.txt"], "comet.txt": NEW})
    other.begin()
    assert other.is_done()
    began = time.monotonic()
    after = texts_found(library)

    assert before == set(TEXTS.values())
    assert after == {EDITED, TEXTS["tower.txt"], NEW}
    assert library.article_text(library.find_article("ferry.txt").article_id) == EDITED
    assert library.revision != revision
    assert time.monotonic() - began < SEEN_WITHIN_S


def test_searches_while_another_process_writes_show_one_revision_each(
    rooms: tuple[Library, Path, Ingesting],
) -> None:
    library, folder, other = rooms
    states = [TEXTS, {"ferry.txt": EDITED, "comet.txt": NEW}, TEXTS, {"comet.txt": NEW}]
    is_over = Event()

    def watch(filters: Filters) -> list[set[str]]:
        seen = []
        while not is_over.is_set():
            seen.append({h.passage.text for h in library.search(QUESTION, k=20, filters=filters)})
        return seen

    with ThreadPoolExecutor(3) as pool:
        watchers = [
            pool.submit(watch, one) for one in (Filters(), Filters(), Filters(since="1900"))
        ]
        try:
            for state in states:
                write_folder(folder, {**state, "sources.toml": dated(state)})
                other.begin()
                assert other.is_done()
        finally:
            is_over.set()
        seen = [one for watcher in watchers for one in watcher.result()]

    assert texts_found(library) == {NEW}
    possible = [set(state.values()) for state in states]
    assert all(any(one <= state for state in possible) for one in seen)
    assert any(one in possible for one in seen)


def dated(state: dict[str, str]) -> str:
    """Give a sources.toml that dates every article, so that a date filter finds all of them."""
    return "".join(f'["{name}"]\npublished = "2014"\n' for name in state)


def test_threads_read_while_this_process_ingests(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "articles"
    write_folder(folder, TEXTS)
    ingest(library, [folder])
    is_over = Event()

    def read() -> int:
        count = 0
        while not is_over.is_set():
            with library.snapshot() as held:
                for article in held.articles:
                    assert all(passage.text for passage in held.passages(article.article_id))
            count += 1
        return count

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        try:
            for day in ("Tuesday", "Friday", "Sunday"):
                write_folder(folder, TEXTS | {"ferry.txt": EDITED.replace("Thursday", day)})
                ingest(library, [folder])
        finally:
            is_over.set()

        assert all(reader.result() > 0 for reader in readers)
    assert EDITED.replace("Thursday", "Sunday") in texts_found(library)


def test_a_deleted_index_is_empty_and_a_new_one_in_its_place_is_seen(
    tmp_path: Path, library: Library, embedder: BuiltinEmbedder
) -> None:
    folder = tmp_path / "articles"
    write_folder(folder, TEXTS)
    ingest(library, [folder])
    held = len(library.articles())

    shutil.rmtree(library.settings.index)
    is_empty = not library.articles()
    write_folder(folder, {"comet.txt": NEW})
    with open_library(settings_for(library.settings.index)) as another:
        another.embedder = embedder
        ingest(another, [folder])

    assert (held, is_empty) == (3, True)
    assert texts_found(library) == {NEW}


def test_a_lost_word_index_is_built_anew(tmp_path: Path, library: Library) -> None:
    folder = tmp_path / "articles"
    write_folder(folder, TEXTS)
    ingest(library, [folder])
    before = texts_found(library)
    library.close()

    shutil.rmtree(library.settings.index / "lexical")

    assert texts_found(library) == before
    assert len(list((library.settings.index / "lexical").iterdir())) == 1


def test_a_reader_without_a_word_index_waits_for_a_writer_and_then_says_so(
    rooms: tuple[Library, Path, Ingesting], monkeypatch: pytest.MonkeyPatch
) -> None:
    library, _, _ = rooms
    library.close()
    monkeypatch.setattr("retrieval.index.revision._WAIT_S", 0.2)
    from retrieval.index.chroma.store import Store

    store = Store(library.settings)
    live = store.live()
    assert live is not None
    live.mark_writing("another", request="ingest")
    store.close()
    held_by_then = len(library.articles())
    library.close()
    shutil.rmtree(library.settings.index / "lexical")

    assert held_by_then == 3
    with pytest.raises(IndexBusy, match="dateline ingest"):
        library.articles()
