"""A question that asks for all on a topic is told from one that asks for a fact."""

import pytest

from retrieval.question.breadth import topic_of


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("What do the articles say about the new bridge?", "the new bridge"),
        ("what has been reported on ferries", "ferries"),
        ("tell me about the harbour strike", "the harbour strike"),
        ("anything on tram fares in these articles?", "tram fares"),
        ("do your articles mention Lindau, and what about it", "Lindau"),
        ("what have you got on comets", "comets"),
        ("how do fishermen come up in the articles?", "fishermen"),
        ("ferries", "ferries"),
        ("Ida Huber?", "Ida Huber"),
    ],
)
def test_the_topic_is_what_is_asked_about(question: str, topic: str) -> None:
    assert topic_of(question) == topic


@pytest.mark.parametrize(
    "question",
    [
        "When was the bridge opened?",
        "Who is Ida Huber?",
        "What did the mayor say about the bridge?",
        "how long did it take",
        "why?",
        "the of",
        "Did the ferry sink?",
        "",
    ],
)
def test_a_question_for_a_fact_has_no_topic(question: str) -> None:
    assert topic_of(question) is None
