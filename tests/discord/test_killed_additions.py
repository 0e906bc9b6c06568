"""A bot that is killed while it takes in an article of a server: nothing is half stored."""

import signal
from pathlib import Path

import pytest

from bot.discord.storage.servers import audience_of
from retrieval.index.chroma.store import Store
from retrieval.index.ingest import ingest
from retrieval.index.library import Library, open_library
from retrieval.models.embedder import BuiltinEmbedder
from retrieval.settings import Settings
from tests.conftest import TEXTS, settings_for
from tests.discord.loopback import GUILD_ID, TOKEN, Loopback
from tests.discord.test_process import discord, end, start, until  # noqa: F401  fixtures
from tests.processes import write_folder

BRIDGE = "The Quenby bridge was closed on Friday after divers found cracks in its pillar. "
STORY = (BRIDGE * 30).encode()
# Before anything is stored, before it is shown, and after; `tests/index/test_killed.py` has all.
STEPS = ("add", "publish", "remove_word_indexes")
PATIENCE_S = 120


@pytest.fixture
def index(tmp_path: Path, embedder: BuiltinEmbedder) -> Path:
    write_folder(tmp_path / "mine", TEXTS)
    with open_library(settings_for(tmp_path / "index")) as library:
        library.embedder = embedder
        ingest(library, [tmp_path / "mine"])
    return tmp_path / "index"


def states_of(settings: Settings) -> set[str]:
    """Give what the rows of the store are: held, unended or gone."""
    store = Store(settings)
    live = store.live()
    assert live is not None
    states = {row.state for row in live.examined()}
    store.close()
    return states


def own(library: Library) -> list[str]:
    seen = library.seen_by(audience_of(GUILD_ID))
    return [one.source for one in seen.articles() if one.audience]


@pytest.mark.parametrize("step", STEPS)
async def test_a_killed_addition_is_told_and_leaves_nothing_half_stored(
    discord: Loopback,  # noqa: F811
    start,  # noqa: F811
    index: Path,
    step: str,
) -> None:
    process = await start(0.0, TOKEN, *("--real", str(index), "--kill-at", step))
    await discord.connected(PATIENCE_S)
    lost = await discord.add_article(1001, "bridge.txt", STORY)
    code = await process.wait()

    settings = settings_for(index)
    with open_library(settings) as library:
        came = own(library)
        assert len(library.articles()) == len(TEXTS)
    discord._ready.clear()
    process = await start(0.0, TOKEN, *("--real", str(index)))
    await discord.connected(PATIENCE_S)
    await until(lambda: "Do it again" in discord.reply(lost).texts[-1], PATIENCE_S)
    again = await discord.add_article(1001, "bridge.txt", STORY)
    await until(lambda: again in discord.replies, PATIENCE_S)
    await until(lambda: "of this server" in "".join(discord.reply(again).texts[-1:]), PATIENCE_S)
    await end(process)

    assert code == -signal.SIGKILL
    assert came == (["bridge.txt"] if step == "remove_word_indexes" else [])
    with open_library(settings) as library:
        assert own(library) == ["bridge.txt"]
        assert len(library.articles()) == len(TEXTS)
    assert states_of(settings) == {"held"}
