"""What people thought of an answer, and the same as lines of a question set."""

import time
from collections.abc import Iterator
from contextlib import closing

from bot.discord.storage.database import state_file, state_of
from bot.discord.storage.turn_store import StoredTurn, TurnStore, questions_of
from retrieval.chat.state.kept import State
from retrieval.record import Json
from retrieval.settings import Settings

REASONS = {
    "wrong": "The answer is wrong",
    "unsupported": "The passages do not say that",
    "should_refuse": "The articles do not answer this; it should have said so",
    "should_answer": "The articles do answer this",
    "other": "Something else",
}
"""What can be wrong, as the form offers it."""

THANKS = "Thank you, noted."
TOO_LATE = "This answer was deleted or has expired, so there is nothing to note it with."

_ANSWERABLE = {"should_refuse": False, "should_answer": True}


def give(
    state: State,
    turn_id: str,
    user_id: int,
    *,
    good: bool,
    reason: str | None = None,
    comment: str | None = None,
) -> bool:
    """Keep a person's opinion of an answer, in place of an earlier one; False if it is gone."""
    with state:
        kept = state.execute(
            "INSERT INTO feedback (turn_id, user_id, good, reason, comment, given_at)"
            " SELECT turn_id, ?, ?, ?, ?, ? FROM turns WHERE turn_id = ?"
            " ON CONFLICT (turn_id, user_id) DO UPDATE SET good = excluded.good,"
            " reason = excluded.reason, comment = excluded.comment, given_at = excluded.given_at",
            (user_id, good, reason, comment or None, time.time(), turn_id),
        )
    return kept.rowcount == 1


def export_feedback(settings: Settings) -> Iterator[dict[str, Json]]:
    """Give one question-set line for each answer that has feedback, oldest first.

    No line says who asked. A 👍 makes the cited quotes evidence, and a refusal that was right
    not answerable; a 👎 says whether there is an answer only where the reason does. Of several
    opinions on an answer the 👎 counts, for somebody has to look at it. `comment` is what the
    person wrote into the form, for whoever turns the line into gold; `eval` does not use it.
    """
    if settings.state_url is None and not state_file(settings.state).is_file():
        return
    with closing(state_of(settings)) as state:
        rows = state.execute(
            "SELECT turn_id, good, reason, comment FROM (SELECT *, row_number() OVER"
            " (PARTITION BY turn_id ORDER BY good, given_at DESC) AS place FROM feedback) AS each"
            " WHERE place = 1 ORDER BY given_at"
        ).fetchall()
        turns = TurnStore(state)
        for turn_id, good, reason, comment in rows:
            turn = turns.get(turn_id)
            if turn is not None and turn.answer is not None and turn.question:
                if any(one.article.audience for one in turn.answer.citations):
                    continue  # eval has the articles that everybody sees, and no server's own
                line = _line(
                    turn, questions_of(turns.earlier(turn)), good=bool(good), reason=reason
                )
                yield line | ({"comment": comment} if comment else {})


def _line(
    turn: StoredTurn, history: list[str], *, good: bool, reason: str | None
) -> dict[str, Json]:
    line: dict[str, Json] = {"id": f"feedback-{turn.turn_id}", "question": turn.question}
    if history:
        line["history"] = history
    answer = turn.answer
    answerable = _ANSWERABLE.get(reason or "")
    if good and answer is not None:
        answerable = answer.refusal is None
        if answer.citations:
            line["evidence"] = [
                {"source": citation.article.source, "quote": citation.quote}
                for citation in answer.citations
            ]
    if answerable is not None:
        line["answerable"] = answerable
    line["kind"] = "feedback"
    return line | _filters(turn)


def _filters(turn: StoredTurn) -> dict[str, Json]:
    if turn.answer is None or turn.answer.filters.origin != "option":
        return {}
    filters = turn.answer.filters
    named = {"since": filters.since, "until": filters.until, "outlet": filters.outlet}
    return {name: value for name, value in named.items() if value}
