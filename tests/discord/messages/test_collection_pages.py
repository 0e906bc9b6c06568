"""What the collection holds, in words."""

from datetime import UTC, datetime

from bot.discord.messages.collection_pages import (
    ARTICLES_A_PAGE,
    freshness,
    hits_page,
    page_count,
    page_of,
    sources_page,
    text_page,
)
from bot.discord.messages.layout import MESSAGE_UNITS
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

    page = sources_page(page_of(articles, 0), page=0, of=1, limits="", freshness="as of today")

    titles = [block.split("\n")[0] for block in page.blocks[1:]]
    assert titles == ["**Title 3**", "**Title 2**", "**Title 1**"]
    assert page.foot == "-# Page 1 of 1 · as of today"


def test_an_articles_text_comes_in_pages_that_lose_nothing() -> None:
    text = "\n\n".join(f"Paragraph {n} of the article. " * 9 for n in range(20))

    first, count = text_page(article(1), text, 0)
    others = [text_page(article(1), text, n)[0] for n in range(1, count)]

    assert first.blocks[0].startswith("**Title 1**\n-# Courier · 2014")
    assert first.foot == f"-# Page 1 of {count} · the article as I read it"
    shown = " ".join(page.blocks[1] for page in (first, *others))
    assert " ".join(shown.split()) == " ".join(text.split())


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

    page = sources_page(articles, page=0, of=1, limits="", freshness="")

    assert page.size <= MESSAGE_UNITS
    assert page.blocks[-1] == "…"


def test_there_is_always_a_page() -> None:
    assert page_count(0) == 1
    assert page_count(ARTICLES_A_PAGE + 1) == 2


def test_freshness_names_the_newest_article_and_when_they_were_taken_in() -> None:
    articles = [article(1), article(2, "Courier", "2016-02")]
    written_at = datetime.fromtimestamp(1_700_000_000, UTC)

    assert freshness(articles, written_at) == (
        "2 articles, the newest of Feb 2016, taken in <t:1700000000:R>"
    )
    assert freshness(articles[:1], None) == "1 article, the newest of 2014"
    assert freshness([], None) == "0 articles"


def test_hits_are_numbered_with_a_snippet_each() -> None:
    passage = Passage(passage_id="p", article=article(1), text="Words " * 99, start=0, end=594)
    hits = [Hit(passage=passage, rank=rank, score=1.0) for rank in (1, 2)]

    page = hits_page("dam", hits)

    assert page.blocks[1].count("> Words Words") == 2
    assert "2\\. Title 1" in page.blocks[1]
    assert hits_page("dam", []).blocks[1:] == ("No passage was found.",)


def test_a_search_that_found_nothing_names_what_narrowed_it() -> None:
    page = hits_page("dam", [], Filters(since="2014", outlet="A_B"), notes=["3 undated"])

    assert page.blocks[1:] == ("No passage was found.",)
    covered = hits_page("dam", [], Filters(until="2013"), covers="5 articles, Sep 2014 – Dec 2017")
    assert covered.foot.endswith("-# 5 articles, Sep 2014 – Dec 2017")
    assert page.foot == "-# Only articles since 2014 of A\\_B\n-# 3 undated"
