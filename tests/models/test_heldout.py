"""The articles for measuring stay out of training: the list of rows, and the guard that made it.

The whole proof needs the OneStop files: `pytest --onestop FOLDER`. Without them only the list and
the guard are tested, and the proof is skipped.
"""

import json
import lzma
from pathlib import Path

import pytest

from tests.bench.reader import heldout
from tests.bench.reader.heldout import COLLECTION, guard_of, leaks, read_list, words

FILES = {
    "onestop-articles",
    "onestop-aligned-sentences",
    "onestop-quotes-derived",
    "onestopqa",
}


@pytest.fixture(scope="module")
def sentence() -> list[str]:
    """Twenty words of an article of the collection."""
    return words(json.loads(COLLECTION.read_text("utf-8").splitlines()[3])["text"])[30:50]


def test_the_list_is_of_all_four_files_and_all_forty_articles() -> None:
    held = read_list()
    parts = held["leave_out"]

    assert set(parts) == FILES
    assert len(held["articles"]) == len(COLLECTION.read_text("utf-8").splitlines()) == 40
    assert len(parts["onestop-articles"]["indexes"]) == 3 * 40  # one a level
    assert len(parts["onestopqa"]["indexes"]) == parts["onestopqa"]["total"]
    for part in parts.values():
        assert part["indexes"] == sorted(set(part["indexes"]))
        assert part["indexes"][-1] < part["total"]


def test_a_run_of_twelve_words_is_found_in_any_place_of_a_row(sentence: list[str]) -> None:
    guard, shared = guard_of(), ", ".join(sentence[:12]).upper()

    assert guard.shares_run({"id": 1, "context": f"Yesterday {shared}! So it was."})
    assert guard.shares_run({"paragraphs": [" ".join(sentence[:6]), " ".join(sentence[6:12])]})
    assert not guard.shares_run({"context": " ".join(sentence[:11])})
    assert guard.touches({"context": " ".join(sentence[:8])})
    assert not guard.touches({"context": " ".join(sentence[:3])})


def test_training_gets_the_rows_that_are_not_listed_of_the_listed_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with lzma.open(tmp_path / "onestopqa.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write("\n".join(json.dumps({"id": at}) for at in range(4)))
    part = {"total": 4, "sha256": heldout.digest(tmp_path, "onestopqa"), "indexes": [0, 2]}
    monkeypatch.setattr(heldout, "LIST", tmp_path / "list.json")
    heldout.LIST.write_text(json.dumps({"articles": {}, "leave_out": {"onestopqa": part}}))

    assert heldout.kept_rows(tmp_path, "onestopqa") == [{"id": 1}, {"id": 3}]

    with lzma.open(tmp_path / "onestopqa.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write(json.dumps({"id": "another row"}))
    with pytest.raises(SystemExit, match="not the file"):
        heldout.kept_rows(tmp_path, "onestopqa")


def test_no_row_for_training_shares_twelve_words_with_a_held_out_article(
    pytestconfig: pytest.Config,
) -> None:
    data = pytestconfig.getoption("onestop")
    if data is None:
        pytest.skip("needs the OneStop files: --onestop FOLDER")

    assert leaks(Path(data)) == []
