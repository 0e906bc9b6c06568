"""What is kept, said aloud, and how it is deleted."""

import sqlite3
from collections.abc import Iterable

from bot.discord.clock import DAY_S, day_of


def privacy_words(keep_days: int) -> str:
    """Say what is kept, for how long, and how to be rid of it."""
    return (
        "**What I keep**\n"
        "Your question and its answer, with the ids of you, the server, the channel and the"
        " messages, so that the buttons work and a follow-up is understood; what you say with"
        " 👍 and 👎; the settings of a server and how many questions it asked each day.\n"
        "**What I do not keep**\n"
        "Other messages. A message that you check against the articles is read for that one"
        " reply and not stored. What you ask privately is never used in a public answer.\n"
        "**How long**\n"
        f"{keep_days} days, then it is deleted. When I am removed from a server, all of that"
        " server goes at once.\n"
        "**Your choice**\n"
        "`/forget-me` deletes everything of yours now. 🗑️ under an answer deletes that answer."
    )


def forget_person(connection: sqlite3.Connection, user_id: int) -> int:
    """Delete a person's questions, answers and feedback everywhere; give how many answers."""
    with connection:
        connection.execute("DELETE FROM feedback WHERE user_id = ?", (user_id,))
        connection.execute("DELETE FROM used WHERE guild_id = ?", (user_id,))  # direct messages
        gone = connection.execute("DELETE FROM turns WHERE user_id = ?", (user_id,))
    return gone.rowcount


def forget_servers(connection: sqlite3.Connection, guild_ids: Iterable[int]) -> None:
    """Delete all that was kept of these servers."""
    ids = [(guild_id,) for guild_id in guild_ids]
    with connection:
        for table in ("turns", "servers", "used"):
            connection.executemany(f"DELETE FROM {table} WHERE guild_id = ?", ids)  # noqa: S608  our own names


def forget_old(connection: sqlite3.Connection, moment: float, keep_days: int) -> int:
    """Delete what is older than so many days; give how many answers that were."""
    limit = moment - keep_days * DAY_S
    with connection:
        connection.execute("DELETE FROM used WHERE day < ?", (day_of(limit),))
        gone = connection.execute("DELETE FROM turns WHERE asked_at < ?", (limit,))
    return gone.rowcount
