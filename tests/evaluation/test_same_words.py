"""When two texts rest on the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.evaluation.wording import fold, folded_same_words, without_markers


def same_words(one: str, other: str) -> bool:
    return folded_same_words(fold(one), fold(other))


LONG = "one two three four five six seven eight nine ten"  # 48 characters


def test_case_white_space_and_quotation_marks_do_not_count() -> None:
    assert fold("“It’s\u00a0 HERE,”\n he said") == '"it\'s here," he said'
    assert fold("``so'' they «say»") == '"so" they "say"'


def test_one_text_that_holds_the_other_rests_on_the_same_words() -> None:
    assert same_words("nine hours", "closed for NINE hours on Monday")
    assert same_words("closed for nine hours on Monday", "nine hours")


def test_a_run_of_sixty_percent_and_thirty_characters_is_enough() -> None:
    shared = LONG[:30]

    assert same_words(shared + " twenty", "zero " + shared + " plus a long tail that differs")


def test_a_run_of_twenty_nine_characters_is_not_enough() -> None:
    shared = LONG[:29]

    assert not same_words(shared + "!" * 5, "zero " + shared + "?????")


def test_a_run_of_less_than_sixty_percent_of_the_shorter_is_not_enough() -> None:
    shared = LONG[:30]
    rest = "x" * 21  # 30 of 51 characters are 59 %

    assert not same_words(shared + rest, shared + "y" * 30)


@pytest.mark.parametrize("empty", ["", "  ", "\n"])
def test_nothing_rests_on_no_words(empty: str) -> None:
    assert not same_words(empty, "words")
    assert not same_words(empty, empty)


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_order_of_the_texts_does_not_matter(one: str, other: str) -> None:
    assert same_words(one, other) == same_words(other, one)


@given(st.text(max_size=40), st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_a_text_always_rests_on_its_parts(before: str, part: str, after: str) -> None:
    if part.strip() and fold(part) in fold(before + part + after):
        assert same_words(part, before + part + after)


def test_markers_are_no_words_of_the_answer() -> None:
    assert without_markers("It was closed. [1][2] Then open [12].") == "It was closed. Then open."
