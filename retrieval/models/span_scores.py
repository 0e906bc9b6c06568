"""Scores of answering spans from a reader's start and end scores, whole or sentence by sentence."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

_SPAN_TOKENS = 30


def span_scores(start: "Floats", end: "Floats") -> "Floats":
    """Give the log-probability of each span [first token, last token]; -inf where there is none.

    Start and end are chosen independently, the end less than 30 tokens on (BERT's SQuAD head,
    Devlin et al. 2019).
    """
    import numpy as np

    pairs = _log_softmax(start)[:, None] + _log_softmax(end)[None, :]
    allowed = np.triu(np.ones_like(pairs, dtype=bool)) & ~np.triu(
        np.ones_like(pairs, dtype=bool), _SPAN_TOKENS
    )
    scores: Floats = np.where(allowed, pairs, -np.inf)
    return scores


def best_span(scores: "Floats") -> tuple[float, int, int]:
    """Give the log-probability, first and last token of the likeliest of `span_scores`."""
    first, last = divmod(int(scores.argmax()), scores.shape[1])
    return float(scores[first, last]), first, last


def total_score(scores: "Floats") -> float:
    """Give the log-probability that any of the spans is the answer."""
    import numpy as np

    most = float(scores.max())
    return most + float(np.log(np.exp(scores - most).sum()))


def _log_softmax(scores: "Floats") -> "Floats":
    import numpy as np

    shifted = scores - scores.max()
    result: Floats = shifted - np.log(np.exp(shifted).sum())
    return result
