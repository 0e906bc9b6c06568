"""A PyTorch model to one int8 ONNX file: matrices and word embeddings in bytes, sums in fp32."""

import hashlib
import json
import logging
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from reader.minilm import Encoder
from torch import Tensor, nn

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OPSET = 18
MAX_BYTES = 25_000_000


class ByteTable(nn.Module):
    """An embedding table in int8 with one scale a row, which costs a quarter of the bytes."""

    def __init__(self, table: Tensor) -> None:
        super().__init__()
        scale = table.abs().amax(1, keepdim=True) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("rows", (table / scale.clamp_min(1e-12)).round().to(torch.int8))

    def forward(self, ids: Tensor) -> Tensor:
        return self.rows[ids].to(torch.float32) * self.scale[ids]


def export_int8(
    model: nn.Module,
    encoder: Encoder,
    path: Path,
    outputs: dict[str, int],
) -> None:
    """Writes `model` to `path`; its encoder's word table is replaced, so it is fp32 no longer.

    Args:
        model: takes ids, mask and types.
        encoder: the model's encoder.
        path: the file to write.
        outputs: names with their count of dynamic axes, 1 or 2.
    """
    logging.disable(logging.INFO)  # the quantisers tell about every node
    encoder.words = ByteTable(encoder.words.weight.detach())
    model.eval()
    axes = {name: {0: "batch", 1: "tokens"} for name in INPUTS}
    axes |= {n: {0: "batch", 1: "tokens"} if k > 1 else {0: "batch"} for n, k in outputs.items()}
    sample = torch.ones(2, 9, dtype=torch.long)
    with TemporaryDirectory() as folder:
        whole = Path(folder) / "fp32.onnx"
        torch.onnx.export(
            model,
            (sample, sample, torch.zeros_like(sample)),
            str(whole),
            input_names=list(INPUTS),
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )
        quantize_dynamic(
            whole,
            path,
            op_types_to_quantize=["MatMul", "Gemm"],
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"MatMulConstBOnly": True},
        )
    if path.stat().st_size > MAX_BYTES:
        raise SystemExit(f"{path.name} has {path.stat().st_size} bytes, more than {MAX_BYTES}")


def record_sha256(path: Path) -> None:
    """Writes the file's sha256 into the models.json beside it."""
    ledger = path.with_name("models.json")
    entries = json.loads(ledger.read_text(encoding="utf-8")) if ledger.exists() else {}
    entries[path.name] = {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    ledger.write_text(json.dumps(entries, indent=2, sort_keys=True) + "\n", encoding="utf-8")
