"""What the programs that watch the bot see: health, metrics, the log as JSON."""

import asyncio
import io
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.discord.health import watchable
from bot.terminal.stderr import log_as_json
from retrieval.chat.ledger import Ledger
from retrieval.errors import IndexEmpty, SettingsError, StoreError
from retrieval.settings import Settings
from retrieval.types import Spent
from tests.discord.conftest import a_refusal
from tests.discord.service.test_answer_service import serve, until

Get = Callable[[str], "asyncio.Future[tuple[int, str]]"]


@pytest.fixture
def settings(tmp_path: Path, unused_tcp_port: int) -> Settings:
    return Settings(_env_file=None, state=tmp_path / "state", metrics_port=unused_tcp_port)


@pytest.fixture
async def get(service, settings: Settings) -> AsyncIterator[Get]:
    client = SimpleNamespace(service=service, is_connected=True)
    async with watchable(client, settings), aiohttp.ClientSession() as session:

        async def get(page: str) -> tuple[int, str]:
            address = f"http://127.0.0.1:{settings.metrics_port}{page}"
            async with session.get(address) as response:
                return response.status, await response.text()

        yield get


async def samples(get: Get) -> dict[str, float]:
    """Every value of the page, under its name and labels."""
    _, page = await get("/metrics")
    return {
        " ".join([sample.name, *sorted(sample.labels.values())]): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


async def test_questions_refusals_and_failures_are_counted_with_the_time_they_took(
    service, script, get
) -> None:
    script.script["Did dam 2 hold?"] = replace(
        a_refusal("Did dam 2 hold?"), timings_ms={"read": 240.0}
    )
    script.script["Did dam 3 hold?"] = IndexEmpty("no article")
    for number in (1, 2, 3):
        _, serving = serve(service, number)
        await serving

    seen = await samples(get)

    assert seen["dateline_questions_total answered question"] == 1
    assert seen["dateline_questions_total question refused"] == 1
    assert seen["dateline_questions_total failed question"] == 1
    assert seen["dateline_refusals_total not said"] == 1
    assert seen["dateline_answer_seconds_count shown"] == 2
    assert seen["dateline_answer_seconds_sum read"] == pytest.approx(0.24)


async def test_the_queue_the_index_and_the_tokens_are_those_of_the_moment(
    service, script, get, settings
) -> None:
    Ledger(settings.state, keep_days=30).spend(Spent(tokens=1234))
    script.go.clear()
    servings = [serve(service, number)[1] for number in range(5)]
    await until(lambda: service.questions.waiting == 3)

    seen = await samples(get)
    script.go.set()
    await asyncio.gather(*servings)

    assert seen["dateline_queue_waiting"] == 3
    assert seen["dateline_queue_working"] == 2
    assert seen["dateline_articles"] == 3
    assert seen["dateline_index_age_seconds"] > 0
    assert seen["dateline_model_tokens_today"] == 1234
    assert (await samples(get))["dateline_queue_waiting"] == 0


async def test_an_index_that_cannot_be_read_is_unhealthy_and_says_why(
    script, get, monkeypatch
) -> None:
    well, _ = await get("/healthz")

    def broken() -> list:
        raise StoreError("the Chroma server cannot be reached")

    monkeypatch.setattr(script.library, "articles", broken)
    ill, page = await get("/healthz")

    assert (well, ill) == (200, 503)
    assert json.loads(page)["index"] == "the Chroma server cannot be reached"
    assert (await samples(get))["dateline_index_readable"] == 0


async def test_a_port_that_is_taken_is_named(service, settings, get) -> None:
    client = SimpleNamespace(service=service, is_connected=True)

    with pytest.raises(SettingsError, match=f"DATELINE_METRICS_PORT {settings.metrics_port}"):
        async with watchable(client, settings):
            pass


async def test_without_a_port_nothing_listens(service, settings) -> None:
    client = SimpleNamespace(service=service, is_connected=True)

    async with watchable(client, settings.model_copy(update={"metrics_port": None})):
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", settings.metrics_port)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = [logging.StreamHandler(stream)]
    log_as_json()
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_each_line_of_the_log_is_json_and_names_the_question_in_every_thread(
    service, script, logged, monkeypatch
) -> None:
    answer = script.answer

    def logging_answer(question: str, **known: object) -> object:
        logging.getLogger("retrieval.test").info("reading for %s", question)
        both.wait(5)
        return answer(question, **known)

    both = threading.Barrier(2)
    monkeypatch.setattr(script, "answer", logging_answer)
    await asyncio.gather(*(serve(service, number)[1] for number in (1, 2)))

    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    reading = {one["message"]: one["request"] for one in lines if one["logger"] == "retrieval.test"}
    ended = {one["request"] for one in lines if one["message"].startswith("answered in")}
    assert set(reading) == {"reading for Did dam 1 hold?", "reading for Did dam 2 hold?"}
    assert len(set(reading.values())) == 2
    assert set(reading.values()) == ended
    assert all({"time", "level", "logger", "message"} <= one.keys() for one in lines)


def test_an_error_of_the_log_stays_one_line_with_its_traceback(logged) -> None:
    try:
        raise ValueError("no\nnumber")
    except ValueError:
        logging.getLogger("bot.test").exception("broken")

    (line,) = logged.getvalue().splitlines()
    assert json.loads(line)["level"] == "error"
    assert "Traceback" in json.loads(line)["error"]
