"""Follow-up questions stand on their own feet, and questions that already do are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.standalone import standalone
from retrieval.types import Standalone

MERKEL = "What did Merkel say about the refugees?"


def test_a_question_without_history_is_searched_as_it_was_asked() -> None:
    assert standalone("What did he say about it?", []).text == "What did he say about it?"


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("Who is Angela Merkel?", "Where was she born?"),
        ("Who is Angela Merkel?", "Did Trump meet her?"),
        (MERKEL, "And what is her view of Greece?"),
        ("Who won the election in Kenya?", "Did he give a speech?"),
        ("what did merkel say in athens", "who did she meet"),
        ("What is the Nobel Committee?", "Who founded it?"),
        ("Did the talks in Vienna fail?", "Who took part in them?"),
        ("Did the talks in Vienna fail?", "Why did Russia want those talks?"),
        ("Did Obama and Putin meet in New York?", "What did the two of them agree on there?"),
        ("When did the European Central Bank raise rates?", "By how much?"),
        ("When did the European Central Bank raise rates?", "And the Fed?"),
        ("What did Trump say in 2016 about NATO?", "And in 2018?"),
        ("what did merkel say about greece", "and about italy"),
        (MERKEL, "What about Tsipras?"),
        ("Who won the election in Kenya?", "In Ghana?"),
        ("Which countries voted against the treaty?", "Why did they oppose it?"),
        ("Who rejected the treaty?", "Why?"),
        ("Who rejected the treaty?", "In which city?"),
        ("Who rejected the treaty?", "Who else?"),
        ("Did Rome ask Brussels for help?", "What would that allow Italy to do?"),
        ("What did Merkel tell Macron about the refugees?", "What did he answer?"),
        (MERKEL, "Tell me more"),
        (MERKEL, "Were promises made?"),
    ],
)
def test_what_leans_on_the_question_before_carries_it_along(before: str, question: str) -> None:
    whole = standalone(question, [before])

    assert whole.context.casefold() == f"{before.rstrip('?')}?".casefold()
    own = question.removeprefix("And ").removeprefix("and ").rstrip("?")
    assert whole.asked.casefold() == f"{own}?".casefold()
    assert whole.text == f"{whole.asked} ({whole.context})"


def test_what_is_carried_reaches_back_over_turns_that_themselves_leaned() -> None:
    history = ["What was agreed about aid to Gaza?", "Who broke it?"]

    whole = standalone("In which city?", history)

    assert whole.context == "Who broke it? What was agreed about aid to Gaza?"


def test_a_name_outlasts_a_turn_that_only_points_at_it() -> None:
    history = ["Who is Angela Merkel?", "What does she say about debt?", "Thanks!"]

    assert "Angela Merkel" in standalone("How old is she?", history).text


@pytest.mark.parametrize(
    "question",
    [
        "When was the brigade deployed to Poland?",
        "Is it true that Macron resigned?",
        "How long did it take NATO to answer?",
        "Did Erdogan say that he would help?",
        "Are there any camps in Italy?",
        "How did Obama describe his meeting?",
        "What is the Caucasus Emirate?",
        "How do I cook rice?",
        "What are strictly necessary cookies used for?",
    ],
)
def test_a_complete_question_after_another_topic_stays_as_it_is(question: str) -> None:
    assert standalone(question, [MERKEL, "Did she call them guests?"]) == Standalone(question)


@pytest.mark.parametrize(
    "question",
    [
        "OK, something else: what is the Caucasus Emirate?",
        "By the way, what is the Caucasus Emirate?",
        "new topic: what is the Caucasus Emirate?",
        "Thanks. What is the Caucasus Emirate?",
    ],
)
def test_a_said_change_of_topic_carries_nothing_along(question: str) -> None:
    assert standalone(question, [MERKEL]) == Standalone("What is the Caucasus Emirate?")


def test_only_the_last_few_turns_count() -> None:
    history = ["Who is Angela Merkel?", *["What is the price of oil?"] * 4]

    assert "Merkel" not in standalone("Where was she born?", history).text


@given(
    st.text(max_size=200),
    st.lists(st.text(max_size=200), max_size=6),
)
def test_any_words_give_a_question_of_bounded_length(question: str, history: list[str]) -> None:
    whole = standalone(question, history).text

    assert len(whole) <= 3 * (len(question) + sum(map(len, history))) + 50
    assert bool(whole.strip()) == bool(question.strip())


@given(
    st.lists(
        st.sampled_from(
            "What Why And in 2017 he she it they that did Merkel Macron say about the talks ? . ,"
            " there then else her ' ( ) who is".split()
        ),
        min_size=1,
        max_size=14,
    ),
    st.lists(
        st.sampled_from(
            "Who did Merkel and Macron meet in Paris May 2016 ? the treaty Which is called".split()
        ),
        min_size=1,
        max_size=12,
    ),
)
def test_no_mix_of_leaning_words_breaks_it(words: list[str], before: list[str]) -> None:
    whole = standalone(" ".join(words), [" ".join(before), " ".join(words)]).text

    assert whole
    assert "\n" not in whole


@pytest.mark.parametrize("history", [[], [MERKEL]])
def test_brackets_that_a_person_writes_are_part_of_the_question(history: list[str]) -> None:
    question = "Who met Lavrov in Paris (was it in October 2014?)"

    assert "(was" in standalone(question, history).asked


def test_what_there_is_about_a_name_stands_alone_and_a_time_does_not() -> None:
    before = ["How long was the harbour closed?"]

    assert standalone("And about Halloran?", before) == Standalone("About Halloran?")
    assert standalone("and about it?", before).context == "How long was the harbour closed?"
    assert standalone("What about 2017?", before).context == "How long was the harbour closed?"
