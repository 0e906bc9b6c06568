"""Nothing of one server, channel or person reaches another."""

import pytest


@pytest.fixture
def second(world):
    guild = world.env.create_guild("Rival newsroom")
    channel = guild.create_text_channel("questions")
    return guild, channel, guild.add_member(world.ann.user)


async def test_a_second_server_has_its_own_settings_and_limits(world, second) -> None:
    _, channel, ann_there = second
    world.settings(private=True, daily_limit=1)

    here = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    there = await ann_there.slash(channel, "ask", question="Did the dam hold?")

    assert here.ephemeral
    assert not there.ephemeral
    assert "The dam at **Lindow** held" in world.text(there.response)


async def test_a_conversation_does_not_follow_a_person_to_another_server(world, second) -> None:
    _, channel, ann_there = second
    reply = await world.mention("Did the dam hold?")
    foreign = world.service.turns.by_message(reply.id)
    world.sql("INSERT INTO messages VALUES (?, ?)", channel.id, foreign.turn_id)

    await ann_there.send(channel, f"<@{world.env.bot.user.id}> And why?")

    assert world.script.asked[-1][:2] == ("And why?", ())


async def test_another_channel_is_another_conversation(world) -> None:
    other = world.guild.create_text_channel("other")
    thread = await world.open_thread(
        (await world.ann.slash(world.channel, "ask", question="Did the dam hold?")).response
    )

    await world.ann.slash(other, "ask", question="And why?")
    await world.ann.slash(thread, "ask", question="And then?")

    assert [history for _, history, _ in world.script.asked] == [(), (), ("Did the dam hold?",)]


@pytest.mark.parametrize("changed", ["guild_id", "channel_id"])
async def test_a_button_does_not_open_what_belongs_elsewhere(world, changed) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    world.sql(f"UPDATE turns SET {changed} = 7")  # noqa: S608

    result = await world.press(asked.response, "passages")

    assert "was deleted or has expired" in world.text(result.response)


async def test_a_private_answer_opens_for_its_asker_alone(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did it hold?", private=True)
    world.sql("UPDATE turns SET user_id = 7")

    result = await world.press(asked.response, "passages")

    assert "was deleted or has expired" in world.text(result.response)


async def test_leaving_a_server_deletes_its_data_and_no_others(world, second) -> None:
    guild, channel, ann_there = second
    await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    await ann_there.slash(channel, "ask", question="Did the dam hold?")

    await world.env.bot.on_guild_remove(world.env.bot.get_guild(guild.id))

    kept = world.sql("SELECT guild_id FROM turns")
    assert kept == [(world.guild.id,)]
    servers = world.sql("SELECT guild_id FROM servers")
    assert (guild.id,) not in servers
    used = world.sql("SELECT guild_id FROM used")
    assert used == [(world.guild.id,)]
