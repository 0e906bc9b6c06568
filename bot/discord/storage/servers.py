"""What a server's owner has set and how much it has used; how what is kept is deleted."""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.discord.storage.database import fact, facts_like, forget_fact, set_fact
from retrieval.chat.state.kept import State

DAY_S = 86_400
_COLUMNS = (
    "guild_id, channels, private, cooldown_s, daily_limit, threads, roles, person_limit,"
    " insights_since, open"
)

_CHANGED = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[1:])
_EDITION = "edition of the servers' settings"
"""The fact that changes whenever a server's settings do."""


def day_of(moment: float) -> str:
    """Give the day of a moment (seconds since 1970) as `YYYY-MM-DD`."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat()


def next_day(moment: float) -> float:
    """Give the moment at which the next day starts."""
    today = datetime.fromtimestamp(moment, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return (today + timedelta(days=1)).timestamp()


DEFAULT_COOLDOWN_S = 5
DEFAULT_DAILY_LIMIT = 500
DEFAULT_PERSON_LIMIT = 100
DM_DAILY_LIMIT = 100
"""Questions a day in one person's direct messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server's settings; no channels means every channel, no roles means everybody.

    In the channels of `threads` a mention is answered in a thread, in those of `open` what asks is
    answered without a mention. `daily_limit` is for all people together, `person_limit` for each of
    them. `insights_since` is the moment (seconds since 1970) from which the owner wants to see
    what is asked; 0 if not at all.
    """

    channels: frozenset[int] = frozenset()
    threads: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    private: bool = False
    cooldown_s: int = DEFAULT_COOLDOWN_S
    daily_limit: int = DEFAULT_DAILY_LIMIT
    person_limit: int = DEFAULT_PERSON_LIMIT
    insights_since: float = 0.0
    open: frozenset[int] = frozenset()

    def answers_in(self, *channel_ids: int | None) -> bool:
        """Tell whether it answers in a channel, given by its id and, for a thread, its parent's."""
        return not self.channels or not self.channels.isdisjoint(channel_ids)

    def answers_to(self, person: object) -> bool:
        """Tell whether somebody may ask, by their roles."""
        roles = {role.id for role in getattr(person, "roles", ())}
        return not self.roles or not self.roles.isdisjoint(roles)


DIRECT = Server(daily_limit=DM_DAILY_LIMIT)
"""What holds in direct messages."""


def audience_of(guild_id: int | None) -> str:
    """Name those who are on a server; in direct messages there is nobody but everybody."""
    return "" if guild_id is None else str(guild_id)


class Servers:
    """All settings, read at once: a command must know them before it may wait for anything."""

    def __init__(self, state: State) -> None:
        self._db = state
        self._known: dict[int, Server] = {}
        self._unsaved: set[int] = set()
        self._edition: str | None = None
        self.refresh()

    @property
    def ids(self) -> frozenset[int]:
        """The servers that the bot has been seen in."""
        return frozenset(self._known)

    def get(self, guild_id: int | None) -> Server:
        """Give the settings that hold here."""
        return DIRECT if guild_id is None else self._known.get(guild_id, Server())

    def set(self, guild_id: int, server: Server) -> None:
        """Hold new settings in memory; `save` puts them on disk."""
        self._known[guild_id] = server
        self._unsaved.add(guild_id)

    def save(self, guild_id: int) -> None:
        """Put a server's settings on disk."""
        self._write(guild_id, f"DO UPDATE SET {_CHANGED}")
        self._unsaved.discard(guild_id)

    def meet(self, guild_id: int) -> None:
        """Keep that the bot is in a server; what another process knows of it stays."""
        self._write(guild_id, "DO NOTHING")
        self._unsaved.discard(guild_id)

    def refresh(self) -> None:
        """Read what other processes have set since the last time."""
        edition = fact(self._db, _EDITION)
        if edition is not None and edition == self._edition:
            return
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM servers").fetchall()  # noqa: S608  our own names
        read = {row[0]: _from_row(row) for row in rows}
        ours = {one: self._known[one] for one in self._unsaved if one in self._known}
        self._known, self._edition = read | ours, edition

    def _write(self, guild_id: int, known: str) -> None:
        server = self.get(guild_id)
        with self._db:
            self._db.execute(
                f"INSERT INTO servers ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  our own names
                f" ON CONFLICT (guild_id) {known}",
                (
                    *(guild_id, _ids(server.channels), server.private, server.cooldown_s),
                    *(server.daily_limit, _ids(server.threads), _ids(server.roles)),
                    *(server.person_limit, server.insights_since, _ids(server.open)),
                ),
            )
        tell_change(self._db)

    def drop(self, guild_id: int) -> None:
        """Forget a server's settings in memory; `forget_servers` clears the disk."""
        self._known.pop(guild_id, None)
        self._unsaved.discard(guild_id)

    def used_on(self, moment: float) -> dict[int, int]:
        """Give how many questions each server asked on the day of the moment."""
        rows = self._db.execute(
            "SELECT guild_id, questions FROM used WHERE day = ?", (day_of(moment),)
        )
        return dict(rows.fetchall())

    def used_by_persons(self, moment: float) -> dict[tuple[int, int], int]:
        """Give how many questions each person asked on each server on the day, as far as kept."""
        rows = self._db.execute(
            "SELECT guild_id, user_id, count(*) FROM turns WHERE asked_at >= ?"
            " AND guild_id IS NOT NULL GROUP BY guild_id, user_id",
            (next_day(moment) - DAY_S,),
        )
        return {(guild_id, user_id): asked for guild_id, user_id, asked in rows}

    def count(self, guild_id: int, moment: float) -> None:
        """Count one question of a server."""
        with self._db:
            self._db.execute(
                "INSERT INTO used (guild_id, day, questions) VALUES (?, ?, 1)"
                " ON CONFLICT (guild_id, day) DO UPDATE SET questions = used.questions + 1",
                (guild_id, day_of(moment)),
            )

    def count_within(self, guild_id: int, moment: float, limit: int) -> bool:
        """Count one question of a server, whichever process was asked; False if it is too many."""
        with self._db:
            counted = self._db.execute(
                "INSERT INTO used (guild_id, day, questions) SELECT ?, ?, 1 WHERE ? > 0"
                " ON CONFLICT (guild_id, day) DO UPDATE SET questions = used.questions + 1"
                " WHERE used.questions < ?",
                (guild_id, day_of(moment), limit, limit),
            )
        return counted.rowcount == 1


