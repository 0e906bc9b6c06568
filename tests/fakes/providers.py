"""Chat model providers on the loopback address, each in the wire protocol that it documents.

All of them take the key `KEY`, count `TOKENS` tokens for a reply, and follow a script.
"""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Protocol

KEY = "the-right-key"
SECRET = "details that are for nobody's eyes"
ASKED_TOKENS, REPLY_TOKENS = 25, 15
TOKENS = ASKED_TOKENS + REPLY_TOKENS

Headers = Mapping[str, str]
Body = dict[str, Any]


class Wire(Protocol):
    """How one provider is spoken to."""

    model: ClassVar[str]
    package: ClassVar[str]
    path: ClassVar[str]
    url_path: ClassVar[str]
    key_status: ClassVar[int]

    def key(self, headers: Headers) -> str:
        """The key that a request brings."""

    def form(self, body: Body) -> Any:
        """The JSON schema that a request asks for, if any."""

    def reply(self, pieces: Sequence[str]) -> Iterator[str]:
        """The frames of a streamed reply."""

    def error(self, status: int) -> Body:
        """The body of a refusal."""

    def broken(self) -> str:
        """A frame that ends a reply with an error, though its status was 200."""


@dataclass(frozen=True)
class OpenAI:
    """Says that a reply took so many tokens, and what else is `told` of it."""

    asked_tokens: int = ASKED_TOKENS
    reply_tokens: int = REPLY_TOKENS
    told: Mapping[str, object] = field(default_factory=dict)
    model: ClassVar[str] = "openai:any"
    package: ClassVar[str] = "langchain_openai"
    path: ClassVar[str] = "/v1/chat/completions"
    url_path: ClassVar[str] = "/v1"
    key_status: ClassVar[int] = 401

    def key(self, headers: Headers) -> str:
        return headers.get("authorization", "").removeprefix("Bearer ")

    def form(self, body: Body) -> Any:
        return body.get("response_format", {}).get("json_schema", {}).get("schema")

    def reply(self, pieces: Sequence[str]) -> Iterator[str]:
        for piece in pieces:
            yield self._chunk([{"index": 0, "delta": {"role": "assistant", "content": piece}}])
        yield self._chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}])
        used = {"prompt_tokens": self.asked_tokens, "completion_tokens": self.reply_tokens}
        total = self.asked_tokens + self.reply_tokens
        yield self._chunk([], usage={**used, "total_tokens": total, **self.told})
        yield "data: [DONE]\n\n"

    def _chunk(self, choices: list[Body], **more: object) -> str:
        known = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "any"}
        return _event(known | {"choices": choices} | more)

    def error(self, status: int) -> Body:
        return {"error": {"message": SECRET, "type": "invalid_request_error", "code": None}}

    def broken(self) -> str:
        return _event({"error": {"message": SECRET, "type": "server_error", "code": None}})


class Anthropic:
    model, package = "anthropic:any", "langchain_anthropic"
    path, url_path, key_status = "/v1/messages", "", 401
    _kinds: ClassVar = {400: "invalid_request", 401: "authentication", 429: "rate_limit"}

    def key(self, headers: Headers) -> str:
        """Newer clients send it as a bearer token; the server takes both."""
        return headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")

    def form(self, body: Body) -> Any:
        return body.get("output_config", {}).get("format", {}).get("schema")

    def reply(self, pieces: Sequence[str]) -> Iterator[str]:
        message = {"id": "m1", "type": "message", "role": "assistant", "model": "any"}
        used = {"input_tokens": ASKED_TOKENS, "output_tokens": 1}
        message |= {"content": [], "stop_reason": None, "stop_sequence": None, "usage": used}
        block = {"index": 0, "content_block": {"type": "text", "text": ""}}
        yield self._told("message_start", message=message)
        yield self._told("content_block_start", **block)
        yield self._told("ping")
        for piece in pieces:
            delta = {"type": "text_delta", "text": piece}
            yield self._told("content_block_delta", index=0, delta=delta)
        yield self._told("content_block_stop", index=0)
        ended = {"stop_reason": "end_turn", "stop_sequence": None}
        used = {"input_tokens": ASKED_TOKENS, "output_tokens": REPLY_TOKENS}
        yield self._told("message_delta", delta=ended, usage=used)
        yield self._told("message_stop")

    def _told(self, kind: str, **more: object) -> str:
        return _event({"type": kind, **more}, name=kind)

    def error(self, status: int) -> Body:
        told = {"type": f"{self._kinds.get(status, 'api')}_error", "message": SECRET}
        return {"type": "error", "error": told, "request_id": "r1"}

    def broken(self) -> str:
        return self._told("error", error={"type": "overloaded_error", "message": SECRET})


