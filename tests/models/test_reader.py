"""The trained reader marks the answering words, or says that a passage does not answer."""

import numpy as np
import pytest

from retrieval.errors import ModelError
from retrieval.models.reader import Calibration, Reader, best_span, span_scores, total_score
from retrieval.models.weights import read_weights
from retrieval.text.sentences import sentence_spans

BAKERY = "The bakery in Lindau opens at six in the morning. It was founded by Ida Huber in 1921."
HARBOUR = "Ferries leave the harbour every hour, except on Sundays."


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def test_the_answering_words_are_marked_in_code_points(reader: Reader) -> None:
    text = "🥐 " + BAKERY

    reading = reader.read("Who founded the bakery?", [text])[0]

    assert text[reading.start : reading.end] == "Ida Huber"


def test_a_passage_that_answers_is_likelier_than_one_that_does_not(reader: Reader) -> None:
    far, near = reader.read("When was the bakery founded?", [HARBOUR, BAKERY])

    assert near.probability > 0.5 > far.probability


def test_readings_stand_in_the_order_of_the_texts(reader: Reader) -> None:
    texts = [HARBOUR, BAKERY, HARBOUR * 40, "", f"{BAKERY} {HARBOUR}"]

    readings = reader.read("Who founded the bakery?", texts)

    assert len(readings) == len(texts)
    assert [
        text[r.start : r.end] == "Ida Huber" for text, r in zip(texts, readings, strict=True)
    ] == [
        False,
        True,
        False,
        False,
        True,
    ]


def test_a_long_text_is_read_to_its_end(reader: Reader) -> None:
    text = HARBOUR * 60 + " " + BAKERY

    reading = reader.read("Who founded the bakery?", [text])[0]

    assert text[reading.start : reading.end] == "Ida Huber"


def test_a_text_is_read_the_same_whatever_else_is_read(reader: Reader) -> None:
    asked = "Who founded the bakery?"

    alone = reader.read(asked, [BAKERY])[0]
    beside = reader.read(asked, [HARBOUR * 5, BAKERY, HARBOUR])[1]

    assert beside == alone


def test_a_header_is_read_with_its_text_and_holds_no_answer(reader: Reader) -> None:
    texts = [BAKERY, HARBOUR * 60 + " " + BAKERY]
    headers = ["Ida Huber - The Courier - 3 May 2016"] * 2

    alone = reader.read("Who founded the bakery?", texts)
    headed = reader.read("Who founded the bakery?", texts, headers)

    assert [t[r.start : r.end] for t, r in zip(texts, headed, strict=True)] == ["Ida Huber"] * 2
    assert all(one.logit != other.logit for one, other in zip(alone, headed, strict=True))


def test_no_text_and_no_token_answer_nothing(reader: Reader) -> None:
    assert reader.read("Who?", []) == []
    assert reader.read("Who?", [""])[0].probability == 0.0


def test_of_each_text_its_likeliest_sentences_are_read_best_first(reader: Reader) -> None:
    spans = sentence_spans(BAKERY)

    founded, opened = reader.read_sentences("Who founded the bakery?", [BAKERY], [spans])[0]

    assert BAKERY[founded.start : founded.end] == "Ida Huber"
    assert spans[0][0] <= opened.start < opened.end <= spans[0][1]
    assert opened.span_score < founded.span_score <= 0
    assert opened.logit == founded.logit


def test_a_text_without_sentences_is_read_as_a_whole(reader: Reader) -> None:
    texts = [BAKERY, "", HARBOUR]

    readings = reader.read_sentences("Who founded the bakery?", texts, [[], [], [(0, 3)]])

    assert [len(of_text) for of_text in readings] == [1, 1, 1]
    assert readings[0] == reader.read("Who founded the bakery?", texts)[:1]


def test_the_chances_of_a_passage_add_up_over_its_spans() -> None:
    scores = span_scores(np.array([2.0, 1.0], np.float32), np.array([0.0, 3.0], np.float32))

    backwards = np.exp(1.0) / (np.exp(2.0) + np.exp(1.0)) * np.exp(0.0) / (1 + np.exp(3.0))

    assert np.exp(total_score(scores)) == pytest.approx(1 - backwards, abs=1e-5)


def test_the_best_span_never_ends_before_it_starts() -> None:
    start = np.array([0.0, 0.0, 9.0], np.float32)
    end = np.array([9.0, 0.0, 5.0], np.float32)

    score, first, last = best_span(span_scores(start, end))

    assert (first, last) == (2, 2)
    assert score < 0


def test_calibration_is_a_sigmoid_of_the_logit() -> None:
    calibration = Calibration(scale=2.0, bias=-1.0, threshold=0.5)

    assert calibration.probability(0.5) == pytest.approx(0.5)
    assert calibration.probability(-1000.0) == pytest.approx(0.0)


def test_a_file_that_was_not_shipped_is_named() -> None:
    with pytest.raises(ModelError, match="install Dateline again"):
        read_weights("other.onnx")


def test_a_text_says_yes_or_no_to_a_question_or_neither(reader: Reader) -> None:
    texts = [
        "The bakery was founded by Ida Huber in 1921.",
        "The bakery was founded by Karl Maier, not by Ida Huber.",
        HARBOUR,
    ]

    yes, no, neither = reader.read("Was the bakery founded by Ida Huber?", texts)

    assert yes.yes > 0.9 > 0.1 > yes.no
    assert no.no > 0.9 > 0.1 > no.yes
    assert max(neither.yes, neither.no) < 0.1


def test_a_statement_is_borne_out_or_denied(reader: Reader) -> None:
    readings = reader.read("The bakery opens at noon.", [BAKERY, "The bakery opens at noon."])

    assert [reading.yes > reading.no for reading in readings] == [False, True]
