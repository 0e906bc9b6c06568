"""What the reader is trained to do: one loss a verdict, each only where the truth is known."""

import torch
from minilm import FAR, Reader
from torch import Tensor
from torch.nn import functional
from windows import Window, stack

TWIN_WEIGHT = 0.5  # an answerable question above the near miss made from it, in the same batch
VERDICT_WEIGHT = 0.5
RELEVANT_WEIGHT = 0.2
RELEVANT_SCALE = 5.0  # the teacher's scores lie between -11 and 11


def reader_loss(
    reader: Reader, windows: list[Window], teacher: Reader | None = None
) -> dict[str, Tensor]:
    """The parts of the loss, to be added: span, answerable, twins, verdict and relevance."""
    ids, mask, types, allowed = stack(windows)
    start, end, answerable, relevant, verdict = (o.float() for o in reader(ids, mask, types))
    parts = {"span": _span_loss(start, end, allowed, windows)}
    known = torch.tensor([w.answerable for w in windows])
    if (known >= 0).any():
        parts["answerable"] = functional.binary_cross_entropy_with_logits(
            answerable[known >= 0], known[known >= 0].float()
        )
    if pairs := twins(windows):
        ahead = torch.stack([answerable[i] - answerable[k] for i, k in pairs])
        parts["twins"] = TWIN_WEIGHT * functional.softplus(-ahead).mean()
    said = torch.tensor([w.verdict for w in windows])
    if (said >= 0).any():
        share = (said >= 0).float().mean()  # a single one in a batch must not weigh as much as all
        parts["verdict"] = (
            VERDICT_WEIGHT
            * 10
            * share
            * functional.cross_entropy(verdict[said >= 0], said[said >= 0])
        )
    if teacher is not None:
        with torch.no_grad():
            taught = teacher(ids, mask, types)[3].float()
        parts["relevant"] = RELEVANT_WEIGHT * functional.mse_loss(
            relevant / RELEVANT_SCALE, taught / RELEVANT_SCALE
        )
    return parts


def _span_loss(start: Tensor, end: Tensor, allowed: Tensor, windows: list[Window]) -> Tensor:
    """Cross-entropy of start and end; the first token stands for none."""
    firsts = torch.tensor([w.start for w in windows])
    lasts = torch.tensor([w.end for w in windows])
    known = max(1, int((firsts >= 0).sum()))
    losses = (
        functional.cross_entropy(
            scores.masked_fill(~allowed, FAR), places, ignore_index=-1, reduction="sum"
        )
        for scores, places in ((start, firsts), (end, lasts))
    )
    return sum(losses) / (2 * known)


def twins(windows: list[Window]) -> list[tuple[int, int]]:
    """Places of an answerable window and of an unanswerable one of its group, which follow it."""
    pairs = []
    for i, window in enumerate(windows):
        for k in (i - 1, i + 1):
            if not 0 <= k < len(windows) or windows[k].group != window.group:
                continue
            if window.answerable == 1 and windows[k].answerable == 0:
                pairs.append((i, k))
    return pairs
