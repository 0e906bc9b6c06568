"""A server with people in it, the real bot on a simulated Discord, and a scripted answerer."""

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from discord.app_commands import CommandInvokeError
from simcord import Env
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle
from simcord.components import walk_components
from simcord.http import router

from bot.discord.client import DatelineClient
from bot.discord.service.answer_service import AnswerService
from bot.discord.storage.database import open_state
from bot.discord.storage.servers import Server
from retrieval.chat.state.kept import State
from retrieval.errors import ArticleError
from retrieval.text.overview import Overview
from retrieval.types import Answer, Article, Citation, Filters, Hit, Passage, Refusal, Statement

TEXT = (
    "Rain had fallen for three days on the upper valley.\n\n"
    "Engineers opened the gates on Monday. The dam at Lindow held. Nobody was hurt.\n\n"
    "The ministry will publish its report in May."
)
WRITTEN_AT = datetime.fromtimestamp(1_700_000_000, UTC)
QUOTE = "The dam at Lindow held."


def an_article(number: int = 1, **known: str) -> Article:
    fields = {
        "title": f"Flood watch {number}",
        "outlet": "Valley Courier",
        "published": "2014-10-15",
        "kind": "news",
    }
    return Article(
        article_id=f"a{number}", source=f"flood{number}.txt", passages=3, **{**fields, **known}
    )


def a_citation(n: int = 1, **known: str) -> Citation:
    start = TEXT.index(QUOTE)
    article = an_article(n, **known)
    passage = Passage(passage_id=f"p{n}", article=article, text=TEXT, start=0, end=len(TEXT))
    words = (start + len("The dam at "), start + len("The dam at Lindow"))
    return Citation(
        n=n, passage=passage, quote=QUOTE, start=start, end=start + len(QUOTE), highlight=words
    )


def an_answer(question: str, text: str = f"{QUOTE} [1]", citations: int = 2) -> Answer:
    return Answer(
        question=question,
        standalone_question=question,
        text=text,
        model="extractive",
        statements=(Statement(text=QUOTE, citations=(1,)),),
        citations=tuple(a_citation(n) for n in range(1, citations + 1)),
    )


def a_refusal(question: str) -> Answer:
    refusal = Refusal(
        reason="no passage answers", nearest=(a_citation(),), covers="3 articles, Oct 2014"
    )
    return Answer(
        question=question,
        standalone_question=question,
        text=refusal.reason,
        model="extractive",
        refusal=refusal,
    )


@dataclass
class ScriptedHeld:
    """What a scripted library holds at one moment."""

    library: "ScriptedLibrary"

    @property
    def overview(self) -> Overview:
        return self.library.overview()

    def search(self, query: str, *, k: int = 10, filters: Filters = Filters()) -> list[Hit]:  # noqa: B008
        return self.library.search(query, k=k, filters=filters)

    def undated_notes(self, filters: Filters) -> tuple[str, ...]:
        return ("2 undated article(s) left out by the date limit.",) if filters.since else ()


@dataclass
class ScriptedLibrary:
    """Three articles; `gone` ones have no text any more. It counts the moments looked at."""

    articles_held: list[Article] = field(default_factory=lambda: [an_article(n) for n in (1, 2, 3)])
    gone: set[str] = field(default_factory=set)
    revision: str = "0123456789abcdef"
    looks: int = 0
    written_at: datetime | None = WRITTEN_AT
    audiences: frozenset[str] = frozenset()

    def seen_by(self, audience: str) -> "ScriptedLibrary":
        return self

    def articles(self) -> list[Article]:
        return self.articles_held

    def admitted(self, filters: Filters) -> list[Article]:
        bounds = filters.bounds(self.outlets())
        return [article for article in self.articles_held if bounds.admits(article)]

    def overview(self) -> Overview:
        return Overview(articles=len(self.articles_held), first="2014-10", last="2014-10")

    def outlets(self) -> list[str]:
        return sorted({article.outlet or "" for article in self.articles_held})

    def search(self, query: str, *, k: int = 10, filters: Filters = Filters()) -> list[Hit]:  # noqa: B008
        passage = a_citation().passage
        return [Hit(passage=passage, rank=rank, score=1 / rank) for rank in range(1, k + 1)]

    def of_one_revision(self, work: Callable[[ScriptedHeld], Any]) -> Any:
        self.looks += 1
        return work(ScriptedHeld(self))

    def article_text(self, article_id: str) -> str:
        if article_id in self.gone:
            raise ArticleError(f"no article {article_id}")
        return TEXT


