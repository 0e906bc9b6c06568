"""What a person sees while a question waits or is answered."""

from dataclasses import dataclass

from bot.discord.messages.markdown import MESSAGE_UNITS, escape, split

PROGRESS_EVERY_S = 2.0
"""Edits that come faster run into Discord's rate limits."""
_SPARE_UNITS = 100
"""For the words below a draft."""


class Stopped(Exception):  # noqa: N818  nothing went wrong
    """The person wants the answer no more."""


@dataclass(slots=True)
class PartialText:
    """The verified text so far, while a chat model writes; set by a worker thread."""

    text: str = ""
    is_stopped: bool = False

    def take(self, text: str) -> None:
        """Hold the text so far.

        Raises:
            Stopped: Nobody wants to read on, so that the model need not write on.
        """
        if self.is_stopped:
            raise Stopped
        self.text = text


def progress_words(queue_place: int, seconds: float, draft: str = "") -> str:
    """Say how it goes with a question that is not answered yet."""
    if queue_place:
        return f"⏳ Many questions at once: yours is number **{queue_place}** in the queue."
    if draft:
        shown = split(escape(draft), MESSAGE_UNITS - _SPARE_UNITS)[0]
        return f"{shown}\n-# ✍️ still writing… ({seconds:.0f} s)"
    return f"🔎 Still reading the articles… ({seconds:.0f} s)"
