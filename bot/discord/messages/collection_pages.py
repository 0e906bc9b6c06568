"""What the collection holds, in words: how fresh it is, its articles, the hits of a search."""

from collections.abc import Sequence
from datetime import datetime

from bot.discord.messages.answer_pages import filter_words
from bot.discord.messages.layout import (
    MESSAGE_UNITS,
    Page,
    escape,
    one_line,
    quote_block,
    split,
    units,
    when,
)
from bot.discord.messages.quote_blocks import source_line, titled_line
from retrieval.index.snapshot import undated_notes
from retrieval.text.dates import in_short
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
    return f"{_counted(articles)}{newest}{written}"


def _counted(articles: Sequence[Article]) -> str:
    return f"{len(articles)} {'article' if len(articles) == 1 else 'articles'}"


def page_count(articles: int) -> int:
    """Give how many pages of `/sources` there are, at least one."""
    return max(1, -(-articles // ARTICLES_A_PAGE))


def hits_page(
    query: str,
    hits: Sequence[Hit],
    limits: Filters | None = None,
    *,
    undated: int = 0,
    covers: str = "",
) -> Page:
    """List the passages that a search found, best first; no answer is drawn from them.

    Args:
        query: What was searched for.
        hits: What was found.
        limits: What narrowed the search.
        undated: How many articles the date limit left out for want of a date.
        covers: What the collection holds, said where nothing was found.
    """
    head = f"Passages for **{escape(one_line(query, _SNIPPET_CHARS))}**"
    only = [filter_words(limits)] if limits else []
    only += [covers] if covers and not hits else []
    remarks = [
        escape(one_line(words, _SNIPPET_CHARS)) for words in (*only, *undated_notes(undated))
    ]
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
