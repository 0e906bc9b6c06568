"""What people read in a terminal: answers with numbered sources, hits, articles, reports."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from bot.terminal.console import make_console as make_console
from bot.terminal.console import marked_quote, say
from bot.terminal.harmless import harmless, one_line
from retrieval.answer.compose import CLOSE, later_words, origin_words
from retrieval.text.dates import in_short
from retrieval.text.names import short_name
from retrieval.text.numbers import counted
from retrieval.types import Answer, Article, Citation, Filters, Hit, Passage, Span

if TYPE_CHECKING:
    from retrieval.index.ingest import IngestReport
    from retrieval.index.library import Library
    from retrieval.index.writing.diff import Incoming


_INDENT = 4
_ITEM = "- "
_WIDEST_GROUP = len("unchanged ")
_NEAREST = "What comes nearest:"
_NOT_AN_ANSWER = "Nearest passages, which are not an answer:"
_VERDICT_STYLES = {"supported": "bold green", "contradicted": "bold red", "not found": "yellow"}
_STANCE_STYLES = {"supports": "green", "contradicts": "red"}
_PERCENT = 100


def print_answer(
    console: Console, answer: Answer, *, shown: str = "", details: bool = False
) -> None:
    """Print an answer with each quote above its origin, or a refusal of three lines.

    `shown` is what stands on the terminal already. `details` are each quote's place, who wrote with
    which confidence, and what is nearest to an answer that was refused. Without them a refusal says
    in three lines what the collection holds or, where it speaks of the matter, what it does say.
    """
    _print_searched(console, answer)
    refusal = answer.refusal
    if refusal and refusal.does_say and not (details or shown or answer.verdict):
        say(console, f"{harmless(refusal.sentence)} {_NEAREST}", "yellow")
        _print_citation(console, refusal.does_say, details=details)
        _print_footer(console, answer, details=details)
        return
    _print_text(console, answer, shown)
    nearest = refusal.nearest if refusal and (details or refusal.names_nearest) else ()
    if nearest:
        say(console, f"\n{_NOT_AN_ANSWER}", "bold yellow")
    for citation in answer.citations or nearest:
        # Who says yes and who no stands above all quotes; only a check says it of each.
        quoted = citation if answer.verdict else replace(citation, stance=None)
        _print_citation(console, quoted, details=details, shown=shown)
    _print_footer(console, answer, details=details)


def limits_words(filters: Filters) -> str:
    """Say what narrows the search, in the words of the options; empty if nothing does."""
    limits = {"since": filters.since, "until": filters.until, "outlet": filters.outlet}
    return ", ".join(f"{name} {value}" for name, value in limits.items() if value)


def print_hits(
    console: Console, query: str, hits: Sequence[Hit], *, limits: Filters | None = None
) -> None:
    """Print ranked passages, best first, or that none was found within the limits."""
    if not hits:
        only = f" (only: {limits_words(limits)})" if limits else ""
        say(console, f"No passage was found for: {one_line(query + only)}")
    for hit in hits:
        passage = hit.passage
        print_origin(console, f"{hit.rank}.", passage.article)
        say(console, passage.text, indent=_INDENT)
        place = f"{_place(passage, passage.start, passage.end)}, score {hit.score:.4f}"
        say(console, f"{place}\n", "dim", indent=_INDENT)


def last_written(moment: datetime | None) -> str:
    """Give ', last written …', or nothing where that is not known."""
    return f", last written {moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def print_sources(
    console: Console, articles: Sequence[Article], *, written_at: datetime | None
) -> None:
    """Print the articles held, with the names that `show` and `/open` take, and how fresh."""
    for number, article in enumerate(articles, start=1):
        print_origin(console, f"{number}.", article)
        by = f"by {article.author}" if article.author else "author not stated"
        is_named = article.article_id != article.source
        named = f"{article.source}, id {article.article_id}" if is_named else article.source
        for line in (f"{by}, {counted(article.passages, 'passage')}", named):
            say(console, one_line(line), "dim", indent=_INDENT)
    say(console, f"{counted(len(articles), 'article')} held{last_written(written_at)}")


def print_article(console: Console, article: Article, text: str) -> None:
    """Print the clean text; a terminal gets the article's origin above it, a file the text only."""
    if console.is_terminal:
        print_heading(console, article)
    say(console, text)


def print_report(console: Console, report: "IngestReport") -> None:
    """Print what an ingest did; articles that were read in have their paragraph counts."""
    for name, done in (("added", report.added), ("updated", report.updated)):
        _print_group(console, name, [_ingested_line(one) for one in done])
    _print_group(console, "unchanged", [], count=len(report.unchanged))
    _print_group(console, "removed", [article.source for article in report.removed])
    failed = [f"{one.source}: {one.reason}" for one in report.failed]
    _print_group(console, "failed", failed, style="bold red")
    if report.duplicates:
        twice = [f"{one.source}: {one.reason}" for one in report.duplicates]
        _print_group(console, "duplicate", twice)
    read = (*report.added, *report.updated, *report.unchanged)
    for note in (*report.notes, *(_note_line(one, note) for one in read for note in one.notes)):
        say(console, one_line(note), "yellow")


def _note_line(one: "Incoming", note: str) -> str:
    source = one.article.source
    return note if note.startswith(source) else f"{source}: {note}"


