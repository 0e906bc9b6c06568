"""How often a person and a server may ask; a refusal says when to come back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.discord.messages.layout import when
from bot.discord.storage.servers import Server, Servers, day_of, next_day
from bot.discord.storage.turn_store import StoredTurn, TurnStore

_MOST_REMEMBERED = 10_000
_CLOCKS_DIFFER_S = 1.0
"""As far as the clocks of two processes may be apart, a cooldown is not held against anybody."""


@dataclass(slots=True)
class RateLimits:
    """Cooldowns per person and server, questions per server and day.

    `used` are today's questions, by server, or by person for direct messages; `by_person` those
    of each person on each server.
    """

    day: str
    used: dict[int, int]
    by_person: dict[tuple[int, int], int] = field(default_factory=dict)
    _free_at: dict[tuple[int, int], float] = field(default_factory=dict)

    @classmethod
    def at(
        cls,
        moment: float,
        used: Mapping[int, int],
        by_person: Mapping[tuple[int, int], int] | None = None,
    ) -> "RateLimits":
        """Start from what has been used on this day."""
        return cls(day=day_of(moment), used=dict(used), by_person=dict(by_person or {}))

    def refusal(self, server: Server, where: int, person: int, moment: float) -> str | None:
        """Count a question, or say why not and when to come back.

        `where` is the server's id, or the person's own in direct messages.
        """
        if self.day != day_of(moment):
            self.day = day_of(moment)
            self.used.clear()
            self.by_person.clear()
        if self.used.get(where, 0) >= server.daily_limit:
            return _server_words(server, moment)
        if self.by_person.get((where, person), 0) >= server.person_limit:
            return _person_words(server, moment)
        free_at = self._free_at.get((where, person), 0.0)
        if moment < free_at <= moment + server.cooldown_s:  # later: the clock was set back
            return _quick_words(free_at)
        self._take(where, person, moment, moment + server.cooldown_s)
        return None

    def _take(self, where: int, person: int, moment: float, free_at: float) -> None:
        if len(self._free_at) >= _MOST_REMEMBERED:
            self._free_at = {key: at for key, at in self._free_at.items() if at > moment}
        self._free_at[where, person] = free_at
        self.used[where] = self.used.get(where, 0) + 1
        self.by_person[where, person] = self.by_person.get((where, person), 0) + 1


def elsewhere_words(
    servers: Servers, turns: TurnStore, turn: StoredTurn, server: Server
) -> str | None:
    """Count a kept question in a state that processes share, or say why not and when to come back.

    Raises:
        StateError: The state cannot be used.
    """
    asked, before = turns.asked_today(turn)
    if turn.guild_id is not None and asked > server.person_limit:
        return _person_words(server, turn.asked_at)
    if turn.asked_at < before + server.cooldown_s - _CLOCKS_DIFFER_S:
        return _quick_words(before + server.cooldown_s)
    where = turn.guild_id or turn.user_id
    if not servers.count_within(where, turn.asked_at, server.daily_limit):
        return _server_words(server, turn.asked_at)
    return None


def _server_words(server: Server, moment: float) -> str:
    return (
        f"The {server.daily_limit} questions for today are used up here."
        f" Come back {when(next_day(moment))}."
    )


def _person_words(server: Server, moment: float) -> str:
    return (
        f"You have asked the {server.person_limit} questions that one person has here"
        f" today. Come back {when(next_day(moment))}."
    )


def _quick_words(free_at: float) -> str:
    return f"That was quick: ask again {when(free_at)}."
