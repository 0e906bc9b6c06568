"""Indexes that change hands: samples that leave, other settings, a second writer."""

from pathlib import Path

import pytest

from retrieval.errors import IndexBusy, IndexMismatch, StoreError
from retrieval.index.ingest import ingest
from retrieval.index.library import Library, open_library
from retrieval.index.writing.index_writer import writer_lock
from retrieval.settings import Settings
from tests.conftest import TEXTS, WriteArticles, settings_for

FERRY = TEXTS["ferry.txt"]


def sources(library: Library) -> list[str]:
    return [article.source for article in library.articles()]


def test_samples_that_came_by_themselves_leave_with_the_first_other_article(
    library: Library, write_articles: WriteArticles
) -> None:
    samples = write_articles("samples")
    ingest(library, [samples], by_itself=True)

    report = ingest(library, [write_articles("own", news_txt="The own news of the day are good.")])

    assert len(report.removed) == 3
    assert sources(library) == ["news.txt"]
    assert any("came by themselves" in note for note in report.notes)


def test_samples_that_were_asked_for_stay(library: Library, write_articles: WriteArticles) -> None:
    samples = write_articles("samples")
    ingest(library, [samples], by_itself=True)

    asked = ingest(library, [samples])
    ingest(library, [write_articles("own", news_txt="The own news of the day are good.")])

    assert len(asked.unchanged) == 3
    assert len(sources(library)) == 4


def test_a_second_writer_is_told_to_try_again(
    library: Library, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.index.writing.index_writer._WAIT_S", 0.1)

    with writer_lock(library.settings.index), pytest.raises(IndexBusy, match="try again"):
        ingest(library, [write_articles()])


def test_other_settings_are_told_and_ingest_builds_the_index_anew(
    settings: Settings, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = write_articles("one"), write_articles("two", news_txt=FERRY)
    with open_library(settings) as library:
        ingest(library, [one])
        monkeypatch.setattr("retrieval.index.library.CHUNKER", "another 2")
        with pytest.raises(IndexMismatch, match="dateline ingest"):
            library.search("ferry")

        report = ingest(library, [two])

        assert any("built anew" in note for note in report.notes)
        assert sources(library) == ["ferry.txt", "frost.txt", "tower.txt", "news.txt"]
        assert library.search("Where did the ferry sink?")[0].passage.text == FERRY
    monkeypatch.undo()
    with open_library(settings) as library, pytest.raises(IndexMismatch, match="another 2"):
        library.articles()


def test_an_index_folder_that_is_a_file_is_named(
    tmp_path: Path, write_articles: WriteArticles
) -> None:
    (tmp_path / "file").write_text("", "utf-8")

    with (
        open_library(settings_for(tmp_path / "file")) as library,
        pytest.raises(StoreError, match="DATELINE_INDEX"),
    ):
        ingest(library, [write_articles()])
