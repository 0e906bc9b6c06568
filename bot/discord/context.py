"""What stands behind an interaction: the service, the bot's own words, who may do what."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, cast

import discord
from discord import ui

from bot.discord.messages.layout import note_view
from bot.discord.messages.place import only_person_installed
from bot.discord.network import TROUBLE, persistently
from bot.discord.storage.servers import Server
from bot.discord.storage.turn_store import StoredTurn

if TYPE_CHECKING:
    from discord import InteractionCallbackResponse

    from bot.discord.service.answer_service import AnswerService

_ALREADY_ACKNOWLEDGED = 40060


class _Serving(Protocol):
    """The client, of which an interaction needs no more than its service."""

    service: "AnswerService"


def service_of(interaction: discord.Interaction) -> "AnswerService":
    """Give the service of the client that got the interaction."""
    return cast("_Serving", interaction.client).service


def data_of(interaction: discord.Interaction) -> Mapping[str, Any]:
    """Give what Discord sends of a button, list or form: its name, and what was filled in."""
    return cast("Mapping[str, Any]", interaction.data or {})


def chosen_of(interaction: discord.Interaction) -> list[str]:
    """Give what was chosen from a list."""
    return list(data_of(interaction).get("values", ()))


async def say(interaction: discord.Interaction, words: str) -> None:
    """Say something to this person alone, as the answer or after it."""
    view = note_view(words)
    if not interaction.response.is_done():
        call = partial(interaction.response.send_message, view=view, ephemeral=True)
        if await respond(call):
            return
    await persistently(partial(interaction.followup.send, view=view, ephemeral=True))


async def acknowledge(
    interaction: discord.Interaction, *, private: bool = True, thinking: bool = True
) -> int | None:
    """Say at once that an answer comes; give the id of the message that will hold it, if known.

    Without `thinking` the message with the button is to change.
    """
    responded = await respond(
        partial(interaction.response.defer, ephemeral=private, thinking=thinking)
    )
    if responded is not None or not thinking:
        return responded.message_id if responded else None
    try:
        return (await persistently(interaction.original_response)).id
    except TROUBLE:  # nothing is known of it then but that it is there
        return None


async def respond(
    call: Callable[[], Awaitable["InteractionCallbackResponse[Any] | None"]],
) -> "InteractionCallbackResponse[Any] | None":
    """Make the first response; None if a try that went unheard had arrived."""
    try:
        return await persistently(call)
    except discord.HTTPException as error:
        if error.code != _ALREADY_ACKNOWLEDGED:
            raise
        return None


async def put(interaction: discord.Interaction, view: ui.LayoutView) -> None:
    """Put a page where an acknowledged interaction's answer stands."""
    await persistently(partial(interaction.edit_original_response, view=view))


async def find(interaction: discord.Interaction, turn_id: str) -> StoredTurn | None:
    """Give the turn behind a button, if it belongs where the button was pressed.

    Nothing of one server, channel or person reaches another: only a person's own direct
    messages may hold what came too late for its channel.
    """
    service = service_of(interaction)
    turn = await service.keep(service.turns.get, turn_id)
    if turn is None:
        return None
    own = turn.user_id == interaction.user.id
    here = (turn.guild_id, turn.channel_id) == (interaction.guild_id, interaction.channel_id)
    late = own and interaction.guild_id is None
    return turn if (here or late) and (own or not turn.private) else None


def turn_of(interaction: discord.Interaction, *, private: bool, **known: Any) -> StoredTurn:
    """Give a new turn of whoever acts, where they do; `known` are further fields of it."""
    return StoredTurn(
        source_id=interaction.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id or 0,
        user_id=interaction.user.id,
        private=private,
        **known,
    )


def closed_words(interaction: discord.Interaction) -> str | None:
    """Say where, or whom, the bot answers, if it does not here or not this person."""
    server = service_of(interaction).servers.get(interaction.guild_id)
    return not_here_words(server, interaction.channel_id, interaction.channel, interaction.user)


def not_here_words(
    server: Server, channel_id: int | None, channel: object, person: object
) -> str | None:
    """Say what the server's owner has chosen, if it keeps the bot from answering."""
    if not server.answers_in(channel_id, getattr(channel, "parent_id", None)):
        named = ", ".join(f"<#{chosen}>" for chosen in sorted(server.channels))
        return f"On this server I answer in {named} only."
    if not server.answers_to(person):
        named = " or ".join(f"<@&{chosen}>" for chosen in sorted(server.roles))
        return f"On this server I answer people with the role {named} only."
    return None


def can_discuss(interaction: discord.Interaction) -> bool:
    """Tell whether a thread can grow from an answer here."""
    return isinstance(interaction.channel, discord.TextChannel) and not only_person_installed(
        interaction
    )
