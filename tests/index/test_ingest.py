"""Ingest: the index is what the folders are, and nothing is written that is held already."""

import json
from pathlib import Path

import pytest

from retrieval.errors import ArticleError
from retrieval.index.ingest import IngestReport, ingest, remove_articles, report_record
from retrieval.index.library import Library
from tests.conftest import SEEDS, TEXTS, WriteArticles

FERRY = TEXTS["ferry.txt"]


def sources(library: Library) -> list[str]:
    return [article.source for article in library.articles()]


def told(report: IngestReport) -> dict[str, list[str]]:
    """Give the sources in each part of the report that has any."""
    record = report_record(report)
    parts = {part: record[part] for part in ("added", "updated", "unchanged", "removed", "failed")}
    return {
        part: [str(one["source"]) for one in found]  # type: ignore[index, call-overload, union-attr]
        for part, found in parts.items()
        if found
    }


def test_the_same_input_twice_changes_nothing(
    library: Library, write_articles: WriteArticles
) -> None:
    folder = write_articles()
    first = ingest(library, [folder])
    revision = library.revision

    second = ingest(library, [folder])

    assert told(first) == {"added": ["ferry.txt", "frost.txt", "tower.txt"]}
    assert told(second) == {"unchanged": ["ferry.txt", "frost.txt", "tower.txt"]}
    assert library.revision == revision


def test_an_edited_article_replaces_its_own_passages_and_keeps_its_id(
    library: Library, write_articles: WriteArticles
) -> None:
    folder = write_articles()
    ingest(library, [folder])
    before = library.find_article("ferry.txt").article_id

    (folder / "ferry.txt").write_text(FERRY.replace("Monday", "Thursday"), "utf-8")
    report = ingest(library, [folder])

    assert told(report) == {"updated": ["ferry.txt"], "unchanged": ["frost.txt", "tower.txt"]}
    assert library.find_article("ferry.txt").article_id == before
    assert library.article_text(before) == FERRY.replace("Monday", "Thursday")
    assert "Monday" not in " ".join(h.passage.text for h in library.search("ferry sank Monday"))


def test_new_metadata_is_an_edit(library: Library, write_articles: WriteArticles) -> None:
    folder = write_articles()
    ingest(library, [folder])

    (folder / "sources.toml").write_text('["ferry.txt"]\noutlet = "The Post"\n', "utf-8")
    report = ingest(library, [folder])

    assert told(report)["updated"] == ["ferry.txt"]
    assert library.outlets() == ["The Post"]


def test_a_vanished_file_goes_and_other_folders_stay(
    library: Library, write_articles: WriteArticles
) -> None:
    one = write_articles("one")
    two = write_articles("two", train_txt="A goods train left the rails near Oldham on Friday.")
    ingest(library, [one, two])

    (one / "frost.txt").unlink()
    report = ingest(library, [one])

    assert told(report)["removed"] == ["frost.txt"]
    assert sources(library) == ["ferry.txt", "tower.txt", "train.txt"]


@pytest.mark.parametrize("is_missing", [True, False])
def test_a_missing_or_empty_folder_is_an_error_and_no_removal(
    library: Library, write_articles: WriteArticles, is_missing: bool
) -> None:
    folder = write_articles()
    ingest(library, [folder])
    for file in folder.iterdir():
        file.unlink()
    if is_missing:
        folder.rmdir()

    with pytest.raises(ArticleError):
        ingest(library, [folder])

    assert len(sources(library)) == 3


def test_a_broken_sources_file_changes_nothing(
    library: Library, write_articles: WriteArticles
) -> None:
    one, two = write_articles("one"), write_articles("two")
    (two / "sources.toml").write_text("not toml", "utf-8")

    with pytest.raises(ArticleError, match=r"sources\.toml"):
        ingest(library, [one, two])

    assert library.articles() == []


def test_files_that_cannot_be_used_are_told_and_the_rest_is_held(
    library: Library, write_articles: WriteArticles
) -> None:
    folder = write_articles(
        ferry_txt=FERRY, empty_txt="", same_txt=FERRY, odd_xyz="Words of some kind."
    )
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 8)

    report = ingest(library, [folder])

    assert told(report)["added"] == ["ferry.txt"]
    assert told(report)["failed"] == ["binary.txt", "empty.txt", "odd.xyz", "same.txt"]
    assert [one.source for one in report.duplicates] == ["same.txt"]
    assert all(failed.reason for failed in report.failed)


def test_a_file_that_became_empty_goes(library: Library, write_articles: WriteArticles) -> None:
    folder = write_articles()
    ingest(library, [folder])

    (folder / "ferry.txt").write_text("", "utf-8")
    report = ingest(library, [folder])

    assert told(report)["failed"] == told(report)["removed"] == ["ferry.txt"]


