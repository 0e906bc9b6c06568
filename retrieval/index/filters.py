"""A person's filters: as bounds that stores can compare, and what is to be said of them.

Days are integers, outlets go by their key.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.text.dates import first_day, last_day
from retrieval.types import Article, Filters, outlet_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Which articles may be found; None bounds nothing. Both days are inclusive."""

    since: int | None = None
    until: int | None = None
    outlets: tuple[str, ...] | None = None

    def admits(self, article: Article) -> bool:
        """Tell whether some possible day of the article, and its outlet, lie within."""
        if not self.admits_outlet(article):
            return False
        if article.published is None:
            return not self.has_dates
        first, last = first_day(article.published), last_day(article.published)
        return last >= (self.since or first) and first <= (self.until or last)

    def admits_outlet(self, article: Article) -> bool:
        """Tell whether the article is of one of the outlets."""
        return self.outlets is None or outlet_key(article.outlet) in self.outlets

    @property
    def has_dates(self) -> bool:
        """True if undated articles are left out."""
        return self.since is not None or self.until is not None


def bounds_of(filters: Filters, outlets: Sequence[str]) -> Bounds:
    """Give the bounds that filters mean among the outlets held.

    An outlet's name matches without regard to case; if no outlet has exactly that name, all do
    that contain it ('post' finds two papers).

    Raises:
        UsageError: A date is not one.
    """
    keys = {key for outlet in filters.fitting(outlets) if (key := outlet_key(outlet))}
    return Bounds(
        since=first_day(filters.since) if filters.since else None,
        until=last_day(filters.until) if filters.until else None,
        outlets=tuple(sorted(keys)) if filters.outlet else None,
    )


def undated_notes(left_out: int) -> tuple[str, ...]:
    """Say how many articles the date limit left out for want of a date, if any."""
    return (f"{left_out} undated article(s) left out by the date limit.",) if left_out else ()
