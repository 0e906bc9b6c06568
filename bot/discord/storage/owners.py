"""What a server's owner learns of its questions, and the topics that its channels watch.

What was asked is read from the turns that are kept anyway, so what is forgotten there is gone here.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.discord.storage.database import fact, set_fact
from bot.discord.storage.servers import day_of
from retrieval.chat.state.kept import State
from retrieval.text.words import telling_stems

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

    The first wording of each stands for all.
    """
    groups: list[tuple[str, frozenset[str], set[int]]] = []
    for question, person in asked:
        said = telling_stems(question)
        group = next((people for _, other, people in groups if _are_alike(said, other)), None)
        if group is None:
            groups.append((question, said, {person}))
        else:
            group.add(person)
    many = [(text, len(people)) for text, _, people in groups if len(people) >= LEAST_PEOPLE]
    return sorted(many, key=lambda one: -one[1])[:_MOST_LISTED]


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and len(one & other) >= _ALIKE * len(one | other)


MOST_TOPICS = 10
"""Of one server: each costs a search at every ingest."""
MOST_A_DAY = 5
"""Messages of one topic."""
_LOOKED_AT = "articles looked at for watches"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A topic that a channel is told of."""

    guild_id: int
    channel_id: int
    topic: str


class Watches:
    """All watches; `part` names the process that looks for its own servers, of several."""

    def __init__(self, state: State, part: str = "") -> None:
        self._db = state
        self._looked_at = f"{_LOOKED_AT} {part}".rstrip()

    def all(self, guild_id: int | None = None) -> list[Watch]:
        """Give the watches of a server, or of all."""
        where, values = ("", ()) if guild_id is None else ("WHERE guild_id = ?", (guild_id,))
        rows = self._db.execute(
            f"SELECT guild_id, channel_id, topic FROM watches {where} ORDER BY channel_id, topic",  # noqa: S608  our own words
            values,
        )
        return [Watch(guild_id=row[0], channel_id=row[1], topic=row[2]) for row in rows]

    def add(self, watch: Watch) -> bool:
        """Keep a watch; False if the server has as many as it may."""
        if len(self.all(watch.guild_id)) >= MOST_TOPICS:
            return False
        with self._db:
            self._db.execute(
                "INSERT INTO watches (guild_id, channel_id, topic) VALUES (?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (watch.guild_id, watch.channel_id, watch.topic),
            )
        return True

    def drop(self, watch: Watch) -> bool:
        """Forget a watch; False if there is none."""
        with self._db:
            gone = self._db.execute(
                "DELETE FROM watches WHERE channel_id = ? AND topic = ?",
                (watch.channel_id, watch.topic),
            )
        return gone.rowcount == 1

    def may_tell(self, watch: Watch, moment: float) -> bool:
        """Count a message of a watch; False if the day has had as many as it may."""
        day = day_of(moment)
        with self._db:
            told = self._db.execute(
                "UPDATE watches SET told = CASE WHEN day = ? THEN told + 1 ELSE 1 END, day = ?"
                " WHERE channel_id = ? AND topic = ? AND (day IS NULL OR day != ? OR told < ?)",
                (day, day, watch.channel_id, watch.topic, day, MOST_A_DAY),
            )
        return told.rowcount == 1

    def not_looked_at(self, article_ids: Collection[str]) -> frozenset[str]:
        """Give the articles that have come since the last look; none at the first one."""
        known = fact(self._db, self._looked_at)
        return frozenset(article_ids) - frozenset(json.loads(known) if known else article_ids)

    def looked_at(self, article_ids: Iterable[str]) -> None:
        """Keep which articles there are, so that they are new no more."""
        ids = json.dumps(sorted(article_ids))
        if fact(self._db, self._looked_at) != ids:
            set_fact(self._db, self._looked_at, ids)
