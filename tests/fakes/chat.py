"""Chat models that follow a script: what they reply, how they fail, and what they were asked."""

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from retrieval.answer.chat_writer import ChatWriter
from retrieval.chat.calls import Chat
from retrieval.chat.ledger import Ledger
from retrieval.models.reader import Reader
from retrieval.verify.support import Judge

_PIECE_CHARS = 7


class HttpError(Exception):
    """What a provider's client raises: a status, and perhaps how long to wait."""

    def __init__(self, status_code: int, *, retry_after: str | None = None) -> None:
        super().__init__(f"secret details of {status_code}")
        self.status_code = status_code
        self.response = type("Response", (), {})()
        self.response.headers = {"retry-after": retry_after} if retry_after else {}


@dataclass(frozen=True)
class Endless:
    """Replies with the same words for ever."""

    piece: str = "and so on "
    first: str = ""


@dataclass(frozen=True)
class Stuck:
    """Says a little, then waits until the test is over."""

    first: str = ""
    released: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class Broken:
    """Says a little, then fails as a killed server does."""

    first: str
    error: Exception = field(default_factory=lambda: ConnectionError("peer closed connection"))


Script = str | Exception | Endless | Stuck | Broken


class ScriptedChat(BaseChatModel):
    """Replies with its script, one entry a call, the last one again and again.

    `asked` holds the messages of every call, `arguments` what was bound to it.
    """

    script: list[Any]
    _asked: list[list[BaseMessage]] = PrivateAttr(default_factory=list)
    _arguments: list[dict[str, Any]] = PrivateAttr(default_factory=list)

    @property
    def asked(self) -> list[list[BaseMessage]]:
        return self._asked

    @property
    def arguments(self) -> list[dict[str, Any]]:
        return self._arguments

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(str(c.message.content) for c in self._stream(messages, **kwargs))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        entry = self.script[min(len(self._asked), len(self.script) - 1)]
        self._asked.append(list(messages))
        self._arguments.append(kwargs)
        for piece in _pieces(entry):
            yield ChatGenerationChunk(message=AIMessageChunk(piece))


def _pieces(entry: Script) -> Iterator[str]:
    if isinstance(entry, Exception):
        raise entry
    if isinstance(entry, str):
        yield from _cut(entry) if entry else [""]
        return
    yield from _cut(entry.first)
    if isinstance(entry, Broken):
        raise entry.error
    if isinstance(entry, Stuck):
        entry.released.wait()
        return
    while True:
        yield entry.piece


def _cut(text: str) -> Iterator[str]:
    for at in range(0, len(text), _PIECE_CHARS):
        yield text[at : at + _PIECE_CHARS]


def said(*statements: tuple[str, Sequence[int]]) -> str:
    """A well-formed reply with these statements and sentence numbers."""
    items = [{"text": text, "sentences": list(numbers)} for text, numbers in statements]
    return json.dumps({"answered": True, "statements": items})


def writer(folder: Path, *script: Script) -> ChatWriter:
    """The writer of `fake:model`, which follows the script."""
    chat = Chat(
        ScriptedChat(script=list(script)),
        name="fake:model",
        timeout_s=30.0,
        ledger=Ledger(folder, keep_days=30),
        daily_tokens=1_000_000,
        sleep=lambda _: None,
    )
    return ChatWriter(chat, Judge(Reader()), question_tokens=8_000)
