"""The client: what it hears of Discord, which commands it has, what it does now and then."""

import logging
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

import discord
from discord import app_commands
from discord.ext import tasks

from bot.discord.context import data_of, say
from bot.discord.error_replies import say_error, saying_errors
from bot.discord.incoming import button_actions, forms, server_settings
from bot.discord.incoming.mentions import answer_message
from bot.discord.incoming.own_articles import articles
from bot.discord.incoming.owners_view import insights, watch
from bot.discord.incoming.slash_commands import EVERYBODYS
from bot.discord.messages import answer_messages, collection_pages
from bot.discord.network import Door
from bot.discord.registration import invite_link, sync_commands
from bot.discord.rounds import recover, take_out_of_left, tell_watchers
from bot.discord.service.answer_service import AnswerService
from bot.discord.storage.servers import forget_old, forget_servers
from bot.terminal.stderr import say_on_stderr
from retrieval.errors import DatelineError, StateError

log = logging.getLogger(__name__)

_FORGET_EVERY_H = 6
_MEND_EVERY_MIN = 1
_KEEP_UP_EVERY_S = 5
"""How old settings may be that were changed by another process."""
_NEWS_EVERY_MIN = 5
_SHARD_BITS = 22
"""Discord puts a server on the shard that its id, shifted by so much, names modulo their count."""


_TAKEN: tuple[tuple[re.Pattern[str], Callable[..., Awaitable[None]]], ...] = (
    (answer_messages.BUTTON, button_actions.do),
    (collection_pages.PAGE_BUTTON, collection_pages.turn_page),
    (collection_pages.READ_LIST, collection_pages.show_chosen),
    (forms.ASK_ON, forms.ask_on),
    (forms.ASK_ABOUT, forms.ask_about),
    (forms.WHAT_WAS_WRONG, forms.take_opinion),
    (server_settings.CHOICE, server_settings.choose),
    (server_settings.SWITCH, server_settings.switch),
    (server_settings.LIMITS, server_settings.take_limits),
)
"""What buttons, lists and forms are called by, and what is done with each."""


