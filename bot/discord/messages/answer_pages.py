"""An answer as the pages of a Discord reply: pure text, cut to Discord's limits, all escaped."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.discord.messages.layout import (
    MESSAGE_UNITS,
    Page,
    escape,
    one_line,
    quote_block,
    split,
    units,
)
from bot.discord.messages.quote_blocks import (
    SHOWN_QUOTES,
    Place,
    place_of,
    quote_blocks,
    short_block,
)
from retrieval.text.names import short_name
from retrieval.types import Answer, Filters, Refusal, Stance

QUESTION_CHARS = 300
MOST_PAGES = 5
"""Where only the person installed the app, Discord takes one edit and four follow-ups."""

_SENTENCE_CHARS = 180
_NEAREST = "Nearest:"
_CUT = "-# The answer is longer than Discord takes; ask a narrower question for the rest."
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


def answer_pages(
    answer: Answer, *, heading: bool = True, known: Collection[Place] = ()
) -> tuple[Page, ...]:
    """Lay an answer or a refusal out as at most `MOST_PAGES` messages.

    The heading repeats the question, where Discord does not show it; `known` quotes were shown.
    """
    title = f"**{escape(one_line(answer.question, QUESTION_CHARS))}**\n" if heading else ""
    if answer.refusal is not None:
        return _refusal_pages(answer, answer.refusal, title)
    body = f"{title}{escape(_own_words(answer))}"
    remarks = [*_remarks(answer), *_unshown(answer, known)]
    # Who says yes and who no stands above all quotes; only a check says it of each.
    quotes = [replace(citation, stance=None) for citation in answer.citations]
    return _paginate(body, quote_blocks(quotes, known=known), _small(remarks))


def check_pages(answer: Answer, claim: str) -> tuple[Page, ...]:
    """Lay a checked claim out: the verdict if there is one, else the closest passages alone."""
    shown = quote_block(escape(one_line(claim, QUESTION_CHARS)))
    if answer.verdict:
        verdict = _VERDICTS[answer.verdict]
    elif answer.refusal or not answer.citations:
        verdict = "❔ **No article speaks to this**"
    else:
        verdict = "**The closest passages** (whether they bear it out is for you to judge)"
    verdict = f"{verdict}\n{_each_sentence(answer)}".rstrip()
    helped = _help(answer.refusal) if answer.refusal else _unshown(answer, ())
    foot = _small([*_remarks(answer), *helped])
    return _paginate(f"{shown}\n{verdict}", quote_blocks(answer.citations), foot)


def _each_sentence(answer: Answer) -> str:
    """Say of each sentence of a message what the articles say to it; empty if it has but one."""
    stances = {citation.n: citation.stance for citation in answer.citations}
    quotes = {citation.quote for citation in answer.citations}
    said = [statement for statement in answer.statements if statement.text not in quotes]
    lines = []
    for statement in said if answer.verdict else ():
        stance = stances.get(statement.citations[0]) if statement.citations else None
        told = _SENTENCES[stance]
        words = escape(one_line(statement.text, _SENTENCE_CHARS))
        marks = escape("".join(f"[{n}]" for n in statement.citations))
        lines.append(f"{told}: {words} {marks}".rstrip())
    return "\n".join(lines)


def filter_words(filters: Filters) -> str:
    """Say in one line which articles were asked, empty if all of them."""
    parts = [
        f"since {filters.since}" if filters.since else "",
        f"until {filters.until}" if filters.until else "",
        f"of {short_name(filters.outlet)}" if filters.outlet else "",
    ]
    chosen = " ".join(part for part in parts if part)
    return f"Only articles {chosen}" if chosen else ""


def _refusal_pages(answer: Answer, refusal: Refusal, title: str) -> tuple[Page, ...]:
    """Say what was not found and what one could ask, or what the articles do say of the matter.

    The latter is short enough for one screen of a phone.
    """
    said = f"{title}{escape(one_line(refusal.sentence, QUESTION_CHARS))}"
    if refusal.does_say is None:
        return _paginate(said, (), _small([*_remarks(answer), *_help(refusal)]))
    nearest = [short_block(refusal.does_say)]
    return _paginate(f"{said} {_NEAREST}", nearest, _small(_remarks(answer)))


def _help(refusal: Refusal) -> list[str]:
    """Say what the collection holds, where the nearest passages are, and what it answers.

    Where the articles speak of the matter, no question on another is suggested.
    """
    about = f"{_line(refusal.covers)} · /sources" if refusal.covers else ""
    more = "**Passages** shows what comes nearest." if refusal.nearest else ""
    elsewhere = None if refusal.does_say else refusal.example
    example = f"Try: *{_line(elsewhere)}*" if elsewhere else ""
    return [line for line in (about, more, example) if line]


def _own_words(answer: Answer) -> str:
    """Give the lines of the text that are not a quote: each of those is a block of its own."""
    quotes = [f"“{' '.join(citation.quote.split())}” [" for citation in answer.citations]
    lines = answer.text.split("\n")
    return "\n".join(line for line in lines if not any(quote in line for quote in quotes))


def _unshown(answer: Answer, known: Collection[Place]) -> list[str]:
    more = len(answer.citations) - SHOWN_QUOTES
    again = bool(answer.citations) and all(place_of(c) in known for c in answer.citations)
    return [
        *([f"{more} more under **Passages**"] if more > 0 else []),
        *(["The same as before: the articles say no more on this."] if again else []),
    ]


def _remarks(answer: Answer) -> list[str]:
    follow_up = f"Searched for: {answer.standalone_question}" if answer.is_reworded else ""
    written = f"Written by {answer.chat_model}" if answer.statements and answer.chat_model else ""
    lines = [follow_up, filter_words(answer.filters), *answer.notes, written]
    return [_line(line) for line in lines if line]


def _line(words: str) -> str:
    return escape(one_line(words, QUESTION_CHARS))


def _small(lines: Sequence[str]) -> str:
    return "\n".join(f"-# {line}" for line in lines)


def _paginate(body: str, blocks: Sequence[str], foot: str) -> tuple[Page, ...]:
    """Put the body on as many pages as it needs, the quotes below it, and the foot at the end."""
    pages: list[list[str]] = [[]]
    for piece in (*split(body), *blocks):
        if pages[-1] and sum(map(units, pages[-1])) + units(piece) > MESSAGE_UNITS:
            pages.append([])
        pages[-1].append(piece)
    foot = split(foot)[0] if foot else ""
    if sum(map(units, pages[-1])) + units(foot) > MESSAGE_UNITS:
        pages.append([])
    if len(pages) > MOST_PAGES:
        pages, foot = [*pages[: MOST_PAGES - 1], list(blocks)], _CUT
    *others, last = [tuple(page) for page in pages]
    return (*(Page(blocks=page) for page in others), Page(blocks=last, foot=foot))
