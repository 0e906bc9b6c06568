"""What became of a file or page that a server has added: what was kept of it, and what not."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.discord.messages.answer_pages import Page
from bot.discord.messages.markdown import MESSAGE_UNITS, escape, one_line, split, units
from bot.discord.messages.quote_blocks import titled_line

if TYPE_CHECKING:
    from retrieval.articles.raw import Skipped
    from retrieval.index.ingest import Ingested, IngestReport

_MOST_NAMED = 5
_REASON_CHARS = 200


def addition_page(report: "IngestReport", *, held: int, most: int) -> Page:
    """Show the cleaning report.

    Args:
        report: What was taken in.
        held: How many articles the server has now.
        most: How many it may have.
    """
    groups = (
        ("Taken in", report.added),
        ("Brought up to date", report.updated),
        ("Held already, unchanged", report.unchanged),
    )
    named = [f"**{name}**\n{_articles(found)}" for name, found in groups if found]
    failed = [_failed(report.failed)] if report.failed else []
    foot = f"-# {held} of {most} articles of this server, which are seen here alone"
    body = "\n\n".join([*named, *failed])
    pieces = split(body, MESSAGE_UNITS - units(foot) - 1)
    return Page(blocks=(pieces[0] + ("…" if len(pieces) > 1 else ""),), foot=foot)


def _articles(found: Sequence["Ingested"]) -> str:
    rest = len(found) - _MOST_NAMED
    lines = [_article(one) for one in found[:_MOST_NAMED]]
    return "\n".join([*lines, *([f"and {rest} more"] if rest > 0 else [])])


def _article(one: "Ingested") -> str:
    """Name an article, what of its page was kept, and where its metadata is told."""
    known = dict(one.article.known_from)
    told = ", ".join(f"{name} from {escape(how)}" for name, how in sorted(known.items()))
    lines = [
        titled_line(one.article),
        f"-# {_counted(one.kept, 'paragraph')} kept, {one.boilerplate} left out as page furniture,"
        f" {one.comments} as comments · {_counted(one.article.passages, 'passage')}",
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


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
