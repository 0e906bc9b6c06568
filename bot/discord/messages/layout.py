"""Pages as Discord messages (Components V2), which need no Embed Links permission.

Embeds are hidden from people who switched previews off, and hold less on a phone's width.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord
from discord import ui

MESSAGE_UNITS = 4000
"""What all text of one Components V2 message may hold."""

_ACTIVE = re.compile(r"[\\`*_~|<>@\[\]]")
_LINE_START = re.compile(r"^(\s*)([-+#>]|\d+(?=[.)]))", re.MULTILINE)
_LINK_STARTS = re.compile(r"://|(?<=discord)\.(?=gg\b|com\b)|(?<=discordapp)\.", re.I)
_SENTENCE_END = re.compile(r"[.!?…][\"”’')*\]\\]*(?=\s)")
_FENCE = re.compile(r"```[^\n`]*")
_FENCE_CLOSE = "\n```"
_LEAST_PART = 3
"""A piece is at least this part (one third) of the limit, or it is cut at a worse place."""


def units(text: str) -> int:
    """Count as Discord's clients do, in UTF-16 code units: an emoji counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def escape(text: str) -> str:
    """Give text that Discord shows letter for letter: no style, mention, link or invite.

    Only backslashes are added, so what a reader sees and copies is verbatim.
    """
    text = _ACTIVE.sub(r"\\\g<0>", text)
    text = _LINK_STARTS.sub(lambda m: m[0].replace("/", "\\/").replace(".", "\\."), text)
    return _LINE_START.sub(_escape_line_start, text)


def one_line(text: str, at_most: int) -> str:
    """Fold white space and cut at a word's end, so that a title or question stays one line."""
    text = " ".join(text.split())
    if len(text) <= at_most:
        return text
    head = text[: at_most - 1]
    word_end = head.rfind(" ")
    return (head[:word_end] if word_end > at_most // 2 else head).rstrip(" ,;:") + "…"


def link(label: str, url: str | None, *, longest_url: int = 300) -> str:
    """Give an escaped label, linked without a preview if the address is plain http(s)."""
    if not url or len(url) > longest_url or not re.fullmatch(r"https?://[^\s<>\\`]+", url):
        return escape(label)
    return f"[{escape(label)}](<{url.replace(')', '%29')}>)"


def when(moment: float) -> str:
    """Give a moment so that each reader sees it in their own time, such as 'in 5 seconds'."""
    return f"<t:{math.ceil(moment)}:R>"


def quote_block(text: str) -> str:
    """Give already escaped text as a block quote, every line of it."""
    return "\n".join(f"> {line}" for line in text.split("\n"))


def split(text: str, limit: int = MESSAGE_UNITS) -> list[str]:
    """Cut text into pieces of at most `limit` units, in order, nothing lost but white space.

    Cuts fall between paragraphs, else lines, sentences, words. A code fence that has to be
    cut is closed in the one piece and opened again in the next.
    """
    pieces = []
    rest = text.strip()
    while units(rest) > limit:
        head = _prefix(rest, limit - len(_FENCE_CLOSE))
        cut = _cut_at(head)
        piece, rest = rest[:cut].rstrip(), rest[cut:].lstrip("\n")
        fences = _FENCE.findall(piece)
        if len(fences) % 2:
            piece, rest = piece + _FENCE_CLOSE, f"{fences[-1][: limit // 4]}\n{rest}"
        pieces.append(piece)
        rest = rest.lstrip(" ")
    return [*pieces, rest] if rest else pieces


def _escape_line_start(match: re.Match[str]) -> str:
    space, mark = match.groups()
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def _prefix(text: str, limit: int) -> str:
    head = text[:limit]
    while (over := units(head) - limit) > 0:
        head = head[: len(head) - (over + 1) // 2]  # a character counts two at most
    return head


def _cut_at(head: str) -> int:
    least = len(head) // _LEAST_PART
    fences = [match.start() for match in _FENCE.finditer(head)]
    if len(fences) % 2 and fences[-1] >= least:
        return fences[-1]
    sentences = [match.end() for match in _SENTENCE_END.finditer(head)]
    for cut in (head.rfind("\n\n"), head.rfind("\n"), *sentences[-1:], head.rfind(" ")):
        if cut >= least:
            return cut
    backslashes = len(head) - len(head.rstrip("\\"))
    return len(head) - backslashes % 2


Button = ui.Button[ui.LayoutView]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One Discord message: blocks below each other, and a foot below a line."""

    blocks: tuple[str, ...]
    foot: str = ""

    @property
    def size(self) -> int:
        """Count the text as Discord does, against `MESSAGE_UNITS`."""
        return sum(units(block) for block in (*self.blocks, self.foot))


def page_view(
    page: Page, *rows: Sequence[ui.Item[Any]], accent: discord.Colour | None = None
) -> ui.LayoutView:
    """Show a page with rows of buttons or lists below; a phone has room for three in a row."""
    box: ui.Container[ui.LayoutView] = ui.Container(accent_colour=accent)
    for block in page.blocks:
        box.add_item(ui.TextDisplay(block))
    if page.foot:
        if page.blocks:
            box.add_item(ui.Separator())
        box.add_item(ui.TextDisplay(page.foot))
    return view_of(box, *(ui.ActionRow(*row) for row in rows if row))


def note_view(words: str, *buttons: ui.Item[Any]) -> ui.LayoutView:
    """Show a short word of the bot's own: a queue position, a limit, an error; buttons below."""
    pieces = split(words, MESSAGE_UNITS - 1)
    said = ui.TextDisplay[ui.LayoutView](pieces[0] + "…" if len(pieces) > 1 else words)
    return view_of(said, *([ui.ActionRow(*buttons)] if buttons else []))


def view_of(*items: ui.Item[Any]) -> ui.LayoutView:
    """Lay items out; what is pressed comes by its name, so discord.py has nothing to remember."""
    view = ui.LayoutView(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    return view
