"""Questions in messages: mentions, replies, direct messages."""


async def test_a_mention_is_answered_by_a_reply_that_does_not_repeat_it(world) -> None:
    reply = await world.mention("Did the dam hold?")

    asked = world.channel.history()[-2]
    assert reply.reference.message_id == asked.id
    assert "The dam at **Lindow** held" in world.text(reply)
    assert "Did the dam hold?" not in world.text(reply)
    assert world.script.asked[0][0] == "Did the dam hold?"


async def test_a_message_without_mention_is_left_alone(world) -> None:
    await world.ann.send(world.channel, "Did the dam hold?")

    assert len(world.channel.history()) == 1
    assert world.script.asked == []


async def test_everyone_and_a_role_are_not_a_mention_of_the_bot(world) -> None:
    loud = world.person("loud", mention_everyone=True)

    await loud.send(world.channel, "@everyone Did the dam hold?")

    assert world.script.asked == []


async def test_is_that_true_in_reply_to_a_message_checks_that_message(world) -> None:
    ben = world.person("ben")
    said = await ben.send(world.channel, f"<@{world.env.bot.user.id}> The dam at Lindow broke.")

    await world.ann.send(world.channel, f"<@{world.env.bot.user.id}> is that true?", reply_to=said)

    assert world.script.asked[-1][0] == "The dam at Lindow broke."
    assert "closest passages" in world.text(world.channel.last_message)
    kept = world.sql("SELECT kind, question FROM turns ORDER BY asked_at DESC LIMIT 1")
    assert kept == [("claim", "")]


async def test_is_that_true_of_what_discord_does_not_show_says_how_to_check_it(world) -> None:
    ben = world.person("ben")
    said = await ben.send(world.channel, "", attachments=[("dam.png", b"x")])

    await world.ann.send(world.channel, f"<@{world.env.bot.user.id}> Is that true?!", reply_to=said)

    assert "Apps → **Check against the articles**" in world.text(world.channel.last_message)
    assert world.script.asked == []


async def test_is_that_true_by_itself_is_a_question_like_any_other(world) -> None:
    await world.mention("Is that true?")

    assert world.script.asked[0][0] == "Is that true?"


def my_role(world) -> str:
    return next(role.mention for role in world.env.bot.guilds[0].me.roles if role.managed)


async def test_who_mentions_the_bots_role_whose_words_discord_hides_gets_a_hint(world) -> None:
    loud = world.person("loud", mention_everyone=True)

    await loud.send(world.channel, f"{my_role(world)} Did the dam hold?")

    assert "You mentioned my role" in world.text(world.channel.last_message)


async def test_a_role_mention_that_discord_shows_is_answered(world) -> None:
    loud = world.person("loud", mention_everyone=True)

    await loud.send(world.channel, f"{my_role(world)} <@{world.env.bot.user.id}> Did it hold?")

    assert world.script.asked[0][0] == "Did it hold?"


async def test_an_empty_mention_gets_a_short_help(world) -> None:
    reply = await world.mention("")

    assert "/ask" in world.text(reply)
    assert world.script.asked == []


async def test_a_long_mention_is_told_the_limit(world) -> None:
    reply = await world.mention("why " * 200)

    assert "at most 500 characters" in world.text(reply)
    assert world.script.asked == []


async def test_other_mentions_are_not_part_of_the_question(world) -> None:
    other = world.person("other")

    await world.mention(f"{other.mention} did the dam hold? <#{world.channel.id}>")

    assert world.script.asked[0][0] == "did the dam hold?"


async def test_bots_and_webhooks_are_ignored(world) -> None:
    robot = world.guild.add_member(world.env.create_user("robot", bot=True))
    hook = world.guild.create_webhook(world.channel)
    me = f"<@{world.env.bot.user.id}>"

    await robot.send(world.channel, f"{me} Did the dam hold?")
    await hook.send(f"{me} Did the dam hold?")

    assert world.script.asked == []


async def test_a_reply_with_ping_goes_on_with_the_conversation_of_that_person(world) -> None:
    first = await world.mention("Did the dam hold?")
    await world.ann.send(world.channel, f"<@{world.env.bot.user.id}> And why?", reply_to=first)

    assert world.script.asked[1][:2] == ("And why?", ("Did the dam hold?",))


async def test_somebody_elses_reply_to_an_answer_is_understood_from_its_question(world) -> None:
    first = await world.mention("Did the dam hold?")
    ben = world.person("ben")
    await ben.send(world.channel, f"<@{world.env.bot.user.id}> And why?", reply_to=first)

    assert world.script.asked[1][:2] == ("And why?", ("Did the dam hold?",))


