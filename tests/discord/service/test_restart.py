"""What survives a kill: every button, every setting, and no answer comes twice."""

from bot.discord.messages.place import Address, MessagePlace
from bot.discord.storage.servers import Server
from bot.discord.storage.turn_store import StoredTurn


async def test_buttons_of_old_answers_work_after_a_restart(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    message = asked.response

    await world.restart()

    passages = await world.press(message, "passages")
    assert "**The dam at __Lindow__ held.**" in world.text(passages.response)
    assert "Thank you" in world.text((await world.press(message, "up")).response)
    form = await world.press(message, "down")
    thanks = await world.ann.submit_modal(form, {"reason": "wrong"})
    assert "Thank you" in world.text(thanks.response)
    form = await world.press(message, "ask")
    await world.ann.submit_modal(form, {"question": "And why?"})
    assert world.script.asked[-1][:2] == ("And why?", ("Did the dam hold?",))


async def test_settings_and_a_settings_panel_survive(world) -> None:
    owner = world.person("owner", manage_guild=True)
    panel = (await owner.slash(world.channel, "settings")).response
    await world.press(panel, "private", who=owner)

    new_service = await world.restart()

    assert new_service.servers.get(world.guild.id).private is True
    await world.press(panel, "private", who=owner)
    assert new_service.servers.get(world.guild.id).private is False


async def test_commands_are_not_registered_again(world) -> None:
    await world.restart()

    registrations = [r for r in world.env.http_requests if r.method == "PUT"]
    assert len(registrations) == 1


async def test_a_finished_answer_that_may_not_have_been_posted_is_put_in_place(world) -> None:
    message, _ = await left_waiting(world, answered=True)

    await world.restart()

    assert "The dam at **Lindow** held" in world.text(message)
    assert len(world.channel.history()) == 2
    assert world.sql("SELECT count(*) FROM pending") == [(0,)]
    passages = await world.press(message, "passages")
    assert "Passage 1" in world.text(passages.response)


async def test_an_answer_in_flight_is_said_to_be_lost(world) -> None:
    message, turn = await left_waiting(world, answered=False)

    await world.restart()

    assert "Ask again in a minute" in world.text(message)
    assert len(world.channel.history()) == 2
    assert world.service.turns.get(turn.turn_id) is None


async def test_a_mention_that_got_no_word_yet_is_told_in_reply(world) -> None:
    asked = await world.ann.send(world.channel, "Did the dam hold?")
    turn = StoredTurn(
        source_id=asked.id,
        guild_id=world.guild.id,
        channel_id=world.channel.id,
        user_id=world.ann.id,
        private=False,
        question="Did the dam hold?",
    )
    world.service.turns.add(turn)
    world.service.turns.wait(turn, MessagePlace(asked).address)

    await world.restart()

    _, reply = world.channel.history()
    assert "Ask again in a minute" in world.text(reply)
    assert reply.reference.message_id == asked.id


async def test_a_form_that_was_open_across_a_restart_loses_nothing(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    question = await world.press(asked.response, "ask")
    opinion = await world.press(asked.response, "down")

    await world.restart()
    await world.ann.submit_modal(question, {"question": "And why?"})
    await world.ann.submit_modal(opinion, {"reason": "wrong", "comment": "It broke."})

    assert world.script.asked[-1][:2] == ("And why?", ("Did the dam hold?",))
    assert world.sql("SELECT reason, comment FROM feedback") == [("wrong", "It broke.")]


async def test_a_command_that_waits_is_mended_through_its_token(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did it hold?", private=True)
    turn = world.service.turns.by_message(asked.response.id)
    world.service.turns.wait(turn, address_of(asked))
    world.sql("UPDATE turns SET answer = NULL")

    await world.restart()

    assert "Ask again in a minute" in world.text(asked.response)
    assert asked.response.ephemeral


async def test_a_token_that_is_void_is_not_tried(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did it hold?")
    turn = world.service.turns.by_message(asked.response.id)
    world.service.turns.wait(turn, address_of(asked, expires_at=1.0))
    before = len(world.env.http_requests)

    await world.restart()

    edits = [r for r in world.env.http_requests[before:] if r.method == "PATCH"]
    assert edits == []
    assert "The dam at **Lindow** held" in world.text(asked.response)


async def test_a_server_that_left_while_the_bot_was_away_is_forgotten(world) -> None:
    world.service.servers.set(42, Server(private=True))
    world.service.servers.save(42)
    world.service.turns.add(
        StoredTurn(source_id=1, guild_id=42, channel_id=2, user_id=3, private=False, question="Q?")
    )

    new_service = await world.restart()

    assert world.sql("SELECT count(*) FROM turns") == [(0,)]
    assert 42 not in new_service.servers.ids


def address_of(asked, expires_at: float = 9e9) -> Address:
    token = asked._interaction.token
    return Address(message_id=asked.response.id, token=token, expires_at=expires_at)


async def left_waiting(world, *, answered: bool):
    """A reply that a killed bot left behind: its last word was that it is reading."""
    message = await world.mention("Did the dam hold?")
    turn = world.service.turns.by_message(message.id)
    world.sql("DELETE FROM messages")
    world.service.turns.wait(turn, Address(message_id=message.id))
    if not answered:
        world.sql("UPDATE turns SET answer = NULL")
    return message, turn