def test_a_single_file_is_added_or_refreshed_and_takes_nothing_out(
    library: Library, write_articles: WriteArticles
) -> None:
    folder = write_articles()
    ingest(library, [folder])
    (folder / "frost.txt").unlink()
    (folder / "ferry.txt").write_text(FERRY.replace("Monday", "Thursday"), "utf-8")

    report = ingest(library, [folder / "ferry.txt"])

    assert told(report) == {"updated": ["ferry.txt"]}
    assert len(sources(library)) == 3


def test_a_single_file_that_cannot_be_used_stays_as_it_was(
    library: Library, write_articles: WriteArticles
) -> None:
    folder = write_articles()
    ingest(library, [folder])
    (folder / "ferry.txt").write_text("", "utf-8")

    report = ingest(library, [folder / "ferry.txt"])

    assert told(report) == {"failed": ["ferry.txt"]}
    assert len(sources(library)) == 3


def test_the_same_file_name_in_two_folders_is_two_articles(
    library: Library, write_articles: WriteArticles
) -> None:
    one = write_articles("one", news_txt=FERRY)
    two = write_articles("two", news_txt=FERRY)
    first = ingest(library, [one])

    ingest(library, [two])
    again = ingest(library, [one, two])

    ids = {article.article_id for article in library.articles()}
    assert len(ids) == 2
    assert first.added[0].article.article_id in ids
    assert told(again) == {"unchanged": ["news.txt", "news.txt"]}


def test_a_folder_inside_a_held_one_does_not_double_its_articles(
    library: Library, write_articles: WriteArticles
) -> None:
    outer = write_articles("outer")
    inner = write_articles("outer/inner", train_txt="A goods train left the rails on Friday.")
    ingest(library, [outer])

    ingest(library, [inner])
    inside = sources(library)
    ingest(library, [inner, outer])

    assert inside == ["ferry.txt", "frost.txt", "tower.txt", "train.txt"]
    assert sources(library) == ["ferry.txt", "frost.txt", "inner/train.txt", "tower.txt"]


def test_lines_of_a_jsonl_file_come_and_go(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "lines"
    folder.mkdir()
    lines = [
        {"id": "one", "title": "Ferry", "text": FERRY, "published": "2014-10-15"},
        {"title": "Frost", "text": TEXTS["frost.txt"], "url": "https://a.example/frost"},
    ]
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    ingest(library, [folder])
    held = sources(library)

    (folder / "news.jsonl").write_text(json.dumps(lines[0]), "utf-8")
    ingest(library, [folder])

    assert held == ["https://a.example/frost", "news.jsonl#one"]
    assert [article.article_id for article in library.articles()] == ["one"]


def test_the_report_counts_the_paragraphs_of_every_article(seed_library: Library) -> None:
    report = report_record(ingest(seed_library, [SEEDS]))

    unchanged = report["unchanged"]
    assert isinstance(unchanged, list)
    assert len(unchanged) == 5
    assert all(one["kept"] > 0 and one["passages"] > 0 for one in unchanged)
    assert any(one["comments"] > 0 for one in unchanged)
    assert all(one["boilerplate"] > 0 for one in unchanged)


def test_progress_is_told_for_what_is_written(
    library: Library, write_articles: WriteArticles
) -> None:
    told: list[tuple[int, int, str]] = []
    folder = write_articles()

    ingest(library, [folder], on_progress=lambda *step: told.append(step))
    ingest(library, [folder], on_progress=lambda *step: told.append(step))

    assert told == [(0, 3, ""), (1, 3, "ferry.txt"), (2, 3, "frost.txt"), (3, 3, "tower.txt")]


@pytest.mark.parametrize("by_id", [True, False])
def test_an_article_is_removed_by_id_or_name(
    library: Library, write_articles: WriteArticles, by_id: bool
) -> None:
    ingest(library, [write_articles()])
    article = library.find_article("frost.txt")

    report = remove_articles(library, article.article_id if by_id else "frost.txt")

    assert told(report) == {"removed": ["frost.txt"]}
    assert sources(library) == ["ferry.txt", "tower.txt"]
    with pytest.raises(ArticleError):
        library.article_text(article.article_id)


def test_a_folder_is_removed_whole(library: Library, write_articles: WriteArticles) -> None:
    one, two = write_articles("one"), write_articles("two", news_txt=FERRY)
    ingest(library, [one, two])

    report = remove_articles(library, str(one))

    assert len(report.removed) == 3
    assert sources(library) == ["news.txt"]
    with pytest.raises(ArticleError, match="nowhere"):
        remove_articles(library, "nowhere")
