"""The run itself: what is asked and searched, what failures cost, what is kept."""

import json
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.errors import ModelError
from retrieval.evaluation.questions import GoldEvidence, GoldQuestion, find_gold
from retrieval.evaluation.runner import evaluate
from retrieval.evaluation.summary import scored, summarise, summary_record
from retrieval.types import Answer, Filters

if TYPE_CHECKING:
    from tests.evaluation.conftest import Newsroom


def test_what_is_searched_is_what_the_system_searched_for(newsroom: "Newsroom") -> None:
    def resolve(_: str, answer: Answer) -> Answer:
        resolved = Filters(since="2014", origin="question")
        return replace(answer, standalone_question="harbour closed", filters=resolved)

    newsroom.run(resolve)

    assert newsroom.library.asked[0] == ("harbour closed", Filters(since="2014", origin="question"))


def test_history_and_filters_of_the_line_reach_the_system(newsroom: "Newsroom") -> None:
    seen = []

    class Recorder:
        library = newsroom.library

        def answer(
            self, question: str, *, history: tuple[str, ...], filters: Filters, on_text: object
        ) -> Answer:
            seen.append((question, history, filters))
            return newsroom.script["How long was the harbour closed?"]

    asked = GoldQuestion(id="1", question="And then?", history=("What?",), outlet="The Post")
    list(evaluate(Recorder(), [asked], {"1": ()}))

    assert seen == [("And then?", ("What?",), Filters(outlet="The Post", origin="option"))]


def test_the_same_run_gives_the_same_numbers(newsroom: "Newsroom") -> None:
    def figures() -> str:
        record = summary_record(summarise([scored(row) for row in newsroom.run()]))
        return json.dumps({n: part for n, part in record.items() if not n.endswith("_ms")})

    assert figures() == figures()


def test_a_failure_stops_the_run_and_names_the_question(newsroom: "Newsroom") -> None:
    with pytest.raises(ModelError, match=r"set\.jsonl:crane: out of service"):
        newsroom.run(failing)


def failing(question: str, answer: Answer) -> Answer:
    if "ferry" in question or "mayor" in question:
        raise ModelError("out of service")
    return answer


def test_a_failure_never_pays(newsroom: "Newsroom") -> None:
    rows = {row.question.id: row for row in newsroom.run(failing, keep_going=True)}

    assert rows["crane"].error == "out of service"
    assert rows["crane"].latency_ms > 0
    for name in ("recall@4", "contains", "citation recall", "accuracy", "refusal precision"):
        assert rows["crane"].scores[name] == 0
    assert rows["mayor"].scores["refusal recall"] == 0
    assert rows["mayor"].scores["false-answer rate"] == 1
    assert rows["closed"].scores["accuracy"] == 1


def test_every_question_has_the_measures_that_its_gold_allows(newsroom: "Newsroom") -> None:
    newsroom.questions = (
        GoldQuestion(id="bare", question="How long was the harbour closed?"),
        GoldQuestion(
            id="no-quote",
            question="How long was the harbour closed?",
            answerable=True,
            answers=("nine hours",),
        ),
    )

    bare, no_quote = newsroom.run()

    assert {name for name, score in bare.scores.items() if score is not None} == {
        "quote validity",
        "citation coverage",
    }
    assert no_quote.scores["accuracy"] == 1
    assert no_quote.scores["first quote answers"] == 1
    assert "citation recall" not in no_quote.scores
    assert "recall@4" not in no_quote.scores


def test_a_follow_up_is_right_if_it_is_answered_or_refused_rightly(newsroom: "Newsroom") -> None:
    closed, *_, moon = newsroom.questions
    newsroom.questions = tuple(
        question.model_copy(update={"history": ("What happened?",)}) for question in (closed, moon)
    )

    assert [row.scores["follow-up accuracy"] for row in newsroom.run()] == [1, 1]


def test_without_answer_strings_a_supporting_quote_makes_it_right(newsroom: "Newsroom") -> None:
    closed = newsroom.questions[0].model_copy(update={"answers": ()})
    newsroom.questions = (closed,)

    assert newsroom.run()[0].scores["accuracy"] == 1
    assert newsroom.run(lambda _, a: replace(a, citations=()))[0].scores["accuracy"] == 0


def test_claims_are_checked_and_scored_by_their_verdicts(
    newsroom: "Newsroom", say: Callable[..., Answer]
) -> None:
    newsroom.questions = (
        GoldQuestion(id="t", question="How long was the harbour closed?", verdict="supported"),
        GoldQuestion(id="f", question="What did the ferry strike?", verdict="contradicted"),
        GoldQuestion(id="n", question="Who is the mayor?", verdict="not found"),
    )

    rows = newsroom.run()

    assert [row.scores["verdict accuracy"] for row in rows] == [1, 0, 1]
    estimates = summarise([scored(row) for row in rows]).overall.estimates
    assert estimates["supported recall"].value == 1
    assert estimates["supported specificity"].value == 0.5
    assert estimates["balanced accuracy"].value == 0.75


def test_an_unknown_source_is_a_problem_and_a_lost_quote_is_told(newsroom: "Newsroom") -> None:
    def asked(name: str, source: str, quote: str) -> GoldQuestion:
        evidence = (GoldEvidence(source=source, quote=quote),)
        return GoldQuestion(id=name, question="What?", evidence=evidence, place=f"set.jsonl:{name}")

    gold = find_gold(
        [
            asked("1", "gone.txt", "Anything."),
            asked("2", "harbour.txt", "The moon was closed for repairs."),
            asked("3", "harbour.txt", "the HARBOUR  of Lerwick was closed"),
        ],
        newsroom.library,
    )

    assert set(gold.spans) == {"2", "3"}
    assert gold.problems == ("set.jsonl:1: no article 'gone.txt'; `dateline sources` lists them",)
    assert gold.unheld == ("set.jsonl:2: no article holds 'the moon was closed for repairs.'",)


def test_a_question_is_asked_when_its_row_is_wanted(newsroom: "Newsroom") -> None:
    gold = find_gold(newsroom.questions, newsroom.library)
    rows = evaluate(newsroom.system(), newsroom.questions, gold.spans)

    next(rows)

    assert len(newsroom.library.asked) == 1


def test_rows_are_not_kept(newsroom: "Newsroom") -> None:
    note_chars, count = 100_000, 200
    closed = newsroom.questions[0]
    newsroom.questions = tuple(closed.model_copy(update={"id": str(at)}) for at in range(count))
    gold = find_gold(newsroom.questions, newsroom.library)
    system = newsroom.system(lambda q, answer: replace(answer, notes=("x" * note_chars + q,)))

    tracemalloc.start()
    kept = [scored(row) for row in evaluate(system, newsroom.questions, gold.spans)]
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(kept) == count
    assert peak_bytes < 20 * note_chars
