"""Cooldowns and daily limits, by the clock."""

from bot.discord.messages.layout import when
from bot.discord.service.rate_limits import RateLimits
from bot.discord.storage.servers import Server, day_of, next_day

NOON = 1_767_268_800.0
"""1 January 2026, 12:00 UTC."""


def limits(**used: int) -> RateLimits:
    return RateLimits.at(NOON, {int(where): count for where, count in used.items()})


def test_a_person_waits_for_the_cooldown_and_no_longer() -> None:
    server, some = Server(cooldown_s=5), limits()

    first = some.refusal(server, 1, 7, NOON)
    early = some.refusal(server, 1, 7, NOON + 4.9)
    later = some.refusal(server, 1, 7, NOON + 5)

    assert (first, later) == (None, None)
    assert f"<t:{int(NOON) + 5}:R>" in early


def test_another_person_or_server_does_not_wait() -> None:
    server, some = Server(cooldown_s=5), limits()
    some.refusal(server, 1, 7, NOON)

    assert some.refusal(server, 1, 8, NOON) is None
    assert some.refusal(server, 2, 7, NOON) is None


def test_the_day_starts_anew_at_midnight_utc() -> None:
    server, some = Server(cooldown_s=0, daily_limit=1), limits()
    some.refusal(server, 1, 7, NOON)

    refused = some.refusal(server, 1, 8, NOON)

    assert f"<t:{int(NOON) + 12 * 3600}:R>" in refused
    assert some.refusal(server, 1, 8, NOON + 12 * 3600) is None


def test_a_clock_that_was_set_back_makes_nobody_wait_for_a_day() -> None:
    server, some = Server(cooldown_s=5), limits()
    some.refusal(server, 1, 7, NOON + 24 * 3600)

    assert some.refusal(server, 1, 7, NOON) is None


def test_a_refused_question_is_not_counted() -> None:
    server, some = Server(cooldown_s=5), limits()

    for _ in range(3):
        some.refusal(server, 1, 7, NOON)

    assert some.used == {1: 1}


def test_days_and_moments() -> None:
    assert day_of(NOON) == "2026-01-01"
    assert day_of(next_day(NOON)) == "2026-01-02"
    assert when(NOON + 0.2) == f"<t:{int(NOON) + 1}:R>"
