"""The first ingest that nobody asked for: what of it may leave again, and what it tells."""

import shutil
from pathlib import Path

import pytest

from bot.first_run import opened_answerer, opened_library
from retrieval.errors import ModelError
from retrieval.index.ingest import ingest
from retrieval.index.library import Library
from retrieval.models.weights import MODELS, READER_WEIGHTS
from retrieval.settings import Settings
from tests.conftest import WriteArticles, settings_for

OTHER = "The own news of the day are good."


def sources_after_another_folder(settings: Settings, other: Path) -> list[str]:
    with opened_library(settings) as library:
        ingest(library, [other])
        return [article.source for article in library.articles()]


def test_a_folder_that_the_settings_name_stays_when_another_one_comes(
    tmp_path: Path, write_articles: WriteArticles
) -> None:
    named = settings_for(tmp_path / "index", articles=write_articles("mine", mine_txt=OTHER))

    sources = sources_after_another_folder(named, write_articles("other", other_txt=OTHER))

    assert sorted(sources) == ["mine.txt", "other.txt"]


def test_samples_that_nobody_named_leave_when_another_folder_comes(
    tmp_path: Path, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_articles("seeds", sample_txt=OTHER)
    monkeypatch.chdir(tmp_path)
    other = write_articles("other", other_txt=OTHER)

    sources = sources_after_another_folder(settings_for(tmp_path / "index"), other)

    assert sources == ["other.txt"]


def test_files_that_the_first_ingest_left_out_are_told_on_standard_error(
    tmp_path: Path, write_articles: WriteArticles, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_articles("mine", mine_txt=OTHER, scan_pdf="no pages")

    with opened_library(settings_for(tmp_path / "index", articles=folder)) as library:
        held = [article.source for article in library.articles()]

    printed = capsys.readouterr()
    assert held == ["mine.txt"]
    assert printed.err.startswith("dateline: scan.pdf was left out: ")
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_a_model_that_is_gone_is_told_by_the_question_that_needs_it(
    held: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(MODELS, tmp_path / "models")
    (tmp_path / "models" / READER_WEIGHTS).unlink()
    monkeypatch.setattr("retrieval.models.weights.MODELS", tmp_path / "models")

    with opened_answerer(held.settings) as answerer:
        assert answerer.answer("How many articles are there?").status == "answered"
        with pytest.raises(ModelError, match=READER_WEIGHTS):
            answerer.answer("Where did the ferry sink?")
