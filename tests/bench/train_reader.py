"""Trains the reader on two cores; run again with the same folder to resume.

    export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=40000000000 MALLOC_ARENA_MAX=1
    python tests/bench/train_reader.py DATA WORK --examples 96000 [--start CHECKPOINT]

DATA holds the SQuAD files (README there), WORK gets state.pt every few minutes and reader.pt at
the end. The learning rate falls to zero at --examples, over all runs. Without
--start the encoder has the official all-MiniLM-L6-v2 weights and the heads start at random; with
it, training goes on from a checkpoint or from an exported reader.onnx. The settings of malloc
keep freed memory: without them the kernel clears every large tensor anew, for half of the time.
"""

import argparse
import math
import time
from pathlib import Path
from random import Random

import torch
from export_reader import load_reader
from minilm import FAR, Reader, official_encoder, official_folder
from reader_batches import Window, batches, make_windows, stack
from reader_data import read_pairs
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

BATCH = 32
WARM_UP_STEPS = 100
LEAST_RATE_SHARE = 0.01
WEIGHT_DECAY = 0.01
ANSWERABLE_WEIGHT = 1.0  # of the answerability loss beside the span loss
SAVE_EVERY_S = 240
PRINT_EVERY = 50
AVERAGE_OVER = 200  # steps that the printed loss averages over, about


class Training:
    """The model, its optimiser and how far they are; everything that a resumed run needs."""

    def __init__(self, reader: Reader, work: Path, steps: int, peak_rate: float) -> None:
        self.reader, self.work, self.steps, self.peak_rate = reader, work, steps, peak_rate
        plain = [p for p in reader.parameters() if p.ndim == 1]
        rest = [p for p in reader.parameters() if p.ndim > 1]
        groups = [
            {"params": rest, "weight_decay": WEIGHT_DECAY},
            {"params": plain, "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=peak_rate, fused=True)
        self.step, self.elapsed_s, self.loss = 0, 0.0, float("nan")

    @property
    def state_file(self) -> Path:
        """Where the state is kept between runs."""
        return self.work / "state.pt"

    def resume(self) -> None:
        """Takes up the saved state, if there is one."""
        if self.state_file.exists():
            state = torch.load(self.state_file, weights_only=True)
            self.reader.load_state_dict(state["reader"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.elapsed_s = state["step"], state["elapsed_s"]

    def save(self) -> None:
        """Writes the state in one move, so that a kill leaves the old or the new one."""
        fresh = self.state_file.with_suffix(".new")
        state = {"reader": self.reader.state_dict(), "optimizer": self.optimizer.state_dict()}
        torch.save({**state, "step": self.step, "elapsed_s": self.elapsed_s}, fresh)
        fresh.replace(self.state_file)

    def learn(self, windows: list[Window]) -> None:
        """One step on one batch."""
        began = time.monotonic()
        left = max(LEAST_RATE_SHARE, 1 - self.step / self.steps)
        for group in self.optimizer.param_groups:
            group["lr"] = self.peak_rate * min(1.0, (self.step + 1) / WARM_UP_STEPS) * left
        loss = reader_loss(self.reader, windows)
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.reader.parameters(), 1.0)
        self.optimizer.step()
        fresh = 1 / min(self.step + 1, AVERAGE_OVER)
        known = loss.item() if math.isnan(self.loss) else self.loss
        self.loss = known + fresh * (loss.item() - known)
        self.step += 1
        self.elapsed_s += time.monotonic() - began


def reader_loss(reader: Reader, windows: list[Window]) -> Tensor:
    """Cross-entropy of start and end (the first token stands for none) and of answerability."""
    ids, mask, types, allowed = stack(windows)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        start, end, answerable = reader(ids, mask, types)
    firsts = torch.tensor([w.start for w in windows])
    lasts = torch.tensor([w.end for w in windows])
    start = start.float().masked_fill(~allowed, FAR)
    end = end.float().masked_fill(~allowed, FAR)
    span = (functional.cross_entropy(start, firsts) + functional.cross_entropy(end, lasts)) / 2
    gate = functional.binary_cross_entropy_with_logits(answerable.float(), (firsts > 0).float())
    return span + ANSWERABLE_WEIGHT * gate


def train(training: Training, data: Path, seed: int) -> None:
    """Epoch after epoch, each with fresh pairs and windows, until all steps are done."""
    tokenizer = Tokenizer.from_file(str(official_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    saved_s, epoch, seen = training.elapsed_s, 0, 0
    while training.step < training.steps:
        random = Random(seed + epoch)
        windows = make_windows(list(read_pairs(data, random)), tokenizer, random)
        print(f"epoch {epoch}: {len(windows)} windows", flush=True)
        for part in batches(windows, BATCH, random):
            seen += 1
            if seen <= training.step:
                continue
            training.learn(part)
            if training.step % PRINT_EVERY == 0:
                rate = training.step * BATCH / training.elapsed_s
                minutes = training.elapsed_s / 60
                print(f"{minutes:.1f} min, step {training.step}, loss {training.loss:.4f},"
                      f" {rate:.1f} examples/s", flush=True)  # fmt: skip
            if training.elapsed_s - saved_s > SAVE_EVERY_S:
                training.save()
                saved_s = training.elapsed_s
            if training.step >= training.steps:
                break
        epoch += 1


def main() -> None:
    """Reads the command line, trains and writes the half-precision weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--examples", type=int, default=96_000)
    parser.add_argument("--rate", type=float, default=1e-4, help="the highest learning rate")
    parser.add_argument("--start", type=Path, help="weights to go on from instead of the official")
    parser.add_argument("--seed", type=int, default=0, help="another one gives other pairs")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    reader = load_reader(options.start) if options.start else Reader(official_encoder())
    options.work.mkdir(parents=True, exist_ok=True)
    training = Training(reader.train(), options.work, options.examples // BATCH, options.rate)
    training.resume()
    train(training, options.data, options.seed)
    training.save()
    weights = {name: weight.half() for name, weight in reader.state_dict().items()}
    torch.save(weights, options.work / "reader.pt")
    print(f"{training.step * BATCH} examples seen")


if __name__ == "__main__":
    main()
