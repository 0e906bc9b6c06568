"""The topics that channels watch, and which articles have been looked at for them."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.discord.storage.database import fact, set_fact
from bot.discord.storage.servers import day_of
from retrieval.chat.state.kept import State

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
