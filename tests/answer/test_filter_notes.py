"""Limits that leave nothing, or leave out what nobody meant, are told."""

import pytest

from retrieval.answer.chain import Answerer
from retrieval.index.library import Library
from retrieval.types import Filters

CLAIM = "The ferry to Skerry Island sank in the harbour on Monday."
UNDATED = "undated article(s) left out by the date limit."


@pytest.mark.parametrize(
    ("filters", "notes"),
    [
        (Filters(), ()),
        (Filters(outlet="daily mail"), ()),
        (Filters(outlet="Typo"), ("No article is of an outlet called 'Typo'.",)),
        (Filters(since="2014"), (f"2 {UNDATED}",)),
        (Filters(since="2014", outlet="Daily Mail"), (f"1 {UNDATED}",)),
    ],
)
def test_what_limits_leave_out_is_told(
    held: Library, filters: Filters, notes: tuple[str, ...]
) -> None:
    with held.snapshot() as now:
        assert now.limit_notes(filters) == notes


def test_a_claim_is_checked_within_its_limits_and_says_what_they_leave_out(held: Library) -> None:
    answerer = Answerer(held)

    free = answerer.check(CLAIM)
    dated = answerer.check(CLAIM, filters=Filters(since="2014"))
    early = answerer.check(CLAIM, filters=Filters(until="1990"))
    nowhere = answerer.check(CLAIM, filters=Filters(outlet="Typo"))

    assert (free.verdict, free.notes) == ("supported", ())
    assert (dated.verdict, dated.notes) == ("supported", (f"2 {UNDATED}",))
    assert early.refusal is not None
    assert early.refusal.reason == "no article lies within the limits"
    assert early.notes == (f"2 {UNDATED}",)
    assert nowhere.refusal is not None
    assert nowhere.refusal.reason == "no article is of an outlet called 'Typo'"
    assert "\nNo article is of an outlet called 'Typo'.\n" in nowhere.text