def tell_change(state: State) -> None:
    """Have other processes read the settings anew."""
    set_fact(state, _EDITION, secrets.token_hex(8))


def _ids(ids: frozenset[int]) -> str:
    return json.dumps(sorted(ids))


def _from_row(row: tuple[int, str, int, int, int, str, str, int, float, str]) -> Server:
    _, channels, private, cooldown_s, daily_limit, threads, roles, person_limit, since, opened = row
    return Server(
        channels=frozenset(json.loads(channels)),
        threads=frozenset(json.loads(threads)),
        roles=frozenset(json.loads(roles)),
        private=bool(private),
        cooldown_s=cooldown_s,
        daily_limit=daily_limit,
        person_limit=person_limit,
        insights_since=since,
        open=frozenset(json.loads(opened)),
    )


def forget_person(state: State, user_id: int) -> int:
    """Delete a person's questions, answers and feedback everywhere; give how many answers."""
    with state:
        state.execute("DELETE FROM feedback WHERE user_id = ?", (user_id,))
        state.execute("DELETE FROM used WHERE guild_id = ?", (user_id,))  # direct messages
        gone = state.execute("DELETE FROM turns WHERE user_id = ?", (user_id,))
    return gone.rowcount


_LEFT = "articles to take out of "


def left_servers(state: State) -> list[int]:
    """Give the servers that are left, and whose own articles are still in the index."""
    return [int(name.removeprefix(_LEFT)) for name in facts_like(state, _LEFT)]


def taken_out(state: State, guild_id: int) -> None:
    """Note that no article of a server is in the index any more."""
    forget_fact(state, f"{_LEFT}{guild_id}")


def forget_servers(state: State, guild_ids: Iterable[int]) -> None:
    """Delete all that was kept of these servers; their articles have to leave the index yet."""
    ids = [(guild_id,) for guild_id in guild_ids]
    for (guild_id,) in ids:
        set_fact(state, f"{_LEFT}{guild_id}", "")
    with state:
        for table in ("turns", "servers", "used", "watches"):
            state.executemany(f"DELETE FROM {table} WHERE guild_id = ?", ids)  # noqa: S608  our own names
    tell_change(state)


def forget_old(state: State, moment: float, keep_days: int) -> int:
    """Delete what is older than so many days; give how many answers that were."""
    limit = moment - keep_days * DAY_S
    with state:
        state.execute("DELETE FROM used WHERE day < ?", (day_of(limit),))
        gone = state.execute("DELETE FROM turns WHERE asked_at < ?", (limit,))
    return gone.rowcount
