"""Builds the reader that Dateline ships from a checkpoint of train_reader.py, as int8 ONNX.

python tests/bench/export_reader.py CHECKPOINT [OUTPUT]
"""

import sys
from pathlib import Path

import torch
from minilm import Encoder, Reader
from onnx_int8 import export_int8, record_sha256

# The feed-forward layers have the outliers that one scale a batch drowns.
BLOCKWISE = ("wide", "narrow")
SHIPPED = Path(__file__).parents[2] / "retrieval" / "models" / "reader.onnx"


def load_reader(checkpoint: Path) -> Reader:
    """The reader with the weights of a checkpoint, in fp32 and ready to score."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    reader = Reader(Encoder())
    reader.load_state_dict({name: weight.float() for name, weight in state.items()})
    return reader.eval()


def main() -> None:
    """Exports the checkpoint named on the command line and records its sha256."""
    checkpoint, *rest = [Path(argument) for argument in sys.argv[1:]]
    path = rest[0] if rest else SHIPPED
    reader = load_reader(checkpoint)
    outputs = {"start": 2, "end": 2, "answerable": 1}
    export_int8(reader, reader.encoder, path, outputs, BLOCKWISE)
    record_sha256(path)
    print(f"{path.stat().st_size} bytes in {path}")


if __name__ == "__main__":
    main()
