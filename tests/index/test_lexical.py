"""The word index: stems, filters, whatever a question may hold, and rows as they were."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import StoreError
from retrieval.index.lexical import Lexical, open_word_index, write_word_index
from retrieval.index.rows import Row, joined_text, make_rows
from retrieval.types import Article, Bounds, Filters

NOTHING = Bounds()


def row(name: str, text: str, *, outlet: str | None = None, published: str | None = None) -> Row:
    article = Article(
        article_id=name, source=name, title=name, outlet=outlet, published=published, folder="/f"
    )
    return make_rows(article, text, [(0, len(text))])[0]


ROWS = [
    row("ferry", "The ferries sank in the harbour.", outlet="The Post", published="2014-10-15"),
    row("frost", "Frost destroyed the apple harvest.", outlet="Daily Mail", published="2015-02"),
    row("tower", "A rusty tower stood at the harbour.", outlet="post", published="2016"),
    row("train", "A train passed the apple trees."),
]


@pytest.fixture(scope="module")
def lexical() -> Lexical:
    return Lexical.build([(one, f"header of {one.article.title}") for one in ROWS], None)


def found(lexical: Lexical, query: str, bounds: Bounds = NOTHING) -> list[str]:
    ids = [one for one, _ in lexical.search(query, k=10, bounds=bounds)]
    rows = lexical.rows(ids)
    return [rows[one].article.article_id for one in ids]


def test_words_match_in_any_form(lexical: Lexical) -> None:
    assert found(lexical, "Which ferry sinks?") == ["ferry"]
    assert found(lexical, "HARBOURS") == found(lexical, "harbour")


def test_words_of_the_header_match_but_count_less(lexical: Lexical) -> None:
    assert found(lexical, "train") == ["train"]
    ((_, in_text),) = lexical.search("passed", k=1, bounds=NOTHING)
    both = Lexical.build([(ROWS[0], "zebra"), (row("z", "zebra"), "")], None)

    in_header, _ = (score for _, score in sorted(both.search("zebra", k=2, bounds=NOTHING)))

    assert found(both, "zebra") == ["z", "ferry"]
    assert in_header > 0
    assert in_text > 0


@given(st.text(max_size=60))
def test_no_question_is_a_wrong_query(lexical: Lexical, question: str) -> None:
    assert len(lexical.search(question, k=3, bounds=NOTHING)) <= 3


@pytest.mark.parametrize("question", ["x: y (", '"', "AND OR NOT", "🙂", "a*b~2^3", "body:ferry"])
def test_signs_of_query_languages_are_only_signs(lexical: Lexical, question: str) -> None:
    assert isinstance(lexical.search(question, k=3, bounds=NOTHING), list)


def test_a_very_long_question_is_searched(lexical: Lexical) -> None:
    assert found(lexical, "ferry " + "word other thing " * 600)[0] == "ferry"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(since="2015"), ["frost", "tower"]),
        (Filters(until="2015-02-01"), ["ferry", "frost"]),
        (Filters(since="2014-10-15", until="2014-10-15"), ["ferry"]),
        (Filters(since="2016-06"), ["tower"]),
        (Filters(outlet="THE POST"), ["ferry"]),
        (Filters(outlet="post"), ["tower"]),
        (Filters(outlet="mail"), ["frost"]),
        (Filters(outlet="t"), ["ferry", "tower"]),
        (Filters(outlet="nobody"), []),
        (Filters(outlet="The Post", since="2015"), []),
    ],
)
def test_filters_bound_what_is_found(
    lexical: Lexical, filters: Filters, expected: list[str]
) -> None:
    bounds = filters.bounds([one.article.outlet or "" for one in ROWS])

    assert sorted(found(lexical, "harbour apple header", bounds)) == expected


def test_rows_are_read_back_as_they_were(lexical: Lexical) -> None:
    ids = [one.passage.passage_id for one in ROWS]

    assert lexical.rows([*ids, "unknown"]) == dict(zip(ids, ROWS, strict=True))
    assert sorted(one.article.article_id for one in lexical.first_rows()) == sorted(
        one.article.article_id for one in ROWS
    )
    assert lexical.article_rows("nobody") == []


def test_an_article_is_read_back_in_order() -> None:
    text = " ".join(f"Sentence {n}." for n in range(30))
    article = Article(article_id="a", source="a", title="a", folder="/f")
    starts = [text.index(f"Sentence {n}.") for n in range(30)]
    rows = make_rows(article, text, [(at, text.index(".", at) + 1) for at in starts])

    lexical = Lexical.build([(one, "") for one in reversed(rows)], None)

    assert joined_text(lexical.article_rows("a")) == text


def test_an_empty_index_finds_nothing() -> None:
    empty = Lexical.build([], None)

    assert empty.search("ferry", k=3, bounds=NOTHING) == []
    assert empty.first_rows() == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "lexical" / "revision"


def test_a_written_index_is_opened_again(folder: Path) -> None:
    write_word_index(folder, ROWS)

    opened = open_word_index(folder)

    assert opened is not None
    assert found(opened, "ferry") == ["ferry"]
    assert [path.name for path in folder.parent.iterdir()] == ["revision"]


def test_of_two_writers_at_once_the_first_wins(folder: Path) -> None:
    first = write_word_index(folder, ROWS)
    second = write_word_index(folder, ROWS)

    assert found(first, "ferry") == found(second, "ferry")


def test_a_damaged_index_is_cleared_away_to_be_built_anew(folder: Path) -> None:
    write_word_index(folder, ROWS)
    (folder / "meta.json").write_text("{", "utf-8")

    with pytest.raises(StoreError, match='give access to it, then run "dateline ingest"'):
        Lexical.open(folder)
    assert open_word_index(folder) is None
    assert not folder.exists()


def test_where_nothing_can_be_written_the_index_is_in_memory(tmp_path: Path) -> None:
    (tmp_path / "lexical").write_text("a file where the folder should be", "utf-8")

    lexical = write_word_index(tmp_path / "lexical" / "revision", ROWS)

    assert found(lexical, "ferry") == ["ferry"]


def test_a_folder_that_takes_no_index_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match='free some room, then run "dateline ingest"'):
        Lexical.build([], tmp_path / "missing")
