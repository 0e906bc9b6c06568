"""`/articles`: what a server adds to the collection for itself, takes out again and lists."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import discord
from discord import app_commands

from bot.discord.context import acknowledge, put, say, service_of, turn_of
from bot.discord.error_replies import DO_AGAIN, saying_errors
from bot.discord.incoming.server_settings import may_set
from bot.discord.messages.collection_pages import own_articles, own_articles_view
from bot.discord.messages.layout import (
    MESSAGE_UNITS,
    Page,
    escape,
    note_view,
    one_line,
    page_view,
    split,
    units,
)
from bot.discord.messages.place import Address, CommandPlace
from bot.discord.messages.quote_blocks import titled_line
from bot.discord.network import TROUBLE
from bot.discord.service.pool import Busy, Ticket
from bot.discord.storage.servers import audience_of
from bot.discord.storage.turn_store import StoredTurn
from retrieval.errors import ArticleError, UsageError
from retrieval.index.writing.additions import MAX_ADDED_BYTES, Additions, Upload
from retrieval.text.numbers import counted
from retrieval.types import Article

if TYPE_CHECKING:
    from retrieval.articles.raw import Skipped
    from retrieval.index.ingest import IngestReport
    from retrieval.index.writing.diff import Incoming


T = TypeVar("T")
Waiting = tuple[StoredTurn, Address | None]

_URL_CHARS = 2000
_NAME_CHARS = 100
_MOST_CHOICES = 25
_ALL = "*"
_OFF = "This bot takes no articles from servers."
_ONE_OF_TWO = "Give either the `url` of a page or a `file`."
_BUSY = "Articles of several servers are being taken in. Try again in a few minutes."
_AT_IT = "I am still taking in an article for this server. Try again when that is done."
_UNKNOWN = "No article of this server has that name; choose one from the list."


@dataclass(slots=True)
class Doing:
    """What a worker thread does now, for whoever waits."""

    words: str = "waiting"

    def take(self, words: str) -> None:
        """Hold it."""
        self.words = words


articles = app_commands.Group(
    name="articles",
    description="The articles that this server adds for itself.",
    default_permissions=discord.Permissions(manage_guild=True),
    allowed_contexts=app_commands.AppCommandContext(
        guild=True, dm_channel=False, private_channel=False
    ),
    allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
)


@articles.command(description="Take an article in that I answer from on this server alone.")
@app_commands.describe(
    url="The address of a page or PDF on the public web",
    file="An article: text, Markdown, HTML, PDF, Word, e-mail or JSON lines",
)
async def add(
    interaction: discord.Interaction,
    url: app_commands.Range[str, 1, _URL_CHARS] | None = None,
    file: discord.Attachment | None = None,
) -> None:
    """Take in a page or a file, and show what was kept of it."""
    async with _telling_errors(interaction):
        additions = await _additions(interaction)
        if additions is None:
            return
        if refused := _refusal(url, file, additions):
            await say(interaction, refused)
            return
        waiting = _waiting(interaction, await acknowledge(interaction))
        material: Upload | str = (url or "").strip()
        if file is not None:
            material = Upload(name=file.filename, data=await file.read())
        doing = Doing()
        work = partial(additions.add, audience_of(interaction.guild_id), material, doing.take)
        report = await _in_turn(interaction, work, doing, waiting)
        held = len(await _own(interaction))
        await put(interaction, page_view(addition_page(report, held=held, most=additions.most)))


@articles.command(description="Take an article of this server out again.")
@app_commands.describe(article="Which one; those that everybody sees stay")
async def remove(
    interaction: discord.Interaction, article: app_commands.Range[str, 1, _NAME_CHARS]
) -> None:
    """Take out one article of the server's, or all."""
    async with _telling_errors(interaction):
        additions = await _additions(interaction)
        if additions is None:
            return
        waiting = _waiting(interaction, await acknowledge(interaction))
        wanted = {one.article_id for one in _named(await _own(interaction), article)}
        if not wanted:
            await put(interaction, note_view(_UNKNOWN))
            return
        work = partial(additions.remove, audience_of(interaction.guild_id), wanted)
        gone = await _in_turn(interaction, work, Doing("taking it out"), waiting)
        await put(interaction, note_view(_removed_words(gone)))


@articles.command(name="list", description="List the articles that this server has added.")
async def list_(interaction: discord.Interaction) -> None:
    """Show them, to read and to turn."""
    async with _telling_errors(interaction):
        if await _additions(interaction) is not None:
            await acknowledge(interaction)
            await put(interaction, await own_articles_view(interaction, 0))


@remove.autocomplete("article")
async def _choices(
    interaction: discord.Interaction, current: str
) -> list[app_commands.Choice[str]]:
    if interaction.guild_id is None or not interaction.permissions.manage_guild:
        return []
    wanted = current.casefold()
    own = await _own(interaction)
    choices = [
        app_commands.Choice(name=one_line(one.title, _NAME_CHARS), value=one.article_id)
        for one in own
        if wanted in one.title.casefold()
    ][: _MOST_CHOICES - 1]
    everything = app_commands.Choice(name=f"All {len(own)} articles of this server", value=_ALL)
    return [*choices, *([everything] if len(own) > 1 and not wanted else [])]


@asynccontextmanager
async def _telling_errors(interaction: discord.Interaction) -> AsyncIterator[None]:
    """Say in one private sentence what went wrong."""

    async def tell(words: str) -> None:
        if interaction.response.is_done():  # in the place of 'thinking…' or of what is being done
            await put(interaction, note_view(words))
        else:
            await say(interaction, words)

    async with saying_errors(tell):
        try:
            yield
        except ArticleError as error:
            await tell(f"I cannot take this in: {escape(str(error).rstrip('.'))}.")
        except Busy:
            await tell(_BUSY)


