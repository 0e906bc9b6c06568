"""Dates and other values that files tell, in one form."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from retrieval.articles.files.page_metadata import page_metadata
from retrieval.articles.folder import read_articles
from retrieval.articles.metadata import normal_date, parse_metadata
from retrieval.articles.raw import RawArticle
from retrieval.text.dates import is_date


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2014", "2014"),
        pytest.param(2014, "2014", id="a number"),
        ("2017-02", "2017-02"),
        ("2014-10-15", "2014-10-15"),
        (date(2014, 10, 15), "2014-10-15"),
        (datetime(2014, 10, 15, 23, 30, tzinfo=UTC), "2014-10-15"),
        ("2014-10-15T08:00:00+02:00", "2014-10-15"),
        ("2014/10/5", "2014-10-05"),
        ("20141015", "2014-10-15"),
        ("15 October 2014", "2014-10-15"),
        ("October 15th, 2014", "2014-10-15"),
        ("Wed, 15 Oct 2014 10:00:00 GMT", "2014-10-15"),
        ("Monday, August 29, 2016", "2016-08-29"),
        ("Sept. 2014", "2014-09"),
    ],
)
def test_a_date_comes_into_one_form(value: object, expected: str) -> None:
    assert normal_date(value) == expected


@pytest.mark.parametrize(
    "value",
    ["03/04/2014", "2014-13", "31 February 2014", "yesterday", "", None, True, 14, "Foo 2014"],
)
def test_what_is_no_certain_date_is_none(value: object) -> None:
    assert normal_date(value) is None


@given(st.text(max_size=30) | st.integers() | st.datetimes())
def test_every_date_found_is_a_date(value: object) -> None:
    found = normal_date(value)

    assert found is None or is_date(found)


def test_other_names_of_the_same_things_are_understood() -> None:
    metadata, problems = parse_metadata(
        {"Headline": "A", "authors": ["Ann", "Bob"], "date": "2014", "publisher": "P", "tags": [1]}
    )

    assert (metadata.title, metadata.author) == ("A", "Ann, Bob")
    assert (metadata.published, metadata.outlet) == ("2014", "P")
    assert problems == {}


def test_a_day_may_be_wrapped_as_databases_export_it_and_a_program_is_no_address() -> None:
    metadata, problems = parse_metadata(
        {"date": {"$date": "2021-03-05T10:00:00Z"}, "url": "javascript:alert(1)"}
    )

    assert (metadata.published, metadata.url) == ("2021-03-05", None)
    assert problems.keys() == {"url"}


def test_an_empty_value_is_not_known() -> None:
    metadata, problems = parse_metadata({"title": " ", "outlet": "", "author": None})

    assert (metadata.title, metadata.outlet, metadata.author) == (None, None, None)
    assert problems == {}


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("Submitted by Ann on Mon, 11/21/2022 - 09:14", "2022-11-21"),
        ("Ann Lee, 21.11.2022", "2022-11-21"),
        ("03/04/2019", ""),
        ("04/04/2019", "2019-04-04"),
        ("posted 5 March 2021 by Ann", "2021-03-05"),
        ("March 5, 2021", "2021-03-05"),
        ("May 1 be happy, in 2021", ""),
        ("31/31/2021", ""),
    ],
)
def test_a_day_beside_the_writer_counts_if_it_can_mean_no_other(byline: str, expected: str) -> None:
    page = html.fromstring(f"<html><body><p class='byline'>{byline}</p></body></html>")

    assert page_metadata(page).byline[1] == expected


@pytest.mark.parametrize(
    ("title", "outlet"),
    [
        ("Crane falls into harbour | The Varnholm Post", "The Varnholm Post"),
        ("Varnholm Post: news - Crane falls into harbour", "varnholmpost.example"),
        ("Crane falls into harbour | News", "varnholmpost.example"),
        ("Crane falls into harbour | Varnholm", "varnholmpost.example"),
        ("Varnholm | Crane falls into harbour | Varnholm Post", "Varnholm Post"),
        ("Post | Crane falls into harbour", "varnholmpost.example"),
    ],
)
def test_a_site_of_which_only_the_host_is_known_is_called_as_a_title_calls_it(
    tmp_path: Path, title: str, outlet: str
) -> None:
    prose = "The harbour of Varnholm was closed on Tuesday, for a crane had fallen into the water."
    (tmp_path / "crane.html").write_text(
        f"<html><head><title>{title}</title>"
        '<link rel="canonical" href="https://www.varnholmpost.example/crane"></head>'
        f"<body><article><h1>Crane falls into harbour</h1>{f'<p>{prose}</p>' * 2}</article></body>",
        "utf-8",
    )

    (page,) = read_articles(tmp_path / "crane.html")

    assert isinstance(page, RawArticle)
    assert (page.title, page.outlet) == ("Crane falls into harbour", outlet)


def test_a_page_that_has_its_site_alone_for_a_title_keeps_its_host_as_the_outlet(
    tmp_path: Path,
) -> None:
    prose = "The harbour of Varnholm was closed on Tuesday, for a crane had fallen into the water."
    (tmp_path / "crane.html").write_text(
        "<html><head><title>Varnholm Post</title>"
        '<link rel="canonical" href="https://www.varnholmpost.example/crane"></head>'
        f"<body><article>{f'<p>{prose}</p>' * 2}</article></body>",
        "utf-8",
    )

    (page,) = read_articles(tmp_path / "crane.html")

    assert isinstance(page, RawArticle)
    assert page.outlet == "varnholmpost.example"
