"""What a collection is about, from the openings of its articles."""

from dataclasses import replace

from retrieval.text.names import short_name
from retrieval.text.overview import Overview, overview_of
from retrieval.types import Article, Passage

TEXTS = {
    "one": "Yesterday the harbour of Lindow was shut. In Peru, Rosa Vidal said that it is safe.",
    "two": "Nobody in Lindow was hurt, and Peru sent help. They said so. Some from Chile fled.",
}


def opening(number: str, published: str | None, outlet: str | None = None) -> Passage:
    article = Article(
        article_id=number, source=number, title="T", published=published, outlet=outlet
    )
    text = TEXTS[number]
    return Passage(passage_id=number, article=article, text=text, start=0, end=len(text))


def overview(*openings: Passage) -> Overview:
    return overview_of(openings, TEXTS.__getitem__)


def test_an_overview_counts_dates_and_names_what_most_articles_open_with() -> None:
    found = overview(opening("one", "2014-10-15"), opening("two", "2016"))

    assert found.words == "2 articles, Oct 2014 – 2016, on Lindow and Peru"


def test_one_time_is_said_once_and_no_time_not_at_all() -> None:
    same = overview(opening("one", "2014-10-15"), opening("two", "2014-10"))

    assert same.words.startswith("2 articles, Oct 2014, on")
    assert overview(opening("one", None)).words.startswith("1 article, on ")
    assert overview().words == "0 articles"


def test_it_suggests_what_speakers_said_and_what_outlets_say_of_their_own_names() -> None:
    found = overview(opening("one", None), opening("two", None, "River Radio (RR)"))

    assert found.questions[0] == "What did Rosa Vidal say?"
    assert "What does RR say about Chile?" in found.questions
    assert not [question for question in found.questions if "They" in question]


def test_an_outlet_goes_by_the_acronym_that_its_own_name_gives() -> None:
    assert short_name("River Radio/Lake Radio (RR/LR)") == "RR/LR"
    assert short_name("River Radio (Lima)") == "River Radio (Lima)"
    assert short_name("River Radio (XYZ)") == "River Radio (XYZ)"
    assert short_name("River Radio") == "River Radio"


def test_an_overview_tells_english_articles_from_others() -> None:
    told = "Gestern war der Hafen von Lindow zu. Niemand wurde verletzt, sagte Rosa Vidal."
    passage = replace(opening("one", None), text=told)

    assert overview(opening("one", None), opening("two", None)).is_english
    assert not overview(passage).is_english


def test_a_name_gets_no_article_that_may_be_the_next_words() -> None:
    texts = {
        "a": "Yes, Mayor Dorran spoke near the Dorran mill.",
        "b": "We like the mayor, Dorran.",
    }
    articles = [Article(article_id=number, source=number, title="T") for number in texts]
    openings = [
        Passage(passage_id="p", article=one, text=texts[one.article_id], start=0, end=9)
        for one in articles
    ]

    assert overview_of(openings, texts.__getitem__).topics == ("Dorran",)
