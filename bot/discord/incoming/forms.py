"""The forms that a button opens: the next question, and what was wrong with an answer.

They are read from what Discord sends back, not from what this process remembers of the form: a
form that was open while the bot was started anew loses nothing.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import discord
from discord import ui

from bot.discord.context import acknowledge, data_of, find, say, service_of
from bot.discord.incoming.asking import LEAST_CHARS, MOST_CHARS, ask
from bot.discord.messages.layout import split
from bot.discord.storage import feedback_store

_COMMENT_CHARS = 500
ASK_ON = re.compile(r"dateline:form:ask:(?P<turn_id>[\w-]{12})")
ASK_ABOUT = re.compile("dateline:form:about")
WHAT_WAS_WRONG = re.compile(r"dateline:form:wrong:(?P<turn_id>[\w-]{12})")
"""What the forms are called by."""


def ask_on_form(turn_id: str) -> ui.Modal:
    """Make the form for the next question of a conversation."""
    question: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id="question",
        style=discord.TextStyle.paragraph,
        placeholder="And who said so?",
        min_length=LEAST_CHARS,
        max_length=MOST_CHARS,
    )
    return unremembered(
        ui.Modal(title="Ask on", custom_id=f"dateline:form:ask:{turn_id}"),
        ui.Label(text="Your next question", component=question),
    )


def ask_about_form(words: str) -> ui.Modal:
    """Make the form for a question about a message; it carries the message, which nobody keeps."""
    words = split(words, MOST_CHARS)[0]
    question: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id="question",
        default=words if words.endswith("?") else None,
        placeholder="When was that?",
        min_length=LEAST_CHARS,
        max_length=MOST_CHARS,
    )
    about: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id="about",
        style=discord.TextStyle.paragraph,
        default=words,
        required=False,
        max_length=MOST_CHARS,
    )
    return unremembered(
        ui.Modal(title="Ask about this message", custom_id="dateline:form:about"),
        ui.Label(text="Your question", component=question),
        ui.Label(text="What it goes on from", component=about),
    )


def what_was_wrong_form(turn_id: str) -> ui.Modal:
    """Make the form that asks what was wrong with an answer."""
    reason: ui.RadioGroup[ui.Modal] = ui.RadioGroup(
        custom_id="reason",
        options=[
            discord.RadioGroupOption(label=label, value=value)
            for value, label in feedback_store.REASONS.items()
        ],
    )
    comment: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id="comment",
        style=discord.TextStyle.paragraph,
        required=False,
        max_length=_COMMENT_CHARS,
    )
    return unremembered(
        ui.Modal(title="What was wrong?", custom_id=f"dateline:form:wrong:{turn_id}"),
        ui.Label(text="What was wrong?", component=reason),
        ui.Label(
            text="What should it say? (optional)",
            description="Kept with the answer for whoever improves it.",
            component=comment,
        ),
    )


def unremembered(form: ui.Modal, *labels: "ui.Label[ui.Modal]") -> ui.Modal:
    """Put the labels on a form that discord.py does not wait for."""
    for label in labels:
        form.add_item(label)
    form.stop()
    return form


async def ask_on(interaction: discord.Interaction, form: re.Match[str]) -> None:
    """Answer the next question of a conversation."""
    private = interaction.message is not None and interaction.message.flags.ephemeral
    question = form_values(interaction).get("question", "")
    await ask(interaction, question, private=private, after=form["turn_id"])


async def ask_about(interaction: discord.Interaction, _: re.Match[str]) -> None:
    """Answer a question about a message."""
    values = form_values(interaction)
    private = service_of(interaction).servers.get(interaction.guild_id).private
    question, about = values.get("question", ""), values.get("about", "")
    await ask(interaction, question, private=private, about="" if about == question else about)


async def take_opinion(interaction: discord.Interaction, form: re.Match[str]) -> None:
    """Keep what was wrong with an answer."""
    await acknowledge(interaction)
    service, turn_id, values = service_of(interaction), form["turn_id"], form_values(interaction)
    reason, comment = values.get("reason"), values.get("comment")
    give = partial(feedback_store.give, good=False, reason=reason, comment=comment)
    is_held = await find(interaction, turn_id) is not None
    kept = is_held and await service.keep(give, service.connection, turn_id, interaction.user.id)
    await say(interaction, feedback_store.THANKS if kept else feedback_store.TOO_LATE)


def form_values(interaction: discord.Interaction) -> dict[str, str]:
    """Give what was filled into each field of a form, by the field's name."""
    return dict(_filled_in(data_of(interaction).get("components", ())))


def _filled_in(components: Any) -> Iterator[tuple[str, str]]:
    for part in components:
        inner = part.get("component")
        yield from _filled_in([*part.get("components", ()), *([inner] if inner else ())])
        if "custom_id" in part and part.get("value") is not None:
            yield part["custom_id"], part["value"]
