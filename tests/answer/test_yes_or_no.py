"""Who says yes to a yes-no question, and who no, stands above the quotes that say so."""

from dataclasses import replace

import pytest

from retrieval.answer.chain import Answerer
from retrieval.answer.compose import yes_or_no
from retrieval.index.ingest import ingest
from retrieval.index.library import Library
from retrieval.types import Citation, Stance
from tests.conftest import WriteArticles
from tests.fakes.found import TEXT, article, evidence

SANK = "The ferry between Lindow and Marn sank on Monday. Nobody was hurt, the crew wrote."
FLOATS = "The ferry between Lindow and Marn did not sink on Monday. It only took in water."
SOURCES = """
["sank.txt"]
outlet = "Valley Courier"
kind = "opinion"
["floats.txt"]
outlet = "Coast Herald"
"""


@pytest.fixture
def answerer(library: Library, write_articles: WriteArticles) -> Answerer:
    folder = write_articles("ferries", sank_txt=SANK, bridge_txt="The bridge is blue.")
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    ingest(library, [folder])
    return Answerer(library)


def cite(n: int, stance: Stance | None, **about: str) -> Citation:
    cited = evidence(TEXT, "1921", about=article(n, **about)).passage.cited_at((100, 132), n=n)
    return replace(cited, stance=stance)


def test_an_article_that_says_yes_is_named_with_its_kind(answerer: Answerer) -> None:
    answer = answerer.answer("Did the ferry between Lindow and Marn sink?")

    assert answer.text.split("\n")[0] == "Yes, says Valley Courier (opinion):"
    assert [citation.stance for citation in answer.citations] == ["supports"]


def test_an_article_that_says_no_is_named(library: Library, write_articles: WriteArticles) -> None:
    folder = write_articles("ferries", floats_txt=FLOATS)
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    ingest(library, [folder])

    answer = Answerer(library).answer("Did the ferry between Lindow and Marn sink?")

    assert answer.text.split("\n")[0] == "No, says Coast Herald:"
    assert [citation.stance for citation in answer.citations] == ["contradicts"]


def test_two_articles_of_which_one_says_no_differ(
    answerer: Answerer, library: Library, write_articles: WriteArticles
) -> None:
    ingest(library, [write_articles("ferries", floats_txt=FLOATS)])

    answer = answerer.answer("Did the ferry between Lindow and Marn sink?")

    first = answer.text.split("\n")[0]
    assert first.startswith("The articles differ: ")
    assert "yes, says Valley Courier (opinion)" in first
    assert "no, says Coast Herald" in first


def test_a_question_that_wants_more_than_yes_or_no_gets_neither(answerer: Answerer) -> None:
    answer = answerer.answer("When did the ferry between Lindow and Marn sink?")

    assert answer.text.startswith("“The ferry")
    assert [citation.stance for citation in answer.citations] == [None]


def test_where_no_quote_is_sure_nothing_is_said() -> None:
    assert yes_or_no([cite(1, None, outlet="The Post")]) is None


def test_several_voices_are_named_once_each_and_one_without_an_outlet_by_its_title() -> None:
    cited = [cite(1, "supports", outlet="The Post"), cite(2, "supports"), cite(3, None)]

    assert yes_or_no([*cited, cited[0]]) == "Yes, say The Post and “Title 2”:"


def test_of_words_that_somebody_is_quoted_with_the_outlet_is_not_the_one_who_says_so() -> None:
    text = "“The mill is mine,” Ida Huber said in 1921."
    item = evidence(text, "1921", about=article(1, outlet="The Post"))
    cited = item.passage.cited_at((100, 100 + len(text)), n=1)

    assert yes_or_no([replace(cited, stance="contradicts")]) == "No, says a voice in The Post:"
