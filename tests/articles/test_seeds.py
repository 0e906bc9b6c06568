"""The five sample articles: what is known of them, and what of their pages is article."""

import re
import tomllib
from pathlib import Path

import pytest

from retrieval.articles.cleaning.clean import Cleaned, clean
from retrieval.articles.folder import RawArticle, read_articles
from retrieval.settings import shipped_seeds

SEEDS = Path(__file__).parents[2] / "seeds"
RAWS = {raw.source[:3]: raw for raw in read_articles(SEEDS) if isinstance(raw, RawArticle)}


def cleaned(number: str) -> Cleaned:
    return clean(RAWS[number].text, title=RAWS[number].title)


def test_the_samples_are_found_and_nothing_is_skipped() -> None:
    assert len(list(read_articles(SEEDS))) == len(RAWS) == 5
    assert (shipped_seeds() / "sources.toml").is_file()
    assert [raw.notes for raw in RAWS.values()] == [()] * 5


@pytest.mark.parametrize(
    ("number", "outlet", "published", "kind"),
    [
        ("000", "Radio Free Europe/Radio Liberty (RFE/RL)", "2014-10-15", "news"),
        ("001", "The Moscow Times", "2014-09-28", "news"),
        ("002", "Eurasia Daily Monitor", "2017-02", "analysis"),
        ("003", "Defense One", "2017-03", "opinion"),
        ("004", "HuffPost", "2017-12", "opinion"),
    ],
)
def test_outlet_date_and_kind_are_told(number: str, outlet: str, published: str, kind: str) -> None:
    raw = RAWS[number]

    assert (raw.outlet, raw.published, raw.kind) == (outlet, published, kind)


def test_only_what_can_be_known_is_told() -> None:
    assert [raw.author for raw in RAWS.values()] == ["Joanna Paraszczuk", None, None, None, None]
    assert [bool(raw.url) for raw in RAWS.values()] == [False, True, False, False, False]


def test_each_value_says_how_it_is_known() -> None:
    lines = (SEEDS / "sources.toml").read_text("utf-8").splitlines()

    assert tomllib.loads("\n".join(lines)).keys() == {raw.source for raw in RAWS.values()}
    values = [line for line in lines if re.match(r"\w+ = ", line)]
    assert all(re.search(r"# (?:page|known otherwise): ", line) for line in values)
    left_out = [line for line in lines if re.match(r"# \w+: cannot be known", line)]
    assert len(values) + len(left_out) == 5 * 6


def test_the_titles_stand_on_the_pages() -> None:
    for raw in RAWS.values():
        assert raw.title in raw.text.splitlines()


@pytest.mark.parametrize(
    ("number", "kept", "boilerplate", "comments"),
    [
        ("000", 17, 13, 27),
        ("001", 36, 6, 0),
        ("002", 6, 3, 0),
        ("003", 8, 36, 0),
        ("004", 10, 4, 0),
    ],
)
def test_paragraphs_are_told_apart(number: str, kept: int, boilerplate: int, comments: int) -> None:
    page = cleaned(number)

    assert (page.kept, page.boilerplate, page.comments) == (kept, boilerplate, comments)


# The line numbers, from 1, of each page's article.
ARTICLE_LINES = {
    "000": [*range(10, 35), *range(40, 47)],
    "001": [*range(13, 88)],
    "002": [*range(4, 10)],
    "003": [*range(7, 22)],
    "004": [*range(5, 24)],
}


@pytest.mark.parametrize("number", ARTICLE_LINES)
def test_every_line_of_the_article_stays_and_no_other(number: str) -> None:
    lines = RAWS[number].text.splitlines()
    article = [lines[i - 1] for i in ARTICLE_LINES[number] if i <= len(lines)]

    kept = cleaned(number).text

    plain = " ".join(line.replace("*", "").strip() for line in article if line.strip())
    assert " ".join(kept.split()) == " ".join(plain.split())


def test_sentences_that_the_layout_broke_are_whole() -> None:
    text = cleaned("001").text

    assert "American officials say." in text
    assert "would not directly target Assad or his forces, the officials said." in text


@pytest.mark.parametrize("number", sorted(RAWS))
def test_nothing_of_the_page_around_the_article_is_kept(number: str) -> None:
    text = cleaned(number).text.casefold()

    for word in (
        "cookie",
        "opt-out",
        "browser",
        "comment sorting",
        "subscribe",
        "platform.",
        "twitter",
        "original url",
        "before you go",
        "photo",
        "(right)",
        "by:",
    ):
        assert word not in text, word
