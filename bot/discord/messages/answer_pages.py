"""An answer as the pages of a Discord reply: pure text, cut to Discord's limits, all escaped."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.discord.messages.markdown import (
    MESSAGE_UNITS,
    escape,
    link,
    one_line,
    quote_block,
    split,
    units,
)
from retrieval.types import Answer, Article, Citation, Filters, Span, Stance

TITLE_CHARS = 100
QUESTION_CHARS = 300
QUOTE_CHARS = 180
MOST_PAGES = 5
"""Where only the person installed the app, Discord takes one edit and four follow-ups."""

_CUT = "\n\n-# The answer is longer than Discord takes; ask a narrower question for the rest."
_VERDICTS = {
    "supported": "✅ **Supported by the articles**",
    "contradicted": "❌ **Contradicted by the articles**",
    "not found": "❔ **Not found: no article says this or its opposite**",
}
_SENTENCES: Mapping[Stance | None, str] = {
    "supports": "✅ Supported",
    "contradicts": "❌ Contradicted",
    None: "❔ Not found",
}
_STANCES = {"supports": "supports it", "contradicts": "contradicts it"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One Discord message; a line is drawn between its blocks."""

    blocks: tuple[str, ...]

    @property
    def size(self) -> int:
        """Count the text as Discord does, against `MESSAGE_UNITS`."""
        return sum(units(block) for block in self.blocks)


def answer_pages(
    answer: Answer, *, heading: bool = True, coverage: str | None = None
) -> tuple[Page, ...]:
    """Lay an answer or a refusal out as at most `MOST_PAGES` messages.

    Args:
        answer: What the chain gave.
        heading: Whether to repeat the question, where Discord does not show it.
        coverage: One line on what the collection covers, for a refusal.
    """
    title = f"**{escape(one_line(answer.question, QUESTION_CHARS))}**\n\n" if heading else ""
    if answer.refusal is None:
        body = title + _told(answer)
        foot = source_lines(answer.citations)
    else:
        reason = answer.refusal.reason.rstrip(".")
        body = f"{title}The articles do not answer this: {escape(reason)}."
        foot = _nearest(answer.refusal.nearest)
    return _paginate(body, [foot, _remarks(answer, coverage if answer.refusal else None)])


def check_pages(answer: Answer, claim: str, *, coverage: str | None = None) -> tuple[Page, ...]:
    """Lay a checked claim out: the verdict if there is one, else the closest passages alone."""
    shown = quote_block(escape(one_line(claim, QUESTION_CHARS)))
    citations = answer.citations or (answer.refusal.nearest if answer.refusal else ())
    if answer.verdict:
        verdict = _VERDICTS[answer.verdict]
    elif answer.refusal or not citations:
        verdict = "❔ **No article speaks to this**"
    else:
        verdict = "**The closest passages** (whether they bear it out is for you to judge)"
    note = "Closest, but no evidence:\n\n" if citations and not answer.citations else ""
    quotes = "\n\n".join(quoted(citation) for citation in citations)
    remarks = _remarks(answer, None if answer.citations else coverage)
    verdict = f"{verdict}\n\n{_each_sentence(answer)}".rstrip()
    return _paginate(f"{shown}\n\n{verdict}", [note + quotes, remarks])


def _each_sentence(answer: Answer) -> str:
    """Say of each sentence of a message what the articles say to it; empty if it has but one."""
    stances = {citation.n: citation.stance for citation in answer.citations}
    quotes = {citation.quote for citation in answer.citations}
    said = [statement for statement in answer.statements if statement.text not in quotes]
    lines = []
    for statement in said if answer.verdict else ():
        stance = stances.get(statement.citations[0]) if statement.citations else None
        told = _SENTENCES[stance]
        words = escape(one_line(statement.text, QUOTE_CHARS))
        lines.append(f"{told}: {words} {_markers(statement.citations)}".rstrip())
    return "\n".join(lines)


def source_lines(citations: Sequence[Citation]) -> str:
    """Give one small line a source, with the numbers of all the quotes that come from it."""
    numbers: dict[str, list[int]] = {}
    articles: dict[str, Article] = {}
    for citation in citations:
        key = citation.article.article_id
        numbers.setdefault(key, []).append(citation.n)
        articles[key] = citation.article
    return "\n".join(
        f"-# {_markers(numbers[key])} **{_title(article)}** · {byline(article)}"
        for key, article in articles.items()
    )


