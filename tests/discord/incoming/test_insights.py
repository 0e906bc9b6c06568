"""`/insights`: counts for the owner, and only what many asked in public."""

import pytest

from bot.discord.incoming.owners_view import insights_csv
from bot.discord.storage.owners import Insights, asked_by_many


@pytest.fixture
def owner(world):
    return world.person("owner", manage_guild=True)


@pytest.fixture
def turned_on(world, owner):
    async def turn_on() -> None:
        panel = (await owner.slash(world.channel, "settings")).response
        await world.press(panel, "insights", who=owner)

    return turn_on


async def ask_in_vain(world, question: str, *names: str, private: bool = False) -> None:
    world.script.script[question] = world.make.refusal(question)
    for name in names:
        who = world.person(name)
        await who.slash(world.channel, "ask", question=question, private=private)


async def shown_to(world, owner, **options: object):
    return (await owner.slash(world.channel, "insights", **options)).response


async def test_insights_are_off_until_the_owner_turns_them_on(world, owner, turned_on) -> None:
    await ask_in_vain(world, "Who paid for it?", "a", "b", "c")
    before = world.text(await shown_to(world, owner))
    said = world.text((await world.ann.slash(world.channel, "privacy")).response)

    await turned_on()
    after = world.text(await shown_to(world, owner))
    told = world.text((await world.ann.slash(world.channel, "privacy")).response)

    assert "Insights are off" in before
    assert "Who paid" not in after
    assert "**Questions** 0" in after
    assert "owner of this server sees" in told
    assert "owner of this server sees" not in said


async def test_only_what_three_members_asked_in_public_is_shown(world, owner, turned_on) -> None:
    await turned_on()
    await ask_in_vain(world, "Who paid for the dam?", "a", "b")
    await ask_in_vain(world, "who paid for the dam", "c")
    await ask_in_vain(world, "Who broke the gate?", "d", "e")
    await ask_in_vain(world, "Who hid the money?", "f", "g", "h", private=True)
    await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    text = world.text(await shown_to(world, owner))

    assert "**Questions** 9, of which 8 refused (89 %)" in text
    assert "- Who paid for the dam? · 3 members" in text
    assert "gate" not in text
    assert "money" not in text
    assert "- Flood watch 1 · 1" in text


async def test_what_is_forgotten_is_gone_from_the_insights(world, owner, turned_on) -> None:
    await turned_on()
    await ask_in_vain(world, "Who paid for the dam?", "a", "b")
    world.script.script["Who paid the dam?"] = world.make.refusal("Who paid the dam?")
    await world.ann.slash(world.channel, "ask", question="Who paid the dam?")
    before = world.text(await shown_to(world, owner))

    await world.ann.slash(world.channel, "forget-me")

    assert "3 members" in before
    assert "members" not in world.text(await shown_to(world, owner)).partition("-#")[0]


async def test_they_come_as_a_table_too(world, owner, turned_on) -> None:
    await turned_on()

    message = await shown_to(world, owner, csv=True)

    stored = world.env.backend.get_message(world.channel.id, message.id)
    assert [table["filename"] for table in stored.attachments] == ["insights.csv"]


def test_nothing_in_the_table_is_a_formula() -> None:
    found = Insights(days=(("2026-11-26", 4),), refused=3, in_vain=(("=1+1, who paid?", 3),))

    assert insights_csv(found) == (
        'kind,what,count\nquestions,2026-11-26,4\nrefused,,3\nasked in vain,"\'=1+1, who paid?",3\n'
    )


async def test_only_who_may_set_things_sees_them(world) -> None:
    command = world.env.backend.find_command("insights", world.guild.id, type=1)
    world.guild.set_command_permissions(int(command["id"]), {world.ann: True})

    result = await world.ann.slash(world.channel, "insights")

    assert "Manage Server" in world.text(result.response)


def test_nearly_the_same_words_are_one_question_and_one_person_counts_once() -> None:
    asked = [("Who built the dam?", 1), ("who builds the dam", 2), ("Who built the dam?", 2)]

    assert asked_by_many(asked) == []
    assert asked_by_many([*asked, ("so who built that dam", 3)]) == [("Who built the dam?", 3)]