@dataclass
class ScriptedAnswerer:
    """Gives the answers it was told to; remembers what it was asked, and can be held up."""

    library: ScriptedLibrary = field(default_factory=ScriptedLibrary)
    script: dict[str, Answer | Exception] = field(default_factory=dict)
    asked: list[tuple[str, tuple[str, ...], Filters]] = field(default_factory=list)
    drafts: list[str] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.go.set()

    def seen_by(self, audience: str) -> "ScriptedAnswerer":
        return self

    def answer(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        filters: Filters = Filters(),  # noqa: B008
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        self.asked.append((question, tuple(history), filters))
        for draft in self.drafts:
            on_text(draft)
        self.go.wait(20)
        scripted = self.script.get(question, an_answer(question))
        if isinstance(scripted, Exception):
            raise scripted
        return scripted

    def examples(self, most: int) -> tuple[str, ...]:
        return ("Who opened the gates?",)[:most]

    def check(self, claim: str, *, filters: Filters = Filters()) -> Answer:  # noqa: B008
        return self.answer(claim, filters=filters)


class Make:
    """What the answerer is scripted with."""

    answer = staticmethod(an_answer)
    refusal = staticmethod(a_refusal)
    article = staticmethod(an_article)
    citation = staticmethod(a_citation)


class World:
    """One server with one channel and its people; every verb is one person's act."""

    def __init__(
        self,
        env: Env,
        script: ScriptedAnswerer,
        service: AnswerService,
        new_bot: Callable[[], DatelineClient],
    ) -> None:
        self._new_bot = new_bot
        self.env, self.script, self.service = env, script, service
        self.make = Make()
        self.guild = env.create_guild("Newsroom")
        self.channel = self.guild.create_text_channel("questions")
        self.ann = self.person("ann")
        service.servers.set(self.guild.id, Server(cooldown_s=0))

    def person(self, name: str, **permissions: bool) -> MemberActor:
        roles = []
        if permissions:
            rights = discord.Permissions(**permissions)
            roles = [self.guild.create_role(f"{name}'s role", permissions=rights)]
        return self.guild.add_member(self.env.create_user(name), roles=roles)

    async def mention(
        self, text: str, *, who: MemberActor | None = None, where: ChannelHandle | None = None
    ) -> discord.Message | None:
        """Mention the bot; gives the channel's last message, which is its reply."""
        channel = where or self.channel
        await (who or self.ann).send(channel, f"<@{self.env.bot.user.id}> {text}")
        return channel.last_message

    def settings(self, **changes: object) -> None:
        """Change the server's settings."""
        old = self.service.servers.get(self.guild.id)
        self.service.servers.set(self.guild.id, replace(old, **changes))

    def restrict(self, *channels: ChannelHandle) -> None:
        """Have the bot answer in these channels only."""
        self.settings(channels=frozenset(channel.id for channel in channels))

    def quiet_channel(self) -> ChannelHandle:
        """A channel in which the bot may not write."""
        overwrites = {self.env.bot.user: discord.PermissionOverwrite(send_messages=False)}
        return self.guild.create_text_channel("quiet", overwrites=overwrites)

    async def open_thread(self, message: object) -> ChannelHandle:
        """Press Discuss; gives the thread."""
        await self.ann.click(message, label="Discuss")
        return self.channel.threads[-1]

    def sql(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Look into the bot's state, or change it."""
        with self.service.connection as connection:
            rows = connection.execute(statement, values)
            return rows.fetchall() if statement.startswith("SELECT") else []

    async def restart(self) -> AnswerService:
        """Kill the bot and start another on the same state; gives the new one's service."""
        bot = self._new_bot()
        await self.env.restart_bot(bot)
        return bot.service

    def parts(self, message: object) -> list[dict[str, Any]]:
        """Everything that a message is made of, as Discord holds it."""
        channel_id = getattr(message, "channel_id", None) or message.channel.id
        stored = self.env.backend.get_message(channel_id, message.id)
        return list(walk_components(stored.components))

    def text(self, message: object) -> str:
        """Everything that a message says."""
        return "\n".join(p["content"] for p in self.parts(message) if p.get("content"))

    def buttons(self, message: object) -> list[str]:
        """The buttons' labels, or their emoji."""
        found = [part for part in self.parts(message) if part.get("type") == 2]
        return [part.get("label") or part["emoji"]["name"] for part in found]

    def custom_id(self, message: object, action: str) -> str:
        """The name of a button without label."""
        names = [part.get("custom_id", "") for part in self.parts(message)]
        return next(name for name in names if f":{action}:" in f"{name.replace('|', ':')}:")

    async def press(self, message: object, action: str, *, who: MemberActor | None = None) -> Any:
        """Press a button of an answer."""
        return await (who or self.ann).click(message, custom_id=self.custom_id(message, action))


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def script() -> ScriptedAnswerer:
    return ScriptedAnswerer()


@pytest.fixture
def made_by(script: ScriptedAnswerer) -> Iterator[Callable[..., Callable[[], DatelineClient]]]:
    """Make bots from services, and shut all services at the end."""
    services: list[AnswerService] = []

    def maker(new_service: Callable[[], AnswerService]) -> Callable[[], DatelineClient]:
        def make() -> DatelineClient:
            services.append(new_service())
            return DatelineClient(services[-1])

        return make

    yield maker
    script.go.set()
    for service in services:
        for pool in service.pools:
            pool.close()
            for thread in pool.threads:  # SQLite does not bear a close beside a write
                thread.join(timeout=10)
        service.connection.close()


@pytest.fixture
def open_it(state: Path) -> Callable[[], State]:
    """Open the bot's state; a room whose tests are to run on another kind has its own."""
    return lambda: open_state(state)


@pytest.fixture
def new_bot(
    made_by: Callable[..., Callable[[], DatelineClient]],
    script: ScriptedAnswerer,
    open_it: Callable[[], State],
) -> Callable[[], DatelineClient]:
    """Another bot on the same state each time."""
    return made_by(
        lambda: AnswerService(script, open_it(), workers=2, keep_days=30, writer="extractive")
    )


@pytest.fixture
def simcord_bot(new_bot: Callable[[], DatelineClient]) -> DatelineClient:
    return new_bot()


@pytest.fixture
def service(simcord_bot: DatelineClient) -> AnswerService:
    return simcord_bot.service


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Break the connection at matching requests, before or after they arrived.

    Gives the list of what was cut, which grows. Messages with one nonce are posted once, as
    Discord does it.
    """
    dispatch, posted = router.dispatch, {}

    def cutter(
        method: str, path: str, *, times: int = 1, skip: int = 0, arrived: bool = False
    ) -> list[str]:
        cuts: list[str] = []
        passed = itertools.count()

        def broken(backend: object, how: str, where: str, **known: Any) -> Any:
            hit = how == method and fnmatch(where, path)
            hit = hit and next(passed) >= skip and len(cuts) < times
            if hit and not arrived:
                cuts.append(where)
                raise aiohttp.ServerDisconnectedError
            nonce = (known.get("json") or {}).get("nonce")
            if nonce not in posted or nonce is None:
                posted[nonce] = dispatch(backend, how, where, **known)
            if hit:
                cuts.append(where)
                raise aiohttp.ServerDisconnectedError
            return posted[nonce]

        monkeypatch.setattr(router, "dispatch", broken)
        return cuts

    return cutter


@pytest.fixture
def world(
    simcord_env: Env,
    script: ScriptedAnswerer,
    service: AnswerService,
    new_bot: Callable[[], DatelineClient],
) -> Iterator[World]:
    yield World(simcord_env, script, service, new_bot)
    # Whoever called a command was told of these by the tree; any other error is the bot's own.
    assert all(isinstance(one, CommandInvokeError) for one in simcord_env.errors)
