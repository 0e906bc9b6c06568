"""An answer as Discord messages with the buttons that fit its place.

Each button carries the turn that it belongs to, so it survives a restart.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import discord
from discord import ui

from bot.discord.messages.answer_pages import answer_pages, check_pages
from bot.discord.messages.layout import Button, page_view
from bot.discord.messages.quote_blocks import Place
from bot.discord.storage.turn_store import StoredTurn
from retrieval.types import Answer

BUTTON = re.compile(r"dateline:(?P<action>[a-z]+):(?P<turn_id>[\w-]{12}):(?P<page>\d{1,4})")
"""What a button is called by."""


_LOOKS: Mapping[str, tuple[str | None, str | None]] = {
    "passages": ("Passages", None),
    "back": ("Back", "◀️"),
    "on": ("Next", "▶️"),
    "ask": ("Ask on", None),
    "share": ("Share", None),
    "discuss": ("Discuss", None),
    "up": (None, "👍"),
    "down": (None, "👎"),
    "delete": (None, "🗑️"),
    "stop": ("Stop", None),
}
"""The words and the sign on each button."""


def answer_button(action: str, turn_id: str, page: int = 0, *, disabled: bool = False) -> Button:
    """Make a button of an answer; `page` counts the cited passages from 0."""
    label, emoji = _LOOKS[action]
    style = discord.ButtonStyle
    return ui.Button(
        style=style.primary if action == "passages" else style.secondary,
        label=label,
        emoji=emoji,
        custom_id=f"dateline:{action}:{turn_id}:{page}",
        disabled=disabled,
    )


_ACCENTS = {"supported": discord.Colour.green(), "contradicted": discord.Colour.red()}
_ANSWER = discord.Colour.blurple()
_REFUSAL = discord.Colour.light_grey()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What an answer's message shows beside the answer.

    `heading` repeats the question, where Discord does not show it; `discuss` offers a thread;
    `claim` are the words that were checked; `known` the quotes that the conversation has shown.
    """

    heading: bool = True
    discuss: bool = False
    claim: str = ""
    known: frozenset[Place] = frozenset()


def answer_views(turn: StoredTurn, answer: Answer, offer: Offer) -> list[ui.LayoutView]:
    """Lay an answer out as messages; the last one has the buttons."""
    if turn.kind == "claim":
        pages = check_pages(answer, offer.claim)
    else:
        pages = answer_pages(answer, heading=offer.heading, known=offer.known)
    accent = _accent(answer)
    views = [page_view(page, accent=accent) for page in pages[:-1]]
    rows = answer_buttons(turn, answer, offer)
    return [*views, page_view(pages[-1], *rows, accent=accent)]


def answer_buttons(turn: StoredTurn, answer: Answer, offer: Offer) -> tuple[list[Button], ...]:
    """Give two rows in an order that never changes: what goes on, and what one thinks of it.

    A private answer gets no thread, and a claim is neither shared nor asked on from.
    """
    actions = ["passages"] if answer.shown else []
    verdicts: list[str] = []
    if turn.kind == "question":
        actions.append("ask")
        if turn.private and not turn.shared:
            actions.append("share")
        if offer.discuss and not turn.private:
            actions.append("discuss")
        verdicts = ["up", "down", "delete"]
    return tuple([answer_button(one, turn.turn_id) for one in row] for row in (actions, verdicts))


def _accent(answer: Answer) -> discord.Colour:
    if answer.verdict:
        return _ACCENTS.get(answer.verdict, _REFUSAL)
    return _REFUSAL if answer.refusal else _ANSWER
