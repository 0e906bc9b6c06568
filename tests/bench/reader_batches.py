"""Training pairs to token windows and padded batches, with the noise of real questions."""

import string
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import numpy as np
import torch
from reader_data import Pair
from tokenizers import Tokenizer
from torch import Tensor

CLS, SEP = 101, 102
QUESTION_TOKENS = 40
# Most windows are short, which is quicker; the rest are as long as the reader's own.
SHORT_WINDOW, LONG_WINDOW, LONG_SHARE = 160, 256, 0.3
BARE_SHARE = 0.2  # questions without any punctuation, as people type them
TYPO_SHARE = 0.07
HEADER_SHARE = 0.2
OUTLETS = ("The Courier", "Herald", "Evening Post", "Daily Standard", "BBC", "Reuters", "Tribune")
EPOCH_START = date(2005, 1, 1)
DAYS = 7300


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Token ids of [CLS] question [SEP] header passage [SEP], and where the answer is.

    `passage` is the place of the first passage token after the header; `start` and `end` are
    places of the answer's first and last token, 0 and 0 if the window does not answer.
    """

    ids: np.ndarray
    types_from: int
    passage: int
    start: int
    end: int


def make_windows(pairs: list[Pair], tokenizer: Tokenizer, random: Random) -> list[Window]:
    """One window a pair, cut at random around the answer; pairs that do not map are left out."""
    questions = [noisy(p.question, random) for p in pairs]
    headers = [_header(p, random) if random.random() < HEADER_SHARE else "" for p in pairs]
    asked, above, read = (
        tokenizer.encode_batch(texts, add_special_tokens=False)
        for texts in (questions, headers, [p.passage for p in pairs])
    )
    windows = []
    for pair, question, header, passage in zip(pairs, asked, above, read, strict=True):
        place = _tokens_of(passage.offsets, pair.answer)
        if pair.answer is None or place is not None:
            ids = [CLS, *question.ids[:QUESTION_TOKENS], SEP]
            windows.append(_cut(ids, header.ids, passage.ids, place, random))
    return windows


def _cut(
    asked: list[int],
    header: list[int],
    passage: list[int],
    place: tuple[int, int] | None,
    random: Random,
) -> Window:
    length = LONG_WINDOW if random.random() < LONG_SHARE else SHORT_WINDOW
    room = length - len(asked) - len(header) - 1
    low, spare = 0, max(0, len(passage) - room)
    if place is None:
        low = random.randint(0, spare)
    elif spare:
        low = random.randint(max(0, place[1] - room + 1), max(0, place[0]))
        low = min(low, spare)
    shown = passage[low : low + room]
    first = len(asked) + len(header)
    start, end = (p - low + first for p in place) if place else (0, 0)
    ids = np.array([*asked, *header, *shown, SEP], dtype=np.int32)
    return Window(ids=ids, types_from=len(asked), passage=first, start=start, end=end)


def _tokens_of(
    offsets: list[tuple[int, int]], answer: tuple[int, int] | None
) -> tuple[int, int] | None:
    if answer is None:
        return None
    touched = [i for i, (a, b) in enumerate(offsets) if a < answer[1] and b > answer[0]]
    return (touched[0], touched[-1]) if touched else None


def noisy(question: str, random: Random) -> str:
    """The question as typed in haste: sometimes without punctuation, sometimes with a typo."""
    if random.random() < BARE_SHARE:
        question = question.lower().translate(str.maketrans("", "", string.punctuation))
    if random.random() >= TYPO_SHARE:
        return question
    words = question.split()
    long = [i for i, w in enumerate(words) if len(w) > 4]
    if long:
        i = random.choice(long)
        word, k = words[i], random.randint(1, len(words[i]) - 2)
        slips = (
            word[:k] + word[k + 1] + word[k] + word[k + 2 :],
            word[:k] + word[k + 1 :],
            word[:k] + word[k] + word[k:],
        )
        words[i] = random.choice(slips)
    return " ".join(words)


def _header(pair: Pair, random: Random) -> str:
    day = EPOCH_START + timedelta(days=random.randint(0, DAYS))
    title = pair.title if random.random() < 0.5 else pair.headline
    return f"{title} - {random.choice(OUTLETS)} - {day.day} {day:%B %Y}"


def batches(windows: list[Window], size: int, random: Random) -> Iterator[list[Window]]:
    """All windows once in random order, those of like length together: less padding."""
    windows = random.sample(windows, k=len(windows))
    reach = size * 40
    for at in range(0, len(windows), reach):
        near = sorted(windows[at : at + reach], key=lambda w: len(w.ids))
        parts = [near[i : i + size] for i in range(0, len(near), size)]
        yield from random.sample(parts, k=len(parts))


def stack(windows: list[Window]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Ids, mask, types and which tokens a span may use (or the first, for none), all padded."""
    shape = len(windows), max(len(w.ids) for w in windows)
    ids, mask, types = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    allowed = torch.zeros(shape, dtype=torch.bool)
    allowed[:, 0] = True
    for row, window in enumerate(windows):
        size = len(window.ids)
        ids[row, :size] = torch.from_numpy(window.ids)
        mask[row, :size] = 1
        types[row, window.types_from : size] = 1
        allowed[row, window.passage : size - 1] = True
    return ids, mask, types, allowed
