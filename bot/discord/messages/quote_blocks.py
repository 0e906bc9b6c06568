"""A quote as a block with its origin right beneath it, and articles by name."""

from collections.abc import Collection, Iterable, Sequence

from bot.discord.messages.layout import escape, link, one_line, quote_block
from retrieval.answer.compose import later_words
from retrieval.text.dates import in_short
from retrieval.text.names import short_name
from retrieval.types import Answer, Article, Citation, Span

SHOWN_QUOTES = 3
"""A phone shows three and their origins on one screen and a half; the rest stands in Passages."""
TITLE_CHARS = 100
_ALL_QUOTES_CHARS = 840
"""Together; what is longer is cut around its answering words and stands whole in Passages."""
_SHORT_CHARS = 84
_STANCES = {"supports": "supports it", "contradicts": "contradicts it"}

Place = tuple[str, int, int]
"""An article's id and where in it a quote starts and ends."""


def quote_blocks(citations: Sequence[Citation], *, known: Collection[Place] = ()) -> list[str]:
    """Give the first quotes as blocks; beside `known` ones, shown before, the new are marked."""
    shown = citations[:SHOWN_QUOTES]
    new = [place_of(citation) not in known for citation in shown]
    is_mixed = any(new) and not all(new)
    return [
        block(citation, _ALL_QUOTES_CHARS // len(shown), is_new=is_mixed and is_new)
        for citation, is_new in zip(shown, new, strict=True)
    ]


def block(citation: Citation, most_chars: int, *, is_new: bool = False) -> str:
    """Give one quote, its answering words bold, above its number, origin and title."""
    stance = _STANCES[citation.stance] if citation.stance else ""
    article = citation.article
    parts = [
        "**NEW**" if is_new else "",
        stance,
        *([escape(_short_outlet(article))] if article.outlet else []),
        in_short(article.published) or "undated",
        "**OPINION**" if article.kind == "opinion" else "",
        _title(article),
        *(escape(one_line(words, TITLE_CHARS)) for words in later_words(article)),
    ]
    origin = " · ".join(part for part in parts if part)
    return quote_block(f"{_marked(citation, most_chars)}\n-# \\[{citation.n}\\] {origin}")


def short_block(citation: Citation) -> str:
    """Give one quote cut to three lines of a phone, above its outlet and date alone."""
    article = citation.article
    outlet = escape(_short_outlet(article)) if article.outlet else _title(article)
    kind = " · **OPINION**" if article.kind == "opinion" else ""
    origin = f"{outlet} · {in_short(article.published) or 'undated'}{kind}"
    return quote_block(f"{_marked(citation, _SHORT_CHARS)}\n-# {origin}")


def place_of(citation: Citation) -> Place:
    """Give where the quote stands, by which a later answer knows it again."""
    return citation.article.article_id, citation.start, citation.end


def quotes_shown(answers: Iterable[Answer | None]) -> frozenset[Place]:
    """Give the places of all that earlier answers quoted."""
    return frozenset(place_of(citation) for one in answers if one for citation in one.citations)


def source_line(article: Article) -> str:
    """Name an article in a list: linked title, and below it outlet, author, date and kind."""
    return f"{_title(article)}\n-# {byline(article)}"


def titled_line(article: Article) -> str:
    """Name an article where nothing but its title is bold."""
    return f"**{_title(article)}**\n-# {byline(article)}"


def byline(article: Article) -> str:
    """Give outlet, author, date and kind; what is unknown is left out, an opinion is marked."""
    kind = "**OPINION**" if article.kind == "opinion" else escape(article.kind or "")
    people = [_short_outlet(article), one_line(article.author or "", TITLE_CHARS)]
    named = [escape(part) for part in people if part]
    return " · ".join([*named, in_short(article.published) or "undated", *([kind] if kind else [])])


def _title(article: Article) -> str:
    return link(one_line(article.title, TITLE_CHARS), article.url)


def _short_outlet(article: Article) -> str:
    return one_line(short_name(article.outlet or ""), TITLE_CHARS)


def _marked(citation: Citation, most_chars: int) -> str:
    before, words, after = _pieces(citation)
    spare = most_chars - len(words)
    if spare < 0:
        return f"{'…' if before else ''}{_bold(one_line(words, most_chars))}"
    room_before = min(len(before), max(spare // 2, spare - len(after)))
    opening, closing = _tail(before, room_before), _head(after, spare - room_before)
    return f"{escape(opening)}{_bold(words)}{escape(closing)}"


def _pieces(citation: Citation) -> tuple[str, str, str]:
    """Give the quote before, in and after its answering words, on one line."""
    quote = citation.quote
    start, end = _trimmed(quote, citation)
    return _folded(quote[:start]), _folded(quote[start:end]), _folded(quote[end:])


def _trimmed(quote: str, citation: Citation) -> Span:
    if citation.highlight is None:
        return 0, 0
    start, end = (offset - citation.start for offset in citation.highlight)
    words = quote[start:end]
    return end - len(words.lstrip()), start + len(words.rstrip())


def _folded(text: str) -> str:
    """Fold white space, and keep that of the ends as one blank each."""
    inner = " ".join(text.split())
    if not inner:
        return " " if text else ""
    return f"{' ' * text[0].isspace()}{inner}{' ' * text[-1].isspace()}"


def _bold(words: str) -> str:
    return f"**{escape(words)}**" if words.strip() else ""


def _head(text: str, most_chars: int) -> str:
    if len(text) <= most_chars:
        return text
    return " " * text[0].isspace() + one_line(text, max(most_chars - 1, 1))


def _tail(text: str, most_chars: int) -> str:
    if len(text) <= most_chars:
        return text
    cut = text[len(text) - most_chars + 1 :]
    return "…" + cut[max(cut.find(" "), 0) :].lstrip()
