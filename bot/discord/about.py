"""What the bot says of itself: how to ask, how it is."""

from datetime import UTC, datetime

import discord

from bot.discord.layout import plain
from bot.discord.talk import desk_of


def help_words() -> str:
    """Explain how to ask."""
    return (
        "I answer from a collection of news articles and show the passages the answer rests on."
        " What they do not say, I do not say either.\n"
        "• `/ask` a question; `since`, `until` and `outlet` narrow it, `private` keeps it to you\n"
        "• or mention me with a question, or reply to me with a ping; in direct messages just"
        " write\n"
        "• **Passages** under an answer shows every quote in its place, **Ask on** goes on from"
        " it\n"
        "• right-click (or hold) a message → Apps → **Check against the articles**\n"
        "• `/search` finds passages, `/sources` lists the articles, `/privacy` says what I keep\n"
        "-# Discord shows me a reply to a command's answer only if it mentions me; **Ask on**"
        " always works."
    )


async def status_words(interaction: discord.Interaction) -> str:
    """Say how big the collection is, how long the queue, since when the bot runs."""
    desk = desk_of(interaction)
    library = desk.answerer.library
    articles = await desk.look_up(library.articles)
    revision = await desk.look_up(lambda: library.revision)
    passages = sum(article.passages for article in articles)
    questions = desk.questions
    started = int(desk.started_at)
    return (
        f"**Articles** {len(articles)}, in {passages} passages\n"
        f"**Index** {plain(freshness(revision))}\n"
        f"**Answers by** {plain(desk.writer)}\n"
        f"**At work** on {questions.working} questions, {questions.waiting} in the queue\n"
        f"**Running** since <t:{started}:R>, {interaction.client.latency * 1000:.0f} ms from"
        " Discord"
    )


def freshness(revision: str) -> str:
    """Say which state of the index this is; a revision that is a moment is said as one."""
    try:
        moment = datetime.fromisoformat(revision).astimezone(UTC)
    except ValueError:
        return f"revision {revision[:12]}"
    return f"as of {moment:%d %b %Y, %H:%M} UTC"
