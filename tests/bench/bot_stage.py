"""Real bots as processes on a Discord of the loopback address, and what they lean on."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tests.bench.bench_discord import CHILD, ROOT, WAITING, WRITING, questions_of
from tests.discord.loopback import GUILD_ID, TOKEN, Loopback, Shown
from tests.fakes.postgres_server import PostgresServer, postgres_programs

ASKED = [*dict.fromkeys(questions_of(ROOT / "tests" / "questions.jsonl"))]
ANSWER_WITHIN_S = 90
WARM_UP = 5
DISK_BYTES, CHUNK = 6 << 20, bytes(1 << 16)
NOBODY_S = 3.5
"""After so long without a word Discord itself says that the application did not respond."""


class Stage:
    """A Discord, its bots, and a person for each question, so that no cooldown is in the way."""

    def __init__(self, room: Path) -> None:
        self.discord = Loopback(is_strict=True)
        self.room = room
        self._people = iter(range(1001, 100_000))
        self._questions = iter(ASKED * 20)
        self._running: list[asyncio.subprocess.Process] = []

    async def bot(
        self, *options: str, name: str = "bot", env: dict[str, str] | None = None
    ) -> asyncio.subprocess.Process:
        """Start one and wait until all shards that are there are connected."""
        self.discord._ready.clear()
        where = ["--port", str(self.discord.port), "--token", TOKEN]
        state = [] if "--state" in options else ["--state", str(self.room / name)]
        with (self.room / f"{name}.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, str(CHILD), *where, *state, *options),
                cwd=ROOT,
                env={"PYTHONPATH": str(ROOT), "PATH": os.defpath, **(env or {})},
                stdout=asyncio.subprocess.DEVNULL,
                stderr=log,
            )
        self._running.append(process)
        return process

    async def ask(self, guild_id: int = GUILD_ID) -> str:
        return await self.discord.ask(next(self._people), next(self._questions), guild_id)

    async def said(self, token: str, within_s: float = ANSWER_WITHIN_S) -> str:
        """Give what a question came to: its last words, or those of Discord."""
        began = time.monotonic()
        while time.monotonic() < began + within_s:
            shown = self._shown(token)
            if shown and is_settled(shown):
                return _kind(shown)
            if shown is None and time.monotonic() > began + NOBODY_S:
                return "Discord: “The application did not respond”"
            await asyncio.sleep(0.05)
        return "nothing"

    async def asked(self, guild_id: int = GUILD_ID) -> tuple[str, str]:
        token = await self.ask(guild_id)
        return token, await self.said(token)

    async def warmed(self, guild_id: int = GUILD_ID) -> tuple[str, str]:
        """Ask until one is answered: a bot that has just started may be too slow for Discord."""
        for _ in range(WARM_UP - 1):
            token, said = await self.asked(guild_id)
            if said == "the answer":
                return token, said
        return await self.asked(guild_id)

    async def opened(self, token: str, guild_id: int = GUILD_ID) -> str:
        """Press the button that shows the passages of an answer; give what it says."""
        shown = self._shown(token)
        if shown is None:
            return "nothing"
        person = next(self._people)
        press = await self.discord.press(person, shown, shown.buttons[0], guild_id)
        return await self.said(press)

    def is_once(self, *tokens: str) -> bool:
        """Tell whether each question has one answer, in one message."""
        shown = [self._shown(token) for token in tokens]
        return all(one is not None and sum(map(is_answer, one.texts)) == 1 for one in shown)

    def _shown(self, token: str) -> Shown | None:
        """What stands under a command or button; the first message after it takes its place."""
        if token not in self.discord.replies:
            return None
        later = self.discord.followups.get(token)
        shown = self.discord.reply(token)
        return self.discord.messages[later[0]] if later and not shown.texts else shown

    async def end(self) -> None:
        for process in self._running:
            if process.returncode is None:
                process.kill()
                await process.wait()


def is_settled(shown: Shown) -> bool:
    """Tell whether a message says more than that it is being worked on."""
    return bool(shown.texts) and not any(w in shown.texts[-1] for w in (*WAITING, WRITING))


def is_answer(text: str) -> bool:
    return "\\[1\\]" in text or "not say" in text or "No article" in text


def _kind(shown: Shown) -> str:
    """Give `the answer`, or the words themselves."""
    text = shown.texts[-1]
    return "the answer" if is_answer(text) else f"“{text.splitlines()[0]}”"


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    with tempfile.TemporaryDirectory() as room:
        stage = Stage(Path(room))
        runner = await stage.discord.start()
        try:
            yield stage
        finally:
            await stage.end()
            await runner.cleanup()


def ingested(index: Path, *folders: Path, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "bot", "ingest", "--index", index, *folders]
    known = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), **env}
    return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True)


@contextmanager
def postgres() -> Iterator[PostgresServer]:
    programs = postgres_programs()
    assert programs is not None, "no PostgreSQL is installed"
    server = PostgresServer(programs)
    server.start()
    try:
        yield server
    finally:
        server.go_on()
        server.remove()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", folder], check=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path) -> Path:
    """Write until there is no room."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while file.write(CHUNK):
                pass
        except OSError:
            return filler
    raise AssertionError("the disk took everything")
