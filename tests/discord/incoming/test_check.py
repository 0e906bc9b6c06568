"""'Check against the articles': somebody's message as a claim."""

from dataclasses import replace

import pytest

CLAIM = "The dam at Lindow broke."


@pytest.fixture
def check(world):
    async def run(text: str = CLAIM):
        message = await world.person("ben").send(world.channel, text)
        return await world.ann.context_menu(world.channel, "Check against the articles", message)

    return run


@pytest.mark.parametrize(
    ("verdict", "said"),
    [("supported", "Supported"), ("contradicted", "Contradicted"), ("not found", "Not found")],
)
async def test_a_verdict_is_shown_privately_with_its_passages(world, check, verdict, said) -> None:
    citations = tuple(
        replace(citation, stance="contradicts") for citation in world.make.answer("x").citations
    )
    world.script.script[CLAIM] = replace(
        world.make.answer(CLAIM), verdict=verdict, citations=citations
    )

    result = await check()

    text = world.text(result.response)
    assert result.ephemeral
    assert f"**{said}" in text
    assert "The dam at Lindow broke." in text
    assert "contradicts it" in text
    assert world.buttons(result.response) == ["Passages"]


async def test_without_a_verdict_the_closest_passages_are_shown_and_no_judgement(
    world, check
) -> None:
    result = await check()

    text = world.text(result.response)
    assert "closest passages" in text
    assert "Supported" not in text
    assert "The dam at Lindow held." in text


async def test_a_claim_that_no_article_speaks_to_says_so(world, check) -> None:
    world.script.script[CLAIM] = world.make.refusal(CLAIM)

    result = await check()

    text = world.text(result.response)
    assert "No article speaks to this" in text
    assert "no evidence" in text


@pytest.mark.parametrize("refused", [True, False])
async def test_the_checked_message_is_not_kept_and_its_passages_open(world, check, refused) -> None:
    make = world.make.refusal if refused else world.make.answer
    scripted = replace(make(CLAIM), text=CLAIM, notes=(f"not in the sentences: {CLAIM}",))
    if refused:
        scripted = replace(scripted, refusal=replace(scripted.refusal, reason=CLAIM))
    world.script.script[CLAIM] = scripted

    result = await check()

    passages = await world.press(result.response, "passages")

    stored = " ".join(str(value) for row in world.sql("SELECT * FROM turns") for value in row)
    assert "broke" not in stored
    assert "**The dam at __Lindow__ held.**" in world.text(passages.response)


async def test_a_message_without_text_is_told(world, check) -> None:
    ben = world.person("ben")
    picture = await ben.send(world.channel, "", attachments=[("dam.png", b"x")])

    result = await world.ann.context_menu(world.channel, "Check against the articles", picture)

    assert "no text" in world.text(result.response)
    assert world.script.asked == []


async def test_of_a_long_message_the_beginning_is_checked(world, check) -> None:
    await check("The dam held. " * 100)

    (claim, _, _) = world.script.asked[0]
    assert len(claim) <= 500
    assert claim.endswith("held.")
