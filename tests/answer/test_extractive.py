"""Extractive answers are the articles' own sentences, quoted whole."""

from dataclasses import replace

import pytest

from retrieval.answer.compose import CLOSE, CONFIDENT, compose_answer
from retrieval.answer.extractive import MAX_STATEMENTS, ExtractiveWriter
from retrieval.index.library import Library
from retrieval.question.plan import Turn
from retrieval.types import Filters
from retrieval.verify.claims import disagree
from tests.fakes.found import TEXT, article, evidence


def test_the_sentence_around_the_answering_words_is_quoted_with_its_place() -> None:
    draft = ExtractiveWriter().write("When?", [evidence(TEXT, "1921", about=article(1))])

    assert draft is not None
    citation = draft.citations[0]
    assert citation.quote == "Ida Huber bought a mill in 1921."
    assert (citation.start, citation.end) == (100, 132)
    assert citation.highlight == (127, 131)


def test_a_pronoun_at_the_start_brings_the_sentence_before_it_along() -> None:
    draft = ExtractiveWriter().write("When?", [evidence(TEXT, "two years", about=article(1))])

    assert draft is not None
    assert draft.citations[0].quote == TEXT.removesuffix(" Nobody knows why.")


def test_a_quotation_told_by_a_pronoun_brings_the_paragraph_along_that_names_the_speaker() -> None:
    text = 'Ida Huber, a miller, was in doubt.\n\n"Grain is gold," she said on Monday.'
    item = evidence(text, "Grain is gold", about=article(1))

    draft = ExtractiveWriter().write("What is gold?", [item])

    assert draft is not None
    assert [citation.quote for citation in draft.citations] == text.split("\n\n")


def test_a_quote_that_has_its_sentence_before_already_brings_no_further_one_along() -> None:
    text = 'It rained.\n\nIda Huber is a miller. She was sure: "Grain is gold," she said on Monday.'
    item = evidence(text, "Grain is gold", about=article(1))

    draft = ExtractiveWriter().write("What is gold?", [item])

    assert draft is not None
    assert [citation.quote for citation in draft.citations] == [text.partition("\n\n")[2]]


def test_a_sentence_that_proves_only_with_the_next_brings_that_one_along() -> None:
    item = replace(evidence(TEXT, "1921", about=article(1)), with_next=True)

    draft = ExtractiveWriter().write("When?", [item])

    assert draft is not None
    assert draft.citations[0].quote == TEXT.removesuffix(" Nobody knows why.")


def test_a_next_sentence_that_leans_on_nothing_stays_where_it_is() -> None:
    text = "Ida Huber bought a mill in 1921. Trams run there."
    item = replace(evidence(text, "1921", about=article(1)), with_next=True)

    draft = ExtractiveWriter().write("When?", [item])

    assert draft is not None
    assert draft.citations[0].quote == "Ida Huber bought a mill in 1921."


def test_a_pronoun_does_not_reach_over_a_paragraph() -> None:
    text = "Ida Huber bought a mill.\n\nShe sold it two years later."

    draft = ExtractiveWriter().write("When?", [evidence(text, "two years", about=article(1))])

    assert draft is not None
    assert draft.citations[0].quote == "She sold it two years later."


def test_the_same_fact_twice_gives_one_quote() -> None:
    again = "Ida Huber bought a mill in 1921, they say. More follows."
    items = [evidence(t, "1921", about=article(n)) for n, t in enumerate((TEXT, again))]

    draft = ExtractiveWriter().write("When?", items)

    assert draft is not None
    assert len(draft.citations) == 1


def test_no_more_than_four_statements_are_made() -> None:
    texts = [f"Town {n} has mill number {n * 7} and river {n * 11}." for n in range(6)]
    items = [evidence(text, "mill", about=article(n)) for n, text in enumerate(texts)]

    draft = ExtractiveWriter().write("Which?", items)

    assert draft is not None
    assert len(draft.statements) == MAX_STATEMENTS
    assert [s.citations for s in draft.statements] == [(1,), (2,), (3,), (4,)]


def test_without_evidence_there_is_no_answer() -> None:
    assert ExtractiveWriter().write("Which?", []) is None


def test_sentences_that_follow_each_other_are_one_quote() -> None:
    about = article(1)
    items = [evidence(TEXT, words, about=about) for words in ("Nobody", "two years")]

    draft = ExtractiveWriter().write("When?", items)

    assert draft is not None
    assert [citation.quote for citation in draft.citations] == [TEXT]


def test_sentences_of_two_paragraphs_stay_two_quotes() -> None:
    text = "Ida Huber bought a mill.\n\nThe mill burnt down two years later."
    items = [evidence(text, words, about=article(1)) for words in ("Ida", "two years")]

    draft = ExtractiveWriter().write("When?", items)

    assert draft is not None
    assert [citation.quote for citation in draft.citations] == text.split("\n\n")


def test_what_two_articles_say_differently_is_quoted_from_both() -> None:
    pairs = [
        ("The talks in Lindau took three hours.", "The talks in Lindau took five hours."),
        ("The mayor supported the plan.", "The mayor opposed the plan."),
    ]
    marked = [("three hours", "five hours"), ("supported", "opposed")]
    for pair, words in zip(pairs, marked, strict=True):
        items = [evidence(pair[n], words[n], about=article(n)) for n in range(len(pair))]

        draft = ExtractiveWriter().write("What of it?", items)

        assert draft is not None
        assert [citation.quote for citation in draft.citations] == list(pair)
        assert disagree(draft.citations)


def test_too_many_statements_lose_those_worth_least_and_keep_their_order() -> None:
    texts = [f"Town {n} has mill number {n * 7} and river {n * 11}." for n in range(6)]
    items = [
        evidence(text, "mill", about=article(n), worth=float(n)) for n, text in enumerate(texts)
    ]

    draft = ExtractiveWriter().write("Which?", items)

    assert draft is not None
    assert [citation.quote for citation in draft.citations] == texts[-MAX_STATEMENTS:]
    assert [s.citations for s in draft.statements] == [(1,), (2,), (3,), (4,)]


@pytest.mark.parametrize(("confidence", "doubted"), [(CONFIDENT, False), (CONFIDENT - 0.01, True)])
def test_what_the_reader_doubts_is_said_in_the_text_and_for_programs(
    library: Library, confidence: float, doubted: bool
) -> None:
    draft = ExtractiveWriter().write("When?", [evidence(TEXT, "1921", about=article(1))])
    with library.snapshot() as held:
        turn = Turn(
            question="When?", filters=Filters(), held=held, draft=draft, confidence=confidence
        )

        answer = compose_answer(turn)

    assert answer.is_close is doubted
    assert answer.text.startswith(CLOSE) is doubted
