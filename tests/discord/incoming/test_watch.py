"""`/watch`: a channel is told what newly taken-in articles say on a topic."""

import pytest

from bot.discord.rounds import news_on
from bot.discord.storage.owners import MOST_A_DAY, MOST_TOPICS
from retrieval.types import Hit
from tests.discord.conftest import a_citation

FIVE_MINUTES_S = 301


@pytest.fixture
def owner(world):
    return world.person("owner", manage_guild=True)


@pytest.fixture
def watch(world, owner):
    async def call(**options: object) -> str:
        return world.text((await owner.slash(world.channel, "watch", **options)).response)

    return call


@pytest.fixture
def ingest(world):
    """Take articles in, and let the bot look."""

    async def hold(*numbers: int) -> list[str]:
        world.script.library.articles_held = [world.make.article(n) for n in numbers]
        await world.env.advance_time(FIVE_MINUTES_S)
        said = [m for m in world.channel.history() if not m.flags.ephemeral]
        return [world.text(message) for message in said]

    return hold


async def test_a_new_article_on_a_watched_topic_is_told_once_with_its_quote(watch, ingest) -> None:
    await ingest(2, 3)
    await watch(topic="the dam at Lindow")

    told = await ingest(1, 2, 3)
    again = await ingest(1, 2, 3)

    assert len(told) == len(again) == 1
    assert "**New on the dam at Lindow**" in told[0]
    assert "> The dam at Lindow held.\n> -# \\[1\\] Valley Courier · 15 Oct 2014" in told[0]


async def test_articles_that_were_there_and_other_topics_are_not_told(watch, ingest) -> None:
    await ingest(1, 2)
    await watch(topic="the dam at Lindow")
    await watch(topic="volcano")

    assert await ingest(2, 1) == []
    assert await ingest(1, 2, 3) == []


async def test_a_topic_is_told_so_many_times_a_day(world, watch, ingest) -> None:
    await watch(topic="the dam")
    for _ in range(MOST_A_DAY + 2):
        await ingest(2)
        told = await ingest(1, 2)

    assert len(told) == MOST_A_DAY


async def test_watches_are_listed_stopped_and_limited(world, watch) -> None:
    await watch(topic="the  dam")
    listed = await watch()
    stopped = await watch(topic="the dam", stop=True)
    again = await watch(topic="the dam", stop=True)
    for number in range(MOST_TOPICS):
        await watch(topic=f"topic {number}")

    assert f"- the dam in <#{world.channel.id}>" in listed
    assert "no more" in stopped
    assert "I do not watch" in again
    assert "stop one first" in await watch(topic="one more")


async def test_only_who_may_set_things_watches(world) -> None:
    command = world.env.backend.find_command("watch", world.guild.id, type=1)
    world.guild.set_command_permissions(int(command["id"]), {world.ann: True})

    result = await world.ann.slash(world.channel, "watch", topic="the dam")

    assert "Manage Server" in world.text(result.response)


def test_what_an_older_article_has_word_for_word_is_no_news(script, monkeypatch) -> None:
    reprinted = [
        Hit(passage=a_citation(number).passage, rank=number, score=1 / number) for number in (1, 2)
    ]
    monkeypatch.setattr(script.library, "search", lambda query, *, k: reprinted[:])

    assert news_on("dam Lindow", script.library, {"a1"}) == []
    assert len(news_on("dam Lindow", script.library, {"a1", "a2"})) == 2
    assert news_on("dam Lindow", script.library, frozenset()) == []
