"""Each provider's own client, over a real socket: replies, retries, limits and clear errors.

Those are tried whose packages are installed: `uv run --all-extras pytest` has them all.
"""

import gc
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from retrieval.answer.chat_writer import ChatWriter
from retrieval.chat.calls import Chat
from retrieval.chat.model import open_chat
from retrieval.errors import ModelError
from retrieval.models.reader import Reader
from retrieval.settings import Settings
from retrieval.types import Spent
from retrieval.verify.support import Judge
from tests.fakes.chat import said
from tests.fakes.harbour import evidence
from tests.fakes.providers import (
    KEY,
    SECRET,
    TOKENS,
    Anthropic,
    Google,
    Ollama,
    OpenAI,
    Provider,
    Refused,
    Said,
    Wire,
    serving,
)

WIRES = [one for one in (OpenAI(), Anthropic(), Ollama(), Google()) if find_spec(one.package)]
ASKED = [("system", "Be brief."), ("human", "Hello?")]
PIECES = ("One ", "two ", "three.")
RIGHT = "Nine members were in favor and four were against it."
# The clients live as long as the program and are never closed.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(params=WIRES, ids=lambda wire: wire.model.partition(":")[0])
def wire(request: pytest.FixtureRequest) -> Wire:
    return request.param


class Door:
    """The settings' way to a provider's server."""

    def __init__(self, wire: Wire, folder: Path, servers: ExitStack) -> None:
        self.wire, self.folder, self._servers = wire, folder, servers
        self.waits: list[float] = []

    def serve(self, *script: Refused | Said) -> Provider:
        return self._servers.enter_context(serving(self.wire, *script))

    def settings(self, url: str, **more: Any) -> Settings:
        known = {"model": self.wire.model, "model_url": url, "model_key": KEY, "state": self.folder}
        return Settings(_env_file=None, **{"model_timeout_s": 30.0, **known, **more})

    def chat(self, url: str, *, free_form: bool = False, **more: Any) -> Chat:
        told = self.settings(url, **more)
        return open_chat(told, free_form=free_form, sleep=self.waits.append)


@pytest.fixture
def door(wire: Wire, tmp_path: Path) -> Iterator[Door]:
    before = set(threading.enumerate())
    with ExitStack() as servers:
        yield Door(wire, tmp_path, servers)
    for thread in set(threading.enumerate()) - before:
        if thread.name.endswith("(_read)"):
            thread.join(timeout=10)
    gc.collect()


def test_a_reply_comes_whole_and_its_tokens_are_counted(door: Door) -> None:
    talk = door.chat(door.serve(Said(PIECES)).url)

    assert talk.ask(ASKED) == "One two three."
    assert talk.ledger.spent_today() == TOKENS


@pytest.mark.parametrize(
    ("told", "cost"),
    [
        ({"cost": 0.00042}, 0.00042),
        ({"cost": {"input_tokens_cost": 0.1, "total_cost": 0.3}}, 0.3),
        ({"cost": None}, None),
        ({"cost": "free"}, None),
        ({}, None),
    ],
)
def test_what_a_reply_cost_is_counted_where_the_server_says_it(
    tmp_path: Path, told: dict[str, object], cost: float | None
) -> None:
    with ExitStack() as servers:
        door = Door(OpenAI(told=told), tmp_path, servers)
        talk = door.chat(door.serve(Said(PIECES)).url)
        taken: list[Spent] = []

        list(talk.stream(ASKED, on_spent=taken.append))

        assert taken == [Spent(tokens=TOKENS, cost=cost)]
        assert talk.ledger.cost_today() == cost


def test_a_reply_is_read_while_the_server_still_writes(door: Door) -> None:
    provider = door.serve(Said(PIECES))
    provider.go.clear()
    stream = door.chat(provider.url).stream(ASKED)

    first = next(piece for piece in stream if piece)
    provider.go.set()

    assert first == "One "
    assert "".join(stream) == "two three."


