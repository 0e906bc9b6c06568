"""From a question in Discord to a verbatim quote of a sample article: nothing is scripted."""

import pytest

from bot.discord.service.answer_service import AnswerService
from bot.discord.storage.database import open_state
from retrieval.answer.chain import Answerer

QUESTION = "Under what other name is Murad Margoshvili known?"
NAME = "Muslim Abu Walid Shishani"
CLAIM = "Kerry and Lavrov met in Paris on October 14."

pytestmark = pytest.mark.simcord(settle_timeout=60)


@pytest.fixture
def new_bot(seed_library, state, made_by):
    answerer = Answerer(seed_library)
    return made_by(
        lambda: AnswerService(
            answerer, open_state(state), workers=2, keep_days=30, writer="extractive"
        )
    )


async def test_a_question_is_answered_with_a_quote_that_stands_in_the_article(
    world, seed_library
) -> None:
    asked = await world.ann.slash(world.channel, "ask", question=QUESTION)
    passages = await world.press(asked.response, "passages")

    turn = world.service.turns.by_message(asked.response.id)
    citation = turn.answer.citations[0]
    text = seed_library.article_text(citation.article.article_id)
    assert NAME in citation.quote
    assert text[citation.start : citation.end] == citation.quote
    assert NAME in world.text(asked.response).replace("**", "")
    assert "15 Oct 2014" in world.text(asked.response)
    assert NAME in world.text(passages.response).replace("__", "")
    assert "has changed since" not in world.text(passages.response)


async def test_a_question_that_no_article_answers_is_refused_with_what_is_covered(world) -> None:
    asked = await world.ann.slash(
        world.channel, "ask", question="How many goals did Iceland score in 2018?"
    )

    text = world.text(asked.response)
    assert "No article is about this." in text
    assert "5 articles, Sep 2014 – Dec 2017, on" in text


async def test_a_message_is_checked_against_the_articles(world) -> None:
    message = await world.person("ben").send(world.channel, CLAIM)

    result = await world.ann.context_menu(world.channel, "Check against the articles", message)

    assert result.ephemeral
    assert "Supported by the articles" in world.text(result.response)


async def test_sources_search_and_outlets_are_those_of_the_index(world) -> None:
    sources = await world.ann.slash(world.channel, "sources")
    found = await world.ann.slash(world.channel, "search", query="air strikes", since="2017")
    outlets = await world.ann.autocomplete(world.channel, "ask", "outlet", "moscow")

    assert "5 articles, the newest of Dec 2017" in world.text(sources.response)
    assert "2014" not in world.text(found.response)
    assert [choice["value"] for choice in outlets] == ["The Moscow Times"]


async def test_a_greeting_is_told_in_few_words_what_there_is_to_ask(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="hello")

    text = world.text(asked.response)
    assert "asks nothing of the articles" in text
    assert "do not answer" not in text
    assert len(text.splitlines()) <= 4


async def test_limits_before_the_first_article_are_told_with_what_there_is(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Who met whom?", until="2013")

    text = world.text(asked.response)
    assert "No article lies within the limits." in text
    assert "5 articles, Sep 2014 – Dec 2017" in text


async def test_a_check_says_in_which_words_message_and_article_differ(world) -> None:
    ben = world.person("ben")
    message = await ben.send(world.channel, "Kerry and Lavrov met in Paris for five hours.")

    result = await world.ann.context_menu(world.channel, "Check against the articles", message)

    text = world.text(result.response)
    assert "Differs: the claim says “five hours”, the article “three-hour”" in text
    assert "RFE/RL · 15 Oct 2014" in text
    assert "Radio Liberty" not in text
