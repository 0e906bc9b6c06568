"""The weights that come with the package: small enough, undamaged, and close to full precision."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from retrieval.models.weights import MODELS, load_tokenizer, open_session

DATA = Path(__file__).parents[1] / "data"
MAX_BYTES = 25_000_000


@pytest.mark.parametrize("name", ["embedder.onnx", "reader.onnx"])
def test_each_model_has_at_most_25_megabytes(name: str):
    assert (MODELS / name).stat().st_size <= MAX_BYTES


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


def test_the_reader_gives_a_start_and_an_end_for_each_token_and_one_answerability_a_row():
    ids = np.array([[101, 2040, 2003, 102, 2014, 2171, 2003, 5650, 102]] * 2, np.int64)
    types = np.array([[0, 0, 0, 0, 1, 1, 1, 1, 1]] * 2, np.int64)
    session = open_session("reader.onnx")
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": types}

    start, end, answerable = session.run(["start", "end", "answerable"], feed)

    assert start.shape == end.shape == ids.shape
    assert answerable.shape == (2,)
