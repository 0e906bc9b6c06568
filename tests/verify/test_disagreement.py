"""Two articles that give other figures are shown as differing; other words alone are not."""

import pytest

from retrieval.types import Article, Citation, Passage
from retrieval.verify.disagreement import disagree


def cite(number: int, quote: str, words: str) -> Citation:
    article = Article(article_id=f"a{number}", source=f"{number}.txt", title="T")
    passage = Passage(passage_id=f"p{number}", article=article, text=quote, start=0, end=len(quote))
    at = quote.index(words)
    return Citation(
        n=number,
        passage=passage,
        quote=quote,
        start=0,
        end=len(quote),
        highlight=(at, at + len(words)),
    )


THREE = "The talks in Lindau took three hours."


@pytest.mark.parametrize(
    ("other", "words", "differs"),
    [
        ("The Lindau talks lasted five hours.", "five hours", True),
        ("They met for 180 minutes in Lindau.", "180 minutes", False),
        ("After the three-hour meeting, all left.", "three-hour", False),
        ("The talks were held on 3 May 2014.", "3 May 2014", False),
        ("Five people came to the talks.", "Five people", False),
    ],
)
def test_figures_of_the_answering_words_are_compared(other: str, words: str, differs: bool) -> None:
    assert disagree([cite(1, THREE, "three hours"), cite(2, other, words)]) is differs


def test_opposite_words_on_the_same_matter_differ() -> None:
    one = cite(1, "The mayor supported the plan for the bridge.", "supported")
    other = cite(2, "The mayor opposed the plan for the bridge.", "opposed")

    assert disagree([one, other])


def test_one_article_does_not_differ_from_itself() -> None:
    assert not disagree(
        [cite(1, THREE, "three hours"), cite(1, "It took five hours.", "five hours")]
    )
    assert not disagree([])
