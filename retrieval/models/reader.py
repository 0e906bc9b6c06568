"""Which words of a passage answer a question, and how likely it is that any do.

A small extractive reader (see models/MODELS.md) scores every start and end in a passage, and
whether the passage answers at all. It copies places, so it cannot invent words. The gate weighs
what it makes of a question's passages: it stands before every writer.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from retrieval.models.weights import (
    MODELS,
    has_int8_kernels,
    load_tokenizer,
    open_reader,
    thread_a_core,
)
from retrieval.text.dates import in_words
from retrieval.types import Article, Span

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

    import numpy as np
    import numpy.typing as npt
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

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


_CLS, _SEP = 101, 102
_NEVER = -math.inf
# The layout that the model was trained with.
_QUESTION_TOKENS, _HEADER_TOKENS = 40, 40
# Passages of 150 words under a header mostly fit into one window; trained with 128 and 256.
_WINDOW_TOKENS = 288
_STRIDE_TOKENS = 40
# The curve is in MODELS.md; in fp32 a window takes about 1.6 times as long.
_PASSAGES, _PASSAGES_IN_FP32 = 6, 4
_OUTPUTS = ["start", "end", "answerable", "relevant", "verdict"]
# How much the span's score counts beside the answerability when two windows of one passage differ.
_SPAN_WEIGHT = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the reader makes of one passage.

    `probability` that the passage answers; `start` and `end` of the answering words in code
    points of the text; `span_score` is their log-probability; `logit` the raw answerability;
    `relevance` says whether the passage is about the question at all (MS MARCO's score, about
    -11 to 11). `yes` and `no` are the probabilities that it says yes or no to a yes-no question,
    or bears out or denies a statement; the rest is that it says neither.
    """

    probability: float
    logit: float
    relevance: float
    span_score: float
    start: int
    end: int
    yes: float = 0.0
    no: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Turns the reader's logit into a probability, and says from where on it counts as answered.

    P = sigmoid(scale * logit + bias), Platt 1999, written as a tanh, which does not overflow;
    fitted as MODELS.md tells.
    """

    scale: float
    bias: float
    threshold: float

    def probability(self, logit: float) -> float:
        """Give the probability that a passage with this logit answers."""
        return 0.5 + 0.5 * math.tanh((self.scale * logit + self.bias) / 2)


@dataclass(frozen=True, slots=True)
class _Window:
    owner: int
    ids: list[int]
    types_from: int
    first: int  # position of the passage's first token in ids
    offsets: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Read:
    """A window with what the model made of it; `scores` are those of its passage's spans."""

    window: _Window
    logit: float
    relevance: float
    verdict: "Floats"
    scores: "Floats"

    @property
    def worth(self) -> float:
        return self.logit + _SPAN_WEIGHT * float(self.scores.max())


def header(article: Article) -> str:
    """Give what stands above an article's passages, as in training: its title, outlet and date."""
    parts = (article.title, article.outlet, in_words(article.published))
    return " - ".join(part for part in parts if part)


def passages_to_read() -> int:
    """Give how many passages a warm answer has time for on this processor."""
    return _PASSAGES if has_int8_kernels() else _PASSAGES_IN_FP32


