"""Where a chat model was of no use, the articles are quoted and a note says what was wrong."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.answer.chain import Answerer
from tests.fakes.chat import HttpError, Script, said, writer

HARBOUR = "How long was the harbour shut?"
REPLIED = "nothing that fake:model wrote could be verified"
SILENT = "The model is unavailable (error 401"


@pytest.mark.parametrize(
    ("script", "note", "other"),
    [
        (said(("The harbour was shut for eleven weeks.", [1])), REPLIED, "unavailable"),
        ("I am a teapot.", REPLIED, "unavailable"),
        (HttpError(401), SILENT, "verified"),
    ],
    ids=["untrue", "unreadable", "unreachable"],
)
def test_a_model_that_cannot_be_reached_and_one_that_cannot_be_verified_are_told_apart(
    typed: Callable[..., tuple[int, str]],
    answerer: Answerer,
    tmp_path: Path,
    script: Script,
    note: str,
    other: str,
) -> None:
    fails = Answerer(answerer.library, writer=writer(tmp_path, script))

    _, out = typed(f"{HARBOUR}\r/json\r{HARBOUR}\r\x04", fails)

    shown, _, printed = out.partition('{"question"')
    record = json.loads('{"question"' + printed.splitlines()[0])
    folded = " ".join(shown.split())
    assert "nine weeks" in folded
    assert note in folded
    assert other not in folded
    assert [note in told for told in record["notes"]] == [True]
    assert record["model"] == "extractive"


def test_each_sentence_of_a_model_appears_once_and_that_it_still_writes(
    typed: Callable[..., tuple[int, str]], answerer: Answerer, tmp_path: Path
) -> None:
    copied = "It reopened on Monday, and twelve ships entered before noon."
    reply = said(("The harbour was shut for nine weeks.", [1]), (copied, [2]))
    writes = Answerer(answerer.library, writer=writer(tmp_path, reply))

    _, out = typed(f"{HARBOUR}\r\x04", writes)

    assert "did not hold" not in out
    assert out.count("shut for nine weeks. ") == 1
    assert out.count(copied) == 1
    assert out.index("nine weeks") < out.index("writing …") < out.index(copied)
