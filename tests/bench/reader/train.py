"""Trains the reader on two cores; run again with the same folder to resume.

    export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=40000000000 MALLOC_ARENA_MAX=1
    python tests/bench/reader/train.py DATA WORK --start reranker_en/model.onnx --examples 80000

DATA holds the public sets (README there), WORK gets state.pt every few minutes and reader.pt at
the end. The learning rate is constant and falls to zero over the last --decay of the examples, so
a run can be lengthened or brought to its end early: start it again with other --examples. The
settings of malloc keep freed memory: without them the kernel clears every large tensor anew.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import torch
from checkpoints import load_reader
from minilm import Reader, official_folder
from mix import read_mix
from objective import reader_loss
from tokenizers import Tokenizer
from windows import Window, batches, make_windows

BATCH = 32
WARM_UP_STEPS = 100
WEIGHT_DECAY = 0.01
DISTIL_EVERY = 4  # steps; relevance starts at the teacher's and needs only reminding
SAVE_EVERY_S = 240
PRINT_EVERY = 10
AVERAGE_OVER = 100  # steps that the printed loss averages over, about


class Training:
    """The model, its optimiser and how far they are; everything that a resumed run needs."""

    def __init__(self, reader: Reader, teacher: Reader, options: argparse.Namespace) -> None:
        self.reader, self.teacher, self.work = reader, teacher, options.work
        self.examples, self.decay, self.peak_rate = options.examples, options.decay, options.rate
        self.bf16 = options.bf16
        for layer in [reader.encoder.words, reader.encoder.positions, reader.encoder.types,
                      reader.encoder.norm, *reader.encoder.layers[: options.freeze]]:  # fmt: skip
            layer.requires_grad_(False)
        learnt = [p for p in reader.parameters() if p.requires_grad]
        groups = [
            {"params": [p for p in learnt if p.ndim > 1], "weight_decay": WEIGHT_DECAY},
            {"params": [p for p in learnt if p.ndim == 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=options.rate, fused=True)
        self.step, self.seen, self.elapsed_s = 0, 0, 0.0
        self.losses: dict[str, float] = {}

    @property
    def state_file(self) -> Path:
        """Where the state is kept between runs."""
        return self.work / "state.pt"

    @property
    def done(self) -> bool:
        """All examples have been seen."""
        return self.seen >= self.examples

    def resume(self) -> None:
        """Takes up the saved state, if there is one."""
        if self.state_file.exists():
            state = torch.load(self.state_file, weights_only=True)
            self.reader.load_state_dict(state["reader"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.seen, self.elapsed_s = state["step"], state["seen"], state["elapsed_s"]

    def save(self) -> None:
        """Writes the state in one move, so that a kill leaves the old or the new one."""
        fresh = self.state_file.with_suffix(".new")
        state = {"reader": self.reader.state_dict(), "optimizer": self.optimizer.state_dict()}
        done = {"step": self.step, "seen": self.seen, "elapsed_s": self.elapsed_s}
        torch.save(state | done, fresh)
        fresh.replace(self.state_file)

    def learn(self, windows: list[Window]) -> None:
        """One step on one batch."""
        began = time.monotonic()
        left = min(1.0, (self.examples - self.seen) / (self.decay * self.examples))
        for group in self.optimizer.param_groups:
            group["lr"] = self.peak_rate * min(1.0, (self.step + 1) / WARM_UP_STEPS) * left
        teacher = self.teacher if self.step % DISTIL_EVERY == 0 else None
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            parts = reader_loss(self.reader, windows, teacher)
        self.optimizer.zero_grad()
        sum(parts.values()).backward()
        torch.nn.utils.clip_grad_norm_(self.reader.parameters(), 1.0)
        self.optimizer.step()
        for name, part in parts.items():
            known = self.losses.get(name, part.item())
            self.losses[name] = known + (part.item() - known) / AVERAGE_OVER
        self.step, self.seen = self.step + 1, self.seen + len(windows)
        self.elapsed_s += time.monotonic() - began


def all_batches(
    data: Path, left_out: Path | None, tokenizer: Tokenizer, seed: int
) -> Iterator[list[Window]]:
    """Batch after batch, epoch after epoch, each with fresh examples and windows."""
    epoch = 0
    while True:
        random = Random(seed + epoch)
        groups = read_mix(data, left_out, random)
        print(f"epoch {epoch}: {sum(map(len, groups))} examples", flush=True)
        yield from batches(make_windows(groups, tokenizer, random), BATCH, random)
        epoch += 1


def train(training: Training, stream: Iterator[list[Window]]) -> None:
    """Learns until all examples are seen; the batches of an earlier run are passed over."""
    saved_s, passed = training.elapsed_s, 0
    for part in stream:
        if passed < training.step:
            passed += 1
            continue
        if training.done:
            return
        training.learn(part)
        passed += 1
        if training.step % PRINT_EVERY == 0:
            losses = ", ".join(f"{n} {v:.3f}" for n, v in training.losses.items())
            minutes = training.elapsed_s / 60
            rate = training.seen / training.elapsed_s
            print(f"{minutes:.1f} min, {training.seen} seen, {rate:.1f}/s: {losses}", flush=True)
        if training.elapsed_s - saved_s > SAVE_EVERY_S:
            training.save()
            saved_s = training.elapsed_s


def options_of(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--start", type=Path, required=True, help="a checkpoint or int8 ONNX file")
    parser.add_argument(
        "--teacher", type=Path, help="of relevance; the start where it is not given"
    )
    parser.add_argument("--left-out", type=Path, help="JSON: rows that are kept for measuring")
    parser.add_argument("--examples", type=int, default=80_000)
    parser.add_argument("--decay", type=float, default=0.25, help="share of falling learning rate")
    parser.add_argument("--rate", type=float, default=7e-5, help="the highest learning rate")
    parser.add_argument(
        "--freeze", type=int, default=3, help="layers, from below, left as they are"
    )
    parser.add_argument("--seed", type=int, default=0, help="another one gives other examples")
    parser.add_argument("--bf16", action="store_true", help="twice as fast with avx512_bf16 or AMX")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(argv)


def main() -> None:
    """Reads the command line, trains and writes the half-precision weights."""
    options = options_of()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    teacher = load_reader(options.teacher or options.start).eval().requires_grad_(False)
    training = Training(load_reader(options.start).train(), teacher, options)
    options.work.mkdir(parents=True, exist_ok=True)
    training.resume()
    tokenizer = Tokenizer.from_file(str(official_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    train(training, all_batches(options.data, options.left_out, tokenizer, options.seed))
    training.save()
    weights = {name: weight.half() for name, weight in training.reader.state_dict().items()}
    torch.save(weights, options.work / "reader.pt")
    print(f"{training.seen} examples seen")


if __name__ == "__main__":
    main()
