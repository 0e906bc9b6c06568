"""`/ask`, from the command to the message."""

from dataclasses import replace

import discord
import pytest

from retrieval.errors import IndexBusy, ModelError, QuestionError, StoreError
from retrieval.types import Filters


async def test_ask_answers_publicly_with_sources_and_buttons(world) -> None:
    result = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    text = world.text(result.response)
    assert not result.ephemeral
    assert "Did the dam hold?" in text
    assert "The dam at **Lindow** held" in text
    assert "Valley Courier · 15 Oct 2014 · Flood watch 1" in text
    assert world.buttons(result.response) == ["Passages", "Ask on", "Discuss", "👍", "👎", "🗑️"]


async def test_ask_is_acknowledged_before_anything_is_read(world) -> None:
    await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    first = next(r for r in world.env.http_requests if r.path.startswith("/interactions/"))
    assert first.path.endswith("/callback")
    assert first.json == {"type": 5}


async def test_a_private_answer_is_seen_by_the_asker_alone_and_can_be_shared(world) -> None:
    result = await world.ann.slash(world.channel, "ask", question="Did it hold?", private=True)

    assert result.ephemeral
    assert "Share" in world.buttons(result.response)
    assert "Discuss" not in world.buttons(result.response)


async def test_filters_reach_the_chain_with_the_outlet_as_the_collection_spells_it(world) -> None:
    await world.ann.slash(
        world.channel,
        "ask",
        question="Did the dam hold?",
        since="2014",
        until="2014-12",
        outlet="valley courier",
    )

    chosen = Filters(since="2014", until="2014-12", outlet="Valley Courier", origin="option")
    assert world.script.asked == [("Did the dam hold?", (), chosen)]


async def test_part_of_an_outlets_name_is_enough_where_it_fits_one(world) -> None:
    await world.ann.slash(world.channel, "ask", question="Did it hold?", outlet="courier")

    assert world.script.asked[0][2].outlet == "Valley Courier"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"since": "someday"}, "is not a date"),
        ({"until": "2014-02-30"}, "is not a date"),
        ({"since": "2015", "until": "2014"}, "is after"),
        ({"outlet": "Nobody's Gazette"}, "there are: Valley Courier"),
    ],
)
async def test_a_filter_without_meaning_is_told_and_nothing_is_asked(world, options, said) -> None:
    result = await world.ann.slash(world.channel, "ask", question="Did it hold?", **options)

    assert said in world.text(result.response)
    assert world.script.asked == []


async def test_outlets_are_offered_while_they_are_typed(world) -> None:
    choices = await world.ann.autocomplete(world.channel, "ask", "outlet", "cour")
    none = await world.ann.autocomplete(world.channel, "ask", "outlet", "zzz")

    assert [choice["value"] for choice in choices] == ["Valley Courier"]
    assert none == []


async def test_a_refusal_says_what_comes_nearest_where_the_articles_speak_of_it(world) -> None:
    world.script.script["Who paid?"] = world.make.refusal("Who paid?")

    result = await world.ann.slash(world.channel, "ask", question="Who paid?")

    text = world.text(result.response)
    assert "No passage answers." in text
    assert text.index("Nearest:") < text.index("The dam at **Lindow** held.")
    assert "/sources" not in text


async def test_another_refusal_says_where_the_nearest_is_and_what_the_collection_covers(
    world,
) -> None:
    refused = world.make.refusal("Who paid?")
    off_topic = replace(refused.refusal, kind="off topic")
    world.script.script["Who paid?"] = replace(refused, refusal=off_topic)

    result = await world.ann.slash(world.channel, "ask", question="Who paid?")

    text = world.text(result.response)
    assert "**Passages** shows what comes nearest." in text
    assert "held" not in text
    assert "3 articles, Oct 2014 · /sources" in text


async def test_ask_works_in_direct_messages(world) -> None:
    result = await world.ann.user.slash("ask", question="Did the dam hold?")

    assert "The dam at **Lindow** held" in world.text(result.response)
    assert "Discuss" not in world.buttons(result.response)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelError("no key"), "A model that I need is not working"),
        (IndexBusy("busy"), "being brought up to date"),
        (StoreError("gone"), "cannot be read right now"),
        (QuestionError("ask about something"), "Ask about something."),
    ],
)
async def test_a_known_problem_is_one_clear_line(world, error, said) -> None:
    world.script.script["Did it hold?"] = error

    result = await world.ann.slash(world.channel, "ask", question="Did it hold?")

    assert said in world.text(result.response)


async def test_an_unexpected_error_gives_a_short_id_that_the_log_has(world, caplog) -> None:
    world.script.script["Did it hold?"] = ZeroDivisionError("secret detail")

    result = await world.ann.slash(world.channel, "ask", question="Did it hold?")

    text = world.text(result.response)
    short_id = text.split("`")[1]
    assert "secret" not in text
    assert any(short_id in r.message and r.exc_info for r in caplog.records)
    assert world.sql("SELECT count(*) FROM turns") == [(0,)]


async def test_ask_says_where_it_answers_if_not_in_this_channel(world) -> None:
    elsewhere = world.guild.create_text_channel("elsewhere")
    world.restrict(elsewhere)

    result = await world.ann.slash(world.channel, "ask", question="Did it hold?")

    assert result.ephemeral
    assert f"<#{elsewhere.id}>" in world.text(result.response)
    assert world.script.asked == []


async def test_private_by_default_holds_unless_the_person_says_otherwise(world) -> None:
    world.settings(private=True)

    default = await world.ann.slash(world.channel, "ask", question="Did it hold?")
    public = await world.ann.slash(world.channel, "ask", question="Did it hold?", private=False)

    assert default.ephemeral
    assert not public.ephemeral


async def test_the_answer_is_one_v2_message_without_embeds(world) -> None:
    await world.ann.slash(world.channel, "ask", question="Did it hold?")

    (message,) = world.channel.history()
    assert message.flags.components_v2
    assert isinstance(message.components[0], discord.Container)
    assert message.embeds == []
