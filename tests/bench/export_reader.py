"""Builds the reader that Dateline ships from checkpoints of train_reader.py, as int8 ONNX.

    python tests/bench/export_reader.py CHECKPOINT [CHECKPOINT ...] [--output FILE]

Of several checkpoints (an exported reader.onnx is one, too) the mean of the weights is taken: where
one was trained on from the other, it does better than either (Wortsman et al., ICML 2022).
"""

import argparse
from pathlib import Path

import torch
from int8_weights import read_int8
from minilm import Encoder, Reader
from onnx_int8 import export_int8, record_sha256

# The feed-forward layers have the outliers that one scale a batch drowns.
BLOCKWISE = ("wide", "narrow")
SHIPPED = Path(__file__).parents[2] / "retrieval" / "models" / "files" / "reader.onnx"


def load_reader(checkpoint: Path) -> Reader:
    """The reader with the weights of a checkpoint, in fp32 and ready to score."""
    if checkpoint.suffix == ".onnx":
        return read_int8(checkpoint)
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    reader = Reader(Encoder())
    reader.load_state_dict({name: weight.float() for name, weight in state.items()})
    return reader.eval()


def mean_reader(checkpoints: list[Path]) -> Reader:
    """The reader whose every weight is the mean of those of the checkpoints."""
    states = [load_reader(path).state_dict() for path in checkpoints]
    reader = Reader(Encoder())
    reader.load_state_dict({n: torch.stack([s[n] for s in states]).mean(0) for n in states[0]})
    return reader.eval()


def main() -> None:
    """Exports the checkpoints named on the command line and records the file's sha256."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("checkpoints", type=Path, nargs="+")
    parser.add_argument("--output", type=Path, default=SHIPPED)
    options = parser.parse_args()
    path = options.output
    reader = mean_reader(options.checkpoints)
    outputs = {"start": 2, "end": 2, "answerable": 1}
    export_int8(reader, reader.encoder, path, outputs, BLOCKWISE)
    record_sha256(path)
    print(f"{path.stat().st_size} bytes in {path}")


if __name__ == "__main__":
    main()
