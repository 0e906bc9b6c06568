"""`/search`, `/sources`, `/status`, `/help`."""

from bot.discord.service.pool import Busy
from retrieval.errors import ModelError
from retrieval.types import Spent


async def test_search_lists_passages_without_an_answer(world) -> None:
    result = await world.ann.slash(world.channel, "search", query="dam", since="2014")

    text = world.text(result.response)
    assert result.ephemeral
    assert "5\\. Flood watch 1" in text
    assert "Rain had fallen" in text
    assert "Only articles since 2014\n-# 2 undated article(s) left out" in text
    assert world.script.asked == []


async def test_search_looks_at_the_articles_of_one_moment(world) -> None:
    await world.ann.slash(world.channel, "search", query="dam", since="2014")

    assert world.script.library.looks == 1


async def test_search_tells_a_wrong_date(world) -> None:
    result = await world.ann.slash(world.channel, "search", query="dam", since="soon")

    assert "is not a date" in world.text(result.response)


async def test_search_tells_dates_that_are_the_wrong_way_round(world) -> None:
    result = await world.ann.slash(world.channel, "search", query="dam", since="2017", until="2014")

    assert "Since 2017 is after until 2014; swap them." in world.text(result.response)


async def test_search_is_held_to_the_limits_of_questions(world) -> None:
    world.settings(cooldown_s=60)

    await world.ann.slash(world.channel, "search", query="dam")
    again = await world.ann.slash(world.channel, "search", query="dam")

    assert "ask again <t:" in world.text(again.response)


async def test_sources_lists_titles_outlets_dates_and_how_fresh_the_index_is(world) -> None:
    result = await world.ann.slash(world.channel, "sources")

    text = world.text(result.response)
    assert result.ephemeral
    assert "**Flood watch 1**\n-# Valley Courier · 15 Oct 2014 · news" in text
    assert "3 articles, the newest of 15 Oct 2014, taken in <t:1700000000:R>" in text


async def test_sources_are_turned_page_by_page_also_after_a_restart(world) -> None:
    world.script.library.articles_held = [
        world.make.article(n, published=f"2014-10-{n:02}") for n in range(1, 21)
    ]
    result = await world.ann.slash(world.channel, "sources")
    newest_first = world.text(result.response)

    await world.restart()
    await world.ann.click(result.response, custom_id="dateline:shelf:1")

    assert "Flood watch 20" in newest_first
    assert "Page 2 of 3" in world.text(result.response)
    assert "Flood watch 12" in world.text(result.response)


async def test_sources_are_narrowed_and_stay_so_when_turned_after_a_restart(world) -> None:
    world.script.library.articles_held = [
        *(world.make.article(n, published=f"2014-10-{n:02}") for n in range(1, 21)),
        *(world.make.article(n, outlet="Harbour Post (HP)") for n in range(21, 31)),
    ]
    shown = (
        await world.ann.slash(
            *(world.channel, "sources"),
            **{"title": "watch 1", "since": "2014-10-05", "outlet": "valley"},
        )
    ).response
    first = world.text(shown)

    await world.restart()
    await world.ann.click(shown, custom_id=world.custom_id(shown, "shelf:1"))

    assert "**Articles** since 2014-10-05 of Valley Courier with “watch 1”" in first
    assert "Flood watch 19" in first
    assert "Page 2 of 2" in world.text(shown)
    assert world.text(shown).count("**Flood watch 1") == 2


async def test_a_list_that_nothing_matches_says_so_and_what_there_is(world) -> None:
    result = await world.ann.slash(world.channel, "sources", until="2013")

    text = world.text(result.response)
    assert "There is none." in text
    assert "3 articles, the newest of 15 Oct 2014" in text


