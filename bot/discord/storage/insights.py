"""What the questions of a server tell its owner: counts, and what many asked in vain.

All of it is read from the turns that are kept anyway, so what is forgotten there is gone here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from retrieval.chat.state.kept import State
from retrieval.text.words import words

LEAST_PEOPLE = 3
"""So many members must have asked it in public before an owner reads a question."""
_ALIKE = 0.6
"""Of the words of two questions together, as many are common to both in nearly the same words."""
_MOST_LISTED = 10
_REFUSED = (
    "json_extract(answer, '$.refusal') IS NOT NULL"
    " AND json_extract(answer, '$.refusal.kind') != 'not a question'"
)
_COUNTED = (
    "FROM turns WHERE guild_id = ? AND asked_at >= ? AND kind = 'question' AND answer IS NOT NULL"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Insights:
    """What was asked since the owner wants to know.

    `days` are days with their questions, `in_vain` refused questions with how many members asked
    them in public in nearly the same words, `cited` article titles with their citations; the last
    two are the most frequent, best first.
    """

    days: tuple[tuple[str, int], ...] = ()
    refused: int = 0
    in_vain: tuple[tuple[str, int], ...] = ()
    cited: tuple[tuple[str, int], ...] = ()

    @property
    def asked(self) -> int:
        """How many questions there were."""
        return sum(count for _, count in self.days)


def insights_of(state: State, guild_id: int, since: float) -> Insights:
    """Give what a server's questions since a moment (seconds since 1970) tell."""
    where = (guild_id, since)

    def rows(query: str) -> list[tuple[str, int]]:
        return state.execute(query, where).fetchall()

    days = rows(
        f"SELECT date(asked_at, 'unixepoch') AS day, count(*) {_COUNTED} GROUP BY day ORDER BY day"
    )
    cited = rows(
        "SELECT json_extract(one.value, '$.passage.article.title') AS title, count(*) AS often"  # noqa: S608
        " FROM (SELECT answer " + _COUNTED + ") AS kept, json_each(answer, '$.citations') AS one"
        f" GROUP BY title ORDER BY often DESC, title LIMIT {_MOST_LISTED}"
    )
    refused = state.execute(f"SELECT count(*) {_COUNTED} AND {_REFUSED}", where)
    in_public = rows(
        f"SELECT question, user_id {_COUNTED} AND {_REFUSED} AND NOT private ORDER BY asked_at"
    )
    return Insights(
        days=tuple(days),
        refused=refused.fetchone()[0],
        in_vain=tuple(asked_by_many(in_public)),
        cited=tuple(cited),
    )


def asked_by_many(asked: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Give the questions that several people asked in nearly the same words, most people first.

    Args:
        asked: Questions with who asked them; the first wording of each stands for all.
    """
    groups: list[tuple[str, frozenset[str], set[int]]] = []
    for question, person in asked:
        said = _meaning(question)
        group = next((people for _, other, people in groups if _are_alike(said, other)), None)
        if group is None:
            groups.append((question, said, {person}))
        else:
            group.add(person)
    many = [(text, len(people)) for text, _, people in groups if len(people) >= LEAST_PEOPLE]
    return sorted(many, key=lambda one: -one[1])[:_MOST_LISTED]


def _meaning(question: str) -> frozenset[str]:
    return frozenset(word.stem for word in words(question) if word.carries_meaning)


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= _ALIKE * len(one | other)
