"""Talks to a chat model within limits: time, tokens, retries; every failure is a ModelError."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.chat.ledger import Ledger, cost_of
from retrieval.chat.providers import as_model_error, asked_wait_s, may_pass, refuses_request
from retrieval.errors import ModelError
from retrieval.types import Spent

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.messages import AIMessage, MessageLikeRepresentation
    from langchain_core.runnables import Runnable
    from tenacity import RetryCallState

log = logging.getLogger(__name__)

Message = tuple[str, str]
"""Who speaks (`system`, `human`, `ai`) and what, as LangChain takes it."""
MAX_REPLY_CHARS = 8_000
"""What a reply may hold; a model that goes on and on is cut here."""
_ATTEMPTS = 4
_FIRST_WAIT_S, _LONGEST_WAIT_S = 0.5, 8.0
_STALL_S = 20.0
"""A model that has begun to write and then writes nothing for so long writes no more."""
CHARS_PER_TOKEN = 4
"""Roughly, where the provider does not say."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """What the reading thread hands over: text, tokens and money counted, a failure, or the end."""

    text: str = ""
    tokens: int = 0
    cost: float | None = None
    error: BaseException | None = None
    is_last: bool = False


class Chat:
    """One chat model with its limits; may be used by many threads at once."""

    def __init__(
        self,
        model: "BaseChatModel",
        *,
        name: str,
        timeout_s: float,
        ledger: Ledger,
        daily_tokens: int,
        form: Mapping[str, object] | None = None,
        marks_prefix: bool = False,
        stall_s: float = _STALL_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take a LangChain model, its name in answers, and what it may cost.

        `form` are call arguments that make it reply in our JSON, left away once it refuses them.
        With `marks_prefix` a prompt says where it stops being the same from question to question,
        for a provider that remembers only what it is told to. `stall_s` is for the next words, once
        it writes.
        """
        self.name = name
        self.ledger = ledger
        self._model = model
        self._timeout_s = timeout_s
        self._daily_tokens = daily_tokens
        self._form = form
        self._marks_prefix = marks_prefix
        self._stall_s = stall_s
        self._sleep = sleep

    def stream(
        self,
        messages: Sequence[Message],
        *,
        in_form: bool = True,
        within_s: float | None = None,
        on_spent: Callable[[Spent], None] | None = None,
    ) -> Iterator[str]:
        """Give a reply piece by piece, held to our JSON where it is wanted and the provider can.

        `within_s` is less than the model's own limit; `on_spent` gets what it took, at its end.

        Raises:
            ModelError: The day's tokens are spent, time is up, or the model fails.
        """
        if self.ledger.spent_today() >= self._daily_tokens:
            raise ModelError(
                "today's tokens are spent (DATELINE_DAILY_TOKENS); UTC midnight resets"
            )
        deadline = time.monotonic() + min(self._timeout_s, within_s or self._timeout_s)
        reading = self._begun(messages, deadline, in_form=in_form)
        spent, chars = 0, 0
        costs: list[float] = []
        try:
            while not (piece := reading.next(deadline, self._stall_s if chars else None)).is_last:
                spent += piece.tokens
                costs += [] if piece.cost is None else [piece.cost]
                chars += len(piece.text)
                if piece.error is not None:
                    raise as_model_error(piece.error) from piece.error
                yield piece.text
                if chars > MAX_REPLY_CHARS:
                    log.warning("reply cut after %d characters", chars)
                    break
        finally:
            reading.stop()
            asked = sum(len(text) for _, text in messages)
            spent = spent or (asked + chars) // CHARS_PER_TOKEN
            taken = Spent(tokens=spent, cost=max(costs, default=None))
            self.ledger.spend(taken)
            if on_spent is not None:
                on_spent(taken)

    def ask(self, messages: Sequence[Message]) -> str:
        """Give a whole reply; raises as `stream` does."""
        return "".join(self.stream(messages))

    def _begun(self, messages: Sequence[Message], deadline: float, *, in_form: bool) -> "_Reading":
        """Start a reply, trying again while the failure may pass; the first piece is there."""
        from tenacity import (
            Retrying,
            retry_if_exception,
            stop_after_attempt,
            stop_any,
            stop_before_delay,
            wait_exponential_jitter,
        )

        def waits(state: "RetryCallState") -> float:
            error = state.outcome.exception() if state.outcome else None
            usual = wait_exponential_jitter(_FIRST_WAIT_S, _LONGEST_WAIT_S)(state)
            return max(usual, asked_wait_s(error))

        attempts = Retrying(
            stop=stop_any(
                stop_after_attempt(_ATTEMPTS), stop_before_delay(deadline - time.monotonic())
            ),
            wait=waits,
            retry=retry_if_exception(may_pass),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return attempts(self._attempt, messages, deadline, in_form=in_form)
        except Exception as error:
            raise as_model_error(error) from error

    def _attempt(
        self, messages: Sequence[Message], deadline: float, *, in_form: bool
    ) -> "_Reading":
        form = self._form if in_form else None
        sent = _marked(messages) if self._marks_prefix else list(messages)
        reading = _Reading(self._model.bind(**form) if form else self._model, sent)
        try:
            reading.peek(deadline)
        except Exception as error:
            reading.stop()
            if form and refuses_request(error):
                log.info("%s takes no response format; asking in plain text", self.name)
                self._form = None
                return self._attempt(messages, deadline, in_form=in_form)
            raise
        return reading


def _marked(messages: Sequence[Message]) -> "list[MessageLikeRepresentation]":
    """Give the messages with a mark before the last paragraph: what precedes it may be kept."""
    role, text = messages[-1]
    before, _, last = text.rpartition("\n\n")
    if not before:
        return list(messages)
    kept = {"type": "text", "text": before, "cache_control": {"type": "ephemeral"}}
    return [*messages[:-1], {"role": role, "content": [kept, {"type": "text", "text": last}]}]


class _Reading:
    """A reply that a thread of its own reads, so that no provider can hold us up."""

    def __init__(
        self,
        model: "Runnable[LanguageModelInput, AIMessage]",
        messages: "Sequence[MessageLikeRepresentation]",
    ) -> None:
        self._pieces: queue.Queue[_Piece] = queue.Queue()
        self._stopped = threading.Event()
        self._peeked: _Piece | None = None
        run = threading.Thread(target=self._read, args=(model, list(messages)), daemon=True)
        run.start()

    def peek(self, deadline: float) -> None:
        """Wait for the first piece; raises its failure."""
        self._peeked = self.next(deadline)
        if self._peeked.error is not None:
            raise self._peeked.error

    def next(self, deadline: float, stall_s: float | None = None) -> _Piece:
        """Give the next piece; wait for it until the deadline, and no longer than `stall_s`.

        Raises:
            ModelError: It does not come in time.
        """
        piece, self._peeked = self._peeked, None
        if piece is not None:
            return piece
        left_s = max(0.0, deadline - time.monotonic())
        stalls = stall_s is not None and stall_s < left_s
        try:
            return self._pieces.get(timeout=stall_s if stalls else left_s)
        except queue.Empty:
            why = "stopped writing" if stalls else "took too long (DATELINE_MODEL_TIMEOUT_S)"
            raise ModelError(f"it {why}") from None

    def stop(self) -> None:
        """Let the thread end at its next piece."""
        self._stopped.set()

    def _read(
        self,
        model: "Runnable[LanguageModelInput, AIMessage]",
        messages: "list[MessageLikeRepresentation]",
    ) -> None:
        try:
            for chunk in model.stream(messages):
                usage = getattr(chunk, "usage_metadata", None) or {}
                tokens = int(usage.get("total_tokens") or 0)
                cost = cost_of(chunk)
                self._pieces.put(_Piece(text=str(chunk.text), tokens=tokens, cost=cost))
                if self._stopped.is_set():
                    return
            self._pieces.put(_Piece(is_last=True))
        except Exception as error:  # noqa: BLE001  handed to the waiting thread, which raises it
            self._pieces.put(_Piece(error=error))
