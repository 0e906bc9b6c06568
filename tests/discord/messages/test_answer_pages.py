"""An answer as pages."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord.messages.answer_pages import (
    MOST_PAGES,
    answer_pages,
    byline,
    check_pages,
    day_words,
    filter_words,
    source_lines,
)
from bot.discord.messages.markdown import MESSAGE_UNITS
from retrieval.types import Answer, Article, Citation, Filters, Passage, Refusal, Statement

ARTICLE = Article(
    article_id="a",
    source="dam.txt",
    title="The dam held",
    outlet="Valley Courier",
    author="R. Stone",
    published="2014-10-15",
    kind="news",
)


def cite(n: int, article: Article = ARTICLE, quote: str = "The dam held.") -> Citation:
    passage = Passage(passage_id=f"p{n}", article=article, text=quote, start=0, end=len(quote))
    return Citation(n=n, passage=passage, quote=quote, start=0, end=len(quote))


def answer(text: str = "It held. [1]", **known: object) -> Answer:
    fields = {
        "question": "Did it hold?",
        "standalone_question": "Did it hold?",
        "text": text,
        "model": "extractive",
        "statements": (Statement(text="It held.", citations=(1,)),),
        "citations": (cite(1),),
    }
    return Answer(**{**fields, **known})


def text_of(pages) -> str:
    return "\n".join(block for page in pages for block in page.blocks)


def test_an_answer_is_its_text_and_one_line_a_source() -> None:
    (page,) = answer_pages(answer())

    assert page.blocks == (
        "**Did it hold?**\n\nIt held. \\[1\\]",
        "-# \\[1\\] **The dam held** · Valley Courier · R. Stone · 15 Oct 2014 · news",
    )


def test_the_question_is_left_out_where_it_is_seen_anyway() -> None:
    (page,) = answer_pages(answer(), heading=False)

    assert page.blocks[0] == "It held. \\[1\\]"


def test_quotes_of_one_article_share_a_line() -> None:
    other = replace(ARTICLE, article_id="b", title="Another", url="https://x.org/b")

    lines = source_lines([cite(1), cite(2, other), cite(3)]).split("\n")
    assert [line.split(" · ")[0] for line in lines] == [
        "-# \\[1\\]\\[3\\] **The dam held**",
        "-# \\[2\\] **[Another](<https://x.org/b>)**",
    ]


def test_the_answering_words_are_bold_in_the_answer() -> None:
    first = replace(cite(1, quote="A *dam* held."), highlight=(2, 7))
    second = replace(cite(2, quote="Nobody was hurt."), highlight=(0, 7))
    text = "“A *dam* held.” [1]\n“Nobody was hurt.” [2]"

    (page,) = answer_pages(answer(text, citations=(first, second)), heading=False)

    assert page.blocks[0] == "“A **\\*dam\\*** held.” \\[1\\]\n“**Nobody** was hurt.” \\[2\\]"


def test_words_that_the_answer_does_not_quote_are_not_bold() -> None:
    (page,) = answer_pages(answer(citations=(replace(cite(1), highlight=(0, 3)),)), heading=False)

    assert "**" not in page.blocks[0]


def test_an_opinion_piece_is_marked_as_such() -> None:
    assert byline(replace(ARTICLE, kind="opinion")).endswith("**OPINION**")


def test_what_is_unknown_is_left_out() -> None:
    unknown = Article(article_id="x", source="x.txt", title="T")

    assert byline(unknown) == "undated"


@pytest.mark.parametrize(
    ("published", "words"),
    [("2014-10-15", "15 Oct 2014"), ("2014-10", "Oct 2014"), ("2014", "2014"), (None, "undated")],
)
def test_a_date_is_as_precise_as_it_is_known(published, words) -> None:
    assert day_words(published) == words


def test_a_refusal_shows_what_is_nearest_and_what_is_covered() -> None:
    refused = answer(
        text="",
        statements=(),
        citations=(),
        refusal=Refusal(reason="not said", nearest=(cite(1),)),
    )

    (page,) = answer_pages(refused, coverage="The collection: 3 articles.")

    assert "The articles do not answer this: not said." in page.blocks[0]
    assert "**not** an answer" in page.blocks[1]
    assert "> The dam held." in page.blocks[1]
    assert page.blocks[2].split("\n") == [
        "-# The collection: 3 articles.",
        "-# Try other words, or a name that the articles may use.",
    ]


def test_notes_filters_and_the_resolved_question_are_small_print() -> None:
    shown = answer(
        standalone_question="Did the dam hold?",
        filters=Filters(since="2014", outlet="Valley Courier"),
        notes=("1 statement dropped",),
        model="openai:x",
    )

    assert answer_pages(shown)[0].blocks[-1].split("\n") == [
        "-# Searched for: Did the dam hold?",
        "-# Only articles since 2014 of Valley Courier",
        "-# 1 statement dropped",
        "-# Written by openai:x",
    ]


def test_the_same_words_and_the_collections_metadata_need_no_small_print() -> None:
    asked = answer(question="who wrote it", standalone_question="Who wrote it?", model="metadata")

    assert "Searched for" not in "".join(answer_pages(asked)[0].blocks)
    assert "Written by" not in "".join(answer_pages(asked)[0].blocks)


def test_no_filter_needs_no_words() -> None:
    assert filter_words(Filters()) == ""


def test_a_verdict_stands_above_the_passages() -> None:
    contradicted = answer(
        verdict="contradicted", citations=(replace(cite(1), stance="contradicts"),)
    )

    (page,) = check_pages(contradicted, "It *broke*.")

    assert page.blocks[0] == "> It \\*broke\\*.\n\n❌ **Contradicted by the articles**"
    assert "\\[1\\] contradicts it: The dam held" in page.blocks[1]


def test_without_a_verdict_nothing_is_judged() -> None:
    (page,) = check_pages(answer(), "It broke.")

    assert "for you to judge" in page.blocks[0]


@given(
    st.text(alphabet="ab. *`<@\n", max_size=9000),
    st.integers(0, 12),
    st.text(alphabet="xyz *[]😀", min_size=1, max_size=300),
)
def test_pages_fit_whatever_the_answer_the_sources_and_the_title(text, sources, title) -> None:
    articles = [
        replace(ARTICLE, article_id=str(n), title=title, url=f"https://x.org/{'u' * 250}")
        for n in range(sources)
    ]
    citations = tuple(cite(n, article, text[:400] or "q") for n, article in enumerate(articles, 1))
    refusal = Refusal(reason=text or "No.", nearest=citations)

    for shown in (
        answer_pages(answer(text, citations=citations, question=title * 3)),
        answer_pages(answer("", citations=(), refusal=refusal), coverage=title),
        check_pages(answer(text, citations=citations), text, coverage=title),
    ):
        assert 0 < len(shown) <= MOST_PAGES
        assert all(page.size <= MESSAGE_UNITS for page in shown)
        assert all(block.strip() for page in shown for block in page.blocks)


def test_an_answer_of_2001_characters_is_one_page() -> None:
    (page,) = answer_pages(answer("The dam held. " * 142 + "It really did"))

    assert page.size < MESSAGE_UNITS


def test_an_endless_answer_says_that_it_was_cut_and_keeps_its_sources() -> None:
    pages = answer_pages(answer("The dam held. " * 3000))

    assert len(pages) == MOST_PAGES
    assert "longer than Discord takes" in text_of(pages[-1:])
    assert "Valley Courier" in text_of(pages[-1:])