def source_line(article: Article) -> str:
    """Name an article in a list: linked title, and below it outlet, author, date and kind."""
    return f"{_title(article)}\n-# {byline(article)}"


def byline(article: Article) -> str:
    """Give outlet, author, date and kind; what is unknown is left out, an opinion is marked."""
    kind = "**OPINION**" if article.kind == "opinion" else escape(article.kind or "")
    people = [
        escape(one_line(part, TITLE_CHARS)) for part in (article.outlet, article.author) if part
    ]
    return " · ".join([*people, day_words(article.published), *([kind] if kind else [])])


def day_words(published: str | None) -> str:
    """Give a date of any precision as people write it, such as 15 Oct 2014."""
    if not published:
        return "undated"
    year, *rest = published.split("-")
    month = [calendar.month_abbr[int(rest[0])]] if rest else []
    day = [str(int(rest[1]))] if len(rest) > 1 else []
    return " ".join([*day, *month, year])


def quoted(citation: Citation) -> str:
    """Give a citation with its words, for a list of passages."""
    stance = f" {_STANCES[citation.stance]}:" if citation.stance else ""
    words = quote_block(escape(one_line(citation.quote, QUOTE_CHARS)))
    return f"{_markers([citation.n])}{stance} {source_line(citation.article)}\n{words}"


def _title(article: Article) -> str:
    return link(one_line(article.title, TITLE_CHARS), article.url)


def _told(answer: Answer) -> str:
    """Give the answer's text with the answering words in bold, where it quotes them."""
    shown, at = [], 0
    for start, end in sorted(_answering_words(answer)):
        if start >= at:
            shown += [escape(answer.text[at:start]), f"**{escape(answer.text[start:end])}**"]
            at = end
    return "".join([*shown, escape(answer.text[at:])])


def _answering_words(answer: Answer) -> Iterator[Span]:
    for citation in answer.citations:
        place = answer.text.find(citation.quote)
        if citation.highlight is None or place < 0:
            continue
        start, end = (place + offset - citation.start for offset in citation.highlight)
        words = answer.text[start:end]
        if words.strip():
            yield end - len(words.lstrip()), start + len(words.rstrip())


def _markers(numbers: Sequence[int]) -> str:
    return escape("".join(f"[{n}]" for n in numbers))


def filter_words(filters: Filters) -> str:
    """Say in one line which articles were asked, empty if all of them."""
    parts = [
        f"since {filters.since}" if filters.since else "",
        f"until {filters.until}" if filters.until else "",
        f"of {filters.outlet}" if filters.outlet else "",
    ]
    chosen = " ".join(part for part in parts if part)
    return f"Only articles {chosen}" if chosen else ""


def _nearest(citations: Sequence[Citation]) -> str:
    if not citations:
        return ""
    listed = "\n\n".join(quoted(citation) for citation in citations)
    return f"Nearest passages, which are **not** an answer:\n\n{listed}"


def _remarks(answer: Answer, coverage: str | None) -> str:
    follow_up = f"Searched for: {answer.standalone_question}" if answer.is_reworded else ""
    written = f"Written by {answer.chat_model}" if _by_model(answer) else ""
    rephrase = "Try other words, or a name that the articles may use." if answer.refusal else ""
    notes = [follow_up, filter_words(answer.filters), *answer.notes, written]
    lines = [*notes, coverage or "", rephrase]
    return "\n".join(f"-# {escape(one_line(line, QUESTION_CHARS))}" for line in lines if line)


def _by_model(answer: Answer) -> bool:
    return bool(answer.statements and answer.chat_model)


def _paginate(body: str, feet: Sequence[str]) -> tuple[Page, ...]:
    """Put the body on as many pages as it needs, and the rest below it or on pages of its own."""
    pages = [[piece] for piece in split(body)]
    for foot in feet:
        for piece in split(foot):
            if sum(units(block) for block in pages[-1]) + units(piece) <= MESSAGE_UNITS:
                pages[-1].append(piece)
            else:
                pages.append([piece])
    return _shortened([Page(blocks=tuple(blocks)) for blocks in pages], feet[0])


def _shortened(pages: list[Page], sources: str) -> tuple[Page, ...]:
    if len(pages) <= MOST_PAGES:
        return tuple(pages)
    kept, last = pages[: MOST_PAGES - 1], split(sources)
    room = MESSAGE_UNITS - units(_CUT)
    ending = split(last[0], room)[0] if last else ""
    return (*kept, Page(blocks=tuple(block for block in (ending, _CUT.strip()) if block)))
