"""Trains the reader, or its larger teacher; run again with the same folder to resume.

On two cores, beside other work:

    export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=40000000000 MALLOC_ARENA_MAX=1
    python tests/bench/reader/train.py DATA WORK --start reranker_en/model.onnx --examples 80000

On a GPU, first the teacher, then the reader by it:

    python train.py DATA TEACHER --start mpnet.safetensors --device cuda --workers 14 --minutes 8
    python train.py DATA WORK --start START --larger TEACHER/reader.pt --device cuda ...

DATA holds the public sets (README there), WORK gets state.pt every few minutes and reader.pt at
the end. The learning rate is constant and falls to zero over the last --decay of the examples (or
minutes), so a run can be lengthened or brought to its end early: start it again with other ones.
The settings of malloc keep freed memory: without them the kernel clears every large tensor anew.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import torch
import torch.multiprocessing as processes
from checkpoints import load_reader
from minilm import Reader, official_folder
from mix import read_mix
from objective import reader_loss
from progress import calibration_windows, figures, measured
from tokenizers import Tokenizer
from windows import LONG_SHARE, Batch, batches, make_windows, stack

WARM_UP_STEPS = 100
WEIGHT_DECAY = 0.01
REMIND_EVERY = 4  # steps; relevance starts at the reminder's and needs only reminding
SAVE_EVERY_S = 240
PRINT_EVERY_S = 15
AVERAGE_OVER = 100  # steps that the printed loss averages over, about
LENGTH_MULTIPLE = 32  # tokens; few shapes, and what the GPU's attention wants
QUEUED = 64  # batches that wait for the GPU


class Training:
    """The model, its optimiser and how far they are; everything that a resumed run needs."""

    def __init__(self, reader: Reader, options: argparse.Namespace) -> None:
        self.reader, self.options = reader, options
        self.reminder = self.larger = None
        for layer in self._kept():
            layer.requires_grad_(False)
        learnt = [p for p in reader.parameters() if p.requires_grad]
        groups = [
            {"params": [p for p in learnt if p.ndim > 1], "weight_decay": WEIGHT_DECAY},
            {"params": [p for p in learnt if p.ndim == 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=options.rate, fused=True)
        self.step, self.seen, self.elapsed_s = 0, 0, 0.0
        self.losses: dict[str, torch.Tensor] = {}

    def _kept(self) -> list[torch.nn.Module]:
        encoder, options = self.reader.encoder, self.options
        if options.freeze is None:  # a teacher learns everything
            return []
        below = [encoder.words, encoder.positions, encoder.types, encoder.norm]
        return [*(below if options.freeze else below[:1]), *encoder.layers[: options.freeze]]

    @property
    def state_file(self) -> Path:
        """Where the state is kept between runs."""
        return self.options.work / "state.pt"

    @property
    def left(self) -> float:
        """The share of the run that is still to come."""
        if self.options.minutes:
            return 1 - self.elapsed_s / 60 / self.options.minutes
        return 1 - self.seen / self.options.examples

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

    def learn(self, batch: Batch) -> None:
        """One step on one batch."""
        falling = min(1.0, max(0.0, self.left) / self.options.decay)
        for group in self.optimizer.param_groups:
            group["lr"] = self.options.rate * min(1.0, (self.step + 1) / WARM_UP_STEPS) * falling
        reminder = self.reminder if self.step % REMIND_EVERY == 0 else None
        with torch.autocast(self.options.device, torch.bfloat16, enabled=self.options.bf16):
            parts = reader_loss(self.reader, batch, reminder, self.larger)
        self.optimizer.zero_grad()
        sum(parts.values()).backward()
        torch.nn.utils.clip_grad_norm_(self.reader.parameters(), 1.0)
        self.optimizer.step()
        for name, part in parts.items():
            known = self.losses.get(name, part.detach())
            self.losses[name] = known + (part.detach() - known) / AVERAGE_OVER
        self.step, self.seen = self.step + 1, self.seen + len(batch.ids)

    def told(self) -> str:
        """How far the run is, in a line."""
        losses = ", ".join(f"{n} {v.item():.3f}" for n, v in self.losses.items())
        rate = self.seen / self.elapsed_s
        return f"{self.elapsed_s / 60:.1f} min, {self.seen} seen, {rate:.1f}/s: {losses}"


def all_batches(options: argparse.Namespace, seed: int) -> Iterator[Batch]:
    """Batch after batch, epoch after epoch, each with fresh examples and windows."""
    tokenizer = reader_tokenizer()
    epoch = 0
    while True:
        random = Random(seed + epoch)
        groups = read_mix(options.data, options.left_out, random, frozenset(options.without))
        windows = make_windows(groups, tokenizer, random, options.long)
        multiple = LENGTH_MULTIPLE if options.device == "cuda" else 1
        for part in batches(windows, options.batch, random):
            yield stack(part, multiple)
        epoch += 1


def reader_tokenizer() -> Tokenizer:
    """The pieces that all models here share."""
    tokenizer = Tokenizer.from_file(str(official_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def side_by_side(options: argparse.Namespace) -> Iterator[Batch]:
    """Batches that processes of their own make, each with a seed of its own: endless."""
    context = processes.get_context("spawn")
    queue = context.Queue(QUEUED)
    for n in range(options.workers):
        seed = options.seed + 1000 * n
        context.Process(target=_fill, args=(queue, options, seed), daemon=True).start()
    return (Batch.of(arrays).to(options.device) for arrays in iter(queue.get, None))


def _fill(queue: processes.Queue, options: argparse.Namespace, seed: int) -> None:
    torch.set_num_threads(1)
    for batch in all_batches(options, seed):
        queue.put(batch.arrays())


def train(training: Training, stream: Iterator[Batch], passed_over: int) -> None:
    """Learns until the run's end; the batches of an earlier run are passed over."""
    saved_s = told_s = before_s = training.elapsed_s
    began = None  # the first batch takes its processes a while
    for place, batch in enumerate(stream):
        if place < passed_over:
            continue
        if training.left <= 0:
            return
        began = began or time.monotonic()
        training.learn(batch)
        training.elapsed_s = before_s + time.monotonic() - began
        if training.elapsed_s - told_s > PRINT_EVERY_S:
            print(training.told(), flush=True)
            told_s = training.elapsed_s
        if training.elapsed_s - saved_s > SAVE_EVERY_S:
            training.save()
            saved_s = training.elapsed_s


