"""JSON as programs and services write it: articles deep inside, keys in other words, HTML in it."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.articles.folder import read_articles
from retrieval.articles.raw import RawArticle, Skipped

Write = Callable[[str, object], list[RawArticle]]
TEXT = "The mill at Orlen was sold on Friday. Its new owner is a bakery."
MORE = "The mill at Orlen will grind again in May, the bakery said."
HTML = (
    "<p>The mill at Orlen was sold on <b>Friday</b>. Its new owner is a&nbsp;bakery.</p>"
    f"<p>{MORE}</p>"
)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def read(name: str, *documents: object) -> list[RawArticle]:
        path = tmp_path / name
        path.write_text("\n".join(map(json.dumps, documents)), "utf-8")
        found = list(read_articles(path))
        skipped = [one.reason for one in found if isinstance(one, Skipped)]
        assert skipped == []
        return [one for one in found if isinstance(one, RawArticle)]

    return read


def known(article: RawArticle) -> tuple[str | None, ...]:
    return article.title, article.outlet, article.author, article.published, article.url


@pytest.mark.parametrize(
    "document",
    [
        {"status": "ok", "response": {"docs": [{"body": TEXT}, {"body": MORE}]}},
        {"data": {"page": {"items": [{"content": TEXT}, {"content": MORE}]}}, "tags": [{"a": 1}]},
        {"hits": {"hits": [{"_id": "1", "_source": {"text": TEXT}}, {"_source": {"text": MORE}}]}},
        {"a1": {"title": "Mill", "text": TEXT}, "a2": {"title": "Mill again", "text": MORE}},
        [{"article": {"text": TEXT}}, {"article": {"text": MORE}}],
    ],
)
def test_articles_are_found_however_deep_they_lie(write: Write, document: object) -> None:
    assert [one.text for one in write("deep.json", document)] == [TEXT, MORE]


def test_a_line_may_hold_the_article_in_an_envelope(write: Write) -> None:
    (one,) = write("es.ndjson", {"_index": "news", "_source": {"title": "Mill", "body": TEXT}})

    assert (one.title, one.text) == ("Mill", TEXT)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            {
                **{"Headline": "Mill sold", "Article Text": TEXT, "News Outlet": "The Post"},
                **{"Date Published": "March 5, 2019", "Author Name": "Ann Reed"},
            },
            ("Mill sold", "The Post", "Ann Reed", "2019-03-05", None),
        ),
        (
            {
                **{"title": "Mill sold", "content": TEXT, "publishedAt": "2019-03-05T09:00:00Z"},
                **{"source": {"id": None, "name": "The Post"}, "author": "Ann Reed"},
            },
            ("Mill sold", "The Post", "Ann Reed", "2019-03-05", None),
        ),
        (
            {
                **{"title": {"rendered": "Mill &#8211; sold"}, "content": {"rendered": TEXT}},
                **{"date": "2019-03-05T09:00:00", "link": "https://post.example/mill"},
            },
            ("Mill – sold", None, None, "2019-03-05", "https://post.example/mill"),
        ),
        (
            {
                **{"headline": {"main": "Mill sold"}, "fields": {"bodyText": TEXT}},
                **{"webPublicationDate": "2019-03-05T09:00:00Z", "webUrl": "https://a.example/1"},
            },
            ("Mill sold", None, None, "2019-03-05", "https://a.example/1"),
        ),
        (
            {"headline": "Mill sold", "body": TEXT, "byline": {"original": "By Ann Reed"}},
            ("Mill sold", None, "Ann Reed", None, None),
        ),
        (
            {"title": "Mill sold", "text": TEXT, "published_at": 1551776400},
            ("Mill sold", None, None, "2019-03-05", None),
        ),
        (
            {"title": "Mill sold", "content_text": TEXT, "date_published": 1551776400123},
            ("Mill sold", None, None, "2019-03-05", None),
        ),
    ],
)
def test_values_are_known_by_the_names_that_services_give_them(
    write: Write, row: dict[str, object], expected: tuple[str | None, ...]
) -> None:
    (one,) = write("row.jsonl", row)

    assert one.text == TEXT
    assert known(one) == expected


@pytest.mark.parametrize("name", ["content", "content_html", "body"])
def test_html_in_a_value_is_read_as_paragraphs(write: Write, name: str) -> None:
    (one,) = write("page.jsonl", {"title": "Mill", name: HTML})

    assert one.text.split("\n\n") == [TEXT, MORE]


def test_a_text_that_speaks_of_tags_or_smaller_numbers_is_left_as_it_is(write: Write) -> None:
    text = "In HTML <p> begins a paragraph. It holds that 3 < 5 and 7 > 5, A&B say."

    (one,) = write("tags.jsonl", {"text": text})

    assert one.text == text


def test_how_many_signs_a_service_left_out_is_no_part_of_the_article(write: Write) -> None:
    cut = TEXT.replace(" is a bakery.", " is a…")

    (one,) = write("service.json", {"articles": [{"content": f"{cut} [+1204 chars]"}]})

    assert one.text == cut


def test_a_text_of_many_spaces_is_read_at_once(write: Write) -> None:
    """Each run of spaces was tried from each of its places: these took some seconds."""
    began = time.process_time()

    (one,) = write("spaces.jsonl", {"text": f"{TEXT}{' ' * 100_000}{TEXT}"})

    assert one.text.startswith(TEXT)
    assert time.process_time() - began < 1
