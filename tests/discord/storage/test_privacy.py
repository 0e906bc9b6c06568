"""What is kept, for how long, and how it goes."""

import time

from bot.discord.messages.about_bot import privacy_words
from bot.discord.storage.servers import forget_old


async def test_privacy_says_what_is_kept_and_for_how_long(world) -> None:
    result = await world.ann.slash(world.channel, "privacy")

    text = world.text(result.response)
    assert result.ephemeral
    assert "30 days" in text
    assert "/forget-me" in text


async def test_forget_me_deletes_all_of_one_person_and_nothing_of_others(world) -> None:
    ben = world.person("ben")
    mine = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    his = await ben.slash(world.channel, "ask", question="Did the dam hold?")
    await world.press(his.response, "up")
    await world.press(mine.response, "up", who=ben)
    await world.ann.send_dm("Did the dam hold?")

    result = await world.ann.slash(world.channel, "forget-me")

    assert "2 of your questions" in world.text(result.response)
    assert world.sql("SELECT user_id FROM turns") == [(ben.id,)]
    assert world.sql("SELECT * FROM feedback") == []
    assert world.sql("SELECT * FROM used WHERE guild_id = ?", world.ann.id) == []


async def test_what_is_stored_is_ids_question_answer_and_messages(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    (turn,) = world.sql("SELECT guild_id, channel_id, user_id, question FROM turns")
    assert turn == (world.guild.id, world.channel.id, world.ann.id, "Did the dam hold?")
    assert world.sql("SELECT message_id FROM messages") == [(asked.response.id,)]
    assert world.sql("SELECT * FROM pending") == []


async def test_answers_go_after_thirty_days_with_their_feedback(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    await world.press(asked.response, "up")
    now, day_s = time.time(), 86_400

    kept = forget_old(world.service.connection, now + 29 * day_s, 30)
    gone = forget_old(world.service.connection, now + 31 * day_s, 30)

    assert (kept, gone) == (0, 1)
    assert world.sql("SELECT * FROM feedback") == []
    assert world.sql("SELECT * FROM messages") == []


async def test_old_answers_are_deleted_when_the_bot_starts(world) -> None:
    await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    world.sql("UPDATE turns SET asked_at = 1")

    await world.restart()

    assert world.sql("SELECT * FROM turns") == []


def test_privacy_words_name_the_days_that_are_set() -> None:
    assert "7 days" in privacy_words(7)


async def test_the_settings_of_a_server_stay_as_long_as_it_is_said(world) -> None:
    world.service.servers.save(world.guild.id)

    forget_old(world.service.connection, time.time() + 400 * 86_400, 30)

    kept = world.sql("SELECT guild_id FROM servers")
    assert kept == [(world.guild.id,)]
    assert "the settings of a server stay until I am removed from it" in privacy_words(30)


async def test_privacy_names_the_providers_that_read_along_and_no_other(world) -> None:
    alone = await world.ann.slash(world.channel, "privacy")
    world.service.writer, world.service.embeddings = "openai:x", "ollama:y"
    along = await world.ann.slash(world.channel, "privacy")

    assert "Who else reads it" not in world.text(alone.response)
    assert "passages found for it go to openai:x," in world.text(along.response)
    assert "search for or check goes to ollama:y," in world.text(along.response)
