"""`/articles`: a server's own articles, and that no other server is told a word of them."""

import asyncio
import threading
from dataclasses import dataclass, field, replace
from functools import partial

import discord
import pytest

from bot.discord.incoming.own_articles import Doing, awaited
from bot.discord.service.answer_service import AnswerService
from bot.discord.service.pool import Pool
from bot.discord.storage.database import open_state
from bot.discord.storage.turn_store import StoredTurn
from retrieval.answer.chain import Answerer
from retrieval.articles.files.apart import ApartReader
from retrieval.articles.web.fetch import Fetcher
from retrieval.articles.web.pages import Web
from retrieval.errors import ArticleError, IndexBusy
from retrieval.index.writing.additions import MAX_ADDED_BYTES, Additions, Upload
from tests.articles.test_hostile import packed_page
from tests.articles.web.site import as_if_public, serving
from tests.conftest import TEXTS

MOST = 3
QUESTION = "Why was the Quenby bridge closed?"
CLAIM = "The Quenby bridge was closed on Friday after divers found cracks in its second pillar."
TEXT = f"{CLAIM} The council of Quenby promised a ferry for the time of the repairs."
FRONT = "---\ntitle: Divers under the bridge\noutlet: Bridge Gazette\npublished: 2015-03-01\n---\n"
FILE = ("bridge.md", f"{FRONT}{TEXT}\n".encode())
SECRET = ("pillar", "bridge gazette", "divers under", "promised a ferry", "2015")
FIVE_MINUTES_S, BUSY_S = 301, 6.0
FERRY = "Who brought the ferry's passengers ashore?"

pytestmark = pytest.mark.simcord(settle_timeout=60)


@pytest.fixture
def additions(held):
    return Additions(held, most=MOST, web=Web(Fetcher(resolve=as_if_public)))


@pytest.fixture
def new_bot(held, additions, state, made_by):
    answerer = Answerer(held)
    return made_by(
        lambda: AnswerService(
            answerer,
            open_state(state),
            additions=additions,
            workers=2,
            keep_days=30,
            writer="extractive",
        )
    )


@pytest.fixture
def owner(world):
    return world.person("owner", manage_guild=True)


@pytest.fixture
def add(world, owner):
    async def call(file=FILE):
        return await owner.slash(world.channel, "articles add", file=file)

    return call


@pytest.fixture
def rival(world):
    """Another server: its id, its channel, a member, and its owner."""
    guild = world.env.create_guild("Rival newsroom")
    world.service.servers.set(guild.id, world.service.servers.get(world.guild.id))
    rights = discord.Permissions(manage_guild=True)
    owners = guild.create_role("owners", permissions=rights)
    boss = guild.add_member(world.env.create_user("boss"), roles=[owners])
    channel = guild.create_text_channel("questions")
    return guild.id, channel, guild.add_member(world.ann.user), boss


def told_of(text: str) -> list[str]:
    said = text.casefold().replace("*", "").replace("__", "")
    return [word for word in SECRET if word in said]


async def test_a_file_is_taken_in_with_a_report_and_answers_on_its_server(world, add) -> None:
    added = await add()
    asked = await world.ann.slash(world.channel, "ask", question=QUESTION)
    passages = await world.press(asked.response, "passages")

    report = world.text(added.response)
    assert added.ephemeral
    assert "**Taken in**\n**Divers under the bridge**\n-# Bridge Gazette · 1 Mar 2015" in report
    assert "1 paragraph kept, 0 left out as page furniture, 0 as comments · 1 passage" in report
    assert f"1 of {MOST} articles of this server" in report
    assert "Bridge Gazette" in world.text(asked.response)
    assert "pillar" in world.text(passages.response).replace("__", "")
    assert "no longer held" not in world.text(passages.response)


async def doors_of(world, channel, ben, boss) -> list[object]:
    """Everything that people of a server can call, about an article that is not theirs."""
    ferry = await ben.slash(channel, "ask", question=FERRY)
    message = await boss.send(channel, CLAIM.replace("second pillar", "side"))
    return [
        ferry,
        await world.press(ferry.response, "passages", who=ben),
        await ben.slash(channel, "ask", question=QUESTION),
        await ben.slash(channel, "ask", question="Which outlets are there?"),
        await ben.slash(channel, "search", query="Quenby bridge"),
        await ben.slash(channel, "search", query="bridge", outlet="gazet"),
        await ben.slash(channel, "sources"),
        await ben.slash(channel, "sources", title="Quenby"),
        await ben.slash(channel, "status"),
        await ben.slash(channel, "help"),
        await boss.slash(channel, "insights"),
        await boss.slash(channel, "articles list"),
        await boss.slash(channel, "articles remove", article="Divers under the bridge"),
        await ben.context_menu(channel, "Check against the articles", message),
    ]


