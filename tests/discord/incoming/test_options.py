"""What people type into the options of `/ask` and `/search`."""

from datetime import date

import pytest

from bot.discord.incoming.asking import typed_date
from retrieval.errors import UsageError

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2014", "2014", "2014"),
        (" 2014-10 ", "2014-10", "2014-10"),
        ("yesterday", "2026-11-25", "2026-11-25"),
        ("Today", "2026-11-26", "2026-11-26"),
        ("last week", "2026-11-16", "2026-11-22"),
        ("last month", "2026-10-01", "2026-10-31"),
        ("31/12/2014", "2014-12-31", "2014-12-31"),
        ("12/31/2014", "2014-12-31", "2014-12-31"),
        ("31.12.2014", "2014-12-31", "2014-12-31"),
        ("5-5-2014", "2014-05-05", "2014-05-05"),
        ("October 2014", "2014-10-01", "2014-10-31"),
        ("15 October 2014", "2014-10-15", "2014-10-15"),
    ],
)
def test_a_date_is_understood_as_people_write_it(typed, first, last) -> None:
    assert typed_date(typed, TODAY, last=False) == first
    assert typed_date(typed, TODAY, last=True) == last


@pytest.mark.parametrize("typed", ["soon", "31/31/2014", "30/2/2014", "October", "before 2014", ""])
def test_what_is_no_date_is_told_with_the_forms_that_are(typed) -> None:
    with pytest.raises(UsageError, match="write 2014, 2014-10 or 2014-10-15"):
        typed_date(typed, TODAY, last=False)


def test_a_date_that_may_be_two_days_names_both() -> None:
    with pytest.raises(UsageError, match="2014-12-10 or 2014-10-12"):
        typed_date("10/12/2014", TODAY, last=False)


@pytest.mark.parametrize("wrong", [{"since": "soonish"}, {"outlet": "Nobody's Post"}])
async def test_a_mistyped_option_is_told_privately_and_costs_nothing(world, wrong) -> None:
    world.settings(cooldown_s=100, daily_limit=1)

    slip = await world.ann.slash(world.channel, "ask", question="Did the dam hold?", **wrong)
    again = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    assert slip.ephemeral
    assert "soonish" in world.text(slip.response) or "Nobody's Post" in world.text(slip.response)
    assert "The dam at **Lindow** held" in world.text(again.response)
    assert len(world.script.asked) == 1


async def test_a_mistyped_search_costs_nothing(world) -> None:
    world.settings(cooldown_s=100, daily_limit=1)

    slip = await world.ann.slash(world.channel, "search", query="the dam", until="soonish")
    again = await world.ann.slash(world.channel, "search", query="the dam")

    assert slip.ephemeral
    assert "Flood watch" in world.text(again.response)


async def test_yesterday_narrows_the_question(world) -> None:
    await world.ann.slash(world.channel, "ask", question="Did it hold?", since="31/12/2014")

    assert world.script.asked[0][2].since == "2014-12-31"


@pytest.mark.parametrize("typed", ["Nobody", "Courier"])
async def test_of_150_outlets_five_are_named_and_the_rest_counted(world, typed) -> None:
    world.script.library.articles_held = [
        world.make.article(n, outlet=f"The {n:03} Valley and Mountain Courier") for n in range(150)
    ]

    asked = await world.ann.slash(world.channel, "ask", question="Did it hold?", outlet=typed)

    text = world.text(asked.response)
    assert text.count("Valley and Mountain") == 5
    assert "and 145 more" in text


async def test_where_outlets_cannot_be_looked_up_the_person_is_told(world, monkeypatch) -> None:
    def broken() -> list[str]:
        raise OSError("disk on fire")

    monkeypatch.setattr(world.script.library, "outlets", broken)

    asked = await world.ann.slash(world.channel, "ask", question="Did it hold?", outlet="Valley")

    assert asked.ephemeral
    assert "Something went wrong" in world.text(asked.response)
