"""Files and folders as raw articles: every kind is read, and whatever is wrong is told."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.articles.folder import RawArticle, Skipped, describe, read_articles
from retrieval.articles.raw import MAX_BYTES
from retrieval.errors import ArticleError

ARTICLES = Path(__file__).parents[1] / "data" / "articles"
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def raws(path: Path) -> dict[str, RawArticle]:
    return {raw.source: raw for raw in read_articles(path) if isinstance(raw, RawArticle)}


def reasons(path: Path) -> dict[str, str]:
    return {s.source: s.reason for s in read_articles(path) if isinstance(s, Skipped)}


def test_a_folder_gives_its_articles_in_order_of_their_paths() -> None:
    found = [raw.source for raw in read_articles(ARTICLES) if isinstance(raw, RawArticle)]

    assert found == [
        "archive/tram.txt",
        "bridge.html",
        "briefs.jsonl#brief-1",
        "https://valley.example/swans",
        "briefs.jsonl#6",
        "comet.md",
        "ferry.txt",
        "quake.pdf",
    ]
    assert {raw.folder for raw in raws(ARTICLES).values()} == {str(ARTICLES.resolve())}


def test_the_table_of_sources_toml_tells_of_a_text_file() -> None:
    ferry, tram = raws(ARTICLES)["ferry.txt"], raws(ARTICLES)["archive/tram.txt"]

    assert (ferry.title, ferry.outlet) == ("Ferry crews go back to work", "The Harbour Courier")
    assert (ferry.author, ferry.published, ferry.kind) == ("Ines Caldeira", "2021-03-18", "news")
    assert (tram.title, tram.published, tram.outlet) == ("Tram returns", "1994", None)


def test_a_markdown_file_tells_of_itself_above_its_text() -> None:
    comet = raws(ARTICLES)["comet.md"]

    assert (comet.title, comet.author) == ("A comet before breakfast", "Vera Holm")
    assert (comet.outlet, comet.kind) == ("Notes from a Small Observatory", "opinion")
    assert comet.published == "2017-01-12"
    assert comet.url == "https://observatory.example/2017/comet"
    assert comet.text.lstrip().startswith("A comet")


def test_a_web_page_gives_its_article_and_counts_what_it_left_out() -> None:
    bridge = raws(ARTICLES)["bridge.html"]

    assert (bridge.title, bridge.outlet) == ("Bridge closed for two years", "The Daily Valley")
    assert (bridge.author, bridge.published) == ("Jane Roe", "2020-03-04")
    assert bridge.url == "https://valley.example/2020/bridge-closed"
    assert "Frédéric Lang." in bridge.text
    assert all(word not in bridge.text for word in ("Sport", "newsletter", "Ann:", "consent"))
    assert (bridge.boilerplate, bridge.comments) == (7, 3)


def test_a_pdf_gives_its_text_without_running_heads_and_its_files_date_is_not_used() -> None:
    quake = raws(ARTICLES)["quake.pdf"]

    assert (quake.title, quake.outlet) == ("Quake felt across three provinces", "Western Wire")
    assert quake.published == "2009-09"
    assert "Page 2 of 3" not in quake.text
    assert "Western Wire, September" not in quake.text
    assert quake.text.endswith("built to bend.")
    assert quake.boilerplate == 6


def test_a_bad_line_is_told_with_its_number_and_the_others_are_read() -> None:
    skipped = [s.reason for s in read_articles(ARTICLES) if isinstance(s, Skipped)]

    assert len(skipped) == 2
    assert skipped[0].startswith("line 3: not valid JSON")
    assert skipped[1] == 'line 5: no "text"'


def test_a_value_that_cannot_be_used_is_left_out_with_a_note() -> None:
    snow = raws(ARTICLES)["briefs.jsonl#6"]

    assert (snow.published, snow.kind) == (None, None)
    assert [note.partition(":")[0] for note in snow.notes] == [
        "published left out",
        "kind left out",
    ]


def test_a_single_file_takes_the_sources_toml_beside_it() -> None:
    (ferry,) = read_articles(ARTICLES / "ferry.txt")

    assert isinstance(ferry, RawArticle)
    assert (ferry.source, ferry.folder) == ("ferry.txt", str(ARTICLES.resolve()))
    assert ferry.outlet == "The Harbour Courier"


@pytest.mark.parametrize("make", [False, True])
def test_a_missing_or_empty_folder_is_an_error(tmp_path: Path, make: bool) -> None:
    folder = tmp_path / "articles"
    if make:
        folder.mkdir()
        (folder / ".hidden.txt").write_text("Hidden.")
        (folder / "sources.toml").write_text("")

    with pytest.raises(ArticleError, match="articles"):
        read_articles(folder)


def test_files_that_cannot_be_articles_are_skipped_with_the_reason(write: Write) -> None:
    write("empty.txt", "")
    write("blank.txt", " \n\n")
    write("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9)
    write("report.docx", b"PK")
    write("report.xls", b"PK")
    write("broken.pdf", b"%PDF-1.7 nothing follows")
    write("front.md", "---\ntitle: [open\n---\nText.")
    write("nothing.html", "<html><body></body></html>")
    folder = write("good.txt", "The good one stays.").parent

    told = reasons(folder)

    assert list(raws(folder)) == ["good.txt"]
    assert told["empty.txt"] == told["blank.txt"] == "empty: it holds no text"
    assert told["picture.txt"].startswith("binary file")
    assert told["report.docx"].startswith("Word document that cannot be read")
    assert told["report.xls"].startswith("unknown ending")
    assert told["broken.pdf"].startswith("PDF that cannot be read")
    assert told["front.md"].startswith("its front matter is not valid YAML, line 3")
    assert told["nothing.html"] == "no article text found in the page"


def test_a_file_of_fifty_megabytes_is_skipped_unread(write: Write) -> None:
    path = write("good.txt", "The good one stays.").with_name("huge.txt")
    with path.open("wb") as file:
        file.truncate(MAX_BYTES)  # a sparse file: reading it would give zeros, "binary file"

    assert reasons(path.parent) == {
        "huge.txt": "50 MB; files of 50 MB and more are not read: split it"
    }


def test_of_two_files_with_the_same_text_the_second_is_skipped(write: Write) -> None:
    write("a.txt", "The mill was sold.\n\nIt becomes a school.")
    folder = write("b.md", "The mill was sold.\nIt becomes  a school.\n").parent

    assert list(raws(folder)) == ["a.txt"]
    assert reasons(folder) == {"b.md": "same text as a.txt"}


def test_of_two_articles_with_the_same_id_or_url_the_second_is_skipped(write: Write) -> None:
    lines = ('{"id": "x", "text": "One."}', '{"id": "x", "text": "Two."}')
    lines += ('{"url": "u://y", "text": "Three."}', '{"url": "u://y", "text": "Four."}')
    folder = write("a.jsonl", "\n".join(lines)).parent

    assert list(raws(folder)) == ["a.jsonl#x", "u://y"]
    told = [s.reason for s in read_articles(folder) if isinstance(s, Skipped)]
    assert told == [
        "line 2: same id 'x' as a.jsonl#x, line 1; give it its own id",
        "line 4: same URL as u://y, line 3; give it its own id",
    ]


def test_an_article_that_came_already_is_a_duplicate_and_no_failure(write: Write) -> None:
    same, other = '{"id": "x", "text": "One."}', '{"id": "x", "text": "Two."}'
    folder = write("a.jsonl", "\n".join((same, same, other))).parent

    skipped = [one for one in read_articles(folder) if isinstance(one, Skipped)]

    assert [(one.reason, one.is_duplicate) for one in skipped] == [
        ("line 2: same text as a.jsonl#x, line 1", True),
        ("line 3: same id 'x' as a.jsonl#x, line 1; give it its own id", False),
    ]


def test_text_in_another_encoding_is_read_and_noted(write: Write) -> None:
    text = "He said “no” – and the café’s owner paid €5."
    path = write("western.txt", text.encode("cp1252"))

    (raw,) = read_articles(path)

    assert isinstance(raw, RawArticle)
    assert (raw.text, raw.notes) == (text, ("not UTF-8; read as cp1252",))


def test_a_page_is_read_in_the_encoding_that_it_declares(write: Write) -> None:
    text = "Министр иностранных дел заявил в среду, что переговоры продолжатся в октябре."
    page = f'<html><head><meta charset="windows-1251"></head><body><p>{text}</p></body></html>'
    path = write("page.html", page.encode("cp1251"))

    (raw,) = read_articles(path)

    assert isinstance(raw, RawArticle)
    assert raw.text == text


@pytest.mark.parametrize("key", ["content", "body", "article", "raw_text", "Text"])
def test_the_text_of_json_may_have_any_name_that_collections_use(write: Write, key: str) -> None:
    row = f'{{"headline": "Mill", "source": "Echo", "date": "2019-04-03", "{key}": "It was sold."}}'
    path = write("rows.ndjson", row)

    (raw,) = read_articles(path)

    assert isinstance(raw, RawArticle)
    assert (raw.title, raw.outlet, raw.published) == ("Mill", "Echo", "2019-04-03")
    assert raw.text == "It was sold."


def test_json_without_a_known_name_is_told_once_and_the_option_chooses(write: Write) -> None:
    path = write("rows.jsonl", '{"t": "One.", "n": 1}\n{"t": "Two.", "n": 2}\n')

    assert reasons(path) == {
        "rows.jsonl": "no key for the text; it has n, t: choose one with --text-key NAME"
    }
    chosen = [raw for raw in read_articles(path, text_key="t") if isinstance(raw, RawArticle)]
    assert [raw.text for raw in chosen] == ["One.", "Two."]


def test_a_json_document_is_an_article_or_a_list_of_them(write: Write) -> None:
    one = write("one.json", '{"title": "Mill", "body": "It was sold."}')
    many = write("many.json", '{"count": 2, "articles": [{"body": "One."}, {"body": "Two."}]}')

    assert [raw.text for raw in raws(one).values()] == ["It was sold."]
    assert list(raws(many)) == ["many.json#1", "many.json#2"]


def test_latin_1_means_what_browsers_take_it_for(write: Write) -> None:
    text = "“Nobody – not even the mayor’s wife – paid €5,” the clerk of the town told the council."
    page = f'<html><head><meta charset="iso-8859-1"></head><body><p>{text}</p></body></html>'
    path = write("page.html", page.encode("cp1252"))

    (raw,) = read_articles(path)

    assert isinstance(raw, RawArticle)
    assert raw.text == text


def test_one_bad_byte_does_not_cost_the_page(write: Write) -> None:
    text = "Le café de l’hôtel a été vendu, “à regret”, dit la propriétaire.".encode()
    path = write("page.txt", text + b" \xff Encore un mot.")

    (raw,) = read_articles(path)

    assert isinstance(raw, RawArticle)
    assert raw.text == text.decode() + " \ufffd Encore un mot."
    assert raw.notes == ("not all UTF-8: 1 bad bytes became \ufffd",)


def test_markdown_that_begins_with_a_rule_loses_nothing(write: Write) -> None:
    path = write("rule.md", "---\nBefore the second rule.\n\n---\n\nAfter it.")

    (raw,) = read_articles(path)

    assert isinstance(raw, RawArticle)
    assert "Before the second rule." in raw.text


def test_links_out_of_the_folder_are_told(write: Write, tmp_path: Path) -> None:
    folder = write("articles/a.txt", "The mill was sold.").parent
    (folder / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    (folder / "loop").symlink_to(folder, target_is_directory=True)

    assert reasons(folder) == {
        "gone.txt": "not a file, or a link that leads nowhere",
        "loop": "link to a folder; ingest that folder itself",
    }


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(write: Write) -> None:
    path = write("a.txt", "The mill was sold.")
    path.chmod(0)

    assert "cannot be read" in reasons(path.parent)["a.txt"]


def test_an_article_keeps_its_id_when_its_text_changes(write: Write) -> None:
    path = write("a.jsonl", '{"id": "x", "text": "One."}\n{"text": "Two."}')
    before = [describe(raw, raw.text).article_id for raw in raws(path).values()]
    write("a.jsonl", '{"id": "x", "text": "Another."}\n{"text": "More."}')

    after = [describe(raw, raw.text).article_id for raw in raws(path).values()]

    assert before == after
    assert before[0] == "x"


def test_without_a_title_the_first_short_line_stands_in_or_the_files_name() -> None:
    raw = RawArticle(source="2019/mill.txt", folder="/a", text="")
    titled = "The Mill and the Bank\n\nThe mill was sold."

    assert describe(raw, titled).title == "The Mill and the Bank"
    assert describe(raw, "The mill was sold.\n\nWhy?").title == "mill"
