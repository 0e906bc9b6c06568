"""What was read before is not read again, and never stands in the way of what is there now."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from retrieval.articles.read_before import Made, ReadBefore, code_files
from retrieval.index.ingest import IngestReport, ingest, remove_articles
from retrieval.index.library import Library, open_library
from retrieval.models.embedder import BuiltinEmbedder
from tests.conftest import settings_for
from tests.processes import write_folder

WORDS = Made("words", TypeAdapter(list[str]))
PAGE = "<html><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
BRIDGE = "The bridge over the Tarn was closed on Friday because of the flood, the mayor said."
FILES = {
    "bridge.html": PAGE.format(title="The bridge is closed", text=BRIDGE),
    "ferry.txt": "The ferry to Oban was late on Monday, and its passengers were given tea.",
    "tram.md": "# The tram\n\nThe tram to the harbour will run at night from March on.",
}


class Making:
    """Makes words, and counts how often it had to."""

    def __init__(self) -> None:
        self.times = 0

    def of(self, *words: str) -> Callable[[], list[str]]:
        def make() -> list[str]:
            self.times += 1
            return list(words)

        return make


@pytest.fixture
def making() -> Making:
    return Making()


def kept_words(index: Path, making: Making, *names: str) -> None:
    before = ReadBefore(index, Path("articles"))
    for name in names:
        assert before.value(WORDS, (name,), making.of(name, "read")) == [name, "read"]
    before.keep()


def test_what_was_made_of_the_same_things_is_not_made_again(tmp_path: Path, making: Making) -> None:
    kept_words(tmp_path, making, "a", "b")
    kept_words(tmp_path, making, "a", "b", "c")

    assert making.times == 3


def test_other_code_is_told_by_its_sources_and_not_by_what_python_compiles_of_them(
    tmp_path: Path,
) -> None:
    sources = [tmp_path / "articles" / "pdf.py", tmp_path / "text" / "lists" / "small.txt"]
    compiled = tmp_path / "articles" / "__pycache__" / "pdf.cpython-311.pyc"
    for file in (*sources, compiled):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()

    assert list(code_files(tmp_path)) == sources


def test_what_nobody_asks_for_any_more_is_forgotten(tmp_path: Path, making: Making) -> None:
    kept_words(tmp_path, making, "a", "b")
    kept_words(tmp_path, making, "a")
    kept_words(tmp_path, making, "a", "b")

    assert making.times == 3


@pytest.mark.parametrize("damage", [b"", b"\x00", b"\xff" * 500])
def test_what_is_damaged_is_made_again(tmp_path: Path, making: Making, damage: bytes) -> None:
    kept_words(tmp_path, making, "a")
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    file.write_bytes(file.read_bytes()[: -len(damage)] + damage if damage else damage)

    kept_words(tmp_path, making, "a")

    assert making.times == 2


@pytest.fixture
def library(tmp_path: Path, embedder: BuiltinEmbedder) -> Library:
    library = open_library(settings_for(tmp_path / "index"))
    library.embedder = embedder
    return library


def sources(articles: tuple[object, ...]) -> list[str]:
    return sorted(one.article.source for one in articles)  # type: ignore[attr-defined]


def counts(report: IngestReport) -> list[tuple[object, ...]]:
    every = (*report.added, *report.updated, *report.unchanged)
    return sorted((x.article.source, x.kept, x.boilerplate, x.comments, x.notes) for x in every)


def test_a_second_ingest_reports_the_same_of_files_that_it_does_not_read_again(
    library: Library, tmp_path: Path
) -> None:
    write_folder(tmp_path / "mine", FILES)
    first = ingest(library, [tmp_path / "mine"])
    again = ingest(library, [tmp_path / "mine"])

    assert sources(again.unchanged) == sorted(FILES)
    assert counts(again) == counts(first)


def test_a_changed_file_and_a_changed_sources_toml_are_seen(
    library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    write_folder(folder, FILES)
    ingest(library, [folder])
    (folder / "bridge.html").write_text(FILES["bridge.html"].replace("Friday", "Sunday"))
    (folder / "sources.toml").write_text('["ferry.txt"]\ntitle = "Late again"\n')

    report = ingest(library, [folder])

    assert sources(report.updated) == ["bridge.html", "ferry.txt"]
    assert "Sunday" in library.article_text(library.find_article("bridge.html").article_id)
    assert library.find_article("ferry.txt").title == "Late again"


def test_no_word_of_an_article_that_was_taken_out_stays_beside_the_index(
    library: Library, tmp_path: Path
) -> None:
    write_folder(tmp_path / "mine", FILES)
    ingest(library, [tmp_path / "mine"])

    remove_articles(library, "ferry.txt")

    assert not (tmp_path / "index" / "read-before").exists()


def test_files_are_told_while_they_are_read(library: Library, tmp_path: Path) -> None:
    write_folder(tmp_path / "mine", FILES)
    told: list[tuple[int, int, str]] = []

    ingest(library, [tmp_path / "mine"], on_file=lambda *step: told.append(step))

    assert told == [(n, len(FILES), name) for n, name in enumerate(sorted(FILES))]
