"""Ranking measures, each by hand, and against ir-measures."""

import math
import random
from collections.abc import Callable

import ir_measures
import pytest
from ir_measures import RR, R, Success, nDCG

from retrieval.evaluation.gold_quotes import (
    GoldSpan,
    ndcg,
    ranks_of_gold,
    recall_at,
    reciprocal_rank,
    success_at,
)
from retrieval.types import Hit

Hits = Callable[..., list[Hit]]
RED, BLUE = GoldSpan("a", "the red door"), GoldSpan("a", "the blue door")


def test_a_gold_quote_has_the_rank_of_the_first_hit_that_holds_it(hits: Hits) -> None:
    found = hits("nothing", "see The  Red door", "the red door again", "by the blue door")

    assert ranks_of_gold(found, [RED, BLUE]) == [2, 4]


def test_the_same_words_in_another_article_are_no_hit(hits: Hits) -> None:
    assert ranks_of_gold(hits("the red door"), [GoldSpan("b", "the red door")]) == [None]


def test_a_hand_worked_ranking() -> None:
    ranks = [2, 5]

    assert recall_at(1, ranks) == 0
    assert recall_at(4, ranks) == 0.5
    assert recall_at(10, ranks) == 1
    assert success_at(1, ranks) == 0
    assert success_at(4, ranks) == 1
    assert reciprocal_rank(ranks) == 0.5
    gain = 1 / math.log2(3) + 1 / math.log2(6)
    assert ndcg(ranks) == pytest.approx(gain / (1 + 1 / math.log2(3)))


def test_an_empty_ranking_scores_nothing() -> None:
    ranks = ranks_of_gold([], [RED])

    assert (recall_at(10, ranks), success_at(4, ranks)) == (0, 0)
    assert (reciprocal_rank(ranks), ndcg(ranks)) == (0, 0)


def test_a_ranking_without_anything_relevant_scores_nothing(hits: Hits) -> None:
    ranks = ranks_of_gold(hits("one", "two", "three"), [RED, BLUE])

    assert (recall_at(10, ranks), success_at(4, ranks)) == (0, 0)
    assert (reciprocal_rank(ranks), ndcg(ranks)) == (0, 0)


def test_a_hit_that_holds_everything_is_a_perfect_ranking(hits: Hits) -> None:
    ranks = ranks_of_gold(hits("the red door and the blue door"), [RED, BLUE])

    assert recall_at(1, ranks) == 1
    assert ndcg(ranks) == pytest.approx(1)


def test_what_is_found_below_the_cut_does_not_count() -> None:
    assert reciprocal_rank([11]) == 0
    assert ndcg([11]) == 0


@pytest.mark.parametrize("seed", range(20))
def test_random_rankings_score_as_ir_measures_says(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    gold = rng.randint(1, 12)
    places = rng.sample(range(1, 21), gold)
    ranks = [place if place <= 15 else None for place in places]
    qrels = [ir_measures.Qrel("q", f"gold{at}", 1) for at in range(gold)]
    names = {rank: f"gold{at}" for at, rank in enumerate(ranks) if rank}
    run = [ir_measures.ScoredDoc("q", names.get(r, f"miss{r}"), -r) for r in range(1, 16)]

    theirs = ir_measures.calc_aggregate(
        [R @ 1, R @ 4, R @ 10, Success @ 4, RR @ 10, nDCG @ 10], qrels, run
    )

    assert [recall_at(k, ranks) for k in (1, 4, 10)] == pytest.approx(
        [theirs[R @ 1], theirs[R @ 4], theirs[R @ 10]]
    )
    assert success_at(4, ranks) == theirs[Success @ 4]
    assert reciprocal_rank(ranks) == pytest.approx(theirs[RR @ 10])
    assert ndcg(ranks) == pytest.approx(theirs[nDCG @ 10])
