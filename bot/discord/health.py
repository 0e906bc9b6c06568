"""How the bot is, for the programs that watch it: `/healthz` and `/metrics` on this machine."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.discord.client import DatelineClient
from bot.discord.service.pool import Busy
from retrieval.chat.ledger import Ledger
from retrieval.errors import DatelineError, SettingsError, StateError
from retrieval.settings import Settings

_LOOPBACK = "127.0.0.1"
"""Nobody but this machine, or this container, may look: no password stands before the page."""
_LOOK_S = 4.0
"""Whoever watches gives up after five."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What the index holds."""

    articles: int
    written_at: datetime | None

    @property
    def age_s(self) -> float | None:
        return None if self.written_at is None else time.time() - self.written_at.timestamp()


class _Pages:
    """The two pages; both look at the bot anew each time."""

    def __init__(self, client: DatelineClient, ledger: Ledger) -> None:
        self._client = client
        self._ledger = ledger

    async def healthz(self, _: web.Request) -> web.Response:
        """Say whether questions can be asked and answered: 200, or 503 with what is wrong."""
        is_connected = self._client.is_connected  # it may change while the index is read
        report: dict[str, object] = {"discord": "connected" if is_connected else "not connected"}
        try:
            held = await self._held()
            report |= {"index": "readable", "articles": held.articles, "index_age_s": held.age_s}
        except (DatelineError, Busy, TimeoutError) as error:
            report["index"] = str(error) or "too slow"
        report["state"] = await self._state_words()
        well = is_connected and report["index"] == "readable"
        return web.json_response(
            {"status": "ok" if well else "failing", **report}, status=200 if well else 503
        )

    async def metrics(self, _: web.Request) -> web.Response:
        """Give everything that is counted, and what is read at this moment."""
        service = self._client.service
        measure = service.metrics.measure
        queue = service.questions
        measure("queue_waiting", "Questions that wait for a worker.", queue.waiting)
        measure("queue_working", "Questions that are being answered.", queue.working)
        measure("connected", "1 while Discord is connected.", self._client.is_connected)
        try:
            held = await self._held()
            tokens = await asyncio.to_thread(self._ledger.spent_today)
        except (DatelineError, Busy, TimeoutError):
            measure("index_readable", "1 if the index could be read.", 0)
        else:
            measure("index_readable", "1 if the index could be read.", 1)
            measure("articles", "Articles held.", held.articles)
            measure("index_age_seconds", "Seconds since the last ingest.", held.age_s or 0)
            measure("model_tokens_today", "Tokens of chat models since midnight, UTC.", tokens)
        body = generate_latest(service.metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _state_words(self) -> str:
        """Say whether what is kept can be read; questions are answered without it, too."""
        service = self._client.service
        try:
            await service.keep(service.connection.now)
        except (StateError, Busy) as error:
            return str(error) or "too slow"
        return "readable"

    async def _held(self) -> _Held:
        service = self._client.service
        library = service.library_in(None)
        looking = service.look_up(lambda: _Held(len(library.articles()), library.written_at))
        return await asyncio.wait_for(looking, _LOOK_S)


@asynccontextmanager
async def watchable(client: DatelineClient, settings: Settings) -> AsyncIterator[None]:
    """Serve the pages while the block runs, if the settings name a port.

    Raises:
        SettingsError: The port is taken.
    """
    if settings.metrics_port is None:
        yield
        return
    pages = _Pages(
        client, Ledger(settings.state, keep_days=settings.keep_days, url=settings.state_url)
    )
    app = web.Application()
    app.add_routes([web.get("/healthz", pages.healthz), web.get("/metrics", pages.metrics)])
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, _LOOPBACK, settings.metrics_port).start()
        yield
    except OSError as error:
        raise SettingsError(f"DATELINE_METRICS_PORT {settings.metrics_port}: {error}") from error
    finally:
        await runner.cleanup()
