"""A passage opened in its article: the paragraphs it stands in, the quote marked."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from bot.terminal.console import say
from bot.terminal.harmless import harmless
from bot.terminal.printing import print_heading
from retrieval.types import Citation, Span

if TYPE_CHECKING:
    from retrieval.index.library import Library

_GAP = "\n\n"
_MARKS = ("»»", "««")
_CHANGED = "The article has changed since; this is the passage as it was."


def print_in_place(console: Console, citation: Citation, library: "Library") -> None:
    """Print the whole paragraphs around the cited passage; a long page goes through the pager.

    Raises:
        ArticleError: The article is no longer held.
    """
    passage = citation.passage
    text = library.article_text(citation.article.article_id)
    changed = text[citation.start : citation.end] != citation.quote
    text, first = (passage.text, passage.start) if changed else (text, 0)
    span = (citation.start - first, citation.end - first)
    start, end = _paragraphs(text, (passage.start - first, passage.end - first))
    page = _marked(text[start:end], (span[0] - start, span[1] - start), console)
    place = f"characters {citation.start}–{citation.end}, between {_MARKS[0]} and {_MARKS[1]}"

    def render() -> None:
        print_heading(console, citation.article)
        say(console, page)
        say(console, f"\n{place}", "dim")
        if changed:
            say(console, _CHANGED, "yellow")

    paged(console, render)


def paged(console: Console, render: Callable[[], None]) -> None:
    """Print what `render` prints, through the pager if it is longer than the terminal."""
    if console.is_terminal:
        with console.capture() as capture:
            render()
        if capture.get().count("\n") >= console.height:
            import click

            click.echo_via_pager(capture.get())
            return
    render()


def _paragraphs(text: str, span: Span) -> Span:
    """Widen a span to the ends of the paragraphs that it touches."""
    before = text.rfind(_GAP, 0, span[0])
    after = text.find(_GAP, span[1])
    return (0 if before < 0 else before + len(_GAP)), (len(text) if after < 0 else after)


def _marked(text: str, quote: Span, console: Console) -> Text:
    """Mark the quote with signs too: not every terminal shows bold, and a file shows none."""
    before, words, after = (
        harmless(piece) for piece in (text[: quote[0]], text[slice(*quote)], text[quote[1] :])
    )
    opening, closing = _MARKS
    style = "bold" if console.is_terminal else ""
    return Text.assemble(before, opening, (words, style), closing, after)
