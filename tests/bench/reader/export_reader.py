"""Builds the shipped reader from checkpoints of train.py: one file of weights, two graphs.

    python tests/bench/reader/export_reader.py CHECKPOINT [CHECKPOINT ...] [--folder FOLDER]

`reader.bin` holds matrices and word embeddings in int8, with one scale an output or row.
`reader_int8.onnx` multiplies in int8, activations quantised at run time; `reader_fp32.onnx` expands
the matrices when it is loaded (with session.disable_quant_qdq). Of several checkpoints the mean of
the weights is taken (Wortsman et al., ICML 2022).
"""

import argparse
import hashlib
import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch
from checkpoints import mean_reader
from minilm import Reader
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from torch import Tensor, nn

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
# The verdict of a mean of weights is no mean of verdicts: fit_verdict.py fits and adds it.
OUTPUTS = {"start": 2, "end": 2, "answerable": 1, "relevant": 1}
OPSET = 18
WEIGHTS = "reader.bin"
GRAPHS = ("reader_int8.onnx", "reader_fp32.onnx")
LEAST_BYTES = 1024  # smaller tensors stay in the graph
MODELS = Path(__file__).parents[3] / "retrieval" / "models" / "files"
# Their inputs have outliers that drown in one scale: expanded in both graphs.
EXPANDED = ("/narrow/",)