class Reader:
    """The trained reader; loads its weights at the first use, and may be used by many threads.

    Windows are read one at a time, one a core: in int8 a batch takes one scale for all that is in
    it, so that only this gives a text the same reading whatever else is read; and two cores need
    a fifth less of their time than for padded batches.
    """

    @cached_property
    def calibration(self) -> Calibration:
        """The calibration that was saved with the weights."""
        return Calibration(**json.loads((MODELS / "reader_calibration.json").read_text("utf-8")))

    @cached_property
    def _threads(self) -> "ThreadPoolExecutor":
        # The reader's own: a question must not wait behind the passages that an ingest embeds.
        return thread_a_core()

    @cached_property
    def _session(self) -> "InferenceSession":
        return open_reader()

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        return load_tokenizer()

    def load(self) -> None:
        """Load the weights now, so that the first reading need not."""
        _ = self._session, self._tokenizer

    def read(
        self, question: str, texts: Sequence[str], headers: Sequence[str] = ()
    ) -> list[Reading]:
        """Read each text with the question, under its header if it has one; a reading a text.

        Long texts are read in windows that overlap; the best window speaks for its text.
        """
        return [
            self._best(window) if window else self._nothing
            for window in self._best_windows(question, texts, headers)
        ]

    def read_sentences(
        self,
        question: str,
        texts: Sequence[str],
        sentences: Sequence[Sequence[Span]],
        headers: Sequence[str] = (),
    ) -> list[list[Reading]]:
        """Read each text with the question; the readings of its sentences, the likeliest first.

        The span is the best that lies in the sentence, and `span_score` the log-probability
        that any in it answers; the logit is the text's. A text that gives none has its `read`.
        """
        read = self._best_windows(question, texts, headers)
        return [
            (window and self._in_sentences(window, spans))
            or [self._best(window) if window else self._nothing]
            for window, spans in zip(read, sentences, strict=True)
        ]

    def _best_windows(
        self, question: str, texts: Sequence[str], headers: Sequence[str]
    ) -> "list[_Read | None]":
        above = headers or [""] * len(texts)
        windows = sorted(self._windows(question, texts, above), key=lambda w: -len(w.ids))
        best: list[_Read | None] = [None] * len(texts)
        for read in self._threads.map(self._read_window, windows):
            known = best[read.window.owner]
            if known is None or read.worth > known.worth:
                best[read.window.owner] = read
        return best

    @cached_property
    def _nothing(self) -> Reading:
        return Reading(
            probability=0.0, logit=_NEVER, relevance=_NEVER, span_score=_NEVER, start=0, end=0
        )

    def _windows(
        self, question: str, texts: Sequence[str], headers: Sequence[str]
    ) -> Iterator[_Window]:
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids[:_QUESTION_TOKENS]
        for owner, (text, title) in enumerate(zip(texts, headers, strict=True)):
            above = self._tokenizer.encode(title, add_special_tokens=False).ids[:_HEADER_TOKENS]
            before = [_CLS, *asked, _SEP, *above]
            room = _WINDOW_TOKENS - 1 - len(before)
            encoded = self._tokenizer.encode(text, add_special_tokens=False)
            for low in range(0, max(1, len(encoded.ids) - _STRIDE_TOKENS), room - _STRIDE_TOKENS):
                part = encoded.ids[low : low + room]
                if part:
                    ids = [*before, *part, _SEP]
                    offsets = encoded.offsets[low : low + room]
                    yield _Window(owner, ids, len(asked) + 2, len(before), offsets)

    def _read_window(self, window: _Window) -> _Read:
        import numpy as np

        ids = np.array([window.ids], np.int64)
        types = np.zeros_like(ids)
        types[0, window.types_from :] = 1
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": types}
        starts, ends, logits, relevances, verdicts = self._session.run(_OUTPUTS, feed)
        tokens = slice(window.first, window.first + len(window.offsets))
        scores = span_scores(starts[0, tokens], ends[0, tokens])
        verdict = np.exp(_log_softmax(verdicts[0]))
        return _Read(window, float(logits[0]), float(relevances[0]), verdict, scores)

    def _best(self, read: _Read) -> Reading:
        score, first, last = best_span(read.scores)
        return self._reading(read, score, first, last)

    def _in_sentences(self, read: _Read, sentences: Sequence[Span]) -> list[Reading]:
        found = []
        for first, past in _tokens_of(read.window.offsets, sentences):
            inside = read.scores[first:past, first:past]
            _, start, end = best_span(inside)
            found.append(self._reading(read, total_score(inside), first + start, first + end))
        return sorted(found, key=lambda reading: -reading.span_score)

    def _reading(self, read: _Read, score: float, first: int, last: int) -> Reading:
        return Reading(
            probability=self.calibration.probability(read.logit),
            logit=read.logit,
            relevance=read.relevance,
            span_score=score,
            start=read.window.offsets[first][0],
            end=read.window.offsets[last][1],
            yes=float(read.verdict[0]),
            no=float(read.verdict[1]),
        )


def _tokens_of(offsets: Sequence[Span], sentences: Sequence[Span]) -> Iterator[Span]:
    """Give the first token of each sentence and the one past its last; those read in part count."""
    for start, end in sentences:
        touched = [at for at, (a, b) in enumerate(offsets) if start <= a and b <= end]
        if touched:
            yield touched[0], touched[-1] + 1
