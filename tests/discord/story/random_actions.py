"""A server's life at random: five members and an owner act while the network fails now and then.

The same seed plays the same story; what is wrong at its end is told with the last actions.
"""

import unittest.mock
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import simcord
from simcord import SetupError
from simcord.backend.errors import BackendError
from simcord.http import router

from bot.discord import network
from bot.discord.client import DatelineClient
from bot.discord.service.answer_service import AnswerService
from bot.discord.storage.database import open_state
from retrieval.errors import IndexBusy
from retrieval.types import Answer
from tests.discord.conftest import ScriptedAnswerer, World, a_refusal, an_answer
from tests.discord.story.ending import Asked, Ending, numbers

MOST_FAULTS_IN_A_ROW = 3
"""The bot tries four times."""
_FAULT_SHARE = 0.12


class NumberedAnswerer(ScriptedAnswerer):
    """Answers question tok7x with ans7x, so that each is found again wherever it is shown."""

    def answer(self, question: str, **known: Any) -> Answer:
        super().answer(question, **known)
        number = numbers(question)[-1] if numbers(question) else 0
        if "refused" in question:
            return a_refusal(question)
        if "broken" in question:
            raise IndexBusy("being written")
        return an_answer(question, text=f"The reply is ans{number}x. [1]")


@dataclass
class Story(Ending):
    """One server, its people, and all that happened."""

    random: Random = field(kw_only=True)
    told: deque[str] = field(default_factory=lambda: deque(maxlen=12))
    posted: dict[str, Any] = field(default_factory=dict)
    faults_at: Counter[str] = field(default_factory=Counter)
    is_silent: bool = False
    faults: Counter[str] = field(default_factory=Counter)
    is_faulty: bool = False

    def __post_init__(self) -> None:
        world = self.world
        self.members = [world.person(f"member{n}") for n in range(5)]
        self.owner = world.person("owner", manage_guild=True, manage_messages=True)
        self.channels = [world.channel, world.guild.create_text_channel("other")]
        self.me = f"<@{world.env.bot.user.id}>"

    # What goes wrong.

    @contextmanager
    def faulty_network(self) -> Iterator[None]:
        """Break, refuse or lose some of the bot's requests; a nonce posts once, as on Discord."""
        dispatch = router.dispatch

        def broken(backend: Any, how: str, where: str, **known: Any) -> Any:
            fault = self._fault(how, where)
            if fault == "reset":
                raise aiohttp.ServerDisconnectedError
            if fault in ("429", "503"):
                raise BackendError(int(fault), 0, "at random")
            nonce = (known.get("json") or {}).get("nonce")
            done = self.posted.get(nonce) if nonce else None
            if done is None:
                done = dispatch(backend, how, where, **known)
                self.posted[nonce] = done
            if fault == "unheard":
                raise aiohttp.ServerDisconnectedError
            return done

        with unittest.mock.patch.object(router, "dispatch", broken):
            yield

    def _fault(self, how: str, where: str) -> str:
        """Choose what goes wrong with a request; the bot tries each four times."""
        at = f"{how} {where}"
        if self.is_silent and "callback" not in where:
            return "reset"
        fails = self.is_faulty and self.random.random() < _FAULT_SHARE
        if not fails or self.faults_at[at] == MOST_FAULTS_IN_A_ROW:
            self.faults_at[at] = 0
            return ""
        self.faults_at[at] += 1
        fault = self.random.choice(("reset", "unheard", "429", "503"))
        self.faults[fault] += 1
        return fault

    # What people do.

    async def act(self) -> None:
        """Do one thing, whatever it is; what Discord itself would not offer is left out."""
        name = self.random.choices(list(_ACTIONS), [one[0] for one in _ACTIONS.values()])[0]
        self.told.append(name)
        self.is_faulty = True
        try:
            await _ACTIONS[name][1](self)
        except SetupError as error:
            self.told.append(f"(not possible: {str(error)[:80]})")
        finally:
            self.is_faulty = False

    def words(self, user: Any, *, private: bool = False) -> str:
        """Give a new question of somebody's."""
        number = len(self.asked) + 1
        kind = self.random.choices(["", " refused", " broken"], [8, 2, 1])[0]
        words = f"What about tok{number}x{kind}?"
        self.asked[number] = Asked(user.id, private, words)
        self.told.append(f"{user.name}: {words}{' (private)' * private}")
        return words

    def somebody(self) -> Any:
        return self.random.choice(self.members)

    def somewhere(self) -> Any:
        threads = [thread for channel in self.channels for thread in channel.threads]
        return self.random.choice([*self.channels * 2, *threads[-4:]])

    async def ask(self) -> None:
        user, private = self.somebody(), self.random.random() < 0.4
        place, words = self.somewhere(), self.words(user, private=private)
        await user.slash(place, "ask", question=words, private=private)

    async def mistype(self) -> None:
        await self.somebody().slash(self.somewhere(), "ask", question="Did it hold?", since="zzz")

    async def mention(self) -> None:
        user = self.somebody()
        await user.send(self.somewhere(), f"{self.me} {self.words(user)}")

    async def direct(self) -> None:
        user = self.somebody()
        await user.user.send_dm(self.words(user, private=True))

    async def reply(self) -> None:
        user, place = self.somebody(), self.somewhere()
        said = self.random.choice(place.history()[-6:] or [None])
        if said is not None:
            words = self.random.choice((self.words(user), "is that true?"))
            await user.send(place, f"{self.me} {words}", reply_to=said)

    async def chat(self) -> None:
        await self.somebody().send(self.somewhere(), "@everyone The dam at Lindow held.")

    async def edit(self) -> None:
        user, place = self.somebody(), self.somewhere()
        mine = [said for said in place.history() if said.author.id == user.id]
        if mine:
            await user.edit(self.random.choice(mine), f"{self.me} Something else entirely")

    async def delete(self) -> None:
        user, place = self.somebody(), self.somewhere()
        mine = [said for said in place.history() if said.author.id == user.id]
        if mine:
            await user.delete(self.random.choice(mine))

    async def press(self) -> None:
        """Press any button that somebody sees."""
        user, place = self.random.choice([*self.members, self.owner]), self.somewhere()
        seen = [m for m in place.history(viewer=user)[-12:] if self.world.buttons(m)]
        if not seen:
            return
        message = self.random.choice(seen)
        parts = [part for part in self.world.parts(message) if part.get("type") == 2]
        parts = [part for part in parts if not part.get("disabled")]
        if not parts:
            return
        name = self.random.choice(parts)["custom_id"]
        number = next(iter(numbers(self.world.text(message))), None)
        shown, public = self.seen(number), self.public(number)
        self.told.append(f"{user.name} presses {name} under {number}")
        result = await user.click(message, custom_id=name)
        await self._filled_in(user, name, number, result)
        one = self.asked.get(number or 0)
        if one is not None and ":share:" in name:
            one.shared += self.public(number) - public
        elif one is not None and ":delete:" in name and self.seen(number) < shown:
            one.gone = True

    async def _filled_in(self, user: Any, name: str, number: Any, result: Any) -> None:
        """Send in the form that a button opened, if it opened one."""
        if result.modal is None:
            return
        if ":ask:" in name:
            private = self._is_private(number)
            await user.submit_modal(result, {"question": self.words(user, private=private)})
        elif ":down:" in name:
            await user.submit_modal(result, {"reason": "wrong", "comment": "no"})
        elif ":limits" in name:
            await user.submit_modal(result, {"cooldown": "0", "daily": "9999", "person": "999"})

    def _is_private(self, number: int | None) -> bool:
        one = self.asked.get(number or 0)
        return bool(one and one.private and not one.shared)

    async def menu(self) -> None:
        user, place = self.somebody(), self.somewhere()
        said = [m for m in place.history(viewer=user)[-8:] if not m.flags.ephemeral]
        if not said:
            return
        name = self.random.choice(("Check against the articles", "Ask about this message"))
        result = await user.context_menu(place, name, self.random.choice(said))
        if name.startswith("Ask") and result.modal is not None:
            private = self.world.service.servers.get(self.world.guild.id).private
            words = self.words(user, private=private)
            await user.submit_modal(result, {"question": words, "about": "The dam held."})

    async def look(self) -> None:
        name = self.random.choice(("help", "status", "sources", "privacy"))
        await self.somebody().slash(self.somewhere(), name)

    async def search(self) -> None:
        await self.somebody().slash(self.somewhere(), "search", query="dam")

    async def forget(self) -> None:
        await self.somebody().slash(self.somewhere(), "forget-me")

    async def settings(self) -> None:
        shown = await self.owner.slash(self.channels[0], "settings")
        what = self.random.choice(("private", "insights", "threads", "channels"))
        if what in ("private", "insights"):
            await self.world.press(shown.response, what, who=self.owner)
        else:
            chosen = self.random.choice(([], [self.channels[0]]))
            name = f"dateline:set:{what}"
            await self.owner.select(shown.response, chosen, custom_id=name)

    async def silence(self) -> None:
        """Ask while Discord hears nothing but the acknowledgement; then the bot is killed.

        Of a command whose acknowledgement went unheard too nothing is known after a kill.
        """
        self.is_silent, self.is_faulty = True, False
        await self.random.choice((Story.ask, Story.mention))(self)
        self.is_silent = False
        await self.restart()

    async def own(self) -> None:
        """Look at what only an owner may see."""
        await self.owner.slash(self.channels[0], "insights", csv=self.random.random() < 0.5)
        topic = self.random.choice(("the dam", "@everyone"))
        await self.owner.slash(self.channels[0], "watch", topic=topic)

    async def restart(self) -> None:
        """Kill the bot and start it again; no network is broken meanwhile."""
        self.is_faulty = False
        self.world.service = await self.world.restart()