def print_heading(console: Console, article: Article) -> None:
    """Print all that is known about an article, above its text."""
    say(console, one_line(article.title), "bold")
    by = f", by {article.author}" if article.author else ""
    say(console, _origin(article).append(one_line(by)))
    for line in (article.url, article.source):
        if line:
            say(console, one_line(line), "dim")
    say(console, "")


def print_origin(console: Console, mark: str, article: Article) -> None:
    """Print a number, the outlet with the date, and the title below."""
    say(console, _origin(article), indent=_INDENT, mark=mark)
    say(console, one_line(article.title), indent=_INDENT)


def _print_group(
    console: Console, name: str, lines: Sequence[str], *, count: int = 0, style: str = "bold"
) -> None:
    count = count or len(lines)
    say(console, f"{name:<{_WIDEST_GROUP}}{count:,}", style if count else "dim")
    for line in lines:
        say(console, one_line(line), indent=2)


def _ingested_line(one: "Incoming") -> str:
    kept = counted(one.kept, "paragraph")
    return (
        f"{one.article.source}: {kept} kept, {one.boilerplate:,} dropped as boilerplate, "
        f"{one.comments:,} set aside as comments"
    )


def _origin(article: Article) -> Text:
    """Give outlet and date; what is not plain news says so."""
    text = Text(one_line(origin_words(article)))
    if article.kind and article.kind != "news":
        text.append(", ").append(one_line(article.kind).upper(), "bold magenta")
    return text


def _print_searched(console: Console, answer: Answer) -> None:
    if answer.is_reworded:
        say(console, f"searched: {one_line(answer.standalone_question)}", "dim")
    if answer.filters:
        why = " (from the question)" if answer.filters.origin == "question" else ""
        say(console, f"only: {one_line(limits_words(answer.filters))}{why}", "dim")


def _print_text(console: Console, answer: Answer, shown: str) -> None:
    """Print the text without its quotes and without what was shown; one that differs is whole."""
    rest = _unshown(answer.text, shown)
    if rest is None:
        say(console, "\nThat draft did not hold. The answer:", "yellow")
        rest = answer.text
    quotes = [f"“{' '.join(citation.quote.split())}” [" for citation in answer.citations]
    own = [line for line in rest.split("\n") if not any(quote in line for quote in quotes)]
    for number, line in enumerate(own if rest else []):
        if answer.refusal and line.startswith(_ITEM):
            say(console, line.removeprefix(_ITEM), indent=len(_ITEM), mark=_ITEM)
            continue
        say(console, _marked_line(harmless(line)), _line_style(line, number, answer))


def _unshown(text: str, shown: str) -> str | None:
    """Give the lines that were not shown yet; None if what was shown is none of the text.

    A quote's outlet and date stand before it only once others are beside it.
    """
    lines = text.split("\n")
    for line in filter(None, shown.split("\n")):
        held = next((one for one in lines if one.endswith(line)), None)
        if held is None:
            return None
        lines.remove(held)
    return "\n".join(lines)


def _line_style(line: str, number: int, answer: Answer) -> str:
    """Make what is no plain answer look so: a verdict, a refusal, a doubt."""
    if answer.verdict and not number:
        return _VERDICT_STYLES[answer.verdict]
    return "yellow" if line == CLOSE or (answer.refusal and not number) else ""


def _marked_line(line: str) -> Text:
    """Give a line of the answer with its markers coloured."""
    text = Text(line)
    text.highlight_regex(r"(\[\d+\])+$", "cyan")
    return text


def _print_citation(
    console: Console, citation: Citation, *, details: bool, shown: str = ""
) -> None:
    """Print a quote that was not shown yet, where it is from, and some space between quotes."""
    say(console, "")
    quote = marked_quote(citation)
    if f"{quote.plain} [{citation.n}]" not in shown:
        say(console, quote)
    if citation.stance:
        say(console, citation.stance, _STANCE_STYLES[citation.stance], indent=_INDENT)
    say(console, _byline(citation.article), "dim", indent=_INDENT, mark=f"[{citation.n}]")
    if details:
        place = _place(citation.passage, citation.start, citation.end)
        say(console, place, "dim", indent=_INDENT)


def _byline(article: Article) -> Text:
    """Give outlet, date, what is not plain news, and title."""
    outlet = short_name(article.outlet) if article.outlet else "outlet not stated"
    text = Text(f"{one_line(outlet)} · {in_short(article.published) or 'date not stated'} · ")
    if article.kind == "opinion":
        text.append("OPINION", "bold magenta").append(" · ")
    return text.append(one_line(" · ".join((article.title, *later_words(article)))))


def _place(passage: Passage, start: int, end: int) -> str:
    return f"characters {start}–{end} of {one_line(passage.article.source)}"


def _print_footer(console: Console, answer: Answer, *, details: bool) -> None:
    parts = [f"written by {answer.chat_model}"] if answer.chat_model else []
    if details and answer.confidence is not None and not answer.refusal:
        parts.insert(0, f"confidence {answer.confidence * _PERCENT:.0f}%")
    lines = [*answer.notes, *([", ".join(parts)] if parts else [])]
    if lines and answer.citations:
        say(console, "")
    for line in lines:
        say(console, one_line(line), "dim")
    say(console, "")


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
