"""Who wants an article in short, and which words select it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.about_articles import summary_selector


@pytest.mark.parametrize(
    ("question", "selector"),
    [
        ("Summarise the Herald article", "the Herald article"),
        ("could you summarize this for me, please?", "this ,"),
        ("tl;dr of the oldest article", "the oldest article"),
        ("give me a short summary of Anna Novak's column", "a Anna Novak's column"),
        ("the main points of both stories", "the stories"),
        ("What's the Herald story about?", "the Herald story"),
        ("what does the newest one say?", "the newest one"),
        ("The Herald piece in a nutshell", "The Herald piece"),
    ],
)
def test_a_wish_for_a_summary_is_known_by_its_form(question: str, selector: str) -> None:
    assert summary_selector(question) == selector


@pytest.mark.parametrize(
    "question",
    [
        "What did the mayor say about the bridge?",
        "Who wrote the latest article?",
        "How long did the talks last?",
        "What is the point of the talks?",
        "",
        "summarise " + "the war " * 60,
    ],
)
def test_another_question_is_no_such_wish(question: str) -> None:
    assert summary_selector(question) is None


@given(st.text(max_size=300))
def test_any_text_can_be_asked(text: str) -> None:
    selector = summary_selector(text)

    assert selector is None or selector == " ".join(selector.split())
