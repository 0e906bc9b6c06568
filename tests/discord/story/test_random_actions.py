"""Whatever five members and an owner do while the network fails: nothing waits, leaks or pings."""

import asyncio
from pathlib import Path

import pytest

from tests.discord.story.random_actions import play


@pytest.mark.parametrize("seed", [1, 2])
def test_a_random_story_ends_with_every_answer_once_and_in_its_place(
    seed: int, tmp_path: Path
) -> None:
    story = asyncio.run(play(60, seed, tmp_path))

    assert len(story.asked) > 20
    assert story.faults


async def test_what_a_long_silence_left_waiting_is_answered_when_discord_is_heard_again(
    world, cut
) -> None:
    cut("PATCH", "/webhooks/*/messages/@original", times=99)

    asked = await world.ann.slash(world.channel, "ask", question="Did the dam hold?")
    waited = world.sql("SELECT count(*) FROM pending")
    cut("PATCH", "nowhere")
    await world.env.advance_time(61)

    assert waited == [(1,)]
    assert "The dam at **Lindow** held" in world.text(asked.response)
    assert world.sql("SELECT count(*) FROM pending") == [(0,)]