async def test_another_server_is_told_no_word_of_it_at_any_door(world, owner, add, rival) -> None:
    rival_id, channel, ben, boss = rival
    for guild_id in (world.guild.id, rival_id):
        old = world.service.servers.get(guild_id)
        world.service.servers.set(guild_id, replace(old, insights_since=1.0))
    for place, person in ((channel, boss), (world.channel, owner)):
        await person.slash(place, "watch", topic="the Quenby bridge")
    await world.env.advance_time(FIVE_MINUTES_S)
    await add()
    await world.ann.slash(world.channel, "ask", question=QUESTION)
    await world.env.advance_time(FIVE_MINUTES_S)
    mine = await owner.slash(world.channel, "insights")

    doors = await doors_of(world, channel, ben, boss)
    told = [world.text(door.response) for door in doors]
    told += [str(await ben.autocomplete(channel, name, "outlet", "")) for name in ("ask", "search")]
    told.append(str(await boss.autocomplete(channel, "articles remove", "article", "")))
    await ben.send(channel, f"<@{world.env.bot.user.id}> {QUESTION}")
    await world.ann.send_dm(QUESTION)
    posted = [*channel.history(), *world.ann.user.dm_channel.history()]
    told += [world.text(one) for one in posted if one.author.id == world.env.bot.user.id]

    assert [(text, told_of(text)) for text in told if told_of(text)] == []
    assert "Divers under the bridge" in world.text(mine.response)
    news = [world.text(one) for one in world.channel.history() if "New on" in world.text(one)]
    assert len(news) == 1
    assert told_of(news[0])


