"""Several processes of one bot on one PostgreSQL, and a PostgreSQL that fails them."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from pydantic import SecretStr

from bot.cli import exit_code
from bot.discord.client import DatelineClient
from bot.discord.messages.answer_messages import Offer
from bot.discord.messages.place import Address
from bot.discord.service.answer_service import AnswerService
from bot.discord.storage.database import open_state, state_of
from bot.discord.storage.owners import MOST_A_DAY, Watch, Watches
from bot.discord.storage.servers import Server, forget_person
from bot.discord.storage.turn_store import TurnStore
from retrieval.chat.ledger import Ledger
from retrieval.chat.state.kept import PostgresState, State, open_postgres
from retrieval.errors import ModelError, StateError
from retrieval.types import Filters, Spent
from tests.conftest import settings_for
from tests.discord.service.test_answer_service import Wall, a_turn, serve
from tests.fakes.postgres_server import PostgresServer

ASKED = {"filters": Filters(), "offer": Offer()}
SHARED = ("facts", "servers", "used", "turns", "messages", "pending", "feedback", "watches")


@pytest.fixture
def url(postgres: PostgresServer) -> SecretStr:
    return SecretStr(postgres.url())


@pytest.fixture(scope="module")
def stopped_server(postgres: PostgresServer) -> Iterator[PostgresServer]:
    """A second server."""
    server = PostgresServer(postgres.programs)
    yield server
    server.remove()


@pytest.fixture
def own_server(stopped_server: PostgresServer) -> Iterator[PostgresServer]:
    """A server that may be stopped."""
    stopped_server.start()
    yield stopped_server
    stopped_server.stop()


@pytest.fixture
def new_service(made_by, script) -> Callable[[SecretStr], AnswerService]:
    """A further process, as far as the state is concerned."""

    def make(url: SecretStr) -> AnswerService:
        bot: DatelineClient = made_by(
            lambda: AnswerService(
                script, open_postgres(url), workers=2, keep_days=30, writer="extractive"
            )
        )()
        return bot.service

    return make


async def served(service: AnswerService, number: int) -> Wall:
    wall, task = serve(service, number)
    await task
    return wall


async def allow(services: list[AnswerService], server: Server) -> None:
    services[0].servers.set(1, server)
    await services[0].keep(services[0].servers.save, 1)
    for service in services[1:]:
        await service.keep_up()


def columns(state: State) -> dict[str, list[str]]:
    if state.is_shared:
        query = (
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_name = ? AND table_schema = current_schema()"
        )
        return {t: sorted(r[0] for r in state.execute(query, (t,))) for t in SHARED}
    return {
        table: sorted(row[1] for row in state.execute(f"PRAGMA table_info({table})"))
        for table in SHARED
    }


def test_both_kinds_of_state_have_the_same_tables(url, tmp_path) -> None:
    with closing(open_state(tmp_path)) as file, closing(open_postgres(url)) as server:
        assert columns(file) == columns(server)


async def test_settings_that_one_process_changed_hold_in_the_other(url, new_service) -> None:
    one, other = new_service(url), new_service(url)

    await allow([one, other], Server(cooldown_s=60, private=True))
    await other.keep(other.servers.meet, 1)

    assert other.servers.get(1) == Server(cooldown_s=60, private=True)


async def test_a_change_that_is_not_yet_kept_is_not_lost_to_another_process(
    url, new_service
) -> None:
    one, other = new_service(url), new_service(url)
    one.servers.set(1, Server(cooldown_s=1))

    await allow([other, one], Server(cooldown_s=2))

    assert one.servers.get(1) == Server(cooldown_s=1)


async def test_a_servers_daily_limit_holds_across_processes(url, new_service) -> None:
    services = [new_service(url), new_service(url)]
    await allow(services, Server(cooldown_s=0, daily_limit=3))

    walls = [await served(services[number % 2], number) for number in range(6)]

    assert [len(wall.delivered) for wall in walls] == [1, 1, 1, 0, 0, 0]
    assert all("3 questions for today are used up" in wall.said[0] for wall in walls[3:])
    assert services[0].connection.execute("SELECT count(*) FROM turns").fetchone()[0] == 3


@pytest.mark.parametrize(
    ("server", "words"),
    [
        (Server(cooldown_s=60), "That was quick"),
        (Server(cooldown_s=0, person_limit=1), "1 questions that one person has"),
    ],
)
async def test_a_persons_limits_hold_across_processes(url, new_service, server, words) -> None:
    services = [new_service(url), new_service(url)]
    await allow(services, server)
    walls = [Wall(), Wall()]

    for number, (service, wall) in enumerate(zip(services, walls, strict=True)):
        turn = replace(a_turn(number), user_id=7)
        await service.serve(turn, turn.question, wall, **ASKED)

    assert [len(wall.delivered) for wall in walls] == [1, 0]
    assert words in walls[1].said[0]


async def test_the_same_message_is_answered_by_one_process(url, new_service) -> None:
    walls = [await served(new_service(url), 1) for _ in range(2)]

    assert [len(wall.delivered) for wall in walls] == [1, 0]


def test_what_waits_is_taken_over_from_a_process_that_is_gone_and_from_no_other(url) -> None:
    with closing(open_postgres(url)) as one, closing(open_postgres(url)) as other:
        turns, turn = TurnStore(one), a_turn(1)
        turns.add(turn)
        turns.wait(turn, Address(message_id=5, token=None, expires_at=None))

        while_it_works = TurnStore(other).left_waiting()
        one.execute("UPDATE pending SET held_until = 0")
        turns.hold([turn.turn_id])
        while_it_says_so = TurnStore(other).left_waiting()
        one.execute("UPDATE pending SET held_until = 0")
        once_it_is_gone = TurnStore(other).left_waiting()

        assert (while_it_works, while_it_says_so) == ([], [])
        assert [address.message_id for _, address in once_it_is_gone] == [5]
        assert turns.left_waiting() == []


def test_each_process_looks_for_news_of_its_own(url) -> None:
    with closing(open_postgres(url)) as state:
        parts = [Watches(state, part) for part in ("0", "1")]
        for watches in parts:
            watches.looked_at(["a"])

        parts[0].looked_at(["a", "b"])

        assert [watches.not_looked_at(["a", "b"]) for watches in parts] == [set(), {"b"}]
        assert parts[0].add(Watch(guild_id=1, channel_id=2, topic="dams"))
        assert len(parts[1].all(1)) == len(parts[1].all()) == 1


def test_a_topic_is_told_so_many_times_a_day_by_all_processes_together(url) -> None:
    watch = Watch(guild_id=1, channel_id=2, topic="dams")
    with closing(open_postgres(url)) as one, closing(open_postgres(url)) as other:
        both = [Watches(one, "0"), Watches(other, "1")]
        both[0].add(watch)

        told = [both[n % 2].may_tell(watch, 86_400.0) for n in range(MOST_A_DAY + 1)]

        assert told == [True] * MOST_A_DAY + [False]
        assert both[0].may_tell(watch, 2 * 86_400.0)
        assert (both[1].drop(watch), both[0].drop(watch)) == (True, False)


def test_model_costs_and_replies_are_shared(url, tmp_path) -> None:
    one, other = (Ledger(tmp_path / name, keep_days=30, url=url) for name in "ab")

    one.spend(Spent(tokens=40, cost=0.5))
    other.spend(Spent(tokens=2, cost=0.25))
    one.remember("key", "first")
    other.remember("key", "second")

    assert one.spent_today() == 42
    assert other.cost_today() == 0.75
    assert one.recall("key") == "second"
    assert list(tmp_path.iterdir()) == []


async def test_a_stopped_server_costs_no_answer_and_what_was_to_be_kept_is_made_up_for(
    own_server, new_service
) -> None:
    service = new_service(SecretStr(own_server.url()))
    await allow([service], Server(cooldown_s=0))
    first = await served(service, 1)
    own_server.stop()

    meanwhile = await served(service, 2)
    with pytest.raises(StateError, match="DATELINE_STATE_URL"):
        await service.keep(service.turns.get, "x")
    own_server.start()
    after = await served(service, 3)

    assert [len(wall.delivered) for wall in (first, meanwhile, after)] == [1, 1, 1]
    rows = service.connection.execute(
        "SELECT source_id, answer IS NOT NULL, (SELECT count(*) FROM messages AS m"
        " WHERE m.turn_id = turns.turn_id) FROM turns ORDER BY source_id"
    )
    assert rows.fetchall() == [(1, True, 1), (2, True, 0), (3, True, 0)]


async def test_who_is_forgotten_stays_forgotten_though_something_was_still_to_be_kept(
    own_server, new_service
) -> None:
    service = new_service(SecretStr(own_server.url()))
    own_server.stop()
    await served(service, 1)

    with pytest.raises(StateError):
        await service.forget(forget_person, service.connection, 1)
    own_server.start()
    await service.forget(forget_person, service.connection, 1)

    assert service.connection.execute("SELECT count(*) FROM turns").fetchone() == (0,)


async def test_a_server_that_says_nothing_costs_seconds_and_what_was_asked_of_it_is_done_later(
    own_server, new_service, monkeypatch
) -> None:
    monkeypatch.setattr("bot.discord.service.pool.PATIENCE_S", 0.2)
    service = new_service(SecretStr(own_server.url()))
    await allow([service], Server(cooldown_s=0))
    own_server.pause()

    start = time.monotonic()
    wall = await served(service, 1)
    took_s = time.monotonic() - start
    own_server.go_on()
    async with asyncio.timeout(10):
        while not await service.recall(False, lambda: True):  # noqa: ASYNC110  another process
            await asyncio.sleep(0.01)

    assert len(wall.delivered) == 1
    assert took_s < 2
    asked = service.connection.execute("SELECT source_id FROM turns WHERE answer IS NOT NULL")
    assert asked.fetchall() == [(1,)]


def test_a_server_that_is_away_is_one_line_when_the_bot_starts(
    own_server, monkeypatch, capsys, tmp_path
) -> None:
    address = own_server.url().replace("dateline@", "dateline:hush@")
    own_server.stop()
    monkeypatch.setenv("DATELINE_STATE_URL", address)
    monkeypatch.setenv("DISCORD_TOKEN", "a.b.c")

    code = exit_code(["discord", "--index", str(tmp_path / "index")])

    told = [line for line in capsys.readouterr().err.splitlines() if "PostgreSQL" in line]
    assert code == 1
    assert len(told) == 1
    assert "DATELINE_STATE_URL" in told[0]
    assert "hush" not in told[0]


@pytest.mark.parametrize(
    "address", ["postgresql://u:hush@[", "postgresql://u:hush@h:many/", "mysql://u:hush@h/"]
)
def test_an_address_that_is_none_is_told_without_its_secret(
    address, monkeypatch, capsys, tmp_path
) -> None:
    monkeypatch.setenv("DATELINE_STATE_URL", address)
    monkeypatch.setenv("DISCORD_TOKEN", "a.b.c")

    code = exit_code(["discord", "--index", str(tmp_path / "index")])

    told = capsys.readouterr().err
    assert code == 1
    assert "DATELINE_STATE_URL" in told
    assert "hush" not in told


def test_tables_of_a_newer_version_are_not_touched(url) -> None:
    with closing(open_postgres(url)) as state:
        state.execute("UPDATE dateline_revision SET version_num = 'newer'")

    with pytest.raises(StateError, match="newer Dateline"):
        open_postgres(url)


def test_the_costs_that_cannot_be_counted_are_the_models_error(own_server, tmp_path) -> None:
    ledger = Ledger(tmp_path, keep_days=30, url=SecretStr(own_server.url()))
    ledger.spend(Spent(tokens=1))
    own_server.stop()

    with pytest.raises(ModelError, match="DATELINE_STATE_URL"):
        ledger.spent_today()


def test_the_settings_choose_where_the_state_is(url, tmp_path) -> None:
    given = settings_for(tmp_path, state=tmp_path / "state", state_url=url)

    with closing(state_of(given)) as state:
        assert isinstance(state, PostgresState)
    assert not given.state.exists()
