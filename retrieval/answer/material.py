"""What a chat model is given to read: whole articles where they fit, else what fits best."""

from collections.abc import Iterable, Iterator

from retrieval.question.turn import Turn
from retrieval.text.dates import first_day
from retrieval.types import Passage

# The search's order says little of passages further down.
_MOST_FOUND = 64


def to_read(turn: Turn, *, room_chars: int) -> list[Passage]:
    """Give the passages that a model reads for a question, by date, article and place.

    They are all passages that the question's limits admit, if these fit; else those that were
    read for it, the likeliest first, and then what a deeper search finds, while there is room.

    Args:
        turn: A question that was searched and read for.
        room_chars: How many characters of passages the model may be shown.
    """
    fitting = _all_if_fitting(turn, room_chars)
    if fitting is None:
        fitting = list(_while_room(_best_first(turn), room_chars))
    return sorted(fitting, key=_by_date)


def _all_if_fitting(turn: Turn, room_chars: int) -> list[Passage] | None:
    kept: list[Passage] = []
    for article in turn.held.admitted(turn.filters):
        found = turn.held.passages(article.article_id)
        kept += found
        room_chars -= sum(len(passage.text) for passage in found)
        if room_chars < 0:
            return None
    return kept


def _best_first(turn: Turn) -> Iterator[Passage]:
    yield from (item.passage for item in turn.evidence)
    yield from (hit.passage for hit in turn.hits)
    deeper = turn.held.search(turn.standalone.text, k=_MOST_FOUND, filters=turn.filters)
    yield from (hit.passage for hit in deeper)


def _while_room(passages: Iterable[Passage], room_chars: int) -> Iterator[Passage]:
    """Give each passage once that still fits; a shorter one may fit where a longer does not."""
    seen: set[str] = set()
    for passage in passages:
        if passage.passage_id in seen:
            continue
        seen.add(passage.passage_id)
        if len(passage.text) <= room_chars:
            room_chars -= len(passage.text)
            yield passage


def _by_date(passage: Passage) -> tuple[bool, int, str, int]:
    """Sort oldest first, the undated last; an article stays together and in its order."""
    article = passage.article
    day = first_day(article.published) if article.published else 0
    return article.published is None, day, article.article_id, passage.start