BROKEN = {
    "song.mp3": (b"ID3", "I cannot take this in: unknown ending; article files end in"),
    "paper.pdf": (b"%PDF-1.7 nothing", "I cannot take this in: "),
    "empty.txt": (b"", "I cannot take this in: "),
    "huge.txt": (b"a " * MAX_ADDED_BYTES, "A file may have 10 MB at most."),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_what_is_no_article_is_told_in_one_private_sentence(held, world, add, name) -> None:
    data, words = BROKEN[name]

    result = await add((name, data))

    assert result.ephemeral
    assert world.text(result.response).startswith(words)
    assert "\n" not in world.text(result.response)
    assert held.audiences == frozenset()


async def test_over_quota_is_told_and_nothing_more_is_stored(held, world, add) -> None:
    for number in range(MOST):
        await add((f"{number}.txt", f"Story {number} of the town. {TEXT}".encode()))

    result = await add()

    assert world.text(result.response).startswith(f"This would be more than the {MOST} articles")
    assert len(held.seen_by(str(world.guild.id)).articles()) == len(TEXTS) + MOST


async def test_a_page_is_fetched_and_private_addresses_are_not(world, owner) -> None:
    with serving() as site:
        page = f"<html><title>Quenby bridge</title><article><p>{TEXT}</p></article></html>"
        site.put("/bridge", page)
        added = await owner.slash(world.channel, "articles add", url=site.url("/bridge"))
        asked_before = len(site.asked)
        local = f"http://127.0.0.1:{site.port}/bridge"
        refused = await owner.slash(world.channel, "articles add", url=local)
        both = await owner.slash(world.channel, "articles add", url=local, file=FILE)

        assert "Quenby bridge" in world.text(added.response)
        assert "only public pages are fetched" in world.text(refused.response)
        assert len(site.asked) == asked_before
    assert "Give either" in world.text(both.response)


async def test_own_articles_are_listed_and_taken_out(world, owner, add) -> None:
    await add()
    await add(("fire.txt", b"A fire broke out in the old mill. Nobody was hurt in the fire."))
    listed = await owner.slash(world.channel, "articles list")
    choices = await owner.autocomplete(world.channel, "articles remove", "article", "")
    bridge = next(one["value"] for one in choices if "Divers" in one["name"])

    one = await owner.slash(world.channel, "articles remove", article=bridge)
    again = await owner.slash(world.channel, "articles remove", article=bridge)
    rest = await owner.slash(world.channel, "articles remove", article="*")
    empty = await owner.slash(world.channel, "articles list")

    assert "**Articles** of this server" in world.text(listed.response)
    assert f"2 of {MOST} articles, which are seen here alone" in world.text(listed.response)
    assert "All 2 articles of this server" in [one["name"] for one in choices]
    assert "Taken out: **Divers under the bridge**." in world.text(one.response)
    assert "No article of this server has that name" in world.text(again.response)
    assert "Taken out: **" in world.text(rest.response)
    assert "There is none." in world.text(empty.response)


async def test_only_who_may_manage_the_server_adds_articles(held, world) -> None:
    command = world.env.backend.find_command("articles", world.guild.id, type=1)
    world.guild.set_command_permissions(int(command["id"]), {world.ann: True})

    result = await world.ann.slash(world.channel, "articles add", file=FILE)

    assert "Manage Server" in world.text(result.response)
    assert held.audiences == frozenset()


@dataclass
class Wall:
    """Holds what is shown in the place of 'thinking…', and lets the work end once it is."""

    shown: threading.Event = field(default_factory=threading.Event)
    texts: list[str] = field(default_factory=list)

    async def edit_original_response(self, *, view: discord.ui.LayoutView) -> None:
        self.texts += [one.content for one in view.walk_children()]
        self.shown.set()


async def test_what_is_done_is_shown_meanwhile() -> None:
    wall, doing = Wall(), Doing()
    pool = Pool("articles", workers=1, most_waiting=0)

    def work() -> bool:
        doing.take("reading the file")
        return wall.shown.wait(20)

    was_shown = await awaited(wall, pool.submit(work), doing, every_s=0.01)
    pool.close()

    assert was_shown
    assert wall.texts[-1] == "⏳ Reading the file…"


async def test_questions_are_answered_while_a_file_keeps_its_reader_busy(
    held, additions, world, monkeypatch
) -> None:
    monkeypatch.setattr(
        "retrieval.index.writing.additions.ApartReader", partial(ApartReader, max_s=BUSY_S)
    )
    reads, pool = threading.Event(), Pool("articles", workers=1, most_waiting=0)
    upload = Upload(name="busy.pdf", data=packed_page(20_000_000))

    busy = pool.submit(lambda: additions.add("7", upload, lambda _: reads.set()))
    await asyncio.to_thread(reads.wait, BUSY_S)
    asked = await world.ann.slash(world.channel, "ask", question=FERRY)
    was_busy = not busy.future.done()
    with pytest.raises(ArticleError, match="not read within"):
        await busy.future
    pool.close()

    assert was_busy
    assert "ashore" in world.text(asked.response)
    assert held.audiences == frozenset()


async def test_a_server_adds_one_at_a_time(held, world, add) -> None:
    other = StoredTurn(source_id=1, guild_id=world.guild.id, channel_id=2, user_id=3, private=True)
    world.service.taking_in[asyncio.current_task()] = other

    told = await add()
    world.service.taking_in.clear()

    assert world.text(told.response).startswith("I am still taking in an article for this server")
    assert held.audiences == frozenset()


async def test_an_index_that_is_being_written_is_told(world, add, monkeypatch) -> None:
    def busy(*_: object) -> None:
        raise IndexBusy("another process is writing")

    monkeypatch.setattr(world.service.additions, "add", busy)

    assert "brought up to date" in world.text((await add()).response)


async def test_the_articles_of_a_server_that_is_left_go(held, world, add) -> None:
    await add()

    await world.env.bot.on_guild_remove(world.env.bot.get_guild(world.guild.id))

    assert held.audiences == frozenset()


async def test_articles_that_could_not_go_at_once_go_a_minute_later(
    held, world, add, monkeypatch
) -> None:
    def busy(*_: object) -> None:
        raise IndexBusy("another process is writing")

    await add()
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(world.service.additions, "remove", busy)
        await world.env.bot.on_guild_remove(world.env.bot.get_guild(world.guild.id))
    before = held.audiences
    await world.env.advance_time(61)

    assert before == {str(world.guild.id)}
    assert held.audiences == frozenset()


async def test_help_says_how_articles_are_added_where_they_may_be(world) -> None:
    told = world.text((await world.ann.slash(world.channel, "help")).response)

    assert "articles add" in told
