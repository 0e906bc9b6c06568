"""The weights of a reader that export_reader.py wrote, so that training can go on from it."""

from pathlib import Path

import numpy as np
import onnx
import torch
from minilm import Encoder, Reader
from onnx import NodeProto, numpy_helper

BYTE_OF_ZERO = 128  # MatMulNBits keeps its 8-bit weights as unsigned bytes around this


def read_int8(path: Path) -> Reader:
    """The reader in fp32, each weight within half a step of int8 of the one exported."""
    graph = onnx.load(path).graph
    stored = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    state = {name: array for name, array in stored.items() if array.dtype == np.float32}
    state["encoder.words.weight"] = stored["encoder.words.rows"] * stored["encoder.words.scale"]
    for node in graph.node:
        module = node.name.rsplit("/", 1)[0].strip("/").replace("/", ".")
        if node.op_type == "MatMulNBits":
            state[f"{module}.weight"] = _from_blocks(stored, node)
        elif node.op_type == "MatMulInteger":
            state[f"{module}.weight"] = _from_columns(stored, node)
    reader = Reader(Encoder())
    reader.load_state_dict({n: torch.tensor(state[n]) for n in reader.state_dict()})
    return reader.eval()


def _from_blocks(stored: dict[str, np.ndarray], node: NodeProto) -> np.ndarray:
    """[outputs, inputs] from bytes [outputs, blocks, block] with a scale a block."""
    rows, scales = stored[node.input[1]], stored[node.input[2]]
    whole = (rows.astype(np.float32) - BYTE_OF_ZERO) * scales.reshape(*rows.shape[:2], 1)
    return whole.reshape(len(rows), -1)


def _from_columns(stored: dict[str, np.ndarray], node: NodeProto) -> np.ndarray:
    """[outputs, inputs] from bytes [inputs, outputs] with a scale and a zero an output."""
    name = node.input[1].removesuffix("_quantized")
    columns, zero = stored[f"{name}_quantized"], stored[f"{name}_zero_point"]
    return ((columns.astype(np.float32) - zero) * stored[f"{name}_scale"]).T.copy()
