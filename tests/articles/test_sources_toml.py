"""`sources.toml`: which file a table speaks of, and errors that name file and line."""

from pathlib import Path

import pytest

from retrieval.articles.folder import RawArticle, Skipped, read_articles
from retrieval.errors import ArticleError


def folder_with(tmp_path: Path, toml: str | bytes, *names: str) -> Path:
    for number, name in enumerate(names or ("a.txt",)):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Text number {number}.")
    data = toml if isinstance(toml, bytes) else toml.encode()
    (tmp_path / "sources.toml").write_bytes(data)
    return tmp_path


def titles(folder: Path) -> dict[str, str | None]:
    return {raw.source: raw.title for raw in read_articles(folder) if isinstance(raw, RawArticle)}


def test_a_table_may_name_a_path_or_a_file_name_that_is_unique(tmp_path: Path) -> None:
    toml = '["b/x.txt"]\ntitle = "X of b"\n["y.txt"]\ntitle = "Y"\n'

    found = titles(folder_with(tmp_path, toml, "a/x.txt", "b/x.txt", "b/c/y.txt"))

    assert found == {"a/x.txt": None, "b/c/y.txt": "Y", "b/x.txt": "X of b"}


def test_an_unquoted_name_is_understood(tmp_path: Path) -> None:
    assert titles(folder_with(tmp_path, '[a.txt]\ntitle = "A"\n')) == {"a.txt": "A"}


def test_the_nearest_file_wins_value_by_value(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, '["b/x.txt"]\ntitle = "Far"\noutlet = "O"\n', "b/x.txt")
    (folder / "b" / "sources.toml").write_text('["x.txt"]\ntitle = "Near"\n')

    (raw,) = read_articles(folder)

    assert isinstance(raw, RawArticle)
    assert (raw.title, raw.outlet) == ("Near", "O")


def test_it_wins_over_what_the_file_says(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, '["a.md"]\ntitle = "Told"\n', "a.md")
    (folder / "a.md").write_text("---\ntitle: Own\nauthor: Ann\n---\nText.")

    (raw,) = read_articles(folder)

    assert isinstance(raw, RawArticle)
    assert (raw.title, raw.author) == ("Told", "Ann")


def test_a_table_for_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, '["b.txt"]\ntitle = "B"\n')

    told = [found for found in read_articles(folder) if isinstance(found, Skipped)]

    assert [(one.source, one.reason) for one in told] == [
        ("sources.toml", "its table 'b.txt' names no file that is here")
    ]


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ('["a.txt"]\ntitle = "A\n', r"sources.toml, line 2 is not valid TOML"),
        ('["a.txt"]\ntitle = "A"\n["a.txt"]\n', r"sources.toml, line 3 is not valid TOML"),
        (b'["a.txt"]\n# caf\xe9\n', r"sources.toml, line 2 is not UTF-8"),
        ('["a.txt"]\n\nkind = "gossip"\n', r"line 3: kind of 'a.txt': 'gossip' is not one of"),
        ('["a.txt"]\npublished = "soon"\n', r"line 2: published of 'a.txt': 'soon' is not a date"),
        ('["a.txt"]\ntitel = "A"\n', r"line 2: titel of 'a.txt': is none of id, title"),
        ('["a.txt"]\ntitle = 5.5\n', r"line 2: title of 'a.txt': '5.5' is not text"),
        ('outlet = "O"\n["a.txt"]\n', r"line 1: 'outlet' stands before any"),
    ],
)
def test_a_broken_file_is_an_error_that_names_file_and_line(
    tmp_path: Path, toml: str | bytes, message: str
) -> None:
    folder = folder_with(tmp_path, toml)

    with pytest.raises(ArticleError, match=message):
        read_articles(folder)


def test_a_file_name_that_two_files_have_is_an_error(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, '\n["x.txt"]\ntitle = "X"\n', "a/x.txt", "b/x.txt")

    with pytest.raises(ArticleError, match=r"line 2: 'x.txt' names 2 files"):
        read_articles(folder)