class Tree(app_commands.CommandTree[discord.Client]):
    """The commands, for servers and persons alike; what goes wrong is told."""

    async def on_error(
        self, interaction: discord.Interaction, error: app_commands.AppCommandError, /
    ) -> None:
        """Tell whoever called the command."""
        cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
        await say_error(partial(say, interaction), cause)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What the bot registers at its start, and which part of its servers this process serves.

    With `sync` the commands are registered even if they have not changed, with `guild` for that
    server alone, at once, to try them out. `shards` is how many there are, as many as Discord
    recommends if None; `shard_ids` are those of this process, all if empty. A server is on one
    shard; direct messages are on shard 0.
    """

    sync: bool = False
    guild: int | None = None
    shards: int | None = 1
    shard_ids: tuple[int, ...] = ()


class DatelineClient(discord.AutoShardedClient):
    """Answers in Discord, with no privileged intent unless messages are to be read."""

    def __init__(self, service: AnswerService, start: Start = Start()) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it never speaks
        super().__init__(
            # Servers and channels, and that a message came; its content reaches the bot
            # only if it is direct or mentions it.
            intents=discord.Intents(
                guilds=True,
                guild_messages=True,
                dm_messages=True,
                message_content=service.reads_messages,
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            shard_count=start.shards,
            shard_ids=cast("list[int]", list(start.shard_ids) or None),
        )
        self.door = Door()
        self._start = start
        self.service = service
        self.tree = Tree(
            self,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=True
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        for command in EVERYBODYS:
            self.tree.add_command(command)
        self.tree.add_command(server_settings.settings)
        self.tree.add_command(insights)
        self.tree.add_command(watch)
        self.tree.add_command(articles)

    @property
    def is_connected(self) -> bool:
        """Whether Discord can bring questions at this moment."""
        shards = self.shards.values()
        return self.is_ready() and not any(shard.is_closed() for shard in shards)

    def serves(self, guild_id: int) -> bool:
        """Tell whether a server is this process's."""
        ours = self._start.shard_ids
        return not ours or (guild_id >> _SHARD_BITS) % (self.shard_count or 1) in ours

    @property
    def _part(self) -> str:
        """What tells this process from others on one state, also after a restart."""
        is_shared = self.service.connection.is_shared
        return " ".join(map(str, self._start.shard_ids)) if is_shared else ""

    async def setup_hook(self) -> None:
        """Register what changed, mend what a kill left behind."""
        start = self._start
        guild = None if start.guild is None else discord.Object(start.guild)
        await sync_commands(self.tree, self.service, force=start.sync, guild=guild)
        await recover(self.service, self)
        for work in (self._forget, self._mend, self._tell_news, self._knock):
            work.start()
        if self.service.connection.is_shared:
            self._keep_up.start()

    async def on_ready(self) -> None:
        """Delete what was kept of servers that removed the bot while it was away; say it is on."""
        here = {guild.id for guild in self.guilds}
        for guild_id in here - self.service.servers.ids:
            await self._meet(guild_id)
        gone = self.service.servers.ids - here
        await self._leave(frozenset(one for one in gone if self.serves(one)))
        names = ", ".join(sorted(guild.name for guild in self.guilds)) or "none yet"
        say_on_stderr(f"connected as {self.user}; servers: {names}")
        if self.application_id is not None:
            say_on_stderr(f"to invite it to a server: {invite_link(self.application_id)}")

    async def on_shard_connect(self, shard_id: int) -> None:
        """Note which shards the gateway let in."""
        self.door.let_in.add(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Note which shards the gateway let in again."""
        self.door.let_in.add(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Note which shards have to be let in again."""
        self.door.let_in.discard(shard_id)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Remember the server, so that its data goes when it does."""
        await self._meet(guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Delete what was kept of the server."""
        await self._leave(frozenset({guild.id}))

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Answer nothing that is not asked any more."""
        await self.service.withdraw({payload.message_id})

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Answer nothing that is not asked any more."""
        await self.service.withdraw(payload.message_ids)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Do what a button, a list or a form says, of whatever age; commands come another way."""
        name = str(data_of(interaction).get("custom_id", ""))
        async with saying_errors(partial(say, interaction)):
            for form, take in _TAKEN:
                if named := form.fullmatch(name):
                    await take(interaction, named)
                    break

    async def on_message(self, message: discord.Message) -> None:
        """Answer what is meant for the bot."""
        if self.user is not None:
            await answer_message(self.service, self.user, message)

    async def close(self) -> None:
        """Finish what is in flight, then leave."""
        if not self.is_closed():
            for work in (self._forget, self._mend, self._tell_news, self._knock, self._keep_up):
                work.cancel()
            await self.service.close()
        await super().close()

    async def _meet(self, guild_id: int) -> None:
        servers = self.service.servers
        servers.set(guild_id, servers.get(guild_id))
        await self.service.keep(servers.meet, guild_id)

    async def _leave(self, guild_ids: frozenset[int]) -> None:
        await self.service.forget(forget_servers, self.service.connection, guild_ids)
        for guild_id in guild_ids:
            self.service.servers.drop(guild_id)
        await take_out_of_left(self.service)

    @tasks.loop(hours=_FORGET_EVERY_H)
    async def _forget(self) -> None:
        service = self.service
        gone = await service.keep(forget_old, service.connection, time.time(), service.keep_days)
        if gone:
            log.info("deleted %d answers older than %d days", gone, service.keep_days)

    @tasks.loop(minutes=_NEWS_EVERY_MIN)
    async def _tell_news(self) -> None:
        try:
            await tell_watchers(self.service, self, serves=self.serves, part=self._part)
        except DatelineError as error:
            log.warning("nobody could be told what is new: %s", error)

    @tasks.loop(minutes=_MEND_EVERY_MIN)
    async def _mend(self) -> None:
        try:
            await recover(self.service, self)
            await take_out_of_left(self.service)
        except StateError as error:
            log.warning("what waits cannot be looked up: %s", error)

    @tasks.loop(seconds=_KEEP_UP_EVERY_S)
    async def _keep_up(self) -> None:
        try:
            await self.service.keep_up()
        except StateError as error:
            log.warning("what other processes set cannot be looked up: %s", error)

    @tasks.loop()
    async def _knock(self) -> None:
        self._knock.change_interval(seconds=await self.door.look(self))