async def _additions(interaction: discord.Interaction) -> Additions | None:
    """Give what takes articles; None, and the person is told, if they may not or nobody may."""
    if not await may_set(interaction):
        return None
    additions = service_of(interaction).additions
    if additions is None:
        await say(interaction, _OFF)
    return additions


def _refusal(url: str | None, file: discord.Attachment | None, additions: Additions) -> str | None:
    if not additions.most:
        return _OFF
    if (url is None) == (file is None):
        return _ONE_OF_TWO
    if file is not None and file.size > MAX_ADDED_BYTES:
        return f"A file may have {MAX_ADDED_BYTES // 1_000_000} MB at most."
    return None


async def _own(interaction: discord.Interaction) -> list[Article]:
    service = service_of(interaction)
    return await service.look_up(partial(own_articles, service.library_in(interaction.guild_id)))


def _named(own: Sequence[Article], name: str) -> list[Article]:
    """Give the articles of an id or title, or all; a title that several have names none."""
    if name == _ALL:
        return list(own)
    wanted = name.strip().casefold()
    titled = [one for one in own if one_line(one.title, _NAME_CHARS).casefold() == wanted]
    return [one for one in own if one.article_id == name] or (titled if len(titled) == 1 else [])


def _removed_words(gone: Sequence[Article]) -> str:
    if not gone:
        return _UNKNOWN
    named = escape(one_line(gone[0].title, _NAME_CHARS))
    said = f"**{named}**" if len(gone) == 1 else f"{len(gone)} articles"
    return f"Taken out: {said}. Answers that were given before keep what they quoted."


def _waiting(interaction: discord.Interaction, message_id: int | None) -> Waiting:
    """Give who waits where, to be told at the next start if this process is killed."""
    place = CommandPlace(interaction, private=True, message_id=message_id)
    return turn_of(interaction, private=True), place.address


async def _in_turn(
    interaction: discord.Interaction, work: Callable[[], T], doing: Doing, waiting: Waiting
) -> T:
    """Have work on the index done when it is its turn, one for each server; show how it goes.

    Raises:
        UsageError: Something of this server is at work already.
        Busy: Too many wait.
    """
    service, task, (turn, address) = service_of(interaction), asyncio.current_task(), waiting
    if interaction.guild_id in {other.guild_id for other in service.taking_in.values()}:
        raise UsageError(_AT_IT)
    ticket = service.adding.submit(work)
    if task is not None:
        service.taking_in[task] = turn
    try:
        if address is not None:
            await service.note(False, service.turns.add, turn)
            await service.note(None, service.turns.wait, turn, address)
        return await awaited(interaction, ticket, doing, every_s=service.progress_every_s)
    except asyncio.CancelledError:
        with contextlib.suppress(*TROUBLE):
            await put(interaction, note_view(DO_AGAIN))
        raise
    finally:
        await service.note(None, service.turns.delete, turn.turn_id)
        if task is not None:
            service.taking_in.pop(task, None)


async def awaited(
    interaction: discord.Interaction, ticket: Ticket[T], doing: Doing, *, every_s: float
) -> T:
    """Give what the work gives, and say every so many seconds how it goes."""
    while True:
        done, _ = await asyncio.wait([ticket.future], timeout=every_s)
        if done:
            return ticket.future.result()
        before = f" ({ticket.place} before it)" if ticket.place else ""
        with contextlib.suppress(*TROUBLE):  # it is of use for the next two seconds
            view = note_view(f"⏳ {doing.words[:1].upper()}{doing.words[1:]}{before}…")
            await interaction.edit_original_response(view=view)


_MOST_NAMED = 5
_REASON_CHARS = 200


def addition_page(report: "IngestReport", *, held: int, most: int) -> Page:
    """Show the cleaning report, and how many articles of how many the server has now."""
    groups = (
        ("Taken in", report.added),
        ("Brought up to date", report.updated),
        ("Held already, unchanged", report.unchanged),
    )
    named = [f"**{name}**\n{_articles(found)}" for name, found in groups if found]
    left_out = (*report.failed, *report.duplicates)
    failed = [_failed(left_out)] if left_out else []
    foot = f"-# {held} of {most} articles of this server, which are seen here alone"
    body = "\n\n".join([*named, *failed])
    pieces = split(body, MESSAGE_UNITS - units(foot) - 1)
    return Page(blocks=(pieces[0] + ("…" if len(pieces) > 1 else ""),), foot=foot)


def _articles(found: Sequence["Incoming"]) -> str:
    rest = len(found) - _MOST_NAMED
    lines = [_article(one) for one in found[:_MOST_NAMED]]
    return "\n".join([*lines, *([f"and {rest} more"] if rest > 0 else [])])


def _article(one: "Incoming") -> str:
    """Name an article, what of its page was kept, and where its metadata is told."""
    known = dict(one.article.known_from)
    told = ", ".join(f"{name} from {escape(how)}" for name, how in sorted(known.items()))
    lines = [
        titled_line(one.article),
        f"-# {counted(one.kept, 'paragraph')} kept, {one.boilerplate} left out as page furniture,"
        f" {one.comments} as comments · {counted(one.article.passages, 'passage')}",
        *([f"-# {told}"] if told else []),
        *(f"-# {escape(one_line(note, _REASON_CHARS))}" for note in one.notes),
    ]
    return "\n".join(lines)


def _failed(failed: Sequence["Skipped"]) -> str:
    reasons = "\n".join(
        f"-# {escape(one_line(f'{one.source}: {one.reason}', _REASON_CHARS))}"
        for one in failed[:_MOST_NAMED]
    )
    return f"**Left out: {len(failed)}**\n{reasons}"
