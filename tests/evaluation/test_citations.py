"""Measures of citations, each by hand, with nothing cited and nothing relevant."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from retrieval.evaluation.gold_quotes import (
    GoldSpan,
    citation_coverage,
    citation_precision,
    citation_recall,
    evidence_shown,
    first_quote_answers,
    quote_validity,
)
from retrieval.evaluation.wording import fold
from retrieval.types import Answer, Refusal, Statement

if TYPE_CHECKING:
    from tests.evaluation.conftest import Newsroom

Say = Callable[..., Answer]
Refuse = Callable[[str], Answer]

CLOSED = "The harbour of Lerwick was closed for nine hours on Monday."
CRANE = "Captain Ivy Moar said the ferry had struck a crane."
COST = "Repairs will cost two million pounds, the council said."
GOLD = [GoldSpan("harbour", fold(CLOSED)), GoldSpan("harbour", fold(CRANE))]


@pytest.fixture
def three(newsroom: "Newsroom", say: Say) -> Answer:
    """Two statements with a gold quote, and one with another."""
    cite = newsroom.library.cite
    return say(
        "What?", cite("harbour", CLOSED, 1), cite("harbour", COST, 2), cite("harbour", CRANE, 3)
    )


def test_precision_is_the_share_of_citations_that_support(three: Answer) -> None:
    assert citation_precision(three, GOLD) == pytest.approx(2 / 3)


def test_recall_is_the_share_of_statements_with_a_supporting_citation(three: Answer) -> None:
    unsupported = Statement(text="So they say.", citations=(2,))

    assert citation_recall(three, GOLD) == pytest.approx(2 / 3)
    more = replace(three, statements=(*three.statements, unsupported))
    assert citation_recall(more, GOLD) == 0.5


def test_one_supporting_citation_supports_its_statement(three: Answer) -> None:
    both = Statement(text="Closed, and dear.", citations=(1, 2))

    assert citation_recall(replace(three, statements=(both,)), GOLD) == 1


def test_a_number_that_no_citation_bears_supports_and_covers_nothing(three: Answer) -> None:
    wild = replace(three, statements=(Statement(text="Closed.", citations=(9,)),))

    assert citation_recall(wild, GOLD) == 0
    assert citation_coverage(wild) == 0


def test_the_same_words_of_another_article_do_not_support(three: Answer) -> None:
    elsewhere = [GoldSpan("valley", fold(CLOSED))]

    assert citation_precision(three, elsewhere) == 0
    assert citation_recall(three, elsewhere) == 0
    assert evidence_shown(three, elsewhere) == 0


def test_a_refusal_counts_zero_in_recall_and_is_no_part_of_precision(refuse: Refuse) -> None:
    assert citation_recall(refuse("What?"), GOLD) == 0
    assert evidence_shown(refuse("What?"), GOLD) == 0
    assert first_quote_answers(refuse("What?"), GOLD, ["nine"]) == 0
    assert citation_precision(refuse("What?"), GOLD) is None
    assert citation_coverage(refuse("What?")) is None


def test_an_answer_without_citations_scores_nothing(say: Say) -> None:
    bare = replace(say("What?"), statements=(Statement(text="Nine hours.", citations=()),))

    assert citation_precision(bare, GOLD) == 0
    assert citation_recall(bare, GOLD) == 0
    assert citation_coverage(bare) == 0
    assert citation_coverage(say("What?")) == 0
    assert first_quote_answers(bare, GOLD, ["nine"]) == 0


def test_coverage_is_the_share_of_statements_that_cite(three: Answer) -> None:
    bare = Statement(text="So it goes.", citations=())

    assert citation_coverage(three) == 1
    assert citation_coverage(replace(three, statements=(*three.statements, bare))) == 0.75


def test_evidence_shown_is_the_share_of_gold_quotes(newsroom: "Newsroom", say: Say) -> None:
    answer = say("What?", newsroom.library.cite("harbour", CRANE))

    assert evidence_shown(answer, GOLD) == 0.5


def test_the_first_quote_is_that_with_the_lowest_number(three: Answer) -> None:
    swapped = replace(three, citations=tuple(reversed(three.citations)))

    assert first_quote_answers(swapped, GOLD[:1], []) == 1
    assert first_quote_answers(three, [], ["Nine Hours"]) == 1
    assert first_quote_answers(three, [], ["crane"]) == 0


def test_a_verbatim_quote_at_its_place_is_valid(newsroom: "Newsroom", three: Answer) -> None:
    assert quote_validity(three, newsroom.library.article_text) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"quote": "The harbour of Lerwick was closed for ten hours on Monday."},
        {"start": 1, "end": 60},
        {"start": -59, "end": 0},
        {"quote": "", "start": 5, "end": 5},
    ],
)
def test_an_invented_or_misplaced_quote_is_not_valid(
    newsroom: "Newsroom", three: Answer, wrong: dict[str, object]
) -> None:
    first, *rest = three.citations
    invented = replace(three, citations=(replace(first, **wrong), *rest))

    assert quote_validity(invented, newsroom.library.article_text) == pytest.approx(2 / 3)


def test_a_quote_of_an_article_that_is_not_there_is_not_valid(three: Answer) -> None:
    from retrieval.errors import ArticleError

    def gone(article_id: str) -> str:
        raise ArticleError(f"no article {article_id}")

    assert quote_validity(three, gone) == 0


def test_the_nearest_quotes_of_a_refusal_must_be_verbatim_too(
    newsroom: "Newsroom", three: Answer, refuse: Refuse
) -> None:
    text_of = newsroom.library.article_text
    bad = replace(three.citations[0], quote="The harbour was never closed.")

    assert quote_validity(refuse("What?"), text_of) is None
    near = replace(refuse("What?"), refusal=Refusal(reason="no", nearest=(bad,)))
    assert quote_validity(near, text_of) == 0
