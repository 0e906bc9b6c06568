"""Several bots and one ingester on a Chroma server that stops, starts and fails: nothing lost."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import psutil
import pytest

from retrieval.errors import StoreError
from retrieval.index.chroma.store import Store
from retrieval.index.ingest import ingest
from retrieval.index.library import Library, open_library
from retrieval.models.embedder import BuiltinEmbedder
from tests.conftest import TEXTS, WriteArticles, settings_for
from tests.fakes.chroma_server import ChromaServer, Way, way_to

BOTS = 3
STALE_S = 5.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ChromaServer]:
    room = tmp_path / "server"
    room.mkdir()
    server = ChromaServer(room)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def libraries(
    server: ChromaServer, tmp_path: Path, embedder: BuiltinEmbedder
) -> Iterator[list[Library]]:
    """One that ingests and several that answer, each with a folder of its own."""
    opened = []
    for number in range(1 + BOTS):
        library = open_library(settings_for(tmp_path / f"bot{number}", chroma_url=server.url))
        library.embedder = embedder
        opened.append(library)
    yield opened
    for library in opened:
        library.close()


def test_every_bot_sees_each_ingest_within_five_seconds_and_never_half_of_it(
    libraries: list[Library], write_articles: WriteArticles
) -> None:
    ingester, *bots = libraries
    folder = write_articles()
    published: dict[int, float] = {}
    ended = Event()

    def edit(day: int) -> None:
        for name, text in TEXTS.items():
            (folder / name).write_text(f"{text} This was said on day {day}.", "utf-8")
        ingest(ingester, [folder])
        published[day] = time.monotonic()

    def watch(bot: Library) -> list[tuple[float, set[str]]]:
        seen = []
        while not ended.is_set():
            began = time.monotonic()
            hits = bot.search("ferry, frost and tower on a day", k=3)
            seen.append((began, {hit.passage.text.split()[-1] for hit in hits}))
        return seen

    edit(0)
    with ThreadPoolExecutor(BOTS) as pool:
        watching = [pool.submit(watch, bot) for bot in bots]
        for day in range(1, 4):
            edit(day)
        time.sleep(0.5)
        ended.set()
        seen = [one for future in watching for one in future.result()]

    assert all(len(days) == 1 for _, days in seen)
    late = [
        (began, days)
        for began, days in seen
        for day, moment in published.items()
        if began > moment + STALE_S and int(days.copy().pop().rstrip(".")) < day
    ]
    assert late == []
    assert all(bot.revision == ingester.revision for bot in bots)


def test_a_server_that_stops_is_told_and_after_its_start_all_goes_on(
    server: ChromaServer, libraries: list[Library], write_articles: WriteArticles
) -> None:
    ingester, bot, *_ = libraries
    folder = write_articles()
    ingest(ingester, [folder])
    before = {hit.passage.text for hit in bot.search("ferry, frost and tower")}

    server.stop()
    for call in (lambda: bot.search("ferry"), lambda: ingest(ingester, [folder])):
        with pytest.raises(StoreError, match="start it or check DATELINE_CHROMA_URL"):
            call()
    server.start()

    assert {hit.passage.text for hit in bot.search("ferry, frost and tower")} == before
    (folder / "ferry.txt").write_text("The ferry is afloat again.", "utf-8")
    ingest(ingester, [folder])
    assert "afloat" in bot.article_text(bot.find_article("ferry.txt").article_id)


def test_a_server_that_is_silent_is_given_up_and_no_socket_is_left_open(
    server: ChromaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.index.chroma.connection._TIMEOUT_S", 0.5)
    settings = settings_for(tmp_path / "bot", chroma_url=server.url)
    store = Store(settings)

    server.pause()
    for call in (store.live, lambda: Store(settings)):
        with pytest.raises(StoreError, match="does not answer"):
            call()
    server.go_on()
    assert store.live() is None
    store.close()

    sockets = [one.raddr.port for one in psutil.Process().net_connections() if one.raddr]
    assert server.port not in sockets


@pytest.fixture
def way(server: ChromaServer) -> Iterator[Way]:
    with way_to(server.port) as way:
        yield way


@pytest.mark.parametrize("passing", [0, 2, 5, 9])
def test_an_ingest_into_a_server_that_answers_500_loses_nothing(
    libraries: list[Library],
    write_articles: WriteArticles,
    way: Way,
    embedder: BuiltinEmbedder,
    tmp_path: Path,
    passing: int,
) -> None:
    ingester, bot, *_ = libraries
    folder = write_articles()
    ingest(ingester, [folder])
    assert len(bot.articles()) == 3
    for name in TEXTS:
        (folder / name).write_text(f"{TEXTS[name]} It was mended in June.", "utf-8")

    url = f"http://127.0.0.1:{way.port}"
    with open_library(settings_for(tmp_path / "far", chroma_url=url)) as far:
        far.embedder = embedder
        assert len(far.articles()) == 3
        way.passing = passing
        with pytest.raises(StoreError, match="answers 500; try again"):
            ingest(far, [folder])
        shown = {hit.passage.text for hit in bot.search("ferry, frost and tower")}
        way.passing = None
        ingest(far, [folder])

    assert shown == set(TEXTS.values())
    after = {hit.passage.text for hit in bot.search("ferry, frost and tower mended in June")}
    assert after == {f"{text} It was mended in June." for text in TEXTS.values()}
