"""What the collection holds: its articles page by page, the text of one, the hits of a search."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

import discord
from discord import ui

from bot.discord.context import acknowledge, chosen_of, put, service_of
from bot.discord.messages.answer_pages import filter_words
from bot.discord.messages.layout import (
    MESSAGE_UNITS,
    Button,
    Page,
    escape,
    note_view,
    one_line,
    page_view,
    quote_block,
    split,
    units,
    when,
)
from bot.discord.messages.quote_blocks import source_line, titled_line
from retrieval.index.library import Library
from retrieval.text.dates import in_short
from retrieval.text.names import short_name
from retrieval.text.numbers import counted
from retrieval.types import Article, Filters, Hit

ARTICLES_A_PAGE = 8
_SNIPPET_CHARS = 220
_TEXT_UNITS = 1200
"""Of an article's text on one page: a screen and a half of a phone."""
_SPARE_UNITS = 20
"""For the list's own head and the sign that it was cut."""


def sources_page(
    shown: Sequence[Article], *, page: int, of: int, limits: str, freshness: str
) -> Page:
    """List a page of the articles; `page` counts from 0.

    `limits` says what narrows the list, `freshness`, markdown as the function of that name gives
    it, what is held in all.
    """
    head = f"**Articles** {escape(limits)}".rstrip()
    foot = f"-# Page {page + 1} of {of} · {freshness}"
    room = MESSAGE_UNITS - units(head + foot) - _SPARE_UNITS
    lines = [titled_line(article) for article in shown]
    while sum(map(units, lines)) > room:  # titles of nothing but markup
        lines.pop()
    cut = ["…"] if len(lines) < len(shown) else []
    return Page(blocks=(head, *(lines or ["There is none."]), *cut), foot=foot)


def page_of(articles: Sequence[Article], page: int) -> list[Article]:
    """Give a page of them, newest first, undated last; `page` counts from 0."""
    ordered = sorted(articles, key=lambda article: article.published or "", reverse=True)
    return ordered[page * ARTICLES_A_PAGE : (page + 1) * ARTICLES_A_PAGE]


def text_page(article: Article, text: str, page: int) -> tuple[Page, int]:
    """Give a page of an article's clean text, and how many there are; `page` counts from 0."""
    pieces = split(escape(text), _TEXT_UNITS) or ["This article has no text."]
    page = min(page, len(pieces) - 1)
    foot = f"-# Page {page + 1} of {len(pieces)} · the article as I read it"
    return Page(blocks=(titled_line(article), pieces[page]), foot=foot), len(pieces)


def freshness(articles: Sequence[Article], written_at: datetime | None) -> str:
    """Say how many articles there are, how new the newest is, and when they were taken in."""
    dates = [article.published for article in articles if article.published]
    newest = f", the newest of {in_short(max(dates))}" if dates else ""
    written = f", taken in {when(written_at.timestamp())}" if written_at else ""
    return f"{counted(len(articles), 'article')}{newest}{written}"


