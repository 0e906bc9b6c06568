"""What Chroma is asked to leave out of a search by meaning."""

from typing import TYPE_CHECKING, cast

from retrieval.index.rows import Flat
from retrieval.types import Bounds

if TYPE_CHECKING:
    from chromadb.api.types import Where


def where_of(bounds: Bounds, audience: str | None, *, unended: Flat | None) -> "Where | None":
    """Give the conditions under which a row may be found, None if there are none.

    Args:
        bounds: Which articles may be found.
        audience: Who looks: what everybody sees, and its own. None looks at all rows.
        unended: The run whose rows do not count yet.
    """
    conditions: list[dict[str, object]] = []
    everybodys: dict[str, object] = {"has_audience": {"$ne": True}}
    if audience is not None:
        own = {"audience": audience}
        conditions.append({"$or": [everybodys, own]} if audience else everybodys)
    if unended is not None:
        conditions.append({"run": {"$ne": unended}})
    if bounds.until is not None:
        conditions.append({"first_day": {"$lte": bounds.until}})
    if bounds.since is not None:
        conditions.append({"last_day": {"$gte": bounds.since}})
    if bounds.outlets is not None:
        conditions.append({"outlet_key": {"$in": list(bounds.outlets)}})
    if not conditions:
        return None
    return cast("Where", conditions[0] if len(conditions) == 1 else {"$and": conditions})
