"""A cited passage in its place."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.discord.incoming.button_actions import passage_page
from bot.discord.messages.layout import MESSAGE_UNITS
from retrieval.types import Article, Citation, Passage

TEXT = "Zeroth.\n\nFirst one.\n\nBefore it. The dam held. After it.\n\nNext one.\n\nLast."


def cite(text: str, start: int, end: int, **known: object) -> Citation:
    article = Article(article_id="a", source="a.txt", title="The *dam*", url="https://x.org")
    passage = Passage(
        passage_id="p", article=article, text=text[start:], start=start, end=len(text)
    )
    return Citation(n=3, passage=passage, quote=text[start:end], start=start, end=end, **known)


def dam(**known: object) -> Citation:
    start = TEXT.index("The dam")
    return cite(TEXT, start, start + len("The dam held."), **known)


def test_the_quote_is_bold_between_the_paragraphs_around_it() -> None:
    page = passage_page(dam(), TEXT, number=1, of=2)

    assert page.blocks[0] == "**[The \\*dam\\*](<https://x.org>)**\n-# undated"
    assert page.blocks[1] == "First one.\n\nBefore it. **The dam held.** After it.\n\nNext one."
    assert "Passage 1 of 2" in page.foot
    assert "\\[3\\]" in page.foot


def test_the_answering_words_are_underlined() -> None:
    start = TEXT.index("dam held")
    page = passage_page(dam(highlight=(start, start + 8)), TEXT, number=1, of=1)

    assert "**The __dam held__.**" in page.blocks[1]


def test_the_first_and_last_paragraph_have_fewer_neighbours() -> None:
    first = passage_page(cite(TEXT, 0, 7), TEXT, number=1, of=1)
    last = passage_page(cite(TEXT, len(TEXT) - 5, len(TEXT)), TEXT, number=1, of=1)

    assert first.blocks[1] == "**Zeroth.**\n\nFirst one."
    assert last.blocks[1] == "Next one.\n\n**Last.**"


def test_a_changed_article_shows_the_passage_as_it_was() -> None:
    other = "Something else entirely, and long enough to be cut at the same place."
    for text, said in ((None, "is no longer held"), (other, "has changed since")):
        page = passage_page(dam(), text, number=1, of=1)

        assert page.blocks[1].startswith("**The dam held.** After it.")
        assert said in page.blocks[1]


@given(
    st.text(alphabet="ab. *`<@\n", max_size=6000),
    st.text(alphabet="xy *`.", min_size=1, max_size=4000),
    st.text(alphabet="ab. *\n", max_size=6000),
)
def test_a_page_fits_however_long_the_quote(before: str, quote: str, after: str) -> None:
    text = before + quote + after
    citation = cite(text, len(before), len(before) + len(quote))

    assert passage_page(citation, text, number=1, of=1).size <= MESSAGE_UNITS
    assert replace(citation).quote == quote
