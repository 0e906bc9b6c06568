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
    assert "The dam at **Lindow** held." in text


async def test_a_claim_that_no_article_speaks_to_says_so(world, check) -> None:
    world.script.script[CLAIM] = world.make.refusal(CLAIM)

    result = await check()

    text = world.text(result.response)
    assert "No article speaks to this" in text
    assert "**Passages** shows what comes nearest." in text
    assert "held" not in text


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


async def test_a_question_is_not_checked_and_costs_nothing(world, check) -> None:
    world.settings(cooldown_s=100)

    result = await check("Did the dam break?")
    again = await check()

    assert result.ephemeral
    assert "`/ask`" in world.text(result.response)
    assert [claim for claim, _, _ in world.script.asked] == [CLAIM]
    assert "That was quick" not in world.text(again.response)


async def test_each_sentence_gets_its_verdict(world, check) -> None:
    good, bad, other = "The dam held.", "Nine died.", "It rained on Mars."
    for claim, verdict, stance in [
        (good, "supported", "supports"),
        (bad, "contradicted", "contradicts"),
    ]:
        citation = replace(world.make.citation(), stance=stance)
        world.script.script[claim] = replace(
            world.make.answer(claim),
            verdict=verdict,
            citations=(citation,),
            statements=(),
            notes=("the same remark",),
        )
    world.script.script[other] = replace(world.make.refusal(other), verdict="not found")

    result = await check(f"{good} Is it true? {bad} {other}")

    text = world.text(result.response)
    assert "✅ Supported: The dam held. \\[1\\]" in text
    assert "❌ Contradicted: Nine died. \\[2\\]" in text
    assert "❔ Not found: It rained on Mars." in text
    assert "Is it true? " not in [claim for claim, _, _ in world.script.asked]
    assert text.count("the same remark") == 1


async def test_the_bots_own_answer_can_be_checked(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    await world.ann.context_menu(world.channel, "Check against the articles", asked.response)

    checked = [claim for claim, _, _ in world.script.asked[1:]]
    assert "The dam at Lindow held." in " ".join(checked)
    assert not any("Did the dam hold?" in claim for claim in checked)


async def test_of_a_long_message_the_beginning_is_checked(world, check) -> None:
    await check("The dam held. " * 100)

    (claim, _, _) = world.script.asked[0]
    assert len(claim) <= 500
    assert claim.endswith("held.")
