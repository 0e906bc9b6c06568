"""What the collection holds, in words: how fresh it is, its articles, the hits of a search."""

from collections.abc import Sequence
from datetime import datetime

from bot.discord.messages.answer_pages import Page, filter_words
from bot.discord.messages.markdown import (
    MESSAGE_UNITS,
    escape,
    one_line,
    quote_block,
    split,
    units,
    when,
)
from bot.discord.messages.quote_blocks import source_line
from retrieval.index.filters import undated_notes
from retrieval.text.dates import in_short
from retrieval.types import Article, Filters, Hit

ARTICLES_A_PAGE = 8
_SNIPPET_CHARS = 220
_REVISION_CHARS = 8
_SPARE_UNITS = 20
"""For the list's own head and the sign that it was cut."""


def sources_page(articles: Sequence[Article], *, page: int, freshness: str) -> Page:
    """List a page of the articles, newest first, undated last; `page` counts from 0.

    `freshness` is markdown, as the function of that name gives it.
    """
    ordered = sorted(articles, key=lambda article: article.published or "", reverse=True)
    shown = ordered[page * ARTICLES_A_PAGE : (page + 1) * ARTICLES_A_PAGE]
    lines = [source_line(article) for article in shown]
    count = page_count(len(articles))
    foot = f"-# Page {page + 1} of {count} · {freshness}"
    body = "\n".join(lines) or "No article is loaded yet."
    return Page(blocks=("**Articles**", _fitting(body, foot)), foot=foot)


def freshness(articles: Sequence[Article], revision: str, written_at: datetime | None) -> str:
    """Say how many articles there are, how new the newest and the index are, and which it is."""
    dates = [article.published for article in articles if article.published]
    newest = f", the newest of {in_short(max(dates))}" if dates else ""
    index = escape(revision[:_REVISION_CHARS]) or "empty"
    written = f", written {when(written_at.timestamp())}" if written_at else ""
    return f"{_counted(articles)}{newest} · index {index}{written}"


def _counted(articles: Sequence[Article]) -> str:
    return f"{len(articles)} {'article' if len(articles) == 1 else 'articles'}"


def page_count(articles: int) -> int:
    """Give how many pages of `/sources` there are, at least one."""
    return max(1, -(-articles // ARTICLES_A_PAGE))


def hits_page(
    query: str, hits: Sequence[Hit], limits: Filters | None = None, *, undated: int = 0
) -> Page:
    """List the passages that a search found, best first; no answer is drawn from them.

    Args:
        query: What was searched for.
        hits: What was found.
        limits: What narrowed the search.
        undated: How many articles the date limit left out for want of a date.
    """
    head = f"Passages for **{escape(one_line(query, _SNIPPET_CHARS))}**"
    only = [filter_words(limits)] if limits else []
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
