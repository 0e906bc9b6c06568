"""Feedback as lines of a question set."""

from dataclasses import replace

from bot.discord.storage import feedback_store
from bot.discord.storage.feedback_store import export_feedback
from retrieval.settings import Settings
from retrieval.types import Filters


def lines(state) -> list[dict]:
    return list(export_feedback(Settings(state=state)))


async def ask(world, question: str = "Did the dam hold?"):
    return (await world.ann.slash(world.channel, "ask", question=question)).response


async def wrong(world, message, reason: str, who=None) -> None:
    form = await world.press(message, "down", who=who)
    await (who or world.ann).submit_modal(form, {"reason": reason})


async def test_a_good_answer_becomes_a_line_with_its_quotes_as_evidence(world, state) -> None:
    await world.press(await ask(world), "up")

    (line,) = lines(state)
    quote = "The dam at Lindow held."
    assert line.pop("id").startswith("feedback-")
    assert line == {
        "question": "Did the dam hold?",
        "evidence": [
            {"source": "flood1.txt", "quote": quote},
            {"source": "flood2.txt", "quote": quote},
        ],
        "answerable": True,
        "kind": "feedback",
    }


async def test_a_good_refusal_is_not_answerable(world, state) -> None:
    world.script.script["Who paid?"] = world.make.refusal("Who paid?")
    await world.press(await ask(world, "Who paid?"), "up")

    (line,) = lines(state)
    assert line["answerable"] is False
    assert "evidence" not in line


async def test_a_bad_answer_says_whether_it_is_answerable_only_where_the_reason_does(
    world, state
) -> None:
    for reason in feedback_store.REASONS:
        await wrong(world, await ask(world, f"Was it {reason}?"), reason)

    told = {line["question"]: line.get("answerable") for line in lines(state)}
    assert told == {
        "Was it wrong?": None,
        "Was it unsupported?": None,
        "Was it should_refuse?": False,
        "Was it should_answer?": True,
        "Was it other?": None,
    }


async def test_a_follow_up_has_its_history_and_its_options(world, state) -> None:
    chosen = Filters(since="2014", origin="option")
    world.script.script["And why?"] = replace(world.make.answer("And why?"), filters=chosen)
    form = await world.press(await ask(world), "ask")
    result = await world.ann.submit_modal(form, {"question": "And why?"})
    await world.press(result.response, "up")

    (line,) = lines(state)
    assert line["history"] == ["Did the dam hold?"]
    assert line["since"] == "2014"


async def test_of_several_opinions_the_bad_one_counts(world, state) -> None:
    message = await ask(world)
    await wrong(world, message, "should_refuse", who=world.person("ben"))
    await world.press(message, "up")

    (line,) = lines(state)
    assert line["answerable"] is False


async def test_what_the_person_wrote_is_handed_on(world, state) -> None:
    form = await world.press(await ask(world), "down")
    await world.ann.submit_modal(form, {"reason": "wrong", "comment": "It broke."})

    (line,) = lines(state)
    assert line["comment"] == "It broke."


async def test_no_line_says_who_asked(world, state) -> None:
    await world.press(await ask(world), "up")

    text = str(lines(state))
    assert str(world.ann.id) not in text
    assert str(world.guild.id) not in text


def test_without_a_state_there_is_nothing_to_export(tmp_path) -> None:
    assert lines(tmp_path / "none") == []
    assert not (tmp_path / "none").exists()