class Ollama:
    model, package = "ollama:any", "langchain_ollama"
    path, url_path, key_status = "/api/chat", "", 401

    def key(self, headers: Headers) -> str:
        return headers.get("authorization", "").removeprefix("Bearer ")

    def form(self, body: Body) -> Any:
        return body.get("format")

    def reply(self, pieces: Sequence[str]) -> Iterator[str]:
        for piece in pieces:
            yield self._line(piece, done=False)
        counts = {"prompt_eval_count": ASKED_TOKENS, "eval_count": REPLY_TOKENS}
        yield self._line("", done=True, done_reason="stop", total_duration=1, **counts)

    def _line(self, text: str, **more: object) -> str:
        message = {"role": "assistant", "content": text}
        known = {"model": "any", "created_at": "2026-01-01T00:00:00Z", "message": message}
        return json.dumps(known | more) + "\n"

    def error(self, status: int) -> Body:
        return {"error": SECRET}

    def broken(self) -> str:
        return json.dumps({"error": SECRET}) + "\n"


class Google:
    model, package = "google_genai:any", "langchain_google_genai"
    path, url_path, key_status = "/v1beta/models/any:streamGenerateContent?alt=sse", "", 400
    _kinds: ClassVar = {400: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}

    def key(self, headers: Headers) -> str:
        return headers.get("x-goog-api-key", "")

    def form(self, body: Body) -> Any:
        config = body.get("generationConfig", {})
        return config.get("responseJsonSchema", config.get("responseSchema"))

    def reply(self, pieces: Sequence[str]) -> Iterator[str]:
        for at, piece in enumerate(pieces, start=1):
            said = {"index": 0, "content": {"role": "model", "parts": [{"text": piece}]}}
            written = REPLY_TOKENS if at == len(pieces) else 1
            ended = {"finishReason": "STOP"} if at == len(pieces) else {}
            used = {"promptTokenCount": ASKED_TOKENS, "candidatesTokenCount": written}
            used["totalTokenCount"] = ASKED_TOKENS + written
            yield _event({"candidates": [said | ended], "usageMetadata": used})

    def error(self, status: int) -> Body:
        told = {"code": status, "message": SECRET, "status": self._kinds.get(status, "UNKNOWN")}
        return {"error": told}

    def wrong_key(self) -> Body:
        """Google tells of a wrong key as of any other wrong argument, and why in the details."""
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        detail = {"@type": kind, "reason": "API_KEY_INVALID", "domain": "googleapis.com"}
        return {"error": self.error(400)["error"] | {"details": [detail]}}

    def broken(self) -> str:
        return _event(self.error(503))


def _event(data: Body, *, name: str | None = None) -> str:
    return (f"event: {name}\n" if name else "") + f"data: {json.dumps(data)}\n\n"


@dataclass(frozen=True)
class Refused:
    """A refusal with this status."""

    status: int
    headers: Headers = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """A reply in pieces; `breaks` after them with an error, or is `cut` as by a killed server."""

    pieces: Sequence[str]
    breaks: bool = False
    cut: bool = False


class Provider:
    """A running server: what it was asked, and a lever that holds it after the first frame."""

    def __init__(self, wire: Wire, script: Sequence[Refused | Said]) -> None:
        self.wire, self.script = wire, script
        self.asked: list[Body] = []
        self.go = threading.Event()
        self.go.set()
        self.address = ""

    @property
    def url(self) -> str:
        """What `DATELINE_MODEL_URL` has to be."""
        return self.address + self.wire.url_path

    def step(self, body: Body) -> Refused | Said:
        """What the server does with a request."""
        step = self.script[min(len(self.asked), len(self.script) - 1)]
        self.asked.append(body)
        return step

    def frames(self, said: Said) -> Iterator[str]:
        """The frames of a reply, as they are sent."""
        frames = list(self.wire.reply(said.pieces))
        if said.breaks or said.cut:
            whole = next(n for n, frame in enumerate(frames) if said.pieces[-1] in frame)
            frames = [*frames[: whole + 1], *([self.wire.broken()] if said.breaks else [])]
        for frame in frames:
            yield frame
            if any(piece in frame for piece in said.pieces):
                self.go.wait(30)


@contextmanager
def serving(wire: Wire, *script: Refused | Said) -> Iterator[Provider]:
    """Run a provider that follows the script, the last entry again and again."""
    with running(Provider(wire, script)) as provider:
        yield provider


@contextmanager
def running(provider: Provider) -> Iterator[Provider]:
    """Run a provider on a free port."""
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # a client that has what it needs hangs up
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        provider.go.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    provider: Provider

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        provider = self.provider
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        step = provider.step(body)
        if self.path != provider.wire.path:
            self._refuse(404, provider.wire.error(404))
        elif provider.wire.key(self.headers) != KEY:
            told = getattr(provider.wire, "wrong_key", lambda: provider.wire.error(401))()
            self._refuse(provider.wire.key_status, told)
        elif isinstance(step, Refused):
            self._refuse(step.status, provider.wire.error(step.status), step.headers)
        else:
            self._reply(step)

    def _refuse(self, status: int, told: Body, headers: Headers | None = None) -> None:
        data = json.dumps(told).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "content-type": "application/json"}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _reply(self, said: Said) -> None:
        kind = (
            "application/x-ndjson"
            if isinstance(self.provider.wire, Ollama)
            else "text/event-stream"
        )
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for frame in self.provider.frames(said):
            data = frame.encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()
        if said.cut:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")