async def test_an_article_is_read_page_by_page_also_after_a_restart(world, monkeypatch) -> None:
    told = "\n\n".join(f"Paragraph {n}. {'The water rose. ' * 20}" for n in range(20))
    monkeypatch.setattr("tests.discord.conftest.TEXT", told)
    listed = (await world.ann.slash(world.channel, "sources")).response
    chosen = next(part for part in world.parts(listed) if part.get("custom_id") == "dateline:read")

    await world.restart()
    value = chosen["options"][1]["value"]
    read = await world.ann.select(listed, values=[value], custom_id="dateline:read")
    first = world.text(read.response)
    await world.ann.click(read.response, custom_id=world.custom_id(read.response, "text:1"))

    assert read.ephemeral
    assert "**Flood watch 2**\n-# Valley Courier" in first
    assert "Paragraph 0." in first
    assert "Paragraph 0." not in world.text(read.response)
    assert "-# Page 2 of 7 · the article as I read it" in world.text(read.response)


async def test_an_article_that_left_meanwhile_is_said_to_be_gone(world) -> None:
    listed = (await world.ann.slash(world.channel, "sources")).response
    chosen = next(part for part in world.parts(listed) if part.get("custom_id") == "dateline:read")
    world.script.library.articles_held = []

    value = chosen["options"][0]["value"]
    read = await world.ann.select(listed, values=[value], custom_id="dateline:read")

    assert "no longer held" in world.text(read.response)


async def test_status_says_in_words_how_much_there_is_and_how_busy_it_is(world) -> None:
    result = await world.ann.slash(world.channel, "status")

    text = world.text(result.response)
    assert "I hold 3 articles, the newest of 15 Oct 2014, taken in <t:1700000000:R>." in text
    assert "Nobody is waiting for an answer." in text
    assert "My answers quote them word for word." in text


async def test_status_names_the_chat_model_that_writes(world) -> None:
    world.service.writer = "openai:x_y"

    result = await world.ann.slash(world.channel, "status")

    assert "My answers are written by openai:x\\_y" in world.text(result.response)
    assert "tokens" not in world.text(result.response)


async def test_status_says_what_the_chat_model_took_today(world) -> None:
    world.service.writer, world.service.spent = (
        "openai:x",
        lambda: (Spent(tokens=12_345), 1_000_000),
    )

    result = await world.ann.slash(world.channel, "status")

    assert "Today that took 12,345 of 1,000,000 tokens." in world.text(result.response)


async def test_status_says_what_today_cost_where_the_provider_tells_it(world) -> None:
    world.service.writer = "openai:x"
    world.service.spent = lambda: (Spent(tokens=12_345, cost=0.01234), 1_000_000)

    result = await world.ann.slash(world.channel, "status")

    said = "12,345 of 1,000,000 tokens and cost 0.0123, its provider says."
    assert said in world.text(result.response)


async def test_status_comes_without_what_today_took_where_that_cannot_be_read(world) -> None:
    def unread() -> tuple[Spent, int]:
        raise ModelError("the token count cannot be used")

    world.service.writer, world.service.spent = "openai:x", unread

    result = await world.ann.slash(world.channel, "status")

    assert "tokens" not in world.text(result.response)
    assert "Nobody is waiting" in world.text(result.response)


async def test_help_names_every_way_to_ask(world) -> None:
    result = await world.ann.slash(world.channel, "help")

    text = world.text(result.response)
    commands = {c.name: c.id for c in await world.env.bot.tree.fetch_commands()}
    pressed = [f"</{name}:{commands[name]}>" for name in ("ask", "search", "sources", "privacy")]
    assert all(way in text for way in (*pressed, "mention me", "Check against"))


async def test_help_says_what_there_is_to_ask_in_which_language_and_how_often(world) -> None:
    world.settings(cooldown_s=7, daily_limit=40)

    text = world.text((await world.ann.slash(world.channel, "help")).response)

    assert "3 articles, Oct 2014" in text
    assert "**Try**\n- *Who opened the gates?*" in text
    assert "Ask in English. Questions: each every 7 s, 40 a day for all here." in text


async def test_help_waits_for_no_example_where_too_many_ask(world) -> None:
    def busy(work: object) -> None:
        raise Busy

    world.service.questions.submit = busy

    text = world.text((await world.ann.slash(world.channel, "help")).response)

    assert "**To ask**" in text
    assert "**Try**" not in text
