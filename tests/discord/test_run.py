"""What is told before the bot is connected."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext

import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.commands.doctor_command import run_doctor
from bot.discord.client import DatelineClient, Start
from bot.discord.network import Door
from bot.discord.registration import check_token
from bot.discord.run import run_discord, serve
from bot.discord.service.answer_service import AnswerService
from bot.discord.storage.database import open_state, sole_bot, state_file
from retrieval.errors import DiscordError, StateError
from retrieval.settings import Settings
from tests.discord.loopback import TOKEN, Loopback


@pytest.fixture
async def loopback() -> AsyncIterator[Loopback]:
    loopback = Loopback()
    runner = await loopback.start()
    yield loopback
    await runner.cleanup()


@pytest.fixture
def on_loopback(loopback, monkeypatch) -> None:
    here = f"127.0.0.1:{loopback.port}"
    monkeypatch.setattr(Route, "BASE", f"http://{here}/api/v10")
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(f"ws://{here}/gateway"))


@pytest.mark.usefixtures("on_loopback")
async def test_a_server_that_the_bot_may_not_reach_is_told_with_its_option(
    script, tmp_path
) -> None:
    with pytest.raises(DiscordError, match="check --guild, and that the bot was invited"):
        await serve(Settings(_env_file=None, state=tmp_path), script, TOKEN, Start(guild=999))


class Hasty(DatelineClient):
    """Gives its name again at once; the library rests five seconds."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        pass


@pytest.mark.usefixtures("on_loopback")
async def test_a_gateway_that_lets_nobody_in_is_told_and_tried_again(
    loopback, script, state, caplog
) -> None:
    service = AnswerService(script, open_state(state), workers=1, keep_days=30, writer="extractive")
    loopback.is_mute = True
    client = Hasty(service)
    client.door = Door(patience_s=0.05)
    running = asyncio.create_task(client.start(TOKEN))

    async with asyncio.timeout(15):
        while loopback.silences < 2:  # noqa: ASYNC110  the gateway counts
            await asyncio.sleep(0.01)
    loopback.is_mute = False
    await loopback.connected()
    await client.close()
    await running

    assert "does not let the bot in; trying again" in caplog.text
    assert loopback.identifies == 1


def never() -> None:
    raise AssertionError("the chain must not be opened")


def test_a_missing_token_is_one_clear_line(tmp_path) -> None:
    with pytest.raises(DiscordError, match=r"is not set; .* write DISCORD_TOKEN=\.{3} into \.env"):
        run_discord(Settings(_env_file=None, state=tmp_path), never, Start())


def test_a_second_bot_on_the_same_state_is_told(tmp_path) -> None:
    settings = Settings(_env_file=None, state=tmp_path, discord_token="x.y.z")

    with sole_bot(tmp_path), pytest.raises(DiscordError, match="already runs"):
        run_discord(settings, never, Start())


def test_the_state_is_free_again_afterwards(tmp_path) -> None:
    with sole_bot(tmp_path):
        pass

    with sole_bot(tmp_path), nullcontext():
        assert (tmp_path / "bot.lock").exists()


def test_a_state_of_a_newer_version_is_not_touched(tmp_path) -> None:
    connection = open_state(tmp_path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(StateError, match="newer Dateline"):
        open_state(tmp_path)


def test_a_folder_that_cannot_be_used_is_named(tmp_path) -> None:
    (tmp_path / "file").write_text("x")

    with pytest.raises(StateError, match="DATELINE_STATE"):
        open_state(tmp_path / "file" / "state")


def test_a_damaged_state_is_told_and_kept(tmp_path) -> None:
    state_file(tmp_path).write_bytes(b"not a database at all, but long enough to look at")

    with pytest.raises(StateError, match="cannot be used"):
        open_state(tmp_path)

    assert state_file(tmp_path).read_bytes().startswith(b"not a database")


def test_a_state_without_tables_is_laid_anew(tmp_path) -> None:
    connection = open_state(tmp_path)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.execute("PRAGMA foreign_keys = OFF")
    for (name,) in tables:
        connection.execute(f"DROP TABLE {name}")
    connection.close()

    again = open_state(tmp_path)

    assert again.execute("SELECT count(*) FROM turns").fetchone() == (0,)
    again.close()


def test_only_the_owner_may_read_the_state(tmp_path) -> None:
    open_state(tmp_path / "state").close()

    assert (tmp_path / "state").stat().st_mode & 0o077 == 0


async def test_that_the_bot_is_connected_is_told_on_standard_error(world, capsys) -> None:
    await world.restart()

    told = capsys.readouterr().err
    assert f"dateline: connected as {world.env.bot.user}; servers: Newsroom\n" in told
    assert f"client_id={world.env.bot.application_id}&scope=bot+applications.commands" in told


@pytest.mark.usefixtures("on_loopback")
async def test_the_doctor_asks_discord_whose_the_token_is() -> None:
    told = (await asyncio.to_thread(check_token, TOKEN)).words

    assert "Dateline" in told
    assert "no commands yet" in told
    assert "Newsroom" in told
    with pytest.raises(DiscordError, match="refuses the token"):
        await asyncio.to_thread(check_token, "wrong.token.here")


@pytest.mark.usefixtures("on_loopback")
@pytest.mark.parametrize("granted", [True, False])
async def test_the_doctor_says_that_the_intent_is_not_granted(
    loopback, monkeypatch, granted
) -> None:
    loopback.grants_content = granted
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    settings = Settings(_env_file=None, message_content=True)

    found = await asyncio.to_thread(lambda: list(run_doctor(settings, online=True)))

    told = next(one for one in found if one.name == "Discord")
    assert told.ok
    assert ("Message Content Intent" in told.remedy) is not granted


@pytest.mark.usefixtures("on_loopback")
@pytest.mark.parametrize(("rights", "lacking"), [((1 << 50) - 1, False), (3 << 10, True)])
async def test_the_doctor_names_the_rights_that_the_bot_lacks(loopback, rights, lacking) -> None:
    loopback.rights = str(rights)

    lacks = (await asyncio.to_thread(check_token, TOKEN)).lacks

    wanted = "in Newsroom give its role: read message history, create public threads, send messages"
    assert lacks == ((f"{wanted} in threads",) if lacking else ())
