"""The network breaks for a moment: nobody loses an answer by it, and nobody gets it twice."""

import aiohttp
import discord
import pytest

from bot.discord import network
from bot.discord.messages.layout import note_view
from bot.discord.messages.place import MessagePlace

ANSWER = "The dam at **Lindow** held"


@pytest.fixture(autouse=True)
def without_pauses(monkeypatch) -> None:
    monkeypatch.setattr(network, "_PAUSES_S", (0.0, 0.0, 0.0))


async def test_a_reset_while_typing_is_shown_does_not_matter(world, cut) -> None:
    cut("POST", "/channels/*/typing", times=9)

    reply = await world.mention("Did the dam hold?")

    assert ANSWER in world.text(reply)


@pytest.mark.parametrize("arrived", [False, True])
async def test_a_reset_at_the_last_edit_of_a_command_is_tried_again(world, cut, arrived) -> None:
    cut("PATCH", "/webhooks/*/messages/@original", times=2, arrived=arrived)

    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    assert ANSWER in world.text(asked.response)
    assert asked.followups == []
    assert len(world.channel.history()) == 1


@pytest.mark.parametrize("arrived", [False, True])
async def test_a_reset_at_the_acknowledgement_of_a_command_is_tried_again(
    world, cut, arrived
) -> None:
    cut("POST", "/interactions/*/callback", arrived=arrived)

    await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    assert [ANSWER in world.text(message) for message in world.channel.history()] == [True]


@pytest.mark.parametrize("arrived", [False, True])
async def test_a_reset_at_the_reply_to_a_mention_shows_one_answer(world, cut, arrived) -> None:
    cut("POST", "/channels/*/messages", times=2, arrived=arrived)

    reply = await world.mention("Did the dam hold?")

    assert ANSWER in world.text(reply)
    assert len(world.channel.history()) == 2


async def test_progress_that_arrived_unheard_becomes_the_answer(world, cut) -> None:
    asked = await world.ann.send(world.channel, "Did the dam hold?")
    place = MessagePlace(asked)
    cut("POST", "/channels/*/messages", times=4, arrived=True)

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await place.show(note_view("Still reading"))
    await place.deliver([note_view("The dam held.")])

    assert [world.text(message) for message in world.channel.history()] == ["", "The dam held."]


async def test_a_reset_between_the_pages_of_a_long_answer_loses_none(world, cut) -> None:
    text = " ".join(f"Sentence number {n} is about the dam." for n in range(200))
    world.script.script["Did it hold?"] = world.make.answer("Did it hold?", text=text)
    cut("POST", "/channels/*/messages", times=1, skip=1, arrived=True)

    await world.mention("Did it hold?")

    shown = [world.text(message) for message in world.channel.history()[1:]]
    assert len(shown) == 2
    assert "number 199 is" in shown[1]


async def test_where_discord_ails_for_a_moment_the_answer_comes_all_the_same(world) -> None:
    world.env.inject_error("PATCH", "/webhooks/*/messages/@original", status=503, times=2)

    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    assert ANSWER in world.text(asked.response)


async def test_a_reset_while_a_button_is_acknowledged_is_tried_again(world, cut) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    cut("POST", "/interactions/*/callback")

    passages = await world.press(asked.response, "passages")

    assert "Passage 1 of 2" in world.text(passages.response)


async def test_what_is_refused_is_not_tried_again() -> None:
    tries = []

    async def refused() -> None:
        tries.append(1)
        raise discord.InvalidData

    with pytest.raises(discord.InvalidData):
        await network.persistently(refused)
    assert len(tries) == 1


async def test_a_network_that_stays_away_is_told_after_four_tries() -> None:
    tries = []

    async def broken() -> None:
        tries.append(1)
        raise aiohttp.ServerDisconnectedError

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await network.persistently(broken)
    assert len(tries) == 4
