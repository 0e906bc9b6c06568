"""Questions about the articles themselves are answered from metadata, and only those are."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.about_articles import MODEL, NOTE, about_articles, about_draft
from retrieval.types import Article, Hit, Passage, Standalone

TODAY = date(2018, 3, 14)
TEXT = "Rain fell on Monday. It fell again on Tuesday."


def article(name: str, title: str, **known: str | None) -> Article:
    return Article(article_id=name, source=f"{name}.txt", title=title, **known)  # type: ignore[arg-type]


HELD = [
    article(
        "flood",
        "River Town Under Water",
        outlet="The Daily Post",
        author="Ann Lee",
        published="2015-06-02",
        kind="news",
        url="https://post.example/flood",
    ),
    article("dam", "Why Dams Fail", outlet="Policy Weekly", published="2016-03", kind="opinion"),
    article("vote", "A Vote Without Voters", outlet="Policy Weekly", published="2017"),
    article("note", "Notes From the Coast"),
]


def hit_of(one: Article, text: str = TEXT) -> Hit:
    passage = Passage(passage_id="p", article=one, text=text, start=0, end=len(text))
    return Hit(passage=passage, rank=1, score=1.0)


def told(question: str, *, held: list[Article] | None = None) -> list[str]:
    about = about_articles(Standalone(question), HELD if held is None else held, today=TODAY)
    return [item.text for item in about.told] if about else []


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        (
            "Who wrote the Daily Post article?",
            "As the collection's metadata says, “River Town Under Water” (The Daily Post, "
            "2 June 2015) was written by Ann Lee.",
        ),
        (
            "who is the author of Why Dams Fail",
            "Who wrote “Why Dams Fail” (Policy Weekly, March 2016) is not stated in the "
            "collection's metadata.",
        ),
        (
            "When was the article about dams published?",
            "As the collection's metadata says, “Why Dams Fail” (Policy Weekly) was published in "
            "March 2016; the day is not stated.",
        ),
        (
            'When was "A Vote Without Voters" published?',
            "As the collection's metadata says, “A Vote Without Voters” (Policy Weekly) was "
            "published in 2017; month and day are not stated.",
        ),
        (
            "When was the river town story written?",
            "As the collection's metadata says, “River Town Under Water” (The Daily Post) was "
            "published on 2 June 2015.",
        ),
        (
            "When did the article about the coast come out?",
            "When “Notes From the Coast” was published is not stated in the collection's metadata.",
        ),
        (
            "Where was the article by Ann Lee published?",
            "As the collection's metadata says, “River Town Under Water” was published by The "
            "Daily Post.",
        ),
        (
            "Which outlet published the article about the coast?",
            "Where “Notes From the Coast” was published is not stated in the "
            "collection's metadata.",
        ),
        (
            "Is the article about dams an opinion piece?",
            "As the collection's metadata says, “Why Dams Fail” (Policy Weekly, March 2016) is "
            "marked as opinion.",
        ),
        (
            "What's the link to the Daily Post article?",
            "As the collection's metadata says, “River Town Under Water” (The Daily Post, "
            "2 June 2015) stands at https://post.example/flood",
        ),
        (
            "What is the newest article?",
            "The newest article is “A Vote Without Voters” (Policy Weekly, 2017).",
        ),
        (
            "who wrote the latest article?",
            "Who wrote “A Vote Without Voters” (Policy Weekly, 2017) is not stated in the "
            "collection's metadata.",
        ),
        (
            "Who is the author of the oldest piece?",
            "As the collection's metadata says, “River Town Under Water” (The Daily Post, "
            "2 June 2015) was written by Ann Lee.",
        ),
        (
            "which outlet published the last opinion column",
            "As the collection's metadata says, “Why Dams Fail” was published by Policy Weekly.",
        ),
        (
            "When did the first article from Policy Weekly appear?",
            "As the collection's metadata says, “Why Dams Fail” (Policy Weekly) was published in "
            "March 2016; the day is not stated.",
        ),
        (
            "Which of your articles is the oldest?",
            "The oldest article is “River Town Under Water” (The Daily Post, 2 June 2015).",
        ),
    ],
)
def test_one_article_is_told_of_as_far_as_its_metadata_goes(question: str, sentence: str) -> None:
    assert told(question) == [sentence]


@pytest.mark.parametrize(
    ("question", "count", "titles"),
    [
        ("What do you have from Policy Weekly?", "2 of", ["Why Dams Fail", "A Vote Without"]),
        ("Which articles are opinion?", "1 of", ["Why Dams Fail"]),
        ("Which opinion pieces do you have?", "1 of", ["Why Dams Fail"]),
        ("How many articles are from 2015?", "1 of", ["River Town"]),
        ("List the articles published before 2017", "2 of", ["River Town", "Why Dams Fail"]),
        ("What did Ann Lee write?", "1 of", ["River Town"]),
        ("Do you have anything from 2012?", "None of", []),
    ],
)
def test_articles_are_listed_by_outlet_kind_date_and_author(
    question: str, count: str, titles: list[str]
) -> None:
    sentences = told(question)

    assert sentences[0].startswith(f"{count} the collection's 4 articles match")
    listed = [s for s in sentences if s.startswith("“")]
    assert len(listed) == len(titles)
    assert all(title in line for title, line in zip(titles, listed, strict=True))


def test_the_newest_are_as_many_as_were_asked_for() -> None:
    titles = ["A Vote Without Voters", "Why Dams Fail"]

    for question in ("What are the two latest articles?", "show me the last 2 articles"):
        assert [sentence[1:].split("”")[0] for sentence in told(question)] == titles


def test_articles_of_the_same_date_are_the_newest_together() -> None:
    held = [article(name, name, published="2017-01-02") for name in ("Rain", "Snow")]

    assert len(told("What is the newest article?", held=held)) == 2


def test_without_dates_no_article_is_the_newest() -> None:
    held = [article("note", "Notes From the Coast")]

    assert told("Who wrote the newest article?", held=held) == [
        "Which article is the newest is not stated: none of them is dated."
    ]


def test_a_topic_that_no_title_names_is_looked_for_in_the_articles() -> None:
    def search(topic: str) -> list[Hit]:
        return [hit_of(HELD[1], "Nothing."), hit_of(HELD[0], f"All about {topic}.")]

    about = about_articles(
        Standalone("Who wrote the article about sandbags?"), HELD, today=TODAY, search=search
    )

    assert about is not None
    assert [item.articles for item in about.told] == [(HELD[0],)]


def test_articles_whose_property_is_unknown_are_counted_as_such() -> None:
    by_kind = about_articles(Standalone("Which articles are opinion?"), HELD, today=TODAY)
    by_date = about_articles(Standalone("List the articles from 2015"), HELD, today=TODAY)

    assert by_kind is not None
    assert by_date is not None
    assert by_kind.notes == (NOTE, "The kind of 2 articles is not stated.")
    assert by_date.notes == (NOTE, "The date of 1 article is not stated.")


@pytest.mark.parametrize(
    "question",
    ["What is this collection about?", "What sources do you have?", "What can I ask?"],
)
def test_the_collection_is_described_by_its_outlets_dates_and_titles(question: str) -> None:
    sentences = told(question)

    assert sentences[0] == (
        "The collection holds 4 articles from Policy Weekly (2), The Daily Post, published from "
        "2 June 2015 to 2017."
    )
    assert len(sentences) == 5


def test_long_lists_are_cut_and_a_note_counts_the_rest() -> None:
    held = [article(str(n), f"Title {n}") for n in range(25)]

    about = about_articles(Standalone("How many articles do you have?"), held, today=TODAY)

    assert about is not None
    assert about.told[0].text == "The collection holds 25 articles."
    assert len(about.told) == 11
    assert about.notes == (NOTE, "15 more articles are not listed here.")


@pytest.mark.parametrize(
    "question",
    [
        "Who wrote Pride and Prejudice?",
        "Who wrote that the Daily Post is biased?",
        "Which newspaper wrote that dams fail?",
        "When was the treaty published?",
        "When was the report on dams released by the government?",
        "Who published the memo?",
        "Where does the water come from?",
        "What do the articles say about dams?",
        "What do you know about dams?",
        "What articles do you have about rain?",
        "Which articles are about dams?",
        "How many articles mention rain?",
        "How many stories does the tower have?",
        "How many dams failed in 2016?",
        "What did the mayor write?",
        "What do you have from the New York Times?",
        "What is the source of the river?",
        "What is the latest news on the dams?",
        "What is the newest article about?",
        "Who wrote the first law on dams?",
        "When was the last flood?",
        "What posts does the river town have under water?",
        "Who wrote the report?",
        "What is this?",
        "Why do dams fail?",
        "In the articles from 2015, who was rescued?",
    ],
)
def test_a_question_about_what_the_articles_say_is_left_to_the_passages(question: str) -> None:
    assert told(question) == []


def test_this_means_the_article_that_the_answer_before_rested_on() -> None:
    about = about_articles(
        Standalone("Who wrote this?", context="Where did it rain?"),
        HELD,
        today=TODAY,
        search=lambda _: [hit_of(HELD[0])],
    )

    assert about is not None
    assert [item.articles for item in about.told] == [(HELD[0],)]


@pytest.mark.parametrize(
    "question",
    [
        Standalone("When was it published?", context="Who wrote the Daily Post article?"),
        Standalone("Who wrote it?", context="What does the Daily Post say about rain?"),
    ],
)
def test_it_means_the_article_that_the_question_before_named(question: Standalone) -> None:
    about = about_articles(question, HELD, today=TODAY)

    assert about is not None
    assert [item.articles for item in about.told] == [(HELD[0],)]


def test_this_without_anything_before_it_tells_of_each_article() -> None:
    assert len(told("Who wrote this?")) == len(HELD)
    assert len(told("Who wrote this?", held=HELD[:1])) == 1


def test_an_empty_collection_has_nothing_to_tell() -> None:
    assert told("How many articles do you have?", held=[]) == []


def passages(article_id: str) -> list[Passage]:
    held = next(a for a in HELD if a.article_id == article_id)
    return [Passage(passage_id="p", article=held, text=TEXT, start=7, end=7 + len(TEXT))]


def test_each_sentence_cites_the_opening_of_the_article_that_it_is_about() -> None:
    about = about_articles(Standalone("What do you have from Policy Weekly?"), HELD, today=TODAY)
    assert about is not None

    draft = about_draft(about, passages)

    assert [statement.citations for statement in draft.statements] == [(1, 2), (1,), (2,)]
    assert [c.article.article_id for c in draft.citations] == ["dam", "vote"]
    assert {c.quote for c in draft.citations} == {"Rain fell on Monday."}
    assert all(TEXT[c.start - 7 : c.end - 7] == c.quote for c in draft.citations)
    assert draft.model == MODEL
    assert draft.notes[0] == NOTE


@given(st.text(max_size=400))
def test_any_text_is_read(question: str) -> None:
    assert isinstance(told(question), list)


@given(
    st.lists(
        st.sampled_from(
            "who wrote what which articles do you have from the 2015 Post opinion list all when "
            "was published this it how many are about dams ? sources in of link to".split()
        ),
        max_size=12,
    )
)
def test_an_answer_from_metadata_never_misses_its_note(words: list[str]) -> None:
    about = about_articles(Standalone(" ".join(words)), HELD, today=TODAY)

    assert about is None or (about.told and about.notes[0] == NOTE)
