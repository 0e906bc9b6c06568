"""An answer as Discord messages with the buttons that fit its place."""

from dataclasses import dataclass

import discord
from discord import ui

from bot.discord.messages.answer_pages import answer_pages, check_pages
from bot.discord.messages.buttons import Press
from bot.discord.messages.layout import page_view
from bot.discord.messages.quote_blocks import Place
from bot.discord.storage.turn_store import StoredTurn
from retrieval.types import Answer

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


def answer_buttons(turn: StoredTurn, answer: Answer, offer: Offer) -> tuple[list[Press], ...]:
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
    return tuple([Press.make(one, turn.turn_id) for one in row] for row in (actions, verdicts))


def _accent(answer: Answer) -> discord.Colour:
    if answer.verdict:
        return _ACCENTS.get(answer.verdict, _REFUSAL)
    return _REFUSAL if answer.refusal else _ANSWER
