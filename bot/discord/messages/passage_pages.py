"""The cited passages of an answer, one a page: the quote in bold, in its paragraphs."""

from functools import partial

import discord
from discord import ui

from bot.discord.context import service_of
from bot.discord.messages.answer_messages import Press
from bot.discord.messages.answer_pages import Page
from bot.discord.messages.layout import page_view
from bot.discord.messages.markdown import MESSAGE_UNITS, escape, split, units
from bot.discord.messages.quote_blocks import titled_line
from bot.discord.service.ports import LibraryPort
from bot.discord.storage.turn_store import StoredTurn
from retrieval.errors import ArticleError
from retrieval.types import Citation

_AROUND_UNITS = 600
"""What is shown of the paragraphs before and after, each."""
_QUOTE_UNITS = 1500
_GONE = "-# The article is no longer held; this is the passage as it was."
_ELSEWHERE = "-# The article is shown on its server alone; this is the passage as it was."
_CHANGED = "-# The article has changed since this answer; this is the passage as it was."


def passage_page(
    citation: Citation,
    article_text: str | None,
    *,
    number: int,
    of: int,
    is_elsewhere: bool = False,
) -> Page:
    """Show one citation in its place.

    Args:
        citation: The quote, with its offsets.
        article_text: The article's clean text as it is now; None if the article is gone.
        number: Which of the cited passages this is, from 1.
        of: How many there are.
        is_elsewhere: The answer was given on another server than it is looked at.
    """
    article = citation.article
    head = titled_line(article)
    unchanged = (
        article_text is not None and article_text[citation.start : citation.end] == citation.quote
    )
    if article_text is not None and unchanged:
        body = _in_place(article_text, citation.start, citation)
    else:
        passage = citation.passage
        gone = _ELSEWHERE if is_elsewhere else _GONE
        remark = gone if article_text is None else _CHANGED
        body = f"{_in_place(passage.text, citation.start - passage.start, citation)}\n{remark}"
    foot = f"-# Passage {number} of {of} · quote \\[{citation.n}\\] in bold, verbatim"
    room = MESSAGE_UNITS - units(head) - units(foot)
    return Page(blocks=(head, *split(body, room)[:1]), foot=foot)


def _in_place(text: str, start: int, citation: Citation) -> str:
    """Give the quote's paragraphs, the one before and the one after."""
    end = start + len(citation.quote)
    before, after = text[:start], text[end:]
    opening = _tail(before[before.rfind("\n\n", 0, max(0, before.rfind("\n\n"))) + 1 :])
    closing_at = after.find("\n\n", after.find("\n\n") + 2) if "\n\n" in after else -1
    closing = _head(after if closing_at < 0 else after[:closing_at])
    return f"{opening}{_bold(citation)}{closing}".strip()


def _bold(citation: Citation) -> str:
    quote = citation.quote
    if citation.highlight is None:
        return f"**{_short(quote)}**"
    start, end = (offset - citation.start for offset in citation.highlight)
    before, words, after = quote[:start], quote[start:end], quote[end:]
    spaces = len(words) - len(words.lstrip())
    return f"**{escape(before + words[:spaces])}__{escape(words.strip())}__{escape(after)}**"


def _short(quote: str) -> str:
    pieces = split(escape(quote), _QUOTE_UNITS)
    return "…".join([*pieces[:1], *([""] if len(pieces) > 1 else [])])


def _tail(text: str) -> str:
    if len(text) <= _AROUND_UNITS:
        return escape(text.lstrip("\n"))
    cut = text[-_AROUND_UNITS:]
    return "…" + escape(cut[max(cut.find(" "), 0) :])


def _head(text: str) -> str:
    if len(text) <= _AROUND_UNITS:
        return escape(text)
    cut = text[:_AROUND_UNITS]
    return escape(cut[: cut.rfind(" ")]) + "…"


async def passage_view(
    interaction: discord.Interaction, turn: StoredTurn, page: int
) -> ui.LayoutView:
    """Show one of the turn's quotes in its place; `page` counts from 0."""
    quotes = turn.answer.shown if turn.answer else ()
    page = min(page, len(quotes) - 1)
    citation = quotes[page]
    service = service_of(interaction)
    library = service.library_in(interaction.guild_id)
    read = partial(_article_text, library, citation.article.article_id)
    text = await service.look_up(read)
    elsewhere = bool(citation.article.audience) and turn.guild_id != interaction.guild_id
    shown = passage_page(citation, text, number=page + 1, of=len(quotes), is_elsewhere=elsewhere)
    return page_view(shown, _pager(turn.turn_id, page, len(quotes)))


def _pager(turn_id: str, page: int, count: int) -> list[Press]:
    if count == 1:
        return []
    return [
        Press.make("back", turn_id, max(page - 1, 0), disabled=page == 0),
        Press.make("on", turn_id, page + 1, disabled=page + 1 == count),
    ]


def _article_text(library: LibraryPort, article_id: str) -> str | None:
    try:
        return library.article_text(article_id)
    except ArticleError:
        return None
