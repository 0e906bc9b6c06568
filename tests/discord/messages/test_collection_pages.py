"""What the collection holds, in words."""

from datetime import UTC, datetime

from bot.discord.messages.collection_pages import (
    ARTICLES_A_PAGE,
    freshness,
    hits_page,
    page_count,
    sources_page,
)
from bot.discord.messages.markdown import MESSAGE_UNITS
from retrieval.types import Article, Filters, Hit, Passage


def article(number: int, outlet: str | None = "Courier", published: str | None = "2014") -> Article:
    return Article(
        article_id=f"a{number}",
        source=f"{number}.txt",
        title=f"Title {number}",
        outlet=outlet,
        published=published,
    )


def test_sources_are_listed_newest_first_and_undated_last() -> None:
    articles = [article(1, None, None), article(2, None, "2013"), article(3, None, "2016-02")]

    page = sources_page(articles, page=0, freshness="as of today")

    titles = [line for line in page.blocks[1].split("\n") if line.startswith("Title")]
    assert titles == ["Title 3", "Title 2", "Title 1"]
    assert page.foot == "-# Page 1 of 1 · as of today"


def test_a_page_of_sources_fits_with_the_longest_titles() -> None:
    articles = [
        Article(
            article_id=str(n),
            source="x",
            title="*" * 300,
            outlet="_" * 300,
            author="`" * 300,
            url="https://x.org/" + "u" * 280,
        )
        for n in range(ARTICLES_A_PAGE)
    ]

    page = sources_page(articles, page=0, freshness="")

    assert page.size <= MESSAGE_UNITS
    assert page.blocks[1].endswith("…")


def test_there_is_always_a_page() -> None:
    assert page_count(0) == 1
    assert page_count(ARTICLES_A_PAGE + 1) == 2


def test_freshness_names_the_newest_article_and_the_index_with_its_age() -> None:
    articles = [article(1, None, "2014-10-15"), article(2, None, "2016-02"), article(3, None, None)]
    written_at = datetime.fromtimestamp(1_700_000_000, UTC)

    assert freshness(articles, "0123456789", written_at) == (
        "3 articles, the newest of Feb 2016 · index 01234567, written <t:1700000000:R>"
    )
    assert freshness(articles[:1], "<@1>", None) == (
        "1 article, the newest of 15 Oct 2014 · index \\<\\@1\\>"
    )
    assert freshness([], "", None) == "0 articles · index empty"


def test_hits_are_numbered_with_a_snippet_each() -> None:
    passage = Passage(passage_id="p", article=article(1), text="Words " * 99, start=0, end=594)
    hits = [Hit(passage=passage, rank=rank, score=1.0) for rank in (1, 2)]

    page = hits_page("dam", hits)

    assert page.blocks[1].count("> Words Words") == 2
    assert "2\\. Title 1" in page.blocks[1]
    assert hits_page("dam", []).blocks[1:] == ("No passage was found.",)


def test_a_search_that_found_nothing_names_what_narrowed_it() -> None:
    page = hits_page("dam", [], Filters(since="2014", outlet="A_B"), undated=3)

    assert page.blocks[1:] == ("No passage was found.",)
    assert page.foot == (
        "-# Only articles since 2014 of A\\_B\n-# 3 undated article(s) left out by the date limit."
    )
