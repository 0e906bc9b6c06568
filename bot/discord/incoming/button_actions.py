"""What the buttons under an answer do; the cited passages, one a page, the quote in bold."""

import contextlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial

import discord
from discord import ui

from bot.discord.context import (
    acknowledge,
    can_discuss,
    closed_words,
    find,
    put,
    respond,
    say,
    service_of,
)
from bot.discord.incoming.forms import ask_on_form, what_was_wrong_form
from bot.discord.messages.answer_messages import Offer, answer_button, answer_views
from bot.discord.messages.layout import (
    MESSAGE_UNITS,
    Button,
    Page,
    escape,
    one_line,
    page_view,
    split,
    units,
)
from bot.discord.messages.quote_blocks import titled_line
from bot.discord.network import TROUBLE, persistently
from bot.discord.storage import feedback_store
from bot.discord.storage.turn_store import StoredTurn, new_turn_id
from retrieval.errors import ArticleError
from retrieval.index.library import Library
from retrieval.types import Citation

_AROUND_UNITS = 600
"""What is shown of the paragraphs before and after, each."""
_QUOTE_UNITS = 1500
_NOT_HELD = "-# The article is no longer held; this is the passage as it was."
_ELSEWHERE = "-# The article is shown on its server alone; this is the passage as it was."
_HAS_CHANGED = "-# The article has changed since this answer; this is the passage as it was."


def passage_page(
    citation: Citation,
    article_text: str | None,
    *,
    number: int,
    of: int,
    is_elsewhere: bool = False,
) -> Page:
    """Show one citation in its place: the `number`th `of` those cited.

    The text is the article's as it is now, None if it is gone; `is_elsewhere` if the answer was
    given on another server than it is looked at.
    """
    article = citation.article
    head = titled_line(article)
    unchanged = (
        article_text is not None and article_text[citation.start : citation.end] == citation.quote
    )
    if article_text is not None and unchanged:
        body = _in_place(article_text, citation.start, citation)
    else:
        passage = citation.passage
        gone = _ELSEWHERE if is_elsewhere else _NOT_HELD
        remark = gone if article_text is None else _HAS_CHANGED
        body = f"{_in_place(passage.text, citation.start - passage.start, citation)}\n{remark}"
    foot = f"-# Passage {number} of {of} · quote \\[{citation.n}\\] in bold, verbatim"
    room = MESSAGE_UNITS - units(head) - units(foot)
    return Page(blocks=(head, *split(body, room)[:1]), foot=foot)


def _in_place(text: str, start: int, citation: Citation) -> str:
    """Give the quote's paragraphs, the one before and the one after."""
    end = start + len(citation.quote)
    before, after = text[:start], text[end:]
    opening = _tail(before[before.rfind("\n\n", 0, max(0, before.rfind("\n\n"))) + 1 :])
    closing_at = after.find("\n\n", after.find("\n\n") + 2) if "\n\n" in after else -1
    closing = _head(after if closing_at < 0 else after[:closing_at])
    return f"{opening}{_bold(citation)}{closing}".strip()


def _bold(citation: Citation) -> str:
    quote = citation.quote
    if citation.highlight is None:
        return f"**{_short(quote)}**"
    start, end = (offset - citation.start for offset in citation.highlight)
    before, words, after = quote[:start], quote[start:end], quote[end:]
    spaces = len(words) - len(words.lstrip())
    return f"**{escape(before + words[:spaces])}__{escape(words.strip())}__{escape(after)}**"


def _short(quote: str) -> str:
    pieces = split(escape(quote), _QUOTE_UNITS)
    return "…".join([*pieces[:1], *([""] if len(pieces) > 1 else [])])


def _tail(text: str) -> str:
    if len(text) <= _AROUND_UNITS:
        return escape(text.lstrip("\n"))
    cut = text[-_AROUND_UNITS:]
    return "…" + escape(cut[max(cut.find(" "), 0) :])


def _head(text: str) -> str:
    if len(text) <= _AROUND_UNITS:
        return escape(text)
    cut = text[:_AROUND_UNITS]
    return escape(cut[: cut.rfind(" ")]) + "…"


async def passage_view(
    interaction: discord.Interaction, turn: StoredTurn, page: int
) -> ui.LayoutView:
    """Show one of the turn's quotes in its place; `page` counts from 0."""
    quotes = turn.answer.shown if turn.answer else ()
    page = min(page, len(quotes) - 1)
    citation = quotes[page]
    service = service_of(interaction)
    library = service.library_in(interaction.guild_id)
    read = partial(_article_text, library, citation.article.article_id)
    text = await service.look_up(read)
    elsewhere = bool(citation.article.audience) and turn.guild_id != interaction.guild_id
    shown = passage_page(citation, text, number=page + 1, of=len(quotes), is_elsewhere=elsewhere)
    return page_view(shown, _pager(turn.turn_id, page, len(quotes)))


def _pager(turn_id: str, page: int, count: int) -> list[Button]:
    if count == 1:
        return []
    return [
        answer_button("back", turn_id, max(page - 1, 0), disabled=page == 0),
        answer_button("on", turn_id, page + 1, disabled=page + 1 == count),
    ]


def _article_text(library: Library, article_id: str) -> str | None:
    try:
        return library.article_text(article_id)
    except ArticleError:
        return None


_THREAD_NAME_CHARS = 100
_THREAD_EXISTS = 160004
_ENDED = "Nobody works on this any more."
_GONE = "This answer was deleted or has expired. Ask again."


