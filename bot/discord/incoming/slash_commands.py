"""The commands that everybody has; each of them is acknowledged before it waits for anything."""

from functools import partial
from typing import Any

import discord
from discord import app_commands

from bot.discord.context import acknowledge, put, respond, say, service_of
from bot.discord.incoming import asking
from bot.discord.incoming.forms import ask_about_form
from bot.discord.messages.about_bot import help_words, privacy_words, status_words
from bot.discord.messages.collection_pages import WANTED_CHARS, Wanted, article_list_view, hits_page
from bot.discord.messages.layout import Page, page_view
from bot.discord.storage.servers import forget_person
from retrieval.index.library import Snapshot
from retrieval.types import Filters

_HITS = 5
_MOST_CHOICES = 25
_CHOICE_CHARS = 100
_DATE_CHARS = 30

Date = app_commands.Range[str, 1, _DATE_CHARS]
Question = app_commands.Range[str, asking.LEAST_CHARS, asking.MOST_CHARS]

_FILTERS = {
    "since": "Only articles from this date on: 2014, 2014-10-15 or last week",
    "until": "Only articles up to this date: 2014, 2014-10-15 or last week",
    "outlet": "Only articles of this outlet",
}


@app_commands.command(description="Ask the articles; the answer shows the passages it rests on.")
@app_commands.describe(
    question="What do you want to know?", private="Only you see the answer", **_FILTERS
)
async def ask(
    interaction: discord.Interaction,
    question: Question,
    since: Date | None = None,
    until: Date | None = None,
    outlet: str | None = None,
    private: bool | None = None,
) -> None:
    """Answer a question from the articles."""
    if private is None:
        private = service_of(interaction).servers.get(interaction.guild_id).private
    filters = Filters(since=since, until=until, outlet=outlet)
    await asking.ask(interaction, question, private=private, filters=filters)


@app_commands.command(description="Find passages, without an answer.")
@app_commands.describe(query="Words to look for", **_FILTERS)
async def search(
    interaction: discord.Interaction,
    query: Question,
    since: Date | None = None,
    until: Date | None = None,
    outlet: str | None = None,
) -> None:
    """List the passages nearest to a query, for this person alone."""
    service = service_of(interaction)
    given = Filters(since=since, until=until, outlet=outlet)
    filters = await asking.checked(interaction, given)
    if await asking.admitted(interaction, private=True) is None:
        return

    def found(held: Snapshot) -> Page:
        hits = held.search(query, k=_HITS, filters=filters)
        notes, covers = held.undated_notes(filters), held.overview.words
        return hits_page(query, hits, filters, notes=notes, covers=covers)

    library = service.library_in(interaction.guild_id)
    page = await service.questions.run(partial(library.of_one_revision, found))
    await put(interaction, page_view(page))


@app_commands.command(description="List the articles that I answer from.")
@app_commands.describe(title="Only articles with this in their title", **_FILTERS)
async def sources(
    interaction: discord.Interaction,
    title: app_commands.Range[str, 1, WANTED_CHARS] | None = None,
    since: Date | None = None,
    until: Date | None = None,
    outlet: str | None = None,
) -> None:
    """List the articles, newest first."""
    given = Filters(since=since, until=until, outlet=outlet)
    wanted = Wanted(await asking.checked(interaction, given), title or "")
    await acknowledge(interaction)
    view = await article_list_view(interaction, 0, wanted)
    await put(interaction, view)


@ask.autocomplete("outlet")
@search.autocomplete("outlet")
@sources.autocomplete("outlet")
async def _outlets(
    interaction: discord.Interaction, current: str
) -> list[app_commands.Choice[str]]:
    wanted = current.casefold()
    fitting = [name for name in await asking.outlets_of(interaction) if wanted in name.casefold()]
    return [
        app_commands.Choice(name=name, value=name)
        for name in fitting[:_MOST_CHOICES]
        if len(name) <= _CHOICE_CHARS
    ]


@app_commands.command(description="Say how I am and what I am working on.")
async def status(interaction: discord.Interaction) -> None:
    """Show the collection's size and the queue."""
    await acknowledge(interaction)
    await say(interaction, await status_words(interaction))


@app_commands.command(name="help", description="Say how to ask me.")
async def help_(interaction: discord.Interaction) -> None:
    """Explain the commands."""
    await acknowledge(interaction)
    await say(interaction, await help_words(service_of(interaction), interaction.guild_id))


@app_commands.command(description="Say what I keep about you, and for how long.")
async def privacy(interaction: discord.Interaction) -> None:
    """Tell what is stored."""
    service = service_of(interaction)
    await say(
        interaction,
        privacy_words(
            service.keep_days,
            writer=service.writer,
            embeddings=service.embeddings,
            reads_messages=service.reads_messages,
            insights=bool(service.servers.get(interaction.guild_id).insights_since),
        ),
    )


@app_commands.command(
    name="forget-me", description="Delete all your questions, answers and feedback."
)
async def forget_me(interaction: discord.Interaction) -> None:
    """Delete what is kept of this person, on every server."""
    await acknowledge(interaction)
    service = service_of(interaction)
    gone = await service.forget(forget_person, service.connection, interaction.user.id)
    await say(
        interaction,
        f"Deleted: {gone} of your questions with their answers, and all your feedback."
        " Messages that stand in channels stay there, without their buttons' memory.",
    )


@app_commands.context_menu(name="Check against the articles")
async def check(interaction: discord.Interaction, message: discord.Message) -> None:
    """Show what the articles say to a message."""
    await asking.check(interaction, message)


@app_commands.context_menu(name="Ask about this message")
async def ask_about(interaction: discord.Interaction, message: discord.Message) -> None:
    """Open a form for a question that goes on from a message."""
    words = asking.message_text(message)
    if words:
        await respond(partial(interaction.response.send_modal, ask_about_form(words)))
    else:
        await say(interaction, "This message has no text that I could read.")


EVERYBODYS: tuple[app_commands.Command[Any, ..., Any] | app_commands.ContextMenu, ...] = (
    *(ask, search, sources, status, help_, privacy, forget_me),
    *(check, ask_about),
)
