"""Two articles that give other figures are shown as differing; other words alone are not."""

import pytest

from retrieval.types import Article, Citation, Passage
from retrieval.verify.claims import disagree, wrong_premise


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


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Why did the mayor oppose the plan for the bridge?", "“oppose”, the article “supported”"),
        ("Why did the mayor support the plan for the bridge?", None),
        ("Why did the mayor oppose the new school?", None),
        ("Why did the talks about the bridge take five hours?", "“five hours”, the article “three"),
        ("Who came to the talks about the bridge for three hours?", None),
    ],
)
def test_what_a_question_takes_for_granted_is_named_where_the_article_says_otherwise(
    question: str, told: str | None
) -> None:
    plan = "The mayor supported the plan for the bridge."
    talks = "The talks about the bridge took three hours."

    said = wrong_premise(question, [cite(1, plan, "plan"), cite(2, talks, "three")])

    assert (told in said) if told and said else said is None is told
