"""The weights that come with the package: small enough, undamaged, and close to full precision."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.models.weights import (
    MODELS,
    READER_WEIGHTS,
    has_int8_kernels,
    load_tokenizer,
    open_session,
)

DATA = Path(__file__).parents[1] / "data"
MAX_BYTES = 40_000_000
READER_GRAPHS = ("reader_int8.onnx", "reader_fp32.onnx")


@pytest.mark.parametrize("names", [("embedder.onnx",), (READER_WEIGHTS, *READER_GRAPHS)])
def test_each_model_has_at_most_40_megabytes(names: tuple[str, ...]):
    assert sum((MODELS / name).stat().st_size for name in names) <= MAX_BYTES


@pytest.mark.parametrize(
    ("flags", "fast"), [("fpu avx2 avx512_vnni", True), ("fpu avx_vnni", True), ("avx2 fma", False)]
)
def test_bytes_are_multiplied_only_where_the_processor_is_made_for_it(
    flags: str, fast: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    (tmp_path / "cpuinfo").write_text(f"flags : {flags}\n", "ascii")

    assert has_int8_kernels(tmp_path / "cpuinfo") is fast
    assert has_int8_kernels(tmp_path / "missing") is False


def test_every_recorded_sha256_is_that_of_the_file_and_stands_in_the_card():
    card = (MODELS.parent / "MODELS.md").read_text("utf-8")
    recorded = json.loads((MODELS / "models.json").read_text("utf-8"))

    for name, entry in recorded.items():
        assert hashlib.sha256((MODELS / name).read_bytes()).hexdigest() == entry["sha256"]
        assert entry["sha256"] in card


def test_the_int8_embedder_stays_close_to_the_official_fp32_vectors():
    texts = json.loads((DATA / "embedder_texts.json").read_text("utf-8"))
    exact = np.load(DATA / "embedder_fp32.npz")["vectors"].astype(np.float32)
    session, tokenizer = open_session("embedder.onnx"), load_tokenizer()

    cosines = []
    for text, expected in zip(texts, exact, strict=True):
        ids = np.array([tokenizer.encode(text).ids], np.int64)
        feed = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        cosines.append(float(session.run(None, feed)[0][0] @ expected))

    assert np.mean(cosines) >= 0.98
    assert min(cosines) >= 0.97


@pytest.mark.parametrize("graph", READER_GRAPHS)
def test_both_graphs_of_the_reader_give_scores_for_each_token_and_for_each_row(graph: str):
    ids = np.array([[101, 2040, 2003, 102, 2014, 2171, 2003, 5650, 102]] * 2, np.int64)
    types = np.array([[0, 0, 0, 0, 1, 1, 1, 1, 1]] * 2, np.int64)
    session = open_session(graph, beside=READER_WEIGHTS)
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": types}

    start, end, answerable, relevant, verdict = session.run(None, feed)

    assert start.shape == end.shape == ids.shape
    assert answerable.shape == relevant.shape == (2,)
    assert verdict.shape == (2, 3)


def test_both_graphs_of_the_reader_say_nearly_the_same():
    ids = np.array([[101, 2040, 2003, 102, 2014, 2171, 2003, 5650, 102]], np.int64)
    types = np.array([[0, 0, 0, 0, 1, 1, 1, 1, 1]], np.int64)
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": types}

    one, other = (
        open_session(graph, beside=READER_WEIGHTS).run(None, feed) for graph in READER_GRAPHS
    )

    for left, right in zip(one, other, strict=True):
        assert np.abs(left - right).max() < 1


def test_the_tokenizer_of_embedder_and_reader_is_read_once():
    assert load_tokenizer() is load_tokenizer()


def test_a_thread_that_opens_the_models_imports_nothing_beside_one_that_imports():
    code = """
import sys
from retrieval.models.embedder import BuiltinEmbedder
from retrieval.models.reader import Reader
from retrieval.models.weights import import_libraries

import_libraries()
before = set(sys.modules)
Reader().load()
BuiltinEmbedder().load()
print([one for one in set(sys.modules) - before if not one.startswith("encodings.")])
"""

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
