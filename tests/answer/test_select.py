"""Which sentences an answer rests on, and how much a question wants."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest

from retrieval.answer.select import LOOKED_AT, Candidate, order_evidence, pick_evidence
from retrieval.models.gate import load_gate
from retrieval.models.reader import Reading, header
from retrieval.question.breadth import breadth_of, outlets_named
from retrieval.types import Hit
from tests.fakes.found import TEXT, article, evidence


def test_named_outlets_speak_and_no_other() -> None:
    herald, post = article(1, outlet="The Herald"), article(2, outlet="Evening Post")
    items = [evidence("One.", "One", about=herald), evidence("Two.", "Two", about=post)]

    assert [i.passage.text for i in pick_evidence(items, "views", ["Evening Post"])] == ["Two."]


def test_a_fact_rests_on_what_answers_nearly_as_well_as_the_best() -> None:
    items = [
        evidence(f"{w}.", f"{w}", about=article(n), worth=w) for n, w in enumerate((9.0, 8.0, 4.0))
    ]

    assert pick_evidence(items, "fact", []) == items[:2]


def test_what_is_too_unlikely_is_not_quoted_beside_what_answers() -> None:
    items = [
        evidence(f"{p}.", f"{p}", about=article(n), probability=p) for n, p in enumerate((0.9, 0.4))
    ]

    assert pick_evidence(items, "fact", [], least=0.5) == items[:1]


def test_a_passage_gives_two_sentences_at_most() -> None:
    about = article(1)
    items = [evidence(TEXT, words, about=about) for words in ("1921", "sold", "Nobody")]

    assert pick_evidence(items, "fact", []) == items[:2]


def test_a_topic_is_told_oldest_first_and_the_undated_last() -> None:
    dates = (None, "2017", "2014")
    items = [
        evidence(f"{day}.", f"{day}", about=article(n, **({"published": day} if day else {})))
        for n, day in enumerate(dates)
    ]

    picked = pick_evidence(items, "topic", [])

    assert [item.passage.text for item in picked] == ["2014.", "2017.", "None."]


def test_breadth_is_told_by_the_questions_form() -> None:
    assert breadth_of("Who bought the mill?") == "fact"
    assert breadth_of("Who bought the mill, says the Post?", ["Evening Post"]) == "fact"
    assert breadth_of("Compare the two mills.") == "views"
    assert breadth_of("What do HRD and the Post write?", ["HRD", "Evening Post"]) == "views"


def test_an_outlet_is_named_by_its_telling_words() -> None:
    articles = [article(1, outlet="The Herald (HRD)"), article(2, outlet="Evening Post")]

    assert outlets_named("What does the hrd write?", articles) == ["The Herald (HRD)"]
    assert outlets_named("What does the post office do?", articles) == []


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How many times did they meet?", []),
        ("What time is it?", []),
        ("What did The Times write?", ["The Times"]),
        ("Where did Bashar al-Assad speak?", []),
        ("Who used the monitor?", []),
        ("What does Al-Monitor say?", ["Al-Monitor"]),
        ("what does reuters say?", ["Reuters"]),
    ],
)
def test_an_everyday_word_is_no_outlet(question: str, named: list[str]) -> None:
    outlets = ("The Times", "Time", "Al-Monitor", "Reuters")
    articles = [article(n, outlet=outlet) for n, outlet in enumerate(outlets)]

    assert outlets_named(question, articles) == named


def candidate(number: int, likeness: float) -> Candidate:
    passage = evidence(TEXT, "1921", about=article(number)).passage
    start = TEXT.index("1921")
    found = Reading(
        probability=0.5, logit=0.0, relevance=0.0, span_score=0.0, start=start, end=start + 4
    )
    return Candidate(hit=Hit(rank=1, passage=passage, score=0.5), reading=found, likeness=likeness)


def test_the_best_quotes_are_read_once_more_and_put_in_order_by_both_looks() -> None:
    found = [candidate(n, likeness=1 - n / 10) for n in range(LOOKED_AT + 1)]
    asked: list[tuple[str, str]] = []

    def look_again(texts: Sequence[str], headers: Sequence[str]) -> list[Reading]:
        asked.extend(zip(headers, texts, strict=True))
        return [replace(found[0].reading, logit=10.0 * n) for n in range(len(texts))]

    ordered = order_evidence(found, load_gate(), look_again)

    assert asked == [(header(one.hit.passage.article), one.quote) for one in found[:LOOKED_AT]]
    titles = [item.passage.article.title for item in ordered]
    assert titles == [article(n).title for n in (*reversed(range(LOOKED_AT)), LOOKED_AT)]
    assert all(one.worth >= other.worth for one, other in pairwise(ordered))


def test_what_answers_in_part_is_likelier_to_answer_a_question_for_several_views() -> None:
    found = [candidate(1, likeness=0.5)]

    def look_again(texts: Sequence[str], _: Sequence[str]) -> list[Reading]:
        return [found[0].reading for _ in texts]

    (fact,) = order_evidence(found, load_gate(), look_again)
    (wide,) = order_evidence(found, load_gate(), look_again, is_wide=True)

    assert 0 < fact.probability < wide.probability < 1
