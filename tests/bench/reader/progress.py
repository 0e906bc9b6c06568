"""How well a reader in training finds spans and refuses, on the three calibration articles."""

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import numpy as np
import squad
import torch
from minilm import FAR, Reader
from mix import Example
from squad_score import Read, auroc, best_threshold, f1_at
from tokenizers import Tokenizer
from windows import LONG_WINDOW, Batch, Window, plain_window, stack

ROWS = 128
MOST_TOKENS = 30  # of an answer
DRAWN = 500  # times that the questions are drawn anew for an interval


def calibration_windows(data: Path, tokenizer: Tokenizer) -> list[Window]:
    """A window for each question of the articles, those of like length together."""
    random, windows = Random(0), []
    for article in squad.read_dev2(data, "calibrate"):
        for paragraph in article.paragraphs:
            for question in paragraph.questions:
                place = squad.best_place(question, paragraph.text)
                example = Example(
                    question=question.text, passage=paragraph.text, answer=place,
                    answerable=place is not None, kind="calibrate", group=question.id,
                )  # fmt: skip
                windows.append(plain_window(example, LONG_WINDOW, tokenizer, random))
    return sorted(filter(None, windows), key=lambda w: len(w.ids))


@torch.no_grad()
def measured(reader: Reader, windows: list[Window], device: str) -> list[Read]:
    """The answerable logit of each window and, where there is an answer, the best span's token F1.

    Windows without an answer have F1 0, as they are refused or wrong.
    """
    reader.eval()
    reads = []
    for at in range(0, len(windows), ROWS):
        part = windows[at : at + ROWS]
        batch = stack(part, 32).to(device)
        with torch.autocast(device, torch.bfloat16):
            start, end, answerable, *_ = reader(batch.ids, batch.mask, batch.types)
        for row, window in enumerate(part):
            found = best_span(start[row], end[row], batch, row) if window.answerable else None
            f1 = _overlap(found, window) if found else 0.0
            reads.append(
                Read(score=float(answerable[row]), exact=0.0, f1=f1, answerable=found is not None)
            )
    reader.train()
    return reads


def figures(reads: Sequence[Read]) -> str:
    """Span F1, AUROC and F1 over all at the best threshold, each with its 95 % interval."""
    shown = {"span F1": _span_f1, "AUROC": _auroc, "F1 over all": _over_all}
    return ", ".join(f"{n} {of(reads):.3f} ({_interval(reads, of)})" for n, of in shown.items())


def _span_f1(reads: Sequence[Read]) -> float:
    return float(np.mean([r.f1 for r in reads if r.answerable]))


def _auroc(reads: Sequence[Read]) -> float:
    yes, no = ([r.score for r in reads if r.answerable is side] for side in (True, False))
    return auroc(yes, no)


def _over_all(reads: Sequence[Read]) -> float:
    return f1_at(reads, best_threshold(reads))["all"] / 100


def _interval(reads: Sequence[Read], of: Callable[[Sequence[Read]], float]) -> str:
    drawn = Random(0)
    values = [of(drawn.choices(reads, k=len(reads))) for _ in range(DRAWN)]
    low, high = np.percentile(values, (2.5, 97.5))
    return f"{low:.3f} to {high:.3f}"


def best_span(start: torch.Tensor, end: torch.Tensor, batch: Batch, row: int) -> tuple[int, int]:
    """First and last token of the likeliest span."""
    free = batch.allowed[row].clone()
    free[0] = False
    first, last = (s.float().masked_fill(~free, FAR) for s in (start, end))
    pairs = (first[:, None] + last[None, :]).triu().tril(MOST_TOKENS - 1)
    pairs = pairs.masked_fill(torch.ones_like(pairs).triu().tril(MOST_TOKENS - 1) == 0, 2 * FAR)
    return divmod(int(pairs.argmax()), len(first))


def _overlap(span: tuple[int, int], window: Window) -> float:
    common = min(span[1], window.end) - max(span[0], window.start) + 1
    if common <= 0:
        return 0.0
    return 2 * common / (span[1] - span[0] + window.end - window.start + 2)
