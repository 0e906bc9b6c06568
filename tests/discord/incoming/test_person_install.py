"""Where only the person installed the app: no member of the server, four follow-ups at most."""

import pytest
from simcord import interactions


@pytest.fixture(autouse=True)
def installed_by_the_person_alone(monkeypatch) -> None:
    """Have the simulated Discord say who installed the app, which it leaves open."""
    payload_of = interactions.base_payload

    def base_payload(*args, **kwargs):
        record, payload = payload_of(*args, **kwargs)
        payload["authorizing_integration_owners"] = {"1": str(kwargs["user_id"])}
        return record, payload

    monkeypatch.setattr(interactions, "base_payload", base_payload)


async def test_an_answer_is_one_edited_message_without_a_thread(world) -> None:
    result = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    assert "The dam at **Lindow** held" in world.text(result.response)
    assert result.followups == []
    assert "Discuss" not in world.buttons(result.response)


async def test_a_long_answer_takes_four_follow_ups_at_most(world) -> None:
    text = " ".join(f"Sentence number {n} is about the dam." for n in range(2000))
    world.script.script["Did it hold?"] = world.make.answer("Did it hold?", text=text)

    result = await world.ann.slash(world.channel, "ask", question="Did it hold?")

    assert len(result.followups) == 4


async def test_share_is_a_follow_up(world) -> None:
    asked = await world.ann.slash(world.channel, "ask", question="Did it hold?", private=True)

    shared = await world.press(asked.response, "share")

    (message,) = shared.followups
    assert not message.ephemeral
    assert "Discuss" not in world.buttons(message)


async def test_after_15_minutes_nothing_is_posted_to_the_channel(world) -> None:
    world.env.inject_error(
        "PATCH", "/webhooks/*/messages/@original", status=401, code=50027, times=None
    )

    await world.ann.slash(world.channel, "ask", question="Did the dam hold?")

    posts = [r for r in world.env.http_requests if r.path.startswith("/channels/")]
    assert posts == []