async def test_a_reply_goes_on_from_what_it_replies_to_not_from_what_came_later(world) -> None:
    first = await world.mention("Did the dam hold?")
    me = f"<@{world.env.bot.user.id}>"
    await world.ann.send(world.channel, f"{me} And why?", reply_to=first)
    second = world.channel.last_message
    ben = world.person("ben")

    await ben.send(world.channel, f"{me} And when?", reply_to=first)
    await ben.send(world.channel, f"{me} And who?", reply_to=second)

    assert [history for _, history, _ in world.script.asked[2:]] == [
        ("Did the dam hold?",),
        ("Did the dam hold?", "And why?"),
    ]


async def test_a_reply_to_somebodys_question_is_understood_like_one_to_its_answer(world) -> None:
    await world.mention("Did the dam hold?")
    asked = world.channel.history()[0]

    ben = world.person("ben")
    await ben.send(world.channel, f"<@{world.env.bot.user.id}> And why?", reply_to=asked)

    assert world.script.asked[1][:2] == ("And why?", ("Did the dam hold?",))


async def test_a_thread_is_one_conversation_of_all(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    thread = await world.open_thread(asked.response)
    ben, cem = world.person("ben"), world.person("cem")

    await world.mention("And why?", who=ben, where=thread)
    await ben.slash(thread, "ask", question="Was I to blame?", private=True)
    await world.mention("And when?", who=cem, where=thread)
    await ben.slash(thread, "ask", question="And who?", private=True)

    asked = [history for _, history, _ in world.script.asked]
    assert asked[1] == ("Did the dam hold?",)
    assert asked[3] == ("Did the dam hold?", "And why?")
    assert asked[4] == ("Did the dam hold?", "And why?", "Was I to blame?", "And when?")


async def test_a_new_mention_starts_a_new_conversation(world) -> None:
    await world.mention("Did the dam hold?")
    await world.mention("And why?")

    assert world.script.asked[1][:2] == ("And why?", ())


async def test_a_direct_message_needs_no_mention_and_remembers_for_an_hour(world) -> None:
    await world.ann.send_dm("Did the dam hold?")
    world.sql("UPDATE turns SET asked_at = asked_at - 60")
    world.service.limits._free_at.clear()
    await world.ann.send_dm("And why?")
    world.sql("UPDATE turns SET asked_at = asked_at - 4000")
    world.service.limits._free_at.clear()
    await world.ann.send_dm("And then?")

    histories = [history for _, history, _ in world.script.asked]
    assert histories == [(), ("Did the dam hold?",), ()]


async def test_where_the_bot_may_not_write_the_person_is_told_directly(world) -> None:
    quiet = world.quiet_channel()

    await world.mention("Did the dam hold?", where=quiet)

    told = world.ann.user.dm_channel.last_message
    assert "Send Messages" in world.text(told)
    assert "#quiet" in world.text(told)
    assert len(quiet.history()) == 1
    assert world.script.asked == []


async def test_a_mention_in_a_channel_that_is_not_chosen_is_answered_by_a_pointer(world) -> None:
    chosen = world.guild.create_text_channel("chosen")
    world.restrict(chosen)

    await world.mention("Did the dam hold?")

    assert len(world.channel.history()) == 1
    assert f"<#{chosen.id}>" in world.text(world.ann.user.dm_channel.last_message)


async def test_the_same_message_told_twice_is_answered_once(world) -> None:
    await world.mention("Did the dam hold?")
    asked = world.channel.history()[0]
    await world.env.bot.on_message(asked)

    assert len(world.channel.history()) == 2
    assert len(world.script.asked) == 1


async def test_a_follow_up_marks_which_quotes_the_conversation_has_not_shown(world) -> None:
    world.script.script["Did it hold?"] = world.make.answer("Did it hold?", citations=1)
    world.script.script["And where?"] = world.make.answer("And where?", citations=2)
    me = f"<@{world.env.bot.user.id}>"
    first = await world.mention("Did it hold?")

    await world.ann.send(world.channel, f"{me} And where?", reply_to=first)
    second = world.text(world.channel.last_message)
    await world.ann.send(world.channel, f"{me} And where?", reply_to=world.channel.last_message)

    assert "NEW" not in world.text(first)
    assert [line for line in second.split("\n") if "NEW" in line] == [
        "> -# \\[2\\] **NEW** · Valley Courier · 15 Oct 2014 · Flood watch 2"
    ]
    assert "The same as before" in world.text(world.channel.last_message)


async def test_what_was_quoted_privately_is_new_to_everybody_else(world) -> None:
    private = (await world.ann.slash(world.channel, "ask", question="Why?", private=True)).response
    await world.press(private, "share")
    shared = world.channel.last_message

    await world.ann.send(world.channel, f"<@{world.env.bot.user.id}> And?", reply_to=shared)

    assert world.script.asked[-1][1] == ("Why?",)
    assert "The same as before" in world.text(world.channel.last_message)
