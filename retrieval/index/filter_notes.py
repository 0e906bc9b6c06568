"""What a person should know of the limits that they set: that nothing, or not all, lies within."""

from typing import TYPE_CHECKING

from retrieval.types import Filters

if TYPE_CHECKING:
    from retrieval.index.library import Library

_OUTLET_CHARS = 60


def limit_notes(filters: Filters, library: "Library") -> tuple[str, ...]:
    """Say what the limits leave out without anybody having meant it; empty if nothing."""
    nowhere = unknown_outlet(filters, library)
    notes = (f"{nowhere[0].upper()}{nowhere[1:]}.",) if nowhere else ()
    return (*notes, *undated_notes(library.undated_left_out(filters)))


def unknown_outlet(filters: Filters, library: "Library") -> str | None:
    """Say that no article is of the outlet that the person asked for; None if one is."""
    outlet = filters.outlet
    if not outlet or library.is_empty or library.admitted(Filters(outlet=outlet)):
        return None
    return f"no article is of an outlet called {outlet[:_OUTLET_CHARS]!r}"


def undated_notes(left_out: int) -> tuple[str, ...]:
    """Say how many articles the date limit left out for want of a date, if any."""
    return (f"{left_out} undated article(s) left out by the date limit.",) if left_out else ()
