"""Pages in the forms that real sites use: what each must give, and what must go."""

import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from trafilatura import extract

from retrieval.articles.cleaning.clean import Cleaned, clean
from retrieval.articles.folder import RawArticle, read_articles

SITES = Path(__file__).parents[1] / "data" / "sites"
EXPECTED = tomllib.loads((SITES / "expected.toml").read_text("utf-8"))
_WORD = re.compile(r"\w+")


@cache
def read(name: str) -> tuple[RawArticle, Cleaned]:
    (raw,) = read_articles(SITES / name)
    assert isinstance(raw, RawArticle)
    return raw, clean(raw.text, title=raw.title, is_extracted=raw.is_extracted)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_page_gives_its_whole_article_and_nothing_that_must_go(name: str) -> None:
    _, cleaned = read(name)

    assert [part for part in EXPECTED[name]["has"] if part not in cleaned.text] == []
    assert [part for part in EXPECTED[name]["gone"] if part in cleaned.text] == []
    assert cleaned.notes == ()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_page_tells_title_outlet_author_and_date(name: str) -> None:
    raw, _ = read(name)

    told = {"title": raw.title, "outlet": raw.outlet, "published": raw.published}
    assert {key: value or "" for key, value in told.items()} == {
        key: EXPECTED[name][key] for key in told
    }
    assert (raw.author or "") == EXPECTED[name]["author"]


@pytest.mark.parametrize("name", EXPECTED)
def test_no_page_loses_more_of_its_article_than_the_bare_extractor(name: str) -> None:
    def recall(text: str) -> float:
        wanted = Counter(_WORD.findall(" ".join(EXPECTED[name]["has"])))
        return (wanted & Counter(_WORD.findall(text))).total() / wanted.total()

    bare = extract((SITES / name).read_bytes(), include_comments=False) or ""

    assert recall(read(name)[1].text) >= recall(bare) - 0.05


def test_a_page_of_30_mb_gives_its_article(tmp_path: Path) -> None:
    page = (SITES / "broadsheet.html").read_text("utf-8")
    script = f'<script>let a = "{"x" * 12_000_000}";</script>'
    picture = f'<img alt="" src="data:image/png;base64,{"A" * 18_000_000}">'
    (tmp_path / "large.html").write_text(page.replace("</h1>", f"</h1>{picture}{script}"), "utf-8")

    (raw,) = read_articles(tmp_path)

    assert isinstance(raw, RawArticle)
    assert clean(raw.text, title=raw.title, is_extracted=True) == read("broadsheet.html")[1]


@pytest.mark.parametrize(
    ("name", "field", "where"),
    [
        ("broadsheet.html", "title", "heading"),
        ("broadsheet.html", "outlet", "JSON-LD"),
        ("live_blog.html", "outlet", "og:site_name"),
        ("date_in_figures_only.html", "published", "the page's text"),
    ],
)
def test_each_value_of_a_page_says_where_it_is_told(name: str, field: str, where: str) -> None:
    raw, _ = read(name)

    assert raw.known_from[field] == where
    assert all(getattr(raw, known) for known in raw.known_from)