async def do(interaction: discord.Interaction, button: re.Match[str]) -> None:
    """Do what a button under an answer says."""
    action, turn_id = button["action"], button["turn_id"]
    if action in _FORMS:
        await respond(partial(interaction.response.send_modal, _FORMS[action](turn_id)))
        return
    quiet = action in _QUIET
    await acknowledge(interaction, private=not quiet, thinking=not quiet)
    turn = await find(interaction, turn_id)
    if turn is None and action == "delete" and _may_delete_unknown(interaction):
        await _take_away(interaction)
    elif action == "stop":
        await _stop(interaction, turn_id, turn)
    elif turn is None or turn.answer is None:
        await say(interaction, _GONE)
    elif action in ("passages", "back", "on"):
        await put(interaction, await passage_view(interaction, turn, int(button["page"])))
    else:
        await _ACTIONS[action](interaction, turn)


async def _like(interaction: discord.Interaction, turn: StoredTurn) -> None:
    service = service_of(interaction)
    give = partial(feedback_store.give, good=True)
    kept = await service.keep(give, service.connection, turn.turn_id, interaction.user.id)
    await say(interaction, feedback_store.THANKS if kept else feedback_store.TOO_LATE)


async def _share(interaction: discord.Interaction, turn: StoredTurn) -> None:
    """Post a private answer where it was asked, once; the copy has buttons of its own."""
    service = service_of(interaction)
    closed = closed_words(interaction)
    if closed is not None:
        await say(interaction, closed)
        return
    if not await service.keep(partial(service.turns.mark_shared, turn.turn_id, shared=True)):
        return
    copy = replace(
        turn, turn_id=new_turn_id(), source_id=interaction.id, private=False, shared=False
    )
    try:
        await _post_copy(interaction, copy)
    except TROUBLE:
        await service.keep(partial(service.turns.mark_shared, turn.turn_id, shared=False))
        raise
    if turn.answer is not None:
        mine = answer_views(replace(turn, shared=True), turn.answer, Offer())
        await put(interaction, mine[-1])


async def _post_copy(interaction: discord.Interaction, copy: StoredTurn) -> None:
    service = service_of(interaction)
    if copy.answer is None:
        return
    await service.keep(service.turns.add, copy)
    offer = Offer(discuss=can_discuss(interaction))
    views = answer_views(copy, copy.answer, offer)
    posted = [
        await persistently(partial(interaction.followup.send, view=view, wait=True))
        for view in views
    ]
    await service.keep(service.turns.posted, copy.turn_id, [message.id for message in posted])


async def _discuss(interaction: discord.Interaction, turn: StoredTurn) -> None:
    """Open a thread from the answer's message, titled after the question."""
    message = interaction.message
    may = interaction.app_permissions
    if message is None or not (may.create_public_threads and may.send_messages_in_threads):
        await say(
            interaction,
            "I may not open a thread here: give me the permissions Create Public Threads and"
            " Send Messages in Threads.",
        )
        return
    name = one_line(turn.question, _THREAD_NAME_CHARS)
    try:
        thread = await persistently(partial(message.create_thread, name=name))
    except discord.HTTPException as error:
        if error.code != _THREAD_EXISTS:
            raise
        await say(interaction, f"The thread is there already: <#{message.id}>")
        return
    await say(
        interaction,
        f"Opened {thread.mention}. I answer there when you mention me, reply to me with a ping,"
        " or press **Ask on**.",
    )


async def _stop(interaction: discord.Interaction, turn_id: str, turn: StoredTurn | None) -> None:
    """End the work on a question, for whoever asked it or a moderator."""
    if turn is not None and turn.user_id != interaction.user.id and not _is_moderator(interaction):
        await say(interaction, "Only whoever asked, or a moderator, can stop this answer.")
    elif turn is None or not await service_of(interaction).stop(turn_id):
        await say(interaction, _ENDED)


async def _delete(interaction: discord.Interaction, turn: StoredTurn) -> None:
    """Delete the answer's messages and what is kept of it."""
    if turn.user_id != interaction.user.id and not _is_moderator(interaction):
        await say(interaction, "Only whoever asked, or a moderator, can delete this answer.")
        return
    service = service_of(interaction)
    message_ids = await service.keep(service.turns.messages, turn.turn_id)
    await service.forget(service.turns.delete, turn.turn_id)
    await _take_away(interaction)
    channel = interaction.client.get_partial_messageable(turn.channel_id)
    for message_id in message_ids:
        if interaction.message is None or message_id != interaction.message.id:
            with contextlib.suppress(*TROUBLE):  # gone, or seen by the asker alone
                await channel.get_partial_message(message_id).delete()


async def _take_away(interaction: discord.Interaction) -> None:
    """Delete the message with the button; a try that went unheard may have done so."""
    with contextlib.suppress(discord.NotFound):
        await persistently(interaction.delete_original_response)


def _is_moderator(interaction: discord.Interaction) -> bool:
    return interaction.guild_id is not None and interaction.permissions.manage_messages


def _may_delete_unknown(interaction: discord.Interaction) -> bool:
    """Tell from the message alone, of which nothing is kept, whether this person may delete it."""
    asked_by = interaction.message.interaction_metadata if interaction.message else None
    is_own = asked_by is not None and asked_by.user.id == interaction.user.id
    return is_own or _is_moderator(interaction)


_FORMS: Mapping[str, Callable[[str], ui.Modal]] = {
    "ask": ask_on_form,
    "down": what_was_wrong_form,
}
_QUIET = frozenset({"back", "on", "share", "delete", "stop"})
"""Actions that change the message or speak aloud, instead of a reply to whoever pressed."""
_ACTIONS: Mapping[str, Callable[[discord.Interaction, StoredTurn], Awaitable[None]]] = {
    "up": _like,
    "share": _share,
    "discuss": _discuss,
    "delete": _delete,
}