def test_a_busy_server_is_asked_again_when_it_wants_to_be(door: Door) -> None:
    provider = door.serve(Refused(429, {"retry-after": "7"}), Refused(503), Said(PIECES))

    assert door.chat(provider.url).ask(ASKED) == "One two three."
    assert len(provider.asked) == 3
    # Ollama's client keeps no headers of a refusal.
    assert door.waits[0] == 7.0 or isinstance(door.wire, Ollama)


def test_a_wrong_key_is_told_as_one_and_asked_with_once(door: Door) -> None:
    provider = door.serve(Said(PIECES))
    talk = door.chat(provider.url, model_key="a-wrong-key")

    with pytest.raises(ModelError, match=r"refuses the key; .* such as OPENAI_API_KEY") as told:
        talk.ask(ASKED)

    assert len(provider.asked) == 1
    assert not any(word in str(told.value) for word in (SECRET, "a-wrong-key"))


def test_a_model_that_is_not_there_is_told_as_one(door: Door) -> None:
    provider = door.serve(Refused(404))

    with pytest.raises(ModelError, match="it does not know the model or address"):
        door.chat(provider.url).ask(ASKED)


def test_the_reply_is_asked_for_in_our_form(door: Door) -> None:
    provider = door.serve(Said(PIECES))

    door.chat(provider.url).ask(ASKED)
    door.chat(provider.url, free_form=True).ask(ASKED)

    formed, free = (door.wire.form(body) for body in provider.asked)
    assert set(formed["properties"]) == {"answered", "statements"}
    assert free is None
    # It refuses schemas that limit how long a list is.
    assert not isinstance(door.wire, Anthropic) or '"maxItems"' not in json.dumps(formed)


def test_a_model_that_refuses_the_form_is_asked_in_plain_text_from_then_on(door: Door) -> None:
    provider = door.serve(Refused(400), Said(PIECES))
    talk = door.chat(provider.url)

    assert [talk.ask(ASKED), talk.ask(ASKED)] == ["One two three."] * 2
    assert [door.wire.form(body) is None for body in provider.asked] == [False, True, True]


@pytest.mark.parametrize("end", [{"breaks": True}, {"cut": True}], ids=["error", "killed"])
def test_a_reply_that_breaks_off_is_an_error_after_what_was_said(
    door: Door, end: dict[str, bool]
) -> None:
    stream = door.chat(door.serve(Said(PIECES, **end)).url).stream(ASKED)
    heard: list[str] = []

    with pytest.raises(ModelError) as told:
        heard.extend(stream)

    assert "".join(heard) == "One two three."
    assert SECRET not in str(told.value)
    assert "error 200" not in str(told.value)
    assert "error -1" not in str(told.value)


def test_a_server_that_is_not_there_is_told_with_its_setting(door: Door) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(ModelError, match="cannot be reached; look at DATELINE_MODEL_URL"):
        door.chat(f"http://127.0.0.1:{port}{door.wire.url_path}").ask(ASKED)

    assert len(door.waits) == 3


def test_a_server_that_hangs_is_given_up(door: Door) -> None:
    provider = door.serve(Said(PIECES))
    provider.go.clear()

    with pytest.raises(ModelError, match="DATELINE_MODEL_TIMEOUT_S"):
        door.chat(provider.url, model_timeout_s=0.5).ask(ASKED)


def test_an_answer_is_written_verified_and_quoted_through_the_door(door: Door) -> None:
    reply = said((RIGHT, [2]), ("Eleven members were ill.", [2]))
    at = len(reply) // 2
    provider = door.serve(Said((reply[:at], reply[at:])), Said((json.dumps({"statements": []}),)))
    talk = door.chat(provider.url)
    writer = ChatWriter(talk, Judge(Reader()), question_tokens=8_000)

    draft = writer.write("How did the council vote?", [evidence()])

    assert draft is not None
    assert [statement.text for statement in draft.statements] == [RIGHT]
    assert draft.citations[0].quote.startswith("Nine members were in favor")
    assert draft.model == door.wire.model


def test_without_a_key_an_address_of_ones_own_is_asked_and_may_refuse(door: Door) -> None:
    provider = door.serve(Said(PIECES))

    with pytest.raises(ModelError, match="it refuses the key"):
        door.chat(provider.url, model_key=None).ask(ASKED)

    assert len(provider.asked) == 1
