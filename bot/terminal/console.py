"""Where readable output goes: a terminal gets colour and folded lines, a pipe plain whole lines."""

import sys
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bot.terminal.harmless import harmless
from retrieval.types import Citation

# Longer lines are hard to read, however wide the window is.
_WIDEST = 100
_NARROWEST = 20


def make_console(
    stderr: bool = False, *, file: TextIO | None = None, plain: bool = False
) -> Console:
    """Give a console that takes no text for markup; a plain one neither colours nor folds."""
    return Console(
        file=file or (sys.stderr if stderr else sys.stdout),
        force_terminal=False if plain else None,
        markup=False,
        emoji=False,
        highlight=False,
    )


def say(
    console: Console, text: Text | str, style: str = "", *, indent: int = 0, mark: str = ""
) -> None:
    """Print text, its own line ends kept; a terminal gets it folded to its width.

    A string is made harmless, `Text` must be so already; the mark stands in the first margin.
    """
    text = Text(harmless(text)) if isinstance(text, str) else text.copy()
    text.stylize_before(style)
    width = max(_NARROWEST, min(console.width, _WIDEST) - indent)
    margin = f"{mark:<{indent}}"
    for line in text.split("\n", allow_blank=True):
        for piece in line.wrap(console, width) if console.is_terminal else [line]:
            if console.is_terminal:
                console.print(
                    Text.assemble((margin, "cyan" if margin.strip() else ""), piece), soft_wrap=True
                )
            else:
                console.out((margin + piece.plain).rstrip(" "), highlight=False)
            margin = " " * indent


def marked_quote(citation: Citation) -> Text:
    """Give the quote in quotation marks on one line, the answering words bold; it is harmless."""
    start, end = citation.highlight or (citation.start, citation.start)
    first, last = start - citation.start, end - citation.start
    quote = citation.quote
    before, words, after = (
        " ".join(harmless(piece).split("\n"))
        for piece in (quote[:first], quote[first:last], quote[last:])
    )
    return Text.assemble("“", before, (words, "bold"), after, "”")
