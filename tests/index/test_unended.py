"""An ingest that was stopped: it is told or goes on, and no other command publishes half of it."""

import shutil
from pathlib import Path

import pytest

from bot.first_run import opened_library
from retrieval.errors import IndexEmpty
from retrieval.index.ingest import ingest, remove_articles
from retrieval.index.library import Library, open_library
from tests.conftest import TEXTS, WriteArticles, settings_for
from tests.fakes.embedding import CountingEmbedder
from tests.processes import other_process, write_folder

MANY = TEXTS | {"train.txt": "A goods train left the rails near Oldham. " * 40}
EDITED = {name: text.replace("Oldham", "Penrith") for name, text in MANY.items()}
SECOND_PAGE = "7"  # of a first ingest: mark and clear in three steps, mark, add, mark


@pytest.fixture
def opened(tmp_path: Path) -> Library:
    library = open_library(settings_for(tmp_path / "index"))
    library.embedder = CountingEmbedder()
    return library


def kill(index: Path, folder: Path, step: str) -> None:
    with other_process(index, folder, step) as other:
        other.begin()
        assert not other.is_done()


def texts(library: Library) -> dict[str, str]:
    return {a.source: library.article_text(a.article_id) for a in library.articles()}


@pytest.mark.parametrize("step", ["add", SECOND_PAGE, "end_run"])
def test_a_killed_first_ingest_is_told_by_a_reading_command_and_goes_on_where_it_was(
    opened: Library, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, index = tmp_path / "mine", tmp_path / "index"
    write_folder(folder, MANY)
    write_folder(tmp_path / "seeds", {"sample.txt": "Samples are of no use to anybody here."})
    monkeypatch.chdir(tmp_path)
    kill(index, folder, step)

    with pytest.raises(IndexEmpty, match=str(folder)), opened_library(settings_for(index)):
        pass
    report = ingest(opened, [folder])

    assert texts(opened).keys() == MANY.keys()
    assert len(report.added) == len(MANY)
    held = sum(article.passages for article in opened.articles())
    assert isinstance(opened.embedder, CountingEmbedder)
    assert len(opened.embedder.texts) <= held - (0 if step == "add" else 2)
    assert step != "end_run" or not opened.embedder.texts


def test_another_ingest_publishes_nothing_of_one_that_was_stopped_and_tells_of_it(
    opened: Library, tmp_path: Path, write_articles: WriteArticles
) -> None:
    folder = tmp_path / "mine"
    write_folder(folder, MANY)
    ingest(opened, [folder])
    write_folder(folder, EDITED | {"comet.txt": "A comet will be seen in March."})
    kill(tmp_path / "index", folder, "end_run")

    other = write_articles("other", news_txt="The own news of the day are good.")
    report = ingest(opened, [other])

    assert texts(opened) == {name: text.strip() for name, text in MANY.items()} | {
        "news.txt": "The own news of the day are good."
    }
    assert [str(folder) in note for note in report.notes] == [True]
    assert len(opened.search("comet Penrith rails", k=20)) == len(texts(opened))


def test_a_removal_publishes_nothing_of_an_ingest_that_was_stopped(
    opened: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    write_folder(folder, MANY)
    ingest(opened, [folder])
    write_folder(folder, EDITED)
    kill(tmp_path / "index", folder, "end_run")

    remove_articles(opened, "ferry.txt")

    assert "Oldham" in texts(opened)["train.txt"]
    assert len(texts(opened)) == len(MANY) - 1


def test_a_reading_command_tells_of_an_ingest_that_has_not_ended(
    opened: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "mine"
    write_folder(folder, MANY)
    ingest(opened, [folder])
    write_folder(folder, EDITED)
    kill(tmp_path / "index", folder, "end_run")

    with opened_library(opened.settings) as library:
        held = texts(library)

    assert "Oldham" in held["train.txt"]
    assert f"dateline ingest {folder}" in capsys.readouterr().err


def test_samples_stay_out_when_another_process_was_first(
    opened: Library, tmp_path: Path, write_articles: WriteArticles
) -> None:
    ingest(opened, [write_articles("mine")])

    report = ingest(opened, [write_articles("samples", sample_txt="A sample.")], by_itself=True)

    assert not report.added
    assert texts(opened).keys() == TEXTS.keys()


def test_without_its_word_index_half_an_ingest_is_not_read_either(
    opened: Library, tmp_path: Path
) -> None:
    folder, index = tmp_path / "mine", tmp_path / "index"
    write_folder(folder, MANY)
    ingest(opened, [folder])
    write_folder(folder, EDITED)
    kill(index, folder, "end_run")
    shutil.rmtree(index / "lexical")

    ingest(opened, [folder])

    assert "Penrith" in texts(opened)["train.txt"]
    assert texts(opened).keys() == EDITED.keys()
