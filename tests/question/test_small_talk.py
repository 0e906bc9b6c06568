"""What is no question to the articles gets no passage of them: small talk, words nobody knows."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer.chain import Answerer
from retrieval.evaluation.questions import read_questions
from retrieval.index.library import Library
from retrieval.question.breadth import is_small_talk
from retrieval.question.standalone import standalone

TESTS = Path(__file__).parents[1]
MEETING = "How long did the Kerry and Lavrov meeting in Paris last?"


@pytest.fixture(scope="module")
def answerer(seed_library: Library) -> Answerer:
    return Answerer(seed_library)


@pytest.mark.parametrize(
    "text",
    [
        *("hi", "Hello!", "hey there 👋", "Good morning", "thanks", "Thank you very much!", "ok"),
        *("help", "Help me please", "Who are you?", "What can you do?", "what's up", "bye"),
        *("Hi! Who are you?", "hellooo", "who r u", "lol ok", "🙏", "HAHAHA nice", "i’m sorry"),
    ],
)
def test_greetings_thanks_and_questions_about_the_bot_are_small_talk(text: str) -> None:
    assert is_small_talk(text)


@pytest.mark.parametrize(
    "text",
    [
        *("Who is Kerry?", "Thanks to whom was the attack stopped?", "How can Moscow help?", ""),
        *("What did you do in Paris?", "Hello Kitty", "No fly zone", "What is up in Syria?"),
        *("Who are the rebels?", "help Syria", "Is all lost?"),
        *("are you sure Moscow agreed?", "!?", "thanks, and who is Putin?", "hi " * 40),
    ],
)
def test_what_may_be_about_the_articles_is_no_small_talk(text: str) -> None:
    assert not is_small_talk(text)


@given(st.text(max_size=200))
def test_any_text_can_be_judged(text: str) -> None:
    assert is_small_talk(text) in {True, False}


@pytest.mark.parametrize("text", ["hello there", "thanks!", "Ok."])
def test_a_greeting_is_told_to_ask(answerer: Answerer, text: str) -> None:
    answer = answerer.answer(text, history=[MEETING])

    assert answer.standalone_question == text
    assert answer.refusal is not None
    assert answer.refusal.kind == "not a question"
    assert answer.refusal.nearest == ()


@pytest.mark.parametrize("text", ["who r u", "Help me!", "what can you do?", "😂😂"])
def test_chat_is_told_in_one_line_what_the_bot_is(answerer: Answerer, text: str) -> None:
    answer = answerer.answer(text, history=[MEETING])

    assert answer.refusal is not None
    assert answer.refusal.kind == "not a question"
    assert answer.text.startswith("That asks nothing of the articles; Dateline ")
    assert "\n" not in answer.text


@pytest.mark.parametrize("path", ["people.jsonl", "questions.jsonl"])
def test_chat_is_told_from_questions_on_the_development_half(path: str) -> None:
    asked = [q for q in read_questions([TESTS / path]).questions if q.split == "dev"]
    chat = [q for q in asked if q.kind == "chat"]

    assert [q.question for q in asked if q not in chat and is_small_talk(q.question)] == []
    assert [q.question for q in chat if not is_small_talk(q.question)] == []


def test_small_talk_is_not_carried_into_a_later_question() -> None:
    assert standalone("And in 2017?", [MEETING, "hi", "thank you"]) == standalone(
        "And in 2017?", [MEETING]
    )


@pytest.mark.parametrize("text", ["asdf qwer zxcv", "Qwertyuiop?"])
def test_words_that_neither_english_nor_the_articles_know_are_refused(
    answerer: Answerer, text: str
) -> None:
    answer = answerer.answer(text, history=[MEETING])

    assert answer.refusal is not None
    assert "no article has any of these words" in answer.refusal.reason
    assert answer.refusal.kind == "off topic"
    assert answer.refusal.nearest == ()


@pytest.mark.parametrize("text", ["Lavrov?", "Was sagte Putin?", "How long was it?"])
def test_a_question_with_any_known_word_is_searched_for(answerer: Answerer, text: str) -> None:
    answer = answerer.answer(text)

    assert answer.citations or (answer.refusal and answer.refusal.nearest)


@pytest.mark.parametrize("text", ["Что сказал министр?", "几点了"])
def test_words_of_another_language_that_no_article_has_are_refused(
    answerer: Answerer, text: str
) -> None:
    answer = answerer.answer(text, history=[MEETING])

    assert answer.refusal is not None
    assert "no passage has your words" in answer.refusal.reason


@pytest.mark.parametrize("text", ["what", "Why?", "and who", "is it?"])
def test_a_question_without_a_telling_word_gets_no_quotes(answerer: Answerer, text: str) -> None:
    answer = answerer.answer(text)

    assert answer.refusal is not None
    assert answer.refusal.kind == "not a question"


def test_gibberish_in_a_conversation_leans_on_nothing_asked_before(answerer: Answerer) -> None:
    answer = answerer.answer("asdf qwer?", history=[MEETING])

    assert answer.standalone_question == "asdf qwer?"
    assert answer.refusal is not None
    assert "Paris" not in answer.text


def test_nothing_leans_on_gibberish(answerer: Answerer) -> None:
    answer = answerer.answer("Who was there?", history=[MEETING, "asdf qwer?"])

    assert "asdf" not in answer.standalone_question.lower()
    assert "Paris" in answer.standalone_question


def test_a_known_word_that_no_article_has_still_leans_on_the_conversation(
    answerer: Answerer,
) -> None:
    assert "Paris" in answerer.answer("Elaborate, please?", history=[MEETING]).standalone_question
