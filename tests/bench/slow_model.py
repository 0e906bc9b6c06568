"""An OpenAI-compatible server that writes slowly: it copies the first sentences it is shown."""

import asyncio
import json
import re

from aiohttp import web

from tests.fakes.chat import said
from tests.fakes.providers import OpenAI

MODEL = "openai:slow"
STATEMENTS = 3
LONGEST_CHARS = 400
PIECE_CHARS = 12
_SENTENCE = re.compile(r"^\[(\d+)\] (.+)$", re.MULTILINE)


class SlowModel:
    """Takes so many seconds for each reply, which comes in small pieces all the while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.calls = 0
        self.url = ""

    async def start(self) -> web.AppRunner:
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
        return runner

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self.calls += 1
        body = json.loads(await request.text())
        reply = copied(body["messages"][-1]["content"])
        pieces = [reply[at : at + PIECE_CHARS] for at in range(0, len(reply), PIECE_CHARS)]
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        for frame in OpenAI().reply(pieces):
            await asyncio.sleep(self._seconds / len(pieces))
            await response.write(frame.encode())
        return response


def copied(prompt: str) -> str:
    """A reply of the first sentences in the prompt, each resting on itself."""
    shown = [(text, [int(n)]) for n, text in _SENTENCE.findall(prompt)]
    return said(*[one for one in shown if len(one[0]) <= LONGEST_CHARS][:STATEMENTS])
