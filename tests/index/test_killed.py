"""An ingest that is killed at any moment: readers keep the old state, the next run gets there."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from retrieval.index.chroma.store import Store
from retrieval.index.ingest import ingest
from retrieval.index.library import Library, open_library
from retrieval.models.embedder import BuiltinEmbedder
from retrieval.types import Bounds
from tests.conftest import TEXTS, settings_for
from tests.processes import other_process, write_folder

BEFORE = TEXTS | {"train.txt": "A goods train left the rails near Oldham. " * 40}
AFTER = {
    "ferry.txt": TEXTS["ferry.txt"].replace("Monday", "Thursday"),
    "tower.txt": TEXTS["tower.txt"],
    "train.txt": BEFORE["train.txt"].replace("Oldham", "Penrith"),
    "comet.txt": "A comet will be seen over the northern hills in March. " * 30,
}
# Mark and clear in two steps; mark and add, three times; mark, delete what nobody wants, end the
# run, delete what is old; word index, publish, tidy: a kill before each, but for those that come a
# second time.
LAST_STEP = 16
STEPS = (2, 3, 5, 9, 11, 12, 13, 14, 15, LAST_STEP)
ANY_DIRECTION = [1.0] * 384


@dataclass(frozen=True)
class Contents:
    """All that an index holds, and what it finds."""

    texts: dict[str, str]
    rows: list[object]
    cosines: dict[str, float]
    hits: list[str]


def contents(library: Library) -> Contents:
    store = Store(library.settings)
    live = store.live()
    assert live is not None
    rows = sorted(live.rows(), key=lambda row: row.passage.passage_id)
    cosines = dict(live.nearest(ANY_DIRECTION, k=len(rows), bounds=Bounds()))
    store.close()
    hits = library.search("Where did the train leave the rails?", k=20)
    # That an old text was there before is the one thing which a clean run cannot know.
    undated = [
        replace(row, passage=replace(row.passage, article=replace(row.article, corrected=None)))
        for row in rows
    ]
    return Contents(
        texts={a.source: library.article_text(a.article_id) for a in library.articles()},
        rows=list(undated),
        cosines={one: round(cosine, 5) for one, cosine in cosines.items()},
        hits=[hit.passage.passage_id for hit in hits],
    )


@pytest.fixture(scope="module")
def rooms(
    tmp_path_factory: pytest.TempPathFactory, embedder: BuiltinEmbedder
) -> tuple[Path, Path, Contents]:
    """Give a folder in its new state, an index of its old state, and what a clean run gives."""
    room = tmp_path_factory.mktemp("killed")
    folder, index = room / "folder", room / "index"
    for texts, place in ((BEFORE, index), (AFTER, room / "clean")):
        write_folder(folder, texts)
        with open_library(settings_for(place)) as library:
            library.embedder = embedder
            ingest(library, [folder])
            clean = contents(library)
    return folder, index, clean


@pytest.mark.parametrize("step", STEPS)
def test_killed_before_a_step_readers_see_the_old_state_and_the_next_run_ends_it(
    rooms: tuple[Path, Path, Contents], tmp_path: Path, embedder: BuiltinEmbedder, step: int
) -> None:
    folder, before, clean = rooms
    index = tmp_path / "index"
    shutil.copytree(before, index)

    with other_process(index, folder, str(step)) as other:
        other.begin()
        assert not other.is_done()

    with open_library(settings_for(index)) as library:
        library.embedder = embedder
        seen = {a.source: library.article_text(a.article_id) for a in library.articles()}
        hits = library.search("Where did the train leave the rails?", k=20)
        ingest(library, [folder])
        ended = contents(library)

    published = step == LAST_STEP
    assert seen.keys() == (AFTER if published else BEFORE).keys()
    assert ("Penrith" in seen["train.txt"]) is published
    assert {hit.passage.text in seen[hit.passage.article.source] for hit in hits} == {True}
    assert ended == clean


def test_there_is_no_step_after_these(rooms: tuple[Path, Path, Contents], tmp_path: Path) -> None:
    folder, before, _ = rooms
    index = tmp_path / "index"
    shutil.copytree(before, index)

    with other_process(index, folder, str(LAST_STEP + 1)) as other:
        other.begin()

        assert other.is_done()


@pytest.mark.parametrize("delay_s", [0.0, 0.15, 0.4])
def test_a_first_ingest_killed_at_any_time_is_ended_by_the_next(
    rooms: tuple[Path, Path, Contents], tmp_path: Path, embedder: BuiltinEmbedder, delay_s: float
) -> None:
    folder, _, clean = rooms
    index = tmp_path / "index"

    with other_process(index, folder) as other:
        other.begin()
        other.wait(delay_s)  # any moment will do: all must end well

    with open_library(settings_for(index)) as library:
        library.embedder = embedder
        held_by_then = len(library.articles())
        ingest(library, [folder])
        ended = contents(library)

    assert held_by_then in (0, len(AFTER))
    assert ended == clean
