"""Rows: an article's text comes back whole from its passages, and its version tells any change."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import StoreError
from retrieval.index.rows import flat_values, joined_text, make_rows, row_from, version_of
from retrieval.types import Article

ARTICLE = Article(article_id="a1", source="a.txt", title="Title", folder="/f", outlet="The Post")


@given(st.lists(st.tuples(st.text("ab \n🙂é", min_size=1), st.text(" \n")), min_size=1))
def test_rows_give_the_text_back(pieces: list[tuple[str, str]]) -> None:
    text, spans = "", []
    for words, gap in pieces:
        spans.append((len(text), len(text + words)))
        text += words + gap

    rows = make_rows(ARTICLE, text, spans)

    assert joined_text(rows) == text
    assert all(text[r.passage.start : r.passage.end] == r.passage.text for r in rows)


def test_overlapping_passages_give_the_text_back() -> None:
    rows = make_rows(ARTICLE, "one two three four", [(0, 7), (4, 13), (8, 18)])

    assert joined_text(rows) == "one two three four"


def test_a_missing_row_is_an_error() -> None:
    rows = make_rows(ARTICLE, "one two", [(0, 3), (4, 7)])

    with pytest.raises(StoreError, match="lacks passages"):
        joined_text(rows[1:])
    with pytest.raises(StoreError):
        joined_text([])


@pytest.mark.parametrize("published", [None, "2014", "2014-02", "2014-02-28"])
def test_a_row_comes_back_from_its_flat_values(published: str | None) -> None:
    article = replace(ARTICLE, published=published, url="https://a.example/1")
    (row,) = make_rows(article, "Words. ", [(0, 6)])

    values = flat_values(row)

    assert row_from(row.passage.passage_id, row.passage.text, values) == row
    assert None not in values.values()


def test_dates_become_their_first_and_last_day() -> None:
    (row,) = make_rows(replace(ARTICLE, published="2014-02"), "Words.", [(0, 6)])

    values = flat_values(row)

    assert (values["first_day"], values["last_day"]) == (20140201, 20140228)


def test_an_id_without_a_text_is_an_error_and_never_a_passage() -> None:
    (row,) = make_rows(ARTICLE, "Words.", [(0, 6)])

    with pytest.raises(StoreError, match="damaged"):
        row_from("id", None, flat_values(row))
    with pytest.raises(StoreError, match="damaged"):
        row_from("id", "Words.", {"source": "a.txt"})


@pytest.mark.parametrize("change", [{"title": "Other"}, {"outlet": None}, {"folder": "/g"}])
def test_the_version_changes_with_what_is_known(change: dict[str, str | None]) -> None:
    assert version_of(replace(ARTICLE, **change), "Words.") != version_of(ARTICLE, "Words.")


def test_the_version_changes_with_one_character_but_not_with_the_number_of_passages() -> None:
    assert version_of(ARTICLE, "Words.") != version_of(ARTICLE, "Words!")
    assert version_of(ARTICLE, "Words.") == version_of(replace(ARTICLE, passages=9), "Words.")