class Shipped(nn.Module):
    """The reader without the verdict."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> tuple[Tensor, ...]:
        return self.reader(ids, mask, types)[: len(OUTPUTS)]


def whole_graph(reader: Reader) -> ModelProto:
    """The reader as ONNX in fp32."""
    axes = {name: {0: "batch", 1: "tokens"} for name in INPUTS}
    axes |= {n: {0: "batch", 1: "tokens"} if k > 1 else {0: "batch"} for n, k in OUTPUTS.items()}
    sample = torch.ones(2, 9, dtype=torch.long)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "whole.onnx"
        torch.onnx.export(
            Shipped(reader).eval(), (sample, sample, torch.zeros_like(sample)), str(path),
            input_names=list(INPUTS), output_names=list(OUTPUTS), dynamic_axes=axes,
            opset_version=OPSET, dynamo=False,
        )  # fmt: skip
        return onnx.load(path)


def in_bytes(table: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """The table in int8, symmetric, with a scale for each place of the axis."""
    rest = tuple(i for i in range(table.ndim) if i != axis)
    scale = np.maximum(np.abs(table).max(rest), 1e-12).astype(np.float32) / 127
    shape = [-1 if i == axis else 1 for i in range(table.ndim)]
    return np.rint(table / scale.reshape(shape)).astype(np.int8), scale


def graphs(whole: ModelProto, expanded: tuple[str, ...]) -> dict[str, ModelProto]:
    """The two graphs over the same int8 tensors, by the name of their file."""
    return {
        GRAPHS[0]: _rewritten(whole, expanded),
        GRAPHS[1]: _rewritten(whole, ("/",)),
    }


def _rewritten(whole: ModelProto, expanded: tuple[str, ...]) -> ModelProto:
    model = ModelProto()
    model.CopyFrom(whole)
    graph = model.graph
    stored = {t.name: t for t in graph.initializer}
    nodes: list[NodeProto] = []
    for node in list(graph.node):
        name = next((i for i in node.input if i in stored), None)
        table = numpy_helper.to_array(stored[name]) if name else None
        if node.op_type == "Gather" and name and table.ndim == 2 and len(table) > 1000:
            nodes += _gathered(graph, node, name, table)
        elif node.op_type == "MatMul" and name and table.size * 4 > 100_000:
            nodes += _multiplied(graph, node, name, table, expanded)
        else:
            nodes.append(node)
    del graph.node[:]
    graph.node.extend(nodes)
    used = {i for n in nodes for i in n.input}
    kept = [t for t in graph.initializer if t.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    return model


def _add(graph: onnx.GraphProto, name: str, array: np.ndarray) -> str:
    if name not in {t.name for t in graph.initializer}:
        graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
    return name


def _gathered(graph, node: NodeProto, name: str, table: np.ndarray) -> list[NodeProto]:
    rows, scale = in_bytes(table, 0)
    ids, out = node.input[1], node.output[0]
    _add(graph, f"{name}.rows", rows)
    _add(graph, f"{name}.scale", scale[:, None])
    return [
        helper.make_node("Gather", [f"{name}.rows", ids], [f"{out}.b"], name=f"{node.name}/rows"),
        helper.make_node("Cast", [f"{out}.b"], [f"{out}.f"], to=TensorProto.FLOAT),
        helper.make_node("Gather", [f"{name}.scale", ids], [f"{out}.s"], name=f"{node.name}/scale"),
        helper.make_node("Mul", [f"{out}.f", f"{out}.s"], [out]),
    ]


def _multiplied(
    graph, node: NodeProto, name: str, table: np.ndarray, expanded: tuple[str, ...]
) -> list[NodeProto]:
    columns, scale = in_bytes(table, 1)
    x, out = node.input[0], node.output[0]
    _add(graph, f"{name}.columns", columns)
    _add(graph, f"{name}.scale", scale)
    _add(graph, f"{name}.zero", np.zeros(len(scale), np.int8))
    bytes_, scales, zeros = f"{name}.columns", f"{name}.scale", f"{name}.zero"
    if any(part in node.name for part in expanded):
        return [
            helper.make_node("DequantizeLinear", [bytes_, scales, zeros], [f"{out}.w"], axis=1),
            helper.make_node("MatMul", [x, f"{out}.w"], [out], name=node.name),
        ]
    q, s, z = f"{x}.q", f"{x}.qs", f"{x}.qz"
    made = [
        helper.make_node("MatMulInteger", [q, bytes_, z, zeros], [f"{out}.i"], name=node.name),
        helper.make_node("Cast", [f"{out}.i"], [f"{out}.f"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [s, scales], [f"{out}.s"]),
        helper.make_node("Mul", [f"{out}.f", f"{out}.s"], [out]),
    ]
    return [helper.make_node("DynamicQuantizeLinear", [x], [q, s, z]), *made]


def write(models: dict[str, ModelProto], folder: Path) -> None:
    """Writes the graphs, and the tensors that both share into one file beside them."""
    places: dict[str, tuple[int, int]] = {}
    with (folder / WEIGHTS).open("wb") as stream:
        for model in models.values():
            for tensor in model.graph.initializer:
                raw = tensor.raw_data or numpy_helper.to_array(tensor).tobytes()
                if len(raw) < LEAST_BYTES:
                    continue
                if tensor.name not in places:
                    places[tensor.name] = stream.tell(), len(raw)
                    stream.write(raw + bytes(-len(raw) % 64))
                _point(tensor, *places[tensor.name])
    for name, model in models.items():
        onnx.save_model(model, folder / name)


def _point(tensor: TensorProto, offset: int, length: int) -> None:
    for field in ("raw_data", "float_data", "int32_data", "int64_data"):
        tensor.ClearField(field)
    tensor.data_location = TensorProto.EXTERNAL
    del tensor.external_data[:]
    for key, value in (("location", WEIGHTS), ("offset", str(offset)), ("length", str(length))):
        tensor.external_data.add(key=key, value=value)


def record_sha256(path: Path) -> None:
    """Writes the file's sha256 into the models.json beside it."""
    ledger = path.with_name("models.json")
    entries = json.loads(ledger.read_text(encoding="utf-8")) if ledger.exists() else {}
    entries[path.name] = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    ledger.write_text(json.dumps(entries, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    """Exports the checkpoints named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--folder", type=Path, default=MODELS)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    write(graphs(whole_graph(mean_reader(options.checkpoints)), EXPANDED), options.folder)
    for path in (options.folder / WEIGHTS, *map(options.folder.joinpath, GRAPHS)):
        record_sha256(path)
        print(f"{path.stat().st_size} bytes in {path.name}")


if __name__ == "__main__":
    main()
