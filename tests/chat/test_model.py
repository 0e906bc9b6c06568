"""Chat models are made from the settings and kept within time, tokens and patience."""

import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest

from retrieval.chat.calls import MAX_REPLY_CHARS, Chat
from retrieval.chat.ledger import Ledger, counted, reply_key
from retrieval.chat.model import open_chat
from retrieval.chat.providers import as_model_error, asked_wait_s, may_pass
from retrieval.errors import ModelError, SettingsError
from retrieval.settings import Settings
from retrieval.types import Answer, Spent
from tests.fakes.chat import Endless, HttpError, Script, ScriptedChat, Stuck

ASKED = [("system", "Be brief."), ("human", "Hello?")]


def chat(tmp_path: Path, *script: Script, **limits: object) -> tuple[Chat, ScriptedChat]:
    model = ScriptedChat(script=list(script))
    given = {"timeout_s": 20.0, "daily_tokens": 1_000, "sleep": lambda _: None, **limits}
    ledger = Ledger(tmp_path, keep_days=30)
    return Chat(model, name="fake:model", ledger=ledger, **given), model  # type: ignore[arg-type]


def settings(tmp_path: Path, **values: object) -> Settings:
    return Settings(_env_file=None, state=tmp_path, **values)  # type: ignore[call-arg, arg-type]


def test_a_reply_comes_in_pieces(tmp_path: Path) -> None:
    talk, _ = chat(tmp_path, "One two three four.")

    pieces = list(talk.stream(ASKED))

    assert len(pieces) > 1
    assert "".join(pieces) == "One two three four."


def test_waits_grow_and_heed_what_the_server_asks(tmp_path: Path) -> None:
    waits: list[float] = []
    busy = HttpError(429, retry_after="3")
    talk, _ = chat(tmp_path, busy, HttpError(500), HttpError(503), "Yes.", sleep=waits.append)

    assert talk.ask(ASKED) == "Yes."
    assert waits[0] == 3.0
    assert 0 < waits[1] < waits[2] + 2


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_what_will_not_pass_is_not_tried_again(tmp_path: Path, status: int) -> None:
    talk, model = chat(tmp_path, HttpError(status), "Never.")

    with pytest.raises(ModelError, match=str(status)):
        talk.ask(ASKED)

    assert len(model.asked) == 1


def test_a_server_without_response_format_is_asked_in_plain_text_from_then_on(
    tmp_path: Path,
) -> None:
    talk, model = chat(tmp_path, HttpError(400), "Yes.", form={"response_format": "json"})

    replies = [talk.ask(ASKED), talk.ask(ASKED)]

    assert replies == ["Yes.", "Yes."]
    assert [bool(arguments) for arguments in model.arguments] == [True, False, False]


def test_tokens_are_counted_and_the_day_has_an_end(tmp_path: Path) -> None:
    talk, model = chat(tmp_path, "word " * 100, daily_tokens=100)
    talk.ask(ASKED)

    with pytest.raises(ModelError, match="DATELINE_DAILY_TOKENS"):
        talk.ask(ASKED)

    assert Ledger(tmp_path, keep_days=30).spent_today() > 100
    assert len(model.asked) == 1


def test_an_endless_reply_is_cut(tmp_path: Path) -> None:
    talk, _ = chat(tmp_path, Endless())

    assert len(talk.ask(ASKED)) < MAX_REPLY_CHARS + 100


def test_time_runs_out_for_a_model_that_does_not_begin(tmp_path: Path) -> None:
    stuck = Stuck()
    talk, _ = chat(tmp_path, stuck, timeout_s=0.05)

    with pytest.raises(ModelError, match="DATELINE_MODEL_TIMEOUT_S"):
        talk.ask(ASKED)

    stuck.released.set()


def test_a_reader_who_leaves_lets_the_thread_end(tmp_path: Path) -> None:
    talk, _ = chat(tmp_path, Endless())
    before = threading.active_count()
    stream = talk.stream(ASKED)
    next(stream)

    stream.close()
    for thread in threading.enumerate():
        if thread.name.endswith("(_read)"):
            thread.join(timeout=5)

    assert threading.active_count() <= before