_ACTIONS: dict[str, tuple[int, Callable[[Story], Awaitable[None]]]] = {
    "ask": (20, Story.ask),
    "mistype": (2, Story.mistype),
    "mention": (12, Story.mention),
    "direct": (5, Story.direct),
    "reply": (10, Story.reply),
    "chat": (4, Story.chat),
    "edit": (2, Story.edit),
    "delete": (3, Story.delete),
    "press": (30, Story.press),
    "menu": (6, Story.menu),
    "look": (3, Story.look),
    "search": (2, Story.search),
    "forget": (1, Story.forget),
    "settings": (4, Story.settings),
    "own": (2, Story.own),
    "restart": (2, Story.restart),
    "silence": (2, Story.silence),
}


async def play(actions: int, seed: int, folder: Path) -> Story:
    """Play a story; raises AssertionError with what is wrong at its end and what led there."""
    script = NumberedAnswerer()
    bots: list[DatelineClient] = []

    def new_bot() -> DatelineClient:
        state = open_state(folder)
        service = AnswerService(script, state, workers=2, keep_days=30, writer="extractive")
        bots.append(DatelineClient(service))
        return bots[-1]

    with unittest.mock.patch.object(network, "_PAUSES_S", (0.0, 0.0, 0.0)):
        async with simcord.run(new_bot(), settle_timeout=60) as env:
            story = Story(World(env, script, bots[0].service, new_bot), random=Random(seed))  # noqa: S311  no secret
            with story.faulty_network():
                for _ in range(actions):
                    await story.act()
            problems = story.problems()
            for bot in bots:
                await bot.service.close()
    assert not problems, "\n".join((f"seed {seed}", *problems, "last:", *story.told))
    return story
