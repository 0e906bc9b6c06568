"""How well a reader in training finds spans and refuses, on the three calibration articles."""

from pathlib import Path
from random import Random

import squad
import torch
from minilm import FAR, Reader
from mix import Example
from squad_score import auroc
from tokenizers import Tokenizer
from windows import LONG_WINDOW, Batch, Window, plain_window, stack

ROWS = 128
MOST_TOKENS = 30  # of an answer


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
def measured(reader: Reader, windows: list[Window], device: str) -> dict[str, float]:
    """Token F1 of the best span where there is an answer, and AUROC of the answerable logit."""
    reader.eval()
    shared, yes, no = [], [], []
    for at in range(0, len(windows), ROWS):
        part = windows[at : at + ROWS]
        batch = stack(part, 32).to(device)
        with torch.autocast(device, torch.bfloat16):
            start, end, answerable, *_ = reader(batch.ids, batch.mask, batch.types)
        for row, window in enumerate(part):
            (yes if window.answerable else no).append(float(answerable[row]))
            if window.answerable:
                shared.append(_overlap(best_span(start[row], end[row], batch, row), window))
    reader.train()
    return {"span_f1": sum(shared) / len(shared), "auroc": auroc(yes, no)}


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