def options_of(argv: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("data", type=Path)
    add("work", type=Path)
    add("--start", type=Path, required=True, help="a checkpoint or published weights")
    add("--teacher", type=Path, help="of relevance; the start where it is not given")
    add("--larger", type=Path, help="a larger reader, to learn spans and probabilities from")
    add("--left-out", type=Path, help="JSON: rows that are kept for measuring")
    add("--without", nargs="*", default=(), help="groups of sets to leave out, to compare")
    add("--examples", type=int, default=80_000)
    add("--minutes", type=float, help="the run's length, instead of examples")
    add("--decay", type=float, default=0.25, help="share of falling learning rate")
    add("--rate", type=float, default=7e-5, help="the highest learning rate")
    add("--freeze", type=int, help="layers, from below, left as they are; 0: the words alone")
    add("--batch", type=int, default=32)
    add("--long", type=float, default=LONG_SHARE, help="share of long windows")
    add("--seed", type=int, default=0, help="another one gives other examples")
    add("--bf16", action="store_true", help="twice as fast with avx512_bf16 or AMX")
    add("--threads", type=int, default=2)
    add("--device", default="cpu", choices=["cpu", "cuda"])
    add("--workers", type=int, default=0, help="processes that make the batches")
    return parser.parse_args(argv)


def main() -> None:
    """Reads the command line, trains and writes the half-precision weights."""
    options = options_of()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    options.work.mkdir(parents=True, exist_ok=True)
    stream = side_by_side(options) if options.workers else all_batches(options, options.seed)
    training = Training(load_reader(options.start).train().to(options.device), options)
    training.resume()
    for name, path in (("reminder", options.teacher or options.start), ("larger", options.larger)):
        if path and path.suffix != ".safetensors":
            other = load_reader(path).eval().requires_grad_(False)
            setattr(training, name, other.to(options.device))
    train(training, stream, 0 if options.workers else training.step)
    training.save()
    weights = {n: weight.cpu().half() for n, weight in training.reader.state_dict().items()}
    torch.save(weights, options.work / "reader.pt")
    windows = calibration_windows(options.data, reader_tokenizer())
    shown = figures(measured(training.reader, windows, options.device))
    print(f"{training.told()}\n{training.seen} examples seen: {shown}", flush=True)


if __name__ == "__main__":
    main()
