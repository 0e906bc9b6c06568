"""What a question asks for, before anything is searched: on its own feet, and of which time."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from retrieval.about import about_articles, about_draft
from retrieval.conversation import carried_context, standalone
from retrieval.timewords import TimeScope, place_event, time_range
from retrieval.turn import Turn
from retrieval.types import Article, Filters

if TYPE_CHECKING:
    from retrieval.library import Library

# Passages in which the day of an event is looked for.
_EVENT_HITS = 10


def plan_turn(turn: Turn, library: "Library", *, today: date) -> Turn:
    """Give the turn with its standalone question, its date limits and the order of statements.

    A question about the articles themselves is answered here, from their metadata. The question's
    own time words limit the dates only where the person set no limit.
    """
    turn = replace(turn, standalone=standalone(turn.question, turn.history))
    return _about(turn, library, today) or _timed(turn, library, today)


def _about(turn: Turn, library: "Library", today: date) -> Turn | None:
    asked = turn.standalone

    def recent() -> list[Article]:
        hits = library.search(carried_context(asked) or asked, k=1, filters=turn.filters)
        return [hit.passage.article for hit in hits]

    admitted = library.admitted(turn.filters)
    about = about_articles(asked, admitted, today=today, recent=recent)
    if about is None:
        return None
    draft = about_draft(about, library.passages)
    return replace(turn, draft=draft).noted(*draft.notes)


def _timed(turn: Turn, library: "Library", today: date) -> Turn:
    scope = time_range(turn.standalone, today=today, articles=library.articles())
    given = turn.filters
    turn = replace(turn, order=scope.order, reads=turn.standalone)
    if given.since or given.until:
        return turn
    if scope.event:
        hits = library.search(scope.event.words, k=_EVENT_HITS, filters=given)
        scope = place_event(scope, hits)
    return _limited(turn, scope) if scope.filters else turn


def _limited(turn: Turn, scope: TimeScope) -> Turn:
    limits = Filters(
        since=scope.filters.since,
        until=scope.filters.until,
        outlet=turn.filters.outlet,
        origin="question",
    )
    return replace(turn, filters=limits, reads=scope.timeless or turn.standalone, scope=scope)
