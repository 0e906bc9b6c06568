"""An answer as Discord messages with the buttons that fit its place."""

from dataclasses import dataclass

import discord
from discord import ui

from bot.discord.messages.answer_pages import answer_pages, check_pages
from bot.discord.messages.buttons import Press
from bot.discord.messages.layout import page_view
from bot.discord.storage.turn_store import Turn
from retrieval.types import Answer

_ACCENTS = {"supported": discord.Colour.green(), "contradicted": discord.Colour.red()}
_ANSWER = discord.Colour.blurple()
_REFUSAL = discord.Colour.light_grey()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What an answer's message shows beside the answer.

    `heading` repeats the question, where Discord does not show it; `discuss` offers a thread;
    `claim` are the words that were checked.
    """

    heading: bool = True
    discuss: bool = False
    claim: str = ""


def answer_views(
    turn: Turn, answer: Answer, offer: Offer, *, coverage: str | None
) -> list[ui.LayoutView]:
    """Lay an answer out as messages; the last one has the buttons."""
    if turn.kind == "claim":
        pages = check_pages(answer, offer.claim, coverage=coverage)
    else:
        pages = answer_pages(answer, heading=offer.heading, coverage=coverage)
    accent = _accent(answer)
    views = [page_view(page, accent=accent) for page in pages[:-1]]
    return [*views, page_view(pages[-1], answer_buttons(turn, answer, offer), accent=accent)]


def answer_buttons(turn: Turn, answer: Answer, offer: Offer) -> list[Press]:
    """Give the buttons that make sense: no thread on a private answer, no sharing of a claim."""
    quotes = answer.citations or (answer.refusal.nearest if answer.refusal else ())
    deeds = ["passages"] if quotes else []
    if turn.kind == "question":
        deeds.append("ask")
        if turn.private and not turn.shared:
            deeds.append("share")
        if offer.discuss and not turn.private:
            deeds.append("discuss")
        deeds += ["up", "down", "delete"]
    return [Press.make(deed, turn.turn_id) for deed in deeds]


def _accent(answer: Answer) -> discord.Colour:
    if answer.verdict:
        return _ACCENTS.get(answer.verdict, _REFUSAL)
    return _REFUSAL if answer.refusal else _ANSWER