def page_count(articles: int) -> int:
    """Give how many pages of `/sources` there are, at least one."""
    return max(1, -(-articles // ARTICLES_A_PAGE))


def hits_page(
    query: str,
    hits: Sequence[Hit],
    limits: Filters | None = None,
    *,
    notes: Sequence[str] = (),
    covers: str = "",
) -> Page:
    """List the passages that a search found, best first; no answer is drawn from them.

    `notes` say what the limits left out; where nothing was found, it says what the collection
    covers.
    """
    head = f"Passages for **{escape(one_line(query, _SNIPPET_CHARS))}**"
    only = [filter_words(limits)] if limits else []
    only += [covers] if covers and not hits else []
    remarks = [escape(one_line(words, _SNIPPET_CHARS)) for words in (*only, *notes)]
    foot = "\n".join(f"-# {words}" for words in remarks)
    body = "\n\n".join(_hit(hit) for hit in hits) or "No passage was found."
    listed = _fitting(body, head + foot)
    return Page(blocks=(head, listed), foot=foot)


def _fitting(body: str, beside: str) -> str:
    """Cut a list that outgrows a message, which takes several titles of nothing but markup."""
    pieces = split(body, MESSAGE_UNITS - units(beside) - _SPARE_UNITS)
    return pieces[0] + ("\n…" if len(pieces) > 1 else "")


def _hit(hit: Hit) -> str:
    snippet = quote_block(escape(one_line(hit.passage.text, _SNIPPET_CHARS)))
    return f"{hit.rank}\\. {source_line(hit.passage.article)}\n{snippet}"


WANTED_CHARS = 25
"""Of an outlet or a title: a button's name of 100 characters holds both and two dates."""
PAGE_BUTTON = re.compile(
    r"dateline:(?P<what>shelf|own|text):(?P<page>\d{1,6})(?P<rest>(?:\|.*)?)", re.DOTALL
)
READ_LIST = re.compile("dateline:read")
"""What the buttons and the list of these pages are called by."""
_LABEL_CHARS = 100
_KEY_CHARS = 16
_GONE = "This article is no longer held."


class Wanted(NamedTuple):
    """Which articles are listed: those within the limits whose title has the words."""

    filters: Filters = Filters()
    title: str = ""

    @property
    def name(self) -> str:
        """What a button carries of it."""
        limits = self.filters
        parts = (limits.since, limits.until, _carried(limits.outlet), _carried(self.title))
        return "".join(f"|{part or ''}" for part in parts) if any(parts) else ""

    @classmethod
    def named(cls, name: str) -> "Wanted":
        """Give what a button carries."""
        since, until, outlet, title = [*name.split("|")[1:], *[""] * 4][:4]
        filters = Filters(since=since or None, until=until or None, outlet=outlet or None)
        return cls(filters, title)

    @property
    def words(self) -> str:
        """Say it in one line, empty if nothing narrows the list."""
        only = filter_words(self.filters).removeprefix("Only articles ")
        return " ".join(part for part in (only, self.title and f"with “{self.title}”") if part)


def _carried(text: str | None) -> str:
    return (text or "").replace("|", " ")[:WANTED_CHARS].strip()


async def article_list_view(
    interaction: discord.Interaction, page: int, wanted: Wanted
) -> ui.LayoutView:
    """Show a page of the articles, to turn and to read one; `page` counts from 0."""
    service = service_of(interaction)
    wanted = Wanted.named(wanted.name)  # as the next page will know it
    library = service.library_in(interaction.guild_id)
    admitted = await service.look_up(partial(library.admitted, wanted.filters))
    title = wanted.title.casefold()
    articles = [article for article in admitted if title in article.title.casefold()]
    fresh = await held_words(interaction)
    return _listed("shelf", articles, page, limits=wanted.words, foot=fresh, rest=wanted.name)


async def held_words(interaction: discord.Interaction) -> str:
    """Say how much is seen here and how fresh it is, in markdown."""
    service = service_of(interaction)
    library = service.library_in(interaction.guild_id)
    return await service.look_up(lambda: freshness(library.articles(), library.written_at))


async def own_articles_view(interaction: discord.Interaction, page: int) -> ui.LayoutView:
    """Show a page of the articles that the server has added for itself; `page` counts from 0."""
    service = service_of(interaction)
    articles = await service.look_up(
        partial(own_articles, service.library_in(interaction.guild_id))
    )
    most = service.additions.most if service.additions else 0
    foot = f"{len(articles)} of {most} articles, which are seen here alone"
    return _listed("own", articles, page, limits="of this server", foot=foot)


def own_articles(library: Library) -> list[Article]:
    """Give the articles that only those see for whom the library was opened."""
    return [article for article in library.articles() if article.audience]


def _listed(
    what: str, articles: Sequence[Article], page: int, *, limits: str, foot: str, rest: str = ""
) -> ui.LayoutView:
    count = page_count(len(articles))
    page = min(page, count - 1)
    shown = page_of(articles, page)
    listed = sources_page(shown, page=page, of=count, limits=limits, freshness=foot)
    reading = [_read_list(shown)] if shown else []
    return page_view(listed, reading, _pager(what, page, count, rest))


async def article_view(interaction: discord.Interaction, key: str, page: int) -> ui.LayoutView:
    """Show a page of an article's clean text; `page` counts from 0."""
    library = service_of(interaction).library_in(interaction.guild_id)

    def found() -> tuple[Article, str] | None:
        held = next((one for one in library.articles() if _key(one) == key), None)
        return None if held is None else (held, library.article_text(held.article_id))

    article = await service_of(interaction).look_up(found)
    if article is None:
        return note_view(_GONE)
    shown, count = text_page(*article, page)
    return page_view(shown, _pager("text", min(page, count - 1), count, f"|{key}"))


def _pager(what: str, page: int, count: int, rest: str) -> list[Button]:
    if count == 1:
        return []
    return [
        _page_button("◀️", what, max(page - 1, 0), rest, disabled=page == 0),
        _page_button("▶️", what, page + 1, rest, disabled=page + 1 == count),
    ]


def _key(article: Article) -> str:
    return hashlib.sha256(article.article_id.encode()).hexdigest()[:_KEY_CHARS]


def _page_button(emoji: str, what: str, page: int, rest: str, *, disabled: bool = False) -> Button:
    """Make a button for a page, counted from 0; `rest` says of what."""
    return ui.Button(emoji=emoji, custom_id=f"dateline:{what}:{page}{rest}", disabled=disabled)


def _read_list(articles: Sequence[Article]) -> ui.Select[ui.LayoutView]:
    """Make the list to choose one of a page's articles from."""
    options = [
        discord.SelectOption(
            label=one_line(article.title, _LABEL_CHARS) or "untitled",
            value=_key(article),
            description=one_line(
                f"{short_name(article.outlet or '')} {in_short(article.published)}", _LABEL_CHARS
            )
            or None,
        )
        for article in articles
    ]
    return ui.Select(custom_id="dateline:read", placeholder="Read…", options=options)


async def turn_page(interaction: discord.Interaction, button: re.Match[str]) -> None:
    """Turn to a page of the list, or of an article's text."""
    await acknowledge(interaction, private=False, thinking=False)
    page, rest = int(button["page"]), button["rest"]
    if button["what"] == "shelf":
        view = await article_list_view(interaction, page, Wanted.named(rest))
    elif button["what"] == "own":
        view = await own_articles_view(interaction, page)
    else:
        view = await article_view(interaction, rest.removeprefix("|"), page)
    await put(interaction, view)


async def show_chosen(interaction: discord.Interaction, _: re.Match[str]) -> None:
    """Show the article that was chosen from the list, to whoever chose it."""
    await acknowledge(interaction)
    (key,) = chosen_of(interaction)
    await put(interaction, await article_view(interaction, key, 0))
