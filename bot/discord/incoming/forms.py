"""The forms that a button opens: the next question, and what was wrong with an answer."""

from functools import partial

import discord
from discord import ui

from bot.discord.context import acknowledge, find, say, service_of
from bot.discord.error_replies import saying_errors
from bot.discord.incoming.asking import LEAST_CHARS, MOST_CHARS, ask
from bot.discord.storage import feedback_store

FORM_TIMEOUT_S = 900
_COMMENT_CHARS = 500


class AskOn(ui.Modal):
    """Asks for the next question of the conversation."""

    def __init__(self, turn_id: str) -> None:
        super().__init__(title="Ask on", timeout=FORM_TIMEOUT_S)
        self._turn_id = turn_id
        self._question: ui.TextInput[AskOn] = ui.TextInput(
            custom_id="question",
            style=discord.TextStyle.paragraph,
            placeholder="And who said so?",
            min_length=LEAST_CHARS,
            max_length=MOST_CHARS,
        )
        self.add_item(ui.Label(text="Your next question", component=self._question))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Answer it where the first answer stands: below a private answer privately."""
        private = interaction.message is not None and interaction.message.flags.ephemeral
        async with saying_errors(partial(say, interaction)):
            await ask(interaction, self._question.value, private=private, after=self._turn_id)


class WhatWasWrong(ui.Modal):
    """Asks what was wrong with an answer."""

    def __init__(self, turn_id: str) -> None:
        super().__init__(title="What was wrong?", timeout=FORM_TIMEOUT_S)
        self._turn_id = turn_id
        self._reason: ui.RadioGroup[WhatWasWrong] = ui.RadioGroup(
            custom_id="reason",
            options=[
                discord.RadioGroupOption(label=label, value=value)
                for value, label in feedback_store.REASONS.items()
            ],
        )
        self._comment: ui.TextInput[WhatWasWrong] = ui.TextInput(
            custom_id="comment",
            style=discord.TextStyle.paragraph,
            required=False,
            max_length=_COMMENT_CHARS,
        )
        self.add_item(ui.Label(text="What was wrong?", component=self._reason))
        self.add_item(
            ui.Label(
                text="What should it say? (optional)",
                description="Kept with the answer for whoever improves it.",
                component=self._comment,
            )
        )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Keep it with the answer."""
        async with saying_errors(partial(say, interaction)):
            await acknowledge(interaction)
            kept = await self._keep(interaction)
            await say(interaction, feedback_store.THANKS if kept else feedback_store.TOO_LATE)

    async def _keep(self, interaction: discord.Interaction) -> bool:
        if await find(interaction, self._turn_id) is None:
            return False
        service = service_of(interaction)
        give = partial(
            feedback_store.give,
            good=False,
            reason=self._reason.value,
            comment=self._comment.value,
        )
        return await service.keep(give, service.connection, self._turn_id, interaction.user.id)
