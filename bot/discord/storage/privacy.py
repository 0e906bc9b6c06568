"""What is kept, said aloud, and how it is deleted."""

from collections.abc import Iterable

from bot.discord.messages.layout import plain
from bot.discord.storage.database import facts_like, forget_fact, set_fact
from bot.discord.storage.servers import DAY_S, day_of, tell_change
from retrieval.answer.extractive import MODEL as EXTRACTIVE
from retrieval.chat.state.kept import State
from retrieval.models.embedder import BUILTIN

_INSIGHTS = (
    "**What the owner of this server sees**\n"
    "How many questions are asked and refused, which articles are cited, and refused questions that"
    " at least three members asked in public in nearly the same words; never who asked.\n"
)


_OTHERS = "Other messages"


def privacy_words(
    keep_days: int,
    *,
    writer: str = EXTRACTIVE,
    embeddings: str = BUILTIN,
    insights: bool = False,
    reads_messages: bool = False,
) -> str:
    """Say what is kept, for how long, who else reads it, and how to be rid of it.

    Args:
        keep_days: How long questions and answers are kept.
        writer: What writes the answers, by name; another than the shipped one reads questions.
        embeddings: What finds the passages, likewise.
        insights: Whether the owner of this server has turned them on.
        reads_messages: Whether Discord shows the bot messages that do not mention it.
    """
    return (
        "**What I keep**\n"
        "Your question and its answer, with the ids of you, the server, the channel and the"
        " messages, so that the buttons work and a follow-up is understood; what you say with"
        " 👍 and 👎; the settings of a server, the articles that it has"
        " added for itself, and how many questions it asked each day.\n"
        "**What I do not keep**\n"
        f"{'Other messages, which I read to see whether they ask' if reads_messages else _OTHERS}"
        ". A message that you check against the articles is read for that one"
        " reply and not stored. What you ask privately is never used in a public answer.\n"
        "**How long**\n"
        f"{keep_days} days, then it is deleted; the settings of a server stay until I am removed"
        " from it, and its articles. Then all of that server goes at once.\n"
        f"{_INSIGHTS if insights else ''}"
        f"{_readers_words(writer, embeddings)}"
        "**Your choice**\n"
        "`/forget-me` deletes everything of yours now. 🗑️ under an answer deletes that answer."
    )


def _readers_words(writer: str, embeddings: str) -> str:
    """Say what leaves for a provider; empty where the shipped models do all."""
    told = []
    if writer != EXTRACTIVE:
        told.append(
            f"Your question and the passages found for it go to {plain(writer)}, which writes the"
            " answer."
        )
    if embeddings != BUILTIN:
        told.append(
            f"What you ask, search for or check goes to {plain(embeddings)}, which helps to find"
            " the passages."
        )
    return f"**Who else reads it**\n{' '.join(told)}\n" if told else ""


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
