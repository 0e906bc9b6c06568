"""Takes the README's pictures: the real bot and chain on a simulated Discord, in Chromium.

    uv pip install "simcord[screenshot]==3.2.1"; apt-get install chromium
    python -m tests.bench.picture_discord INDEX OUT [--chromium /usr/bin/chromium]

INDEX holds the sample articles. A picture is as wide as a phone. They are judged by eye.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import Any

import simcord
from PIL import Image
from playwright.async_api import BrowserType

from bot.discord.client import DatelineClient
from bot.discord.messages.place import Place
from bot.discord.service.answer_service import AnswerService
from bot.discord.service.progress_note import progress_words
from bot.discord.storage.database import open_state
from bot.discord.storage.servers import Server
from bot.first_run import opened_answerer
from retrieval.settings import Settings

COLOURS = 200
PHONE = (390, 1400)
ASKED = "Who did Putin call to thank for an intelligence tip-off?"
REFUSED = "How many soldiers did Russia lose in Syria?"
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

    def __init__(self, env: simcord.Env, service: AnswerService, out: Path) -> None:
        self.env, self.service, self.out = env, service, out
        guild = env.create_guild("Newsroom")
        self.channel = guild.create_text_channel("questions")
        self.ann = guild.add_member(env.create_user("ann"))
        self.ben = guild.add_member(env.create_user("ben"))
        service.servers.set(guild.id, Server(cooldown_s=0))

    async def ask(self, question: str) -> Any:
        return (await self.ann.slash(self.channel, "ask", question=question)).response

    async def check(self, claim: str) -> Any:
        message = await self.ben.send(self.channel, claim)
        name = "Check against the articles"
        return (await self.ann.context_menu(self.channel, name, message)).response

    async def queued(self) -> Any:
        serve = self.service.serve

        async def wait(_turn: object, _text: str, place: Place, **_: object) -> None:
            await place.show(progress_words(3, 4.0))

        self.service.serve = wait
        message = await self.ask(ASKED)
        self.service.serve = serve
        return message

    async def keep(self, name: str, message: Any) -> None:
        width, height = PHONE
        viewers = [self.ann]
        async with self.env.preview(
            self.channel, viewers=viewers, width=width, height=height
        ) as preview:
            path = self.out / f"{name}.png"
            await preview.screenshot(path, target=message)
        with Image.open(path) as picture:
            few = picture.convert("RGB").quantize(
                COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
            )
        few.save(path, optimize=True)


async def take(index: Path, out: Path) -> None:
    settings = Settings(_env_file=None, index=index)
    with opened_answerer(settings) as answerer, tempfile.TemporaryDirectory() as state:
        service = AnswerService(
            answerer, open_state(Path(state)), workers=2, keep_days=30, writer="extractive"
        )
        bot = DatelineClient(service)
        run = simcord.run(bot, settle_timeout=120)
        run._env.backend.bot_user.name = "Dateline"
        async with run as env:
            await photograph(Album(env, service, out))


async def photograph(album: Album) -> None:
    answer = await album.ask(ASKED)
    await album.keep("answer", answer)
    passages = await album.ann.click(answer, label="Passages")
    await album.keep("passages", passages.response)
    await album.keep("refusal", await album.ask(REFUSED))
    await album.keep("check", await album.check(CLAIM))
    await album.keep("queue", await album.queued())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    use_system_chromium(given.chromium)
    asyncio.run(take(given.index, given.out))


if __name__ == "__main__":
    main()
