"""Rooms that many tests need: settings without an environment, folders of articles, the seeds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from onnxruntime import InferenceSession

from retrieval.index.ingest import ingest
from retrieval.index.library import Library, open_library
from retrieval.models import embedder as embedder_room
from retrieval.models import reader, weights
from retrieval.models.embedder import BuiltinEmbedder
from retrieval.settings import Settings
from tests.fakes.postgres_server import PostgresServer, postgres_programs

# The machine's load is none of the tests' business; each run tries other examples.
hypothesis_settings.register_profile("patient", deadline=None, max_examples=50)
hypothesis_settings.load_profile("patient")

SEEDS = Path(__file__).parent.parent / "seeds"
TEXTS = {
    "ferry.txt": "The ferry to Skerry Island sank in the harbour on Monday. "
    "All forty passengers were brought ashore by fishing boats.",
    "frost.txt": "Frost destroyed half of the apple harvest in the valley. "
    "The growers asked the government for nine million crowns.",
    "tower.txt": "The radio tower at Hallmark Hill is to be pulled down. "
    "Engineers found rust in three of its four legs.",
}

SOURCES = """
["ferry.txt"]
published = "2014-10"
outlet = "The Post"
url = "https://post.example/ferry"
["frost.txt"]
outlet = "Daily Mail"
"""

WriteArticles = Callable[..., Path]


def settings_for(index: Path, **more: object) -> Settings:
    """Give settings that neither a `.env` nor the environment has a say in."""
    return Settings(_env_file=None, index=index, **more)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--onestop", metavar="FOLDER", help="The OneStop files, to prove no leak.")


def pytest_report_header() -> str:
    programs = postgres_programs()
    return f"PostgreSQL: {programs or 'not installed, so its tests are SKIPPED'}"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)


@pytest.fixture(autouse=True, scope="session")
def _processes_keep_what_they_compile() -> Iterator[None]:
    """A container may forbid it; each process would then compile all it imports: 2 of its 4 s."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield


class RememberingSession:
    """A model that is run once on the same input: what it gives depends on nothing else."""

    def __init__(self, session: InferenceSession) -> None:
        self._session = session
        self._known: dict[tuple[object, ...], list[Any]] = {}

    def run(self, outputs: Sequence[str], feed: Mapping[str, Any]) -> list[Any]:
        given = (part for name in feed for part in (feed[name].shape, feed[name].tobytes()))
        key = (*outputs, *given)
        if key not in self._known:
            self._known[key] = self._session.run(outputs, feed)
            for array in self._known[key]:
                array.flags.writeable = False
        return self._known[key]


def _shared(open_it: Callable[..., object]) -> Callable[..., object]:
    @cache
    def opened(_folder: Path, *arguments: object, **named: object) -> object:
        found = open_it(*arguments, **named)
        return RememberingSession(found) if isinstance(found, InferenceSession) else found

    return lambda *arguments, **named: opened(weights.MODELS, *arguments, **named)


@pytest.fixture(autouse=True, scope="session")
def _each_model_is_opened_once() -> Iterator[None]:
    """All readers and embedders of this process share what they open and what they made of it."""
    with pytest.MonkeyPatch.context() as patch:
        for room, open_it in (
            (reader, weights.open_reader),
            (embedder_room, weights.open_session),
        ):
            patch.setattr(room, open_it.__name__, _shared(open_it))
        yield


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_for(tmp_path / "index")


@pytest.fixture(scope="session")
def embedder() -> BuiltinEmbedder:
    """The shipped embedder, loaded once."""
    return BuiltinEmbedder()


@pytest.fixture
def library(settings: Settings, embedder: BuiltinEmbedder) -> Iterator[Library]:
    with open_library(settings) as opened:
        opened.embedder = embedder
        yield opened


@pytest.fixture
def write_articles(tmp_path: Path) -> WriteArticles:
    """Write texts into a folder of that name, three short articles if none are given."""

    def write(folder: str = "articles", **texts: str) -> Path:
        path = tmp_path / folder
        path.mkdir(exist_ok=True)
        given = {name.replace("_", "."): text for name, text in texts.items()} or TEXTS
        for name, text in given.items():
            (path / name).write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def held(library: Library, write_articles: WriteArticles) -> Library:
    """Three short articles: one dated, two of a named outlet."""
    folder = write_articles()
    (folder / "sources.toml").write_text(SOURCES, "utf-8")
    ingest(library, [folder])
    return library


@pytest.fixture(scope="session")
def seed_library(
    tmp_path_factory: pytest.TempPathFactory, embedder: BuiltinEmbedder
) -> Iterator[Library]:
    """The seeds, ingested once; tests only read it."""
    with open_library(settings_for(tmp_path_factory.mktemp("seeds") / "index")) as opened:
        opened.embedder = embedder
        ingest(opened, [SEEDS])
        yield opened


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL for all tests; each takes a place of its own in it."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("no PostgreSQL is installed: initdb and postgres were not found")
    server = PostgresServer(programs)
    server.start()
    yield server
    server.remove()
