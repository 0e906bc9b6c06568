"""`/search`, `/sources`, `/status`, `/help`."""


async def test_search_lists_passages_without_an_answer(world) -> None:
    result = await world.ann.slash(world.channel, "search", query="dam", since="2014")

    text = world.text(result.response)
    assert result.ephemeral
    assert "5\\. Flood watch 1" in text
    assert "Rain had fallen" in text
    assert "Only articles since 2014\n-# 2 undated article(s) left out" in text
    assert world.script.asked == []


async def test_search_tells_a_wrong_date(world) -> None:
    result = await world.ann.slash(world.channel, "search", query="dam", since="soon")

    assert "is not a date" in world.text(result.response)


async def test_search_tells_dates_that_are_the_wrong_way_round(world) -> None:
    result = await world.ann.slash(world.channel, "search", query="dam", since="2017", until="2014")

    assert "since 2017 is after until 2014; swap them" in world.text(result.response)


async def test_search_is_held_to_the_limits_of_questions(world) -> None:
    world.settings(cooldown_s=60)

    await world.ann.slash(world.channel, "search", query="dam")
    again = await world.ann.slash(world.channel, "search", query="dam")

    assert "ask again <t:" in world.text(again.response)


async def test_sources_lists_titles_outlets_dates_and_how_fresh_the_index_is(world) -> None:
    result = await world.ann.slash(world.channel, "sources")

    text = world.text(result.response)
    assert result.ephemeral
    assert "Flood watch 1\n-# Valley Courier · 15 Oct 2014 · news" in text
    assert "3 articles, the newest of 15 Oct 2014 · index 01234567" in text
    assert "written <t:1700000000:R>" in text


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


async def test_status_says_how_much_there_is_and_how_busy_it_is(world) -> None:
    result = await world.ann.slash(world.channel, "status")

    text = world.text(result.response)
    assert "**Articles** 3 articles, the newest of 15 Oct 2014" in text
    assert "written <t:1700000000:R>" in text
    assert "**Passages** 9" in text
    assert "0 in the queue" in text
    assert "**Answers** quote the articles" in text


async def test_status_names_the_chat_model_that_writes(world) -> None:
    world.service.writer = "openai:x_y"

    result = await world.ann.slash(world.channel, "status")

    assert "**Answers by** openai:x\\_y" in world.text(result.response)


async def test_help_names_every_way_to_ask(world) -> None:
    result = await world.ann.slash(world.channel, "help")

    text = world.text(result.response)
    assert all(way in text for way in ("/ask", "mention", "Check against", "/privacy"))