def test_many_threads_share_one_count(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, keep_days=30)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ledger.spend, [Spent(tokens=5)] * 16))

    assert ledger.spent_today() == 80


def test_replies_are_kept_by_model_and_words(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, keep_days=30)
    keys = {
        reply_key("a:b", ASKED),
        reply_key("a:c", ASKED),
        reply_key("a:b", ASKED[1:]),
    }
    ledger.remember(reply_key("a:b", ASKED), "Yes.")

    assert len(keys) == 3
    assert [ledger.recall(key) for key in keys].count("Yes.") == 1


def test_a_state_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(ModelError, match="DATELINE_STATE"):
        Ledger(tmp_path / "file", keep_days=30).spend(Spent(tokens=1))


@pytest.mark.parametrize("model", ["openai", "openai:", "gpt"])
def test_a_model_without_a_provider_is_a_settings_error(tmp_path: Path, model: str) -> None:
    with pytest.raises(SettingsError, match="provider:model"):
        open_chat(settings(tmp_path, model=model))


@pytest.mark.parametrize(
    ("model", "package", "extra"),
    [
        ("anthropic:claude-x", "langchain_anthropic", "anthropic"),
        ("ollama:llama", "langchain_ollama", "ollama"),
        ("google_genai:gemini", "langchain_google_genai", "google"),
    ],
)
def test_a_provider_that_is_not_installed_is_named_with_its_extra(
    tmp_path: Path, model: str, package: str, extra: str
) -> None:
    if find_spec(package):
        pytest.skip(f"{package} is installed")

    with pytest.raises(
        ModelError, match=rf"uv sync --extra {extra}, or pip install \"\.\[{extra}\]"
    ):
        open_chat(settings(tmp_path, model=model))


@pytest.mark.parametrize("model", ["google:gemini", "nobody:model"])
def test_a_provider_that_is_not_known_is_told_with_those_that_are(
    tmp_path: Path, model: str
) -> None:
    with pytest.raises(ModelError, match="known providers are openai, anthropic, ollama, google_g"):
        open_chat(settings(tmp_path, model=model, model_key="sk-secret"))


def test_an_address_of_ones_own_needs_no_key(tmp_path: Path) -> None:
    address = "http://127.0.0.1:9/v1"
    told = settings(tmp_path, model="openai:any", model_url=address)
    talk = open_chat(told, sleep=lambda _: None)

    with pytest.raises(ModelError, match="DATELINE_MODEL_URL"):
        talk.ask(ASKED)

    assert talk.name == "openai:any"


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (HttpError(429), True),
        (HttpError(502), True),
        (HttpError(401), False),
        (ConnectionError("reset"), True),
        (ValueError("odd"), False),
    ],
)
def test_failures_that_may_pass_are_told_apart(error: Exception, passes: bool) -> None:
    assert may_pass(error) is passes
    assert str(error) not in str(as_model_error(error))


@pytest.mark.parametrize(("header", "wait_s"), [(None, 0), ("2", 2), ("soon", 0), ("9999", 20)])
def test_the_wait_a_server_asks_for_is_bounded(header: str | None, wait_s: float) -> None:
    assert asked_wait_s(HttpError(429, retry_after=header)) == wait_s


@pytest.mark.parametrize(
    ("cost", "said"),
    [
        (None, "40 tokens"),
        (0.0123, "cost 0.0123"),
        (0.00002, "cost 0.000020"),
        (0.0, "cost 0.000000"),
    ],
)
def test_an_answers_line_in_the_log_has_its_cost_only_where_it_is_told(
    cost: float | None, said: str
) -> None:
    answer = Answer(question="", standalone_question="", text="", model="any", tokens=40, cost=cost)

    assert counted(answer).endswith(said)


def test_a_model_that_stops_in_the_middle_is_not_waited_for(tmp_path: Path) -> None:
    stuck = Stuck(first="One two")
    talk, _ = chat(tmp_path, stuck, stall_s=0.05)
    heard: list[str] = []

    with pytest.raises(ModelError, match="stopped writing"):
        heard.extend(talk.stream(ASKED))
    stuck.released.set()

    assert "".join(heard) == "One two"
