"""What a question asks for, before anything is searched: on its own feet, and of which time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from retrieval.conversation import standalone
from retrieval.timewords import time_range
from retrieval.turn import Turn
from retrieval.types import Article, Filters


def plan_turn(turn: Turn, articles: Sequence[Article], *, today: date) -> Turn:
    """Give the turn with its standalone question, its date limits and the order of statements.

    The question's own time words limit the dates only where the person set no limit.
    """
    asked = standalone(turn.question, turn.history)
    scope = time_range(asked, today=today, articles=articles)
    given = turn.filters
    if scope.filters and not (given.since or given.until):
        limits = Filters(
            since=scope.filters.since,
            until=scope.filters.until,
            outlet=given.outlet,
            origin="question",
        )
        turn = replace(turn, filters=limits)
    return replace(turn, standalone=asked, order=scope.order)
