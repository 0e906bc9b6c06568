"""An article in short: its lead and its most central sentences, verbatim, in their order."""

from collections.abc import Sequence

import pytest

from retrieval.answer.chain import Answerer
from retrieval.answer.extractive import NOTE, extract_draft
from retrieval.index.library import Library
from retrieval.types import Article, Passage

ARTICLE = Article(article_id="mill", source="mill.txt", title="The Mill")
SENTENCES = [
    "The old mill at Orvelle burnt down to its walls in 1931.",
    "It was the only mill that the whole valley had ever had.",
    "Anna Novak built the mill anew, of stone from the valley.",
    "Fire!",
    "The mill ground the corn of forty farms until last spring.",
]


def passages(*sentences: str) -> list[Passage]:
    text = " ".join(sentences)
    return [Passage(passage_id="1", article=ARTICLE, text=text, start=0, end=len(text))]


def by_length(sentences: Sequence[str]) -> list[float]:
    return [float(len(sentence)) for sentence in sentences]


def quotes(*sentences: str, articles: int = 1) -> list[str]:
    held = passages(*sentences)
    draft = extract_draft([ARTICLE] * articles, lambda _: held, by_length)
    text = held[0].text
    assert all(text[c.start : c.end] == c.quote for c in draft.citations)
    assert [s.citations for s in draft.statements] == [(c.n,) for c in draft.citations]
    return [citation.quote for citation in draft.citations]


def test_the_lead_and_the_most_central_sentences_come_in_their_order() -> None:
    lead, leaning, novak, _, corn = SENTENCES

    assert quotes(*SENTENCES) == [lead, novak, corn]
    assert leaning not in quotes(*SENTENCES)


def test_of_several_articles_each_says_less() -> None:
    lead, _, _, _, corn = SENTENCES

    assert quotes(*SENTENCES, articles=3) == [lead, corn] * 3
    assert len(quotes(*SENTENCES, articles=9)) == 2 * 4


def test_an_article_of_one_short_line_is_quoted_whole() -> None:
    assert quotes("Fire!") == ["Fire!"]


@pytest.mark.parametrize(
    ("question", "outlets"),
    [
        ("summarise the HuffPost article", {"HuffPost"}),
        ("what's the Moscow Times story about", {"The Moscow Times"}),
        ("radio free europe story in short", {"Radio Free Europe/Radio Liberty (RFE/RL)"}),
    ],
)
def test_the_article_that_is_named_is_given_as_an_extract(
    seed_library: Library, question: str, outlets: set[str]
) -> None:
    answer = Answerer(seed_library).answer(question)

    assert {citation.article.outlet for citation in answer.citations} == outlets
    assert len(answer.citations) > 2
    assert NOTE in answer.notes
    for citation in answer.citations:
        text = seed_library.article_text(citation.article.article_id)
        assert text[citation.start : citation.end] == citation.quote


def test_this_means_the_article_that_was_asked_about_before(seed_library: Library) -> None:
    before = "Who wrote the HuffPost article?"

    answer = Answerer(seed_library).answer("summarise it", history=[before])

    assert {citation.article.outlet for citation in answer.citations} == {"HuffPost"}
