"""What the reader is trained to do: one loss a verdict, each only where the truth is known."""

import torch
from minilm import FAR, Reader
from torch import Tensor
from torch.nn import functional
from windows import Batch

TWIN_WEIGHT = 0.5  # an answerable question above the near miss made from it, in the same batch
VERDICT_WEIGHT = 5.0  # times its share: a single one in a batch must not weigh as much as all
RELEVANT_WEIGHT = 0.2
RELEVANT_SCALE = 5.0  # the teacher's scores lie between -11 and 11
TRUTH_SHARE = 0.4  # of the truth where a larger reader teaches, too


def reader_loss(
    reader: Reader, batch: Batch, reminder: Reader | None = None, larger: Reader | None = None
) -> dict[str, Tensor]:
    """The parts of the loss, to be added: span, answerable, twins, verdict, relevance, taught.

    `reminder` is a reader whose relevance is kept, `larger` one whose spans and probabilities are
    learnt (distillation: Hinton et al., 2015).
    """
    said = reader(batch.ids, batch.mask, batch.types)
    start, end, answerable, relevant, verdict = (o.float() for o in said)
    parts = {"span": _span_loss(start, end, batch), **_truths(answerable, verdict, batch)}
    if larger is not None:
        parts = {name: TRUTH_SHARE * part for name, part in parts.items()}
        with torch.no_grad():
            known = [o.float() for o in larger(batch.ids, batch.mask, batch.types)]
        parts["taught"] = _taught([start, end, answerable, verdict], [*known[:3], known[4]], batch)
    if reminder is not None:
        with torch.no_grad():
            kept = reminder(batch.ids, batch.mask, batch.types)[3].float()
        parts["relevant"] = RELEVANT_WEIGHT * functional.mse_loss(
            relevant / RELEVANT_SCALE, kept / RELEVANT_SCALE
        )
    return parts


def _truths(answerable: Tensor, verdict: Tensor, batch: Batch) -> dict[str, Tensor]:
    parts = {}
    known, said = batch.answerable >= 0, batch.verdict >= 0
    weight = known.float() / known.sum().clamp(min=1)
    parts["answerable"] = functional.binary_cross_entropy_with_logits(
        answerable, batch.answerable.clamp(min=0).float(), weight=weight, reduction="sum"
    )
    if len(batch.twins):
        ahead = answerable[batch.twins[:, 0]] - answerable[batch.twins[:, 1]]
        parts["twins"] = TWIN_WEIGHT * functional.softplus(-ahead).mean()
    losses = functional.cross_entropy(verdict, batch.verdict, ignore_index=-1, reduction="sum")
    parts["verdict"] = VERDICT_WEIGHT * losses / len(said)
    return parts


def _span_loss(start: Tensor, end: Tensor, batch: Batch) -> Tensor:
    """Cross-entropy of start and end; the first token stands for none."""
    known = (batch.start >= 0).sum().clamp(min=1)
    losses = (
        functional.cross_entropy(
            scores.masked_fill(~batch.allowed, FAR), places, ignore_index=-1, reduction="sum"
        )
        for scores, places in ((start, batch.start), (end, batch.end))
    )
    return sum(losses) / (2 * known)


def _taught(own: list[Tensor], known: list[Tensor], batch: Batch) -> Tensor:
    """How far the spans and probabilities are from those of the larger reader."""
    spans = sum(
        _divergence(mine.masked_fill(~batch.allowed, FAR), theirs.masked_fill(~batch.allowed, FAR))
        for mine, theirs in zip(own[:2], known[:2], strict=True)
    )
    answers = functional.binary_cross_entropy_with_logits(own[2], torch.sigmoid(known[2]))
    said = (batch.verdict >= 0).float()[:, None]
    verdicts = _divergence(own[3] * said, known[3] * said)
    return spans / 2 + answers + VERDICT_WEIGHT * verdicts


def _divergence(mine: Tensor, theirs: Tensor) -> Tensor:
    return functional.kl_div(
        functional.log_softmax(mine, -1), functional.log_softmax(theirs, -1),
        reduction="batchmean", log_target=True,
    )  # fmt: skip
