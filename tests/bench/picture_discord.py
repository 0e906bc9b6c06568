"""Takes the README's pictures: the real bot and chain on a simulated Discord, in Chromium.

    uv pip install "simcord[screenshot]==3.2.1"; apt-get install chromium
    python -m tests.bench.picture_discord INDEX OUT [--width 1000] [--chromium /usr/bin/chromium]

INDEX holds the sample articles. A picture is as wide as a phone unless WIDTH says otherwise. They
are judged by eye; that an answer and a refusal fit on a phone is measured, and exits with 1.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

import simcord
from PIL import Image
from playwright.async_api import BrowserType
from simcord.components import walk_components

from bot.discord.client import DatelineClient
from bot.discord.messages.answer_messages import answer_button
from bot.discord.messages.layout import note_view
from bot.discord.messages.place import Place
from bot.discord.service.answer_service import AnswerService
from bot.discord.service.pool import progress_words
from bot.discord.storage.database import open_state
from bot.discord.storage.servers import Server
from bot.discord.storage.turn_store import StoredTurn
from bot.first_run import opened_answerer
from retrieval.settings import Settings

COLOURS = 200
PHONE_WIDTH = 390
WINDOW_HEIGHT = 1400
MOST_HEIGHT = {"answer": 1000, "answer4": 1000, "refusal": 350, "not_said": 350}
"""Of a picture on a phone, in pixels."""
ASKED = "Where did Kerry and Lavrov meet on October 14?"
ASKED_WIDELY = "What do the articles say about Lavrov?"
REFUSED = "Who won the 2018 World Cup?"
NOT_SAID = "How many soldiers did Russia lose in Syria?"
GREETING = "hello"
CLAIM = "Kerry and Lavrov met in Paris on October 14."


def use_system_chromium(path: str) -> None:
    """Have Playwright start the system's Chromium, for it ships none that could be fetched."""
    launch = BrowserType.launch
    switches = "--no-sandbox --disable-gpu --disable-quic --no-first-run".split()
    quiet = "--disable-background-networking --disable-component-update --disable-sync".split()

    async def launch_it(self: BrowserType, **_: Any) -> Any:
        return await launch(self, executable_path=path, args=[*switches, *quiet])

    BrowserType.launch = launch_it


class Album:
    """One server, one person, and where the pictures go."""

    def __init__(self, env: simcord.Env, service: AnswerService, out: Path, width: int) -> None:
        self.env, self.service, self.out, self.width = env, service, out, width
        self.too_high: list[str] = []
        guild = env.create_guild("Newsroom")
        self.channel = guild.create_text_channel("questions")
        self.ann = guild.add_member(env.create_user("ann"))
        self.ben = guild.add_member(env.create_user("ben"))
        service.servers.set(guild.id, Server(cooldown_s=0))

    async def ask(self, question: str, **options: Any) -> Any:
        return (await self.call("ask", question=question, **options)).response

    async def call(self, command: str, **options: Any) -> Any:
        return await self.ann.slash(self.channel, command, **options)

    async def read(self, listed: Any) -> Any:
        rows = self.env.backend.get_message(self.channel.id, listed.id).components
        options = next(p for p in walk_components(rows) if p.get("options"))["options"]
        name = {"custom_id": "dateline:read"}
        return (await self.ann.select(listed, values=[options[0]["value"]], **name)).response

    async def check(self, claim: str) -> Any:
        message = await self.ben.send(self.channel, claim)
        name = "Check against the articles"
        return (await self.ann.context_menu(self.channel, name, message)).response

    async def queued(self) -> Any:
        serve = self.service.serve

        async def wait(turn: StoredTurn, _text: str, place: Place, **_: object) -> None:
            stop = answer_button("stop", turn.turn_id)
            await place.show(note_view(progress_words(3, 4.0), stop))

        self.service.serve = wait
        message = await self.ask(ASKED)
        self.service.serve = serve
        return message

    async def keep(self, name: str, message: Any) -> None:
        path = self.out / f"{name}.png"
        async with self.env.preview(
            self.channel, viewers=[self.ann], width=self.width, height=WINDOW_HEIGHT
        ) as preview:
            await preview.screenshot(path, target=message)
        with Image.open(path) as picture:
            print(f"{name}: {picture.height} px")
            if self.width == PHONE_WIDTH and picture.height > MOST_HEIGHT.get(name, 10_000):
                self.too_high.append(name)
            few = picture.convert("RGB").quantize(
                COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
            )
        few.save(path, optimize=True)


async def take(index: Path, out: Path, width: int) -> list[str]:
    settings = Settings(_env_file=None, index=index)
    with opened_answerer(settings) as answerer, tempfile.TemporaryDirectory() as state:
        service = AnswerService(
            answerer, open_state(Path(state)), workers=2, keep_days=30, writer="extractive"
        )
        bot = DatelineClient(service)
        run = simcord.run(bot, settle_timeout=120)
        run._env.backend.bot_user.name = "Dateline"
        async with run as env:
            album = Album(env, service, out, width)
            await photograph(album)
            return album.too_high


async def photograph(album: Album) -> None:
    answer = await album.ask(ASKED)
    await album.keep("answer", answer)
    passages = await album.ann.click(answer, label="Passages")
    await album.keep("passages", passages.response)
    await album.keep("answer4", await album.ask(ASKED_WIDELY))
    await album.keep("refusal", await album.ask(REFUSED))
    await album.keep("not_said", await album.ask(NOT_SAID))
    await album.keep("greeting", await album.ask(GREETING))
    for command in ("help", "status", "sources"):
        shown = (await album.call(command)).response
        await album.keep(command, shown)
    await album.keep("article", await album.read(shown))
    await album.keep("check", await album.check(CLAIM))
    await album.keep("queue", await album.queued())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--width", type=int, default=PHONE_WIDTH)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    use_system_chromium(given.chromium)
    too_high = asyncio.run(take(given.index, given.out, given.width))
    if too_high:
        sys.exit(f"too high for a phone: {', '.join(too_high)}")


if __name__ == "__main__":
    main()
