"""What the bot says of itself: how to ask, how it is."""

import discord

from bot.discord.context import service_of
from bot.discord.messages.layout import plain
from bot.discord.messages.markdown import when
from retrieval.answer.extractive import MODEL as EXTRACTIVE


def help_words() -> str:
    """Explain how to ask."""
    return (
        "I answer from a collection of news articles and show the passages the answer rests on."
        " What they do not say, I do not say either.\n\n"
        "**To ask**\n"
        "- `/ask`, narrowed by date or outlet, or `private` for you alone\n"
        "- mention me with a question, or reply to me with a ping\n"
        "- in direct messages just write\n\n"
        "**Below an answer**\n"
        "- **Passages** shows every quote in its place\n"
        "- **Ask on** goes on from the answer\n\n"
        "**To check somebody's message**\n"
        "- hold it (or right-click) → Apps → **Check against the articles**\n\n"
        "**More**\n"
        "- `/search` finds passages, `/sources` lists the articles, `/privacy` says what I keep\n\n"
        "-# Discord shows me a reply to a command's answer only if it mentions me; **Ask on**"
        " always works."
    )


async def status_words(interaction: discord.Interaction) -> str:
    """Say how big and fresh the collection is, how long the queue, since when the bot runs."""
    service = service_of(interaction)
    articles = await service.look_up(service.answerer.library.articles)
    passages = sum(article.passages for article in articles)
    questions = service.questions
    return (
        f"**Articles** {await service.freshness()}\n"
        f"**Passages** {passages}\n"
        f"{_writer_words(service.writer)}\n"
        f"**At work** on {questions.working} questions, {questions.waiting} in the queue\n"
        f"**Running** since {when(service.started_at)},"
        f" {interaction.client.latency * 1000:.0f} ms from Discord"
    )


def _writer_words(writer: str) -> str:
    if writer == EXTRACTIVE:
        return "**Answers** quote the articles"
    return f"**Answers by** {plain(writer)}"
