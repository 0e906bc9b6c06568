"""The commands that measure the reader and calibrate it, on a handful of questions."""

import json
import lzma
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.models.weights import MODELS

BENCH = Path(__file__).parents[1] / "bench"
TEXT = "The mill at Orvelle burnt down in 1931. Its owner, Anna Novak, built it anew of stone."
OTHER = "Twelve ships entered the harbour of Skerry before noon, and nine of them carried coal."


def asked(number: int, text: str, answer: str | None, context: str) -> dict[str, object]:
    answers = [{"text": answer, "answer_start": context.index(answer)}] if answer else []
    return {"id": f"q{number}", "question": text, "answers": answers}


def article(title: str, first: int) -> dict[str, object]:
    """One article; a question is marked wrongly each way, so that no threshold is perfect."""
    mill = [
        asked(first, "When did the mill at Orvelle burn down?", "1931", TEXT),
        asked(first + 1, "Who sold the mill to the town?", None, TEXT),
        asked(first + 2, "How many people live on the moon?", "1931", TEXT),
    ]
    harbour = [
        asked(first + 3, "How many ships entered the harbour?", None, OTHER),
        asked(first + 4, "What did nine of the ships carry?", "coal", OTHER),
        asked(first + 5, "Why did the pianist cancel?", None, OTHER),
    ]
    paragraphs = [{"context": TEXT, "qas": mill}, {"context": OTHER, "qas": harbour}]
    return {"title": title, "paragraphs": paragraphs}


def write_xz(path: Path, text: str) -> None:
    with lzma.open(path, "wt", encoding="utf-8") as stream:
        stream.write(text)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    split = {"measure": ["Warsaw"], "train": ["Harvard_University", "Force"]}
    (folder / "squad2-split.json").write_text(json.dumps(split), "utf-8")
    titles = ["Warsaw", "Harvard_University", "Force"]
    dev = {"data": [article(title, 10 * n) for n, title in enumerate(titles)]}
    answerable = {"data": [without_unanswerable(one) for one in dev["data"]]}
    write_xz(folder / "squad-dev-v2.0.json.xz", json.dumps(dev))
    write_xz(folder / "squad-dev-v1.1.json.xz", json.dumps(answerable))
    write_xz(folder / "squad-train-v1.1.json.xz", json.dumps(answerable))
    for name, question in (("answerable", "Who owned the mill?"), ("unanswerable", "Who sang?")):
        row = json.dumps({"input": question, "passages": [{"text": TEXT}]})
        write_xz(folder / f"clapnq-dev-{name}.jsonl.xz", f"{row}\n{row}\n")
    return folder


def without_unanswerable(one: dict[str, object]) -> dict[str, object]:
    paragraphs = [
        {**paragraph, "qas": [q for q in paragraph["qas"] if q["answers"]]}
        for paragraph in one["paragraphs"]
    ]
    return {**one, "paragraphs": paragraphs}


def run(script: str, *arguments: object) -> str:
    command = [sys.executable, str(BENCH / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_reader_is_measured_on_all_questions_or_the_first_few(data: Path) -> None:
    everything = json.loads(run("reader/measure_reader.py", data))
    few = json.loads(run("reader/measure_reader.py", data, "--limit", 3))

    assert (everything["questions"], everything["answerable"]) == (6, 3)
    assert (few["questions"], few["answerable"]) == (3, 2)
    assert everything["clapnq_auroc"] == 1


def test_the_calibration_is_printed_and_written_only_where_it_is_wanted(
    data: Path, tmp_path: Path
) -> None:
    shipped = (MODELS / "reader_calibration.json").read_bytes()
    out = run("reader/calibrate_reader.py", data)
    run("reader/calibrate_reader.py", data, "--write", tmp_path / "fitted.json")

    assert "6 questions" in out
    assert set(json.loads((tmp_path / "fitted.json").read_text("utf-8"))) == {
        *("scale", "bias", "threshold")
    }
    assert (MODELS / "reader_calibration.json").read_bytes() == shipped


def test_open_retrieval_is_tried_on_few_questions_and_keeps_its_vectors(
    data: Path, tmp_path: Path
) -> None:
    pytest.importorskip("bm25s", reason="of the group train")
    work = tmp_path / "not" / "yet"

    tuned = run("measure_retrieval.py", data, work, "tune", "--limit", 2)
    again = run("measure_retrieval.py", data, work, "tune", "--limit", 2)

    assert "reader over 24" in tuned
    assert again == tuned
    assert len(list(work.glob("*.npy"))) == 1
