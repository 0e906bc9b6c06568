"""How long people wait for the first words and for the whole answer, by who wrote it."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from retrieval.evaluation.runner import evaluate
from retrieval.evaluation.summary import Scored, summarise
from retrieval.types import Answer, Filters
from tests.fakes.chat import HttpError, Script, ScriptedChat, said

if TYPE_CHECKING:
    from tests.evaluation.conftest import Newsroom

Eval = Callable[..., int]
ROUNDING_MS = 0.06  # rows and table round the same time, to other places
CLOSED = {
    "id": "closed",
    "question": "How long was the harbour of Lerwick closed?",
    "answers": ["nine hours"],
}
MOON = {"id": "moon", "question": "How many moons does the planet Saturn have?"}
RIGHT = said(("The harbour of Lerwick was closed for nine hours on Monday.", [1]))


class Writing:
    """Shows words twice while it writes, and remembers when it had done so."""

    def __init__(self, newsroom: "Newsroom") -> None:
        self.library = newsroom.library
        self._answer = next(iter(newsroom.script.values()))
        self.moments: list[float] = []

    def answer(
        self,
        question: str,
        *,
        history: tuple[str, ...],
        filters: Filters,
        on_text: Callable[[str], None],
    ) -> Answer:
        for text in ("", "The harbour", "The harbour was closed"):
            self.moments.append(time.perf_counter())
            on_text(text)
        self.moments.append(time.perf_counter())
        return self._answer


def test_first_words_are_timed_when_they_are_first_shown(newsroom: "Newsroom") -> None:
    system = Writing(newsroom)
    began = time.perf_counter()

    (row,) = evaluate(system, newsroom.questions[:1], {"closed": ()})

    assert row.first_words_ms is not None
    shown_s = row.first_words_ms / 1000
    assert system.moments[1] - system.moments[0] <= shown_s <= system.moments[2] - began
    assert row.first_words_ms < row.latency_ms


def test_an_answer_that_comes_whole_has_a_total_alone(newsroom: "Newsroom") -> None:
    (row, *_) = newsroom.run()

    assert row.first_words_ms is None
    assert row.latency_ms > 0


def test_times_stand_by_writer_and_a_failure_is_nobodys() -> None:
    kept = [
        Scored(id=str(at), writer="a:b", latency_ms=10.0 * at, first_words_ms=float(at))
        for at in range(101)
    ]
    whole = Scored(id="whole", writer="extractive", latency_ms=7.0)
    failed = Scored(id="failed", latency_ms=9_999.0)

    model, quoting = summarise([*kept, whole, failed]).times

    assert (model.writer, model.answers) == ("a:b", 101)
    assert dict(model.first_words_ms) == {"p50": 50, "p95": 95}
    assert dict(model.total_ms) == {"p50": 500, "p95": 950}
    assert (quoting.answers, dict(quoting.first_words_ms)) == (1, {})
    assert dict(quoting.total_ms) == {"p50": 7, "p95": 7}


@pytest.fixture
def ask_model(
    evaluate: Eval, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Run the command with `fake:model`; gives what it printed."""

    def run(*script: Script) -> str:
        model = ScriptedChat(script=list(script))
        monkeypatch.setenv("DATELINE_MODEL", "fake:model")
        monkeypatch.setattr("langchain.chat_models.init_chat_model", lambda *_, **__: model)
        Path("set.jsonl").write_text(f"{json.dumps(CLOSED)}\n{json.dumps(MOON)}\n", "utf-8")
        assert evaluate("set.jsonl", "--json", "out.json", "--html", "page.html") == 0
        return capsys.readouterr().out

    return run


def times_of(printed: str) -> dict[str, list[str]]:
    lines = printed.partition("written by")[2].splitlines()[1:]
    rows = [re.split(r"\s{2,}", line.strip()) for line in lines]
    return {row[0]: row[1:] for row in rows if len(row) == 7}


def test_a_models_times_stand_in_the_table_the_results_and_the_page(
    ask_model: Callable[..., str],
) -> None:
    rows = times_of(ask_model(RIGHT))

    record = json.loads(Path("out.json").read_text("utf-8"))
    told = record["summary"]["times_ms"]
    closed, moon = record["rows"]
    assert set(told) == set(rows) == {"fake:model", "refused"}
    assert told["fake:model"]["answers"] == 1
    rounded = pytest.approx(closed["first_words_ms"], abs=ROUNDING_MS)
    assert told["fake:model"]["first_words"]["p50"] == rounded
    total = pytest.approx(closed["latency_ms"], abs=ROUNDING_MS)
    assert told["fake:model"]["total"]["p95"] == total
    assert 0 < closed["first_words_ms"] < closed["latency_ms"]
    assert (moon["first_words_ms"], told["refused"]["first_words"]) == (None, None)
    first_words = f"{told['fake:model']['first_words']['p50']:.0f} ms"
    assert rows["fake:model"][1] == first_words
    assert rows["refused"][1:3] == ["–", "–"]
    assert closed["answer"]["tokens"] > 0
    assert rows["fake:model"][-1] == f"{told['fake:model']['mean_tokens']:.0f}"
    page = Path("page.html").read_text("utf-8")
    assert f"<td>fake:model</td><td>1</td><td>{first_words}</td>" in page
    assert "fake:model, first words after" in page
    assert set(closed["answer"]["timings_ms"]) == {"retrieve", "read", "write", "verify", "total"}


def test_a_kept_reply_is_not_taken_for_a_fast_model(ask_model: Callable[..., str]) -> None:
    ask_model(RIGHT)

    assert set(times_of(ask_model(RIGHT))) == {"fake:model, kept reply", "refused"}


def test_a_model_that_failed_leaves_its_time_to_the_quotes(ask_model: Callable[..., str]) -> None:
    rows = times_of(ask_model(HttpError(401)))

    assert set(rows) == {"extractive", "refused"}
    assert rows["extractive"][1] == "–"
