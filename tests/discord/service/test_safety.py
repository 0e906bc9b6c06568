"""Nobody is pinged, nothing looks like what it is not, and no token is logged."""

import re

import pytest
from simcord.components import walk_components

HOSTILE = (
    "@everyone @here <@&{role}> <@{user}> <#{channel}> https://discord.gg/abc discord.gg/abc"
    " **bold** [x](https://evil.example) # head <t:1:R> ||spoiler||"
)


@pytest.fixture
def hostile(world) -> str:
    role = world.guild.create_role("Everybody")
    return HOSTILE.format(role=role.id, user=world.ann.id, channel=world.channel.id)


def sent(world) -> list[dict]:
    """Every body that makes or changes a message."""
    bodies = []
    for request in world.env.http_requests:
        body = request.json if isinstance(request.json, dict) else {}
        data = body.get("data") or body
        if "components" in data or "content" in data or "embeds" in data:
            bodies.append(data)
    return bodies


async def everything(world, hostile: str) -> None:
    answer = world.make.answer(hostile[:480], text=f"{hostile} [1]")
    world.script.script[hostile[:480]] = answer
    world.script.library.articles_held = [
        world.make.article(1, title=hostile, outlet=hostile, author=hostile)
    ]
    asked = await world.ann.slash(world.channel, "ask", question=hostile[:480], private=True)
    await world.press(asked.response, "passages")
    await world.press(asked.response, "share")
    for command in ("sources", "status", "help", "privacy"):
        await world.ann.slash(world.channel, command)
    await world.ann.slash(world.channel, "search", query=hostile[:480])
    claim = await world.ann.send(world.channel, hostile)
    await world.ann.context_menu(world.channel, "Check against the articles", claim)
    await world.mention(f"so {hostile[:400]}")
    shared = world.channel.history(viewer=world.person("ben"))[0]
    await world.ann.click(shared, label="Discuss")


async def test_no_message_may_ping_anybody(world, hostile) -> None:
    await everything(world, hostile)

    bodies = sent(world)
    assert len(bodies) >= 12
    assert all(body["allowed_mentions"]["parse"] == [] for body in bodies)
    assert not any(body["allowed_mentions"].get("replied_user") for body in bodies)
    assert not any(set(body["allowed_mentions"]) & {"users", "roles"} for body in bodies)


async def test_hostile_text_is_shown_letter_for_letter(world, hostile) -> None:
    await everything(world, hostile)

    thread_link = f"<#{world.channel.threads[0].id}>"
    parts = [part for body in sent(world) for part in walk_components(body["components"])]
    texts = [part["content"] for part in parts if part.get("content")]
    marks = "<@ <# **bold ](https ||spoiler <t:1:R ://discord .gg @everyone @here".split()
    active = re.compile("|".join(rf"(?<!\\){re.escape(mark)}" for mark in marks))
    assert len(texts) >= 20
    assert [t for t in texts if active.search(t.replace(thread_link, "").strip("*"))] == []


async def test_every_message_is_a_components_message_without_link_previews(world, hostile) -> None:
    await everything(world, hostile)

    assert all(body["flags"] & (1 << 15) for body in sent(world))
    assert not any(body.get("embeds") or body.get("content") for body in sent(world))


async def test_a_linked_title_has_no_preview_and_only_http_addresses_are_linked(world) -> None:
    good = world.make.article(1, url="https://example.org/a_(b)")
    bad = world.make.article(2, url="javascript:alert(1)")
    world.script.library.articles_held = [good, bad]

    result = await world.ann.slash(world.channel, "sources")

    text = world.text(result.response)
    assert "[Flood watch 1](<https://example.org/a_(b%29>)" in text
    assert "javascript" not in text


async def test_the_log_has_no_question_and_no_token(world, caplog) -> None:
    with caplog.at_level("INFO"):
        asked = await world.ann.slash(world.channel, "ask", question="Did my secret hold?")

    assert "answered in" in caplog.text
    assert "secret" not in caplog.text
    assert asked._interaction.token not in "".join(
        r.getMessage() for r in caplog.records if r.name.startswith("bot.")
    )


async def test_no_privileged_intent_is_asked_for(world) -> None:
    intents = world.env.bot.intents

    assert not intents.message_content
    assert not intents.members
    assert not intents.presences
