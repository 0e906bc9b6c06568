"""Where an answer goes: the reply to a command, or a message in a channel.

Both show progress by editing one message, and end by putting the answer into it, so that a
repeated delivery shows nothing twice.
"""

import contextlib
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import discord
from discord import ui

from bot.discord.messages.layout import escape, note_view
from bot.discord.network import TROUBLE, persistently

log = logging.getLogger(__name__)

_UNKNOWN_CHANNEL = 10003
_UNKNOWN_MESSAGE = 10008
_UNKNOWN_WEBHOOK = 10015
_INVALID_TOKEN = 50027
_LOCKED = 50083
"""A thread that was closed or locked while the answer was on its way."""
_NO_READING_BACK = 160002
_WITH_MESSAGES = (discord.TextChannel, discord.Thread, discord.DMChannel)
_TOKEN_S = 890
"""Discord takes a token for 15 minutes; counted from when the command was heard."""
_EXPIRED = (_UNKNOWN_WEBHOOK, _INVALID_TOKEN)
_GONE = (_UNKNOWN_CHANNEL, _UNKNOWN_MESSAGE)
"""Somebody deleted the channel or the message: the answer is not wanted there any more."""

_CLOSED = "The thread was closed before my answer came, so you get it here."
_BARRED = "I may not write there; a moderator has to look at my permissions."


class Barred(Exception):  # noqa: N818  a person mends it, in the channel's settings
    """The bot may not write there; the message names the permission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """The message that waits for an answer, so that a new start finds it after a kill.

    `token` edits a command's reply until `expires_at` (seconds since 1970).
    """

    message_id: int
    token: str | None = None
    expires_at: float | None = None


class CommandPlace:
    """The reply to a deferred command, button or form.

    After 15 minutes its token is void: a public answer goes out as a normal message where the
    bot may post, a private one by direct message or not at all, never to the channel.
    """

    has_own_rate = True
    """Discord limits its edits apart from those of all others."""

    def __init__(
        self, interaction: discord.Interaction, *, private: bool, message_id: int | None
    ) -> None:
        self._interaction = interaction
        self._private = private
        self._message_id = message_id
        self._expires_at = time.monotonic() + _TOKEN_S

    @property
    def _is_void(self) -> bool:
        """Whether the token has run out, whatever this machine's calendar says."""
        return time.monotonic() >= self._expires_at

    @property
    def address(self) -> Address | None:
        """The deferred reply."""
        interaction = self._interaction
        if self._message_id is None:
            return None
        return Address(
            message_id=self._message_id,
            token=interaction.token,
            expires_at=time.time() + self._expires_at - time.monotonic(),
        )

    async def show(self, view: ui.LayoutView) -> None:
        """Edit the reply; nothing happens once the token is void."""
        if not self._is_void:
            await self._interaction.edit_original_response(view=view)

    async def say(self, words: str) -> None:
        """Put it where the answer would stand."""
        await self.deliver([note_view(words)])

    async def deliver(self, views: Sequence[ui.LayoutView]) -> list[int]:
        """Edit the reply into the first page; the others follow it."""
        posted: list[int] = []
        try:
            for view in views if not self._is_void else ():
                posted.append(await self._post(view, first=not posted))
        except discord.HTTPException as error:
            if error.code in _GONE:
                log.info("the reply was deleted before the answer came")
                return posted
            if error.code == _LOCKED:
                return posted + await _sent_directly(self._interaction.user, views[len(posted) :])
            if error.code not in _EXPIRED:
                raise
        return posted + await self._late(views[len(posted) :])

    async def withdraw(self) -> None:
        """Delete the reply."""
        await self._interaction.delete_original_response()

    async def _post(self, view: ui.LayoutView, *, first: bool) -> int:
        interaction = self._interaction
        if first:
            edit = partial(interaction.edit_original_response, view=view)
            return (await persistently(edit)).id
        send = partial(interaction.followup.send, view=view, ephemeral=self._private, wait=True)
        return (await persistently(send)).id

    async def _late(self, views: Sequence[ui.LayoutView]) -> list[int]:
        target = self._late_target()
        if not views or target is None:
            return []
        await self._remove_progress()
        try:
            return [
                (await post(target, view, nonce=f"{self._interaction.id}-{page}")).id
                for page, view in enumerate(views)
            ]
        except (discord.Forbidden, discord.NotFound) as error:
            log.info("an answer came too late and could not be sent: %s", error)
            return []

    async def _remove_progress(self) -> None:
        """Delete the 'Still reading…' that the void token cannot turn into the answer any more."""
        channel, message_id = self._interaction.channel, self._message_id
        if self._private or message_id is None or not isinstance(channel, _WITH_MESSAGES):
            return
        with contextlib.suppress(*TROUBLE):
            await channel.get_partial_message(message_id).delete()

    def _late_target(self) -> discord.abc.Messageable | None:
        interaction = self._interaction
        if self._private:
            return interaction.user
        if interaction.guild_id is not None and only_person_installed(interaction):
            return None
        channel = interaction.channel
        return channel if isinstance(channel, discord.abc.Messageable) else None


