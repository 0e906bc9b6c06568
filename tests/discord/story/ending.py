"""What stands in a random story's channels, and what must hold at its end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from simcord.components import walk_components

from tests.discord.conftest import World

_TOKEN = re.compile(r"(?:tok|ans)(\d+)x")
_UNFINISHED = ("Still reading", "in the queue", "still writing", "Something went wrong")


def numbers(text: str) -> list[int]:
    """Give the numbers of all questions and answers that a text shows."""
    return [int(found) for found in _TOKEN.findall(text)]


@dataclass
class Asked:
    """One question: whose, how, and how often its answer should be seen at the end."""

    user_id: int
    private: bool
    words: str
    shared: int = 0
    gone: bool = False


@dataclass
class Ending:
    """All that was asked in one world, held against all that stands there."""

    world: World
    asked: dict[int, Asked] = field(default_factory=dict)

    def messages(self) -> Iterator[Any]:
        """Give every message that stands anywhere, as Discord holds it."""
        for held in self.world.env.backend.messages.values():
            yield from held.values()

    def text_of(self, message: Any) -> str:
        parts = walk_components(message.components)
        return "\n".join([message.content or "", *(str(part.get("content", "")) for part in parts)])

    def seen(self, number: int | None) -> int:
        """Count the messages that show an answer."""
        words = f"ans{number}x. \\[1\\]"  # a message that is checked is quoted without marks
        return sum(words in self.text_of(message) for message in self.messages())

    def public(self, number: int | None) -> int:
        """Count the bot's messages to everybody that show a question or its answer."""
        mine = self.world.env.bot.user.id
        said = [m for m in self.messages() if m.author_id == mine and not m.is_ephemeral]
        return sum(number in numbers(self.text_of(message)) for message in said)

    def problems(self) -> list[str]:
        """Say everything that is not as it must be."""
        return [
            *self._left_waiting(),
            *self._lost_or_doubled(),
            *self._pings(),
            *self._shown_to_others(),
            *self._told_to_others(),
        ]

    def _left_waiting(self) -> Iterator[str]:
        for one in self.world.env.backend.interactions.values():
            if one.loading and any(m.id == one.message_id for m in self.messages()):
                yield f"'thinking…' stands for ever: {one}"
        for message in self.messages():
            if any(words in self.text_of(message) for words in _UNFINISHED):
                yield f"not as it ends: {self.text_of(message)}"
        pending = self.world.sql("SELECT count(*) FROM pending")
        if pending != [(0,)]:
            yield f"left waiting: {pending}"

    def _lost_or_doubled(self) -> Iterator[str]:
        reached = {n for question, *_ in self.world.script.asked for n in numbers(question)[-1:]}
        for number, one in self.asked.items():
            is_answered = number in reached and not re.search("refused|broken", one.words)
            want, seen = 1 + one.shared, self.seen(number)
            if is_answered and not one.gone and seen != want:
                yield f"answer {number} is shown {seen} times, not {want}: {one}"

    def _pings(self) -> Iterator[str]:
        for request in self.world.env.http_requests:
            sent = request.json if isinstance(request.json, dict) else {}
            sent = sent.get("data") if isinstance(sent.get("data"), dict) else sent
            speaks = "components" in sent and "custom_id" not in sent
            if speaks and (sent.get("allowed_mentions") or {}).get("parse") != []:
                yield f"may ping: {request.method} {request.path} {sent}"

    def _shown_to_others(self) -> Iterator[str]:
        for message in self.messages():
            if message.author_id != self.world.env.bot.user.id:
                continue
            channel = self.world.env.backend.channels[message.channel_id]
            for number in numbers(self.text_of(message)):
                one = self.asked[number]
                is_direct = channel.guild_id is None
                theirs = message.is_ephemeral and message.visible_to(one.user_id)
                if one.private and not (one.shared or is_direct or theirs):
                    yield f"private question {number} is shown: {self.text_of(message)}"

    def _told_to_others(self) -> Iterator[str]:
        for question, history, _ in self.world.script.asked:
            asker = self.asked.get((numbers(question) or [0])[-1])
            for number in numbers(" ".join(history)):
                one = self.asked[number]
                fits = asker and asker.private and asker.user_id == one.user_id
                if one.private and not one.shared and not fits:
                    yield f"private question {number} stands behind {question}"
