"""An answer as pages."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.discord.messages.answer_pages import (
    MOST_PAGES,
    answer_pages,
    check_pages,
    filter_words,
)
from bot.discord.messages.layout import MESSAGE_UNITS
from bot.discord.messages.quote_blocks import byline
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
    return "\n".join(block for page in pages for block in (*page.blocks, page.foot))


def quoting(*citations: Citation, before: str = "", **known: object) -> Answer:
    lines = [f"“{' '.join(c.quote.split())}” [{c.n}]" for c in citations]
    return answer("\n".join([*([before] if before else []), *lines]), citations=citations, **known)


def test_a_quote_is_a_block_with_its_origin_beneath() -> None:
    (page,) = answer_pages(quoting(cite(1)))

    assert page.blocks == (
        "**Did it hold?**",
        "> The dam held.\n> -# \\[1\\] Valley Courier · 15 Oct 2014 · The dam held",
    )
    assert page.foot == ""


def test_words_of_the_writers_own_stand_above_the_quotes() -> None:
    (page,) = answer_pages(answer(), heading=False)

    assert page.blocks[0] == "It held. \\[1\\]"
    assert page.blocks[1].startswith("> The dam held.\n")


def test_the_question_is_left_out_where_it_is_seen_anyway() -> None:
    (page,) = answer_pages(quoting(cite(1)), heading=False)

    assert page.blocks[0].startswith("> The dam held.")


def test_a_doubt_stands_above_the_quotes() -> None:
    (page,) = answer_pages(quoting(cite(1), before="It comes close:"), heading=False)

    assert page.blocks[0] == "It comes close:"


def test_three_quotes_are_shown_and_the_rest_is_counted() -> None:
    (page,) = answer_pages(quoting(*(cite(n, quote=f"Quote {n}.") for n in range(1, 6))))

    assert len(page.blocks) == 4
    assert page.foot == "-# 2 more under **Passages**"


def test_a_title_is_linked_where_an_address_is_known() -> None:
    other = replace(ARTICLE, url="https://x.org/b", outlet="River Radio/Lake Radio (RR/LR)")

    (page,) = answer_pages(quoting(cite(1, other)), heading=False)

    assert page.blocks[0].endswith("RR/LR · 15 Oct 2014 · [The dam held](<https://x.org/b>)")


def test_the_answering_words_are_bold() -> None:
    first = replace(cite(1, quote="A *dam* held."), highlight=(2, 7))
    second = replace(cite(2, quote="Nobody was hurt."), highlight=(0, 7))

    (page,) = answer_pages(quoting(first, second), heading=False)

    assert page.blocks[0].startswith("> A **\\*dam\\*** held.\n")
    assert page.blocks[1].startswith("> **Nobody** was hurt.\n")


def test_a_long_quote_is_cut_around_its_answering_words() -> None:
    quote = f"{'before ' * 200}the gates held {'after ' * 200}end."
    start = quote.index("the gates held")
    long = replace(cite(1, quote=quote), highlight=(start, start + len("the gates held")))

    (page,) = answer_pages(quoting(long, cite(2), cite(3)), heading=False)

    words = page.blocks[0].split("\n")[0]
    assert re.fullmatch(r"> …(before )+\*\*the gates held\*\*( after)+…", words)
    assert 250 < len(words) < 300


def test_what_was_shown_before_is_told_from_what_is_new() -> None:
    known = [("a", 0, 13)]
    old, new = cite(1), cite(2, quote="Nobody was hurt.")

    (mixed,) = answer_pages(quoting(old, new), heading=False, known=known)
    (again,) = answer_pages(quoting(old), heading=False, known=known)

    assert "NEW" not in mixed.blocks[0]
    assert "\\[2\\] **NEW** · Valley Courier" in mixed.blocks[1]
    assert again.foot == "-# The same as before: the articles say no more on this."


def test_an_opinion_piece_is_marked_as_such() -> None:
    assert byline(replace(ARTICLE, kind="opinion")).endswith("**OPINION**")


def test_what_is_unknown_is_left_out() -> None:
    unknown = Article(article_id="x", source="x.txt", title="T")

    assert byline(unknown) == "undated"


def refused(kind: str, *nearest: Citation, reason: str = "no article says this") -> Answer:
    refusal = Refusal(
        kind=kind, reason=reason, nearest=nearest, covers="3 articles, 2014", example="Who fled?"
    )
    return answer("", statements=(), citations=(), refusal=refusal)


def test_a_refusal_says_what_the_articles_are_about_and_what_they_answer() -> None:
    for kind in ("off topic", "limits", "not a question", "failed"):
        (page,) = answer_pages(refused(kind, cite(1)))

        assert page.blocks == ("**Did it hold?**\nNo article says this.",)
        assert page.foot.split("\n") == [
            "-# 3 articles, 2014 · /sources",
            "-# **Passages** shows what comes nearest.",
            "-# Try: *Who fled?*",
        ]


def test_where_the_articles_speak_of_it_what_they_do_say_is_told_and_nothing_else() -> None:
    (page,) = answer_pages(refused("not said", cite(1), cite(2, quote="It was dry.")))

    assert page.blocks == (
        "**Did it hold?**\nNo article says this. Nearest:",
        "> The dam held.\n> -# Valley Courier · 15 Oct 2014",
    )
    assert page.foot == ""


def test_what_they_do_say_is_cut_to_a_few_lines() -> None:
    (page,) = answer_pages(refused("not said", cite(1, quote="The dam held well. " * 40)))

    assert len(page.blocks[1]) < 200
    assert "…" in page.blocks[1]


def test_a_refusal_without_anything_near_points_nowhere() -> None:
    (page,) = answer_pages(refused("off topic"), heading=False)

    assert page.blocks == ("No article says this.",)
    assert "Passages" not in page.foot


def test_who_says_yes_stands_above_the_quotes_and_at_none() -> None:
    said = replace(cite(1), stance="supports")

    (page,) = answer_pages(quoting(said, before="Yes, says Valley Courier:"))

    assert page.blocks[0].endswith("Yes, says Valley Courier:")
    assert "supports" not in text_of([page])


def test_notes_filters_and_the_resolved_question_are_small_print() -> None:
    shown = answer(
        standalone_question="Did the dam hold?",
        filters=Filters(since="2014", outlet="Valley Courier"),
        notes=("1 statement dropped",),
        model="openai:x",
    )

    assert answer_pages(shown)[0].foot.split("\n") == [
        "-# Searched for: Did the dam hold?",
        "-# Only articles since 2014 of Valley Courier",
        "-# 1 statement dropped",
        "-# Written by openai:x",
    ]


def test_the_same_words_and_the_collections_metadata_need_no_small_print() -> None:
    asked = answer(question="who wrote it", standalone_question="Who wrote it?", model="metadata")

    assert answer_pages(asked)[0].foot == ""


def test_no_filter_needs_no_words() -> None:
    assert filter_words(Filters()) == ""


def test_a_verdict_stands_above_the_passages() -> None:
    contradicted = answer(
        verdict="contradicted", citations=(replace(cite(1), stance="contradicts"),)
    )

    (page,) = check_pages(contradicted, "It *broke*.")

    assert page.blocks[0].startswith("> It \\*broke\\*.\n❌ **Contradicted by the articles**\n")
    assert "\\[1\\] contradicts it · Valley Courier" in page.blocks[1]


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
    refusal = Refusal(reason=text or "No.", nearest=citations, covers=title, example=title)

    for shown in (
        answer_pages(answer(text, citations=citations, question=title * 3)),
        answer_pages(answer("", citations=(), refusal=refusal)),
        check_pages(answer(text, citations=citations), text),
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