class MessagePlace:
    """A reply to a message that mentioned the bot; made when there is something to say."""

    has_own_rate = False

    def __init__(self, message: discord.Message) -> None:
        self._message = message
        self._thread: discord.Thread | None = None
        self._reply: discord.Message | None = None
        self._may_have_posted = False

    def move_to(self, thread: discord.Thread) -> None:
        """Answer in a thread that grew from the message, where nothing need be replied to."""
        self._thread = thread

    @property
    def address(self) -> Address | None:
        """The reply; before anything was said, the message that asked, to reply to."""
        return Address(message_id=(self._reply or self._message).id)

    async def show(self, view: ui.LayoutView) -> None:
        """Reply, or edit the reply that is there."""
        await self._put(view)

    async def say(self, words: str) -> None:
        """Reply, or tell the person directly where the bot may not write."""
        try:
            await self._put(note_view(words))
        except discord.HTTPException as error:
            if not isinstance(error, discord.Forbidden) and error.code != _LOCKED:
                raise
            await self.say_directly(words)

    async def say_directly(self, words: str) -> None:
        """Tell the person by direct message, if they take any."""
        with contextlib.suppress(discord.Forbidden):
            await post(self._message.author, note_view(words), nonce=f"{self._message.id}-d")

    async def deliver(self, views: Sequence[ui.LayoutView]) -> list[int]:
        """Turn the reply into the first page; the others follow it.

        Raises:
            Barred: The bot may not write there.
        """
        posted: list[int] = []
        try:
            for page, view in enumerate(views):
                posted.append(await self._post(view, page))
        except discord.NotFound as error:
            log.info("the channel or reply was deleted before the answer came: %s", error)
        except discord.Forbidden as error:
            log.warning("may not write in %s: %s", self._channel, error)
            raise Barred(barred_words(self._channel) or _BARRED) from error
        except discord.HTTPException as error:
            if error.code != _LOCKED:
                raise
            return posted + await _sent_directly(self._message.author, views[len(posted) :])
        return posted

    async def withdraw(self) -> None:
        """Delete the reply, if there is one."""
        if self._reply is not None:
            await self._reply.delete()

    async def _post(self, view: ui.LayoutView, page: int) -> int:
        if page:
            nonce = f"{self._message.id}-{page}"
            return (await post(self._channel, view, nonce=nonce)).id
        await self._put(view)
        return self._reply.id if self._reply else 0

    async def _put(self, view: ui.LayoutView) -> None:
        """Reply, or edit the reply; one whose posting went unheard is found by its nonce."""
        unheard, self._may_have_posted = self._may_have_posted, True
        fresh = self._reply is None
        if self._reply is None:
            self._reply = await self._replied(view)
        if unheard or not fresh:
            self._reply = await persistently(partial(self._reply.edit, view=view))

    @property
    def _channel(self) -> discord.abc.Messageable:
        return self._thread or self._message.channel

    async def _replied(self, view: ui.LayoutView) -> discord.Message:
        channel, nonce = self._channel, str(self._message.id)
        if self._thread is not None:
            return await post(channel, view, nonce=nonce)
        asked = self._message.to_reference(fail_if_not_exists=False)
        try:
            return await post(channel, view, nonce=nonce, reference=asked)
        except discord.HTTPException as error:
            if error.code != _NO_READING_BACK:
                raise
            return await post(channel, view, nonce=nonce)


Place: TypeAlias = CommandPlace | MessagePlace
"""One place that waits for one answer, and shows meanwhile how it goes in one message."""


async def _sent_directly(
    person: discord.abc.Messageable, views: Sequence[ui.LayoutView]
) -> list[int]:
    """Give the answer to whoever asked; nothing is sent to who takes no messages."""
    try:
        return [(await person.send(view=view)).id for view in (note_view(_CLOSED), *views)][1:]
    except discord.Forbidden:
        return []


async def post(
    channel: discord.abc.Messageable,
    view: ui.LayoutView,
    *,
    nonce: str,
    reference: discord.MessageReference | None = None,
) -> discord.Message:
    """Post a message; Discord takes a nonce of up to 25 letters once: a second try is harmless."""
    known = {} if reference is None else {"reference": reference}
    return await persistently(partial(channel.send, view=view, nonce=nonce, **known))


def only_person_installed(interaction: discord.Interaction) -> bool:
    """Tell whether the app is here for one person only, and not a member of the server."""
    return interaction.is_user_integration() and not interaction.is_guild_integration()


def barred_words(channel: object) -> str | None:
    """Say which permission is missing to write in a channel; None if none is."""
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return None
    may = channel.permissions_for(channel.guild.me)
    name = escape(f"#{channel.name}")
    if not may.view_channel:
        return f"I may not see {name}: give me the permission View Channel there."
    if isinstance(channel, discord.Thread):
        if channel.locked and not may.manage_threads:
            return f"The thread {name} is locked: a moderator has to unlock it."
        if not may.send_messages_in_threads:
            return f"I may not write in {name}: give me Send Messages in Threads there."
    elif not may.send_messages:
        return f"I may not write in {name}: give me the permission Send Messages there."
    return None
