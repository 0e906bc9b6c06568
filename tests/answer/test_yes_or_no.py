"""Who says yes to a yes-no question, and who no, stands above the quotes that say so."""

from dataclasses import replace

import pytest

from retrieval.answer.chain import Answerer
from retrieval.answer.compose import CLOSE, yes_or_no
from retrieval.index.ingest import ingest
from retrieval.index.library import Library
from retrieval.types import Citation, Stance
from tests.conftest import WriteArticles
from tests.fakes.found import TEXT, article, evidence

HELD = "The mayor of Marn was arrested on Monday. She spent the night in a cell."
FREE = "The mayor of Marn was not arrested on Monday. She spent the day in the garden."
SOURCES = """
["held.txt"]
outlet = "Valley Courier"
kind = "opinion"
["free.txt"]
outlet = "Coast Herald"
"""
ASKED = "Was the mayor of Marn arrested?"


@pytest.fixture
def answerer(library: Library, write_articles: WriteArticles) -> Answerer:
    folder = write_articles("mayors", held_txt=HELD, bridge_txt="The bridge is blue.")
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    ingest(library, [folder])
    return Answerer(library)


def cite(n: int, stance: Stance | None, **about: str) -> Citation:
    cited = evidence(TEXT, "1921", about=article(n, **about)).passage.cited_at((100, 132), n=n)
    return replace(cited, stance=stance)


def test_an_article_that_says_yes_is_named_with_its_kind(answerer: Answerer) -> None:
    answer = answerer.answer(ASKED)

    assert answer.text.split("\n")[0] == "Yes, says Valley Courier (opinion):"
    assert [citation.stance for citation in answer.citations] == ["supports"]


def test_an_article_that_says_no_is_named(library: Library, write_articles: WriteArticles) -> None:
    folder = write_articles("mayors", free_txt=FREE)
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    ingest(library, [folder])

    answer = Answerer(library).answer(ASKED)

    assert answer.text.split("\n")[0] == "No, says Coast Herald:"
    assert [citation.stance for citation in answer.citations] == ["contradicts"]


def test_two_articles_of_which_one_says_no_differ(
    answerer: Answerer, library: Library, write_articles: WriteArticles
) -> None:
    ingest(library, [write_articles("mayors", free_txt=FREE)])

    answer = answerer.answer(ASKED)

    first = answer.text.split("\n")[0]
    assert first.startswith("The articles differ: ")
    assert "yes, says Valley Courier (opinion)" in first
    assert "no, says Coast Herald" in first


def test_a_question_that_wants_more_than_yes_or_no_gets_neither(answerer: Answerer) -> None:
    answer = answerer.answer("When was the mayor of Marn arrested?")

    assert answer.text.startswith("“The mayor")
    assert [citation.stance for citation in answer.citations] == [None]


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("The mayor of Marn will be arrested on Monday.", ASKED),
        ("The court of Marn promised that the mayor will be arrested.", ASKED),
        ("The mayor of Marn spoke of the arrested men.", "Was a cook of the mayor arrested?"),
        ("It is unclear whether the mayor of Marn was arrested.", ASKED),
    ],
)
def test_what_may_be_so_and_talk_of_the_same_matter_say_neither(
    library: Library, write_articles: WriteArticles, told: str, asked: str
) -> None:
    ingest(library, [write_articles("mayors", held_txt=told)])

    answer = Answerer(library).answer(asked)

    assert not answer.text.startswith(("Yes", "No,"))
    assert {citation.stance for citation in answer.citations} <= {None}


def test_one_article_that_says_both_says_neither() -> None:
    one, other = cite(1, "supports", outlet="The Post"), cite(1, "contradicts", outlet="The Post")

    assert yes_or_no([one, other]) is None


def test_under_a_doubt_no_quote_says_yes_or_no(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.answer.compose.CONFIDENT", 1.1)

    answer = answerer.answer(ASKED)

    assert answer.text.startswith(CLOSE)
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
