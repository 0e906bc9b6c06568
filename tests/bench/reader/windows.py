"""Examples to token windows and padded batches, with the noise of real questions."""

import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from random import Random

import numpy as np
import torch
from mix import NOT_SAID, Example
from squad import sentence_around
from tokenizers import Tokenizer
from torch import Tensor

CLS, SEP = 101, 102
QUESTION_TOKENS = 40
# Most windows are short, which is quicker; the rest are as long as the reader's own.
SHORT_WINDOW, LONG_WINDOW, LONG_SHARE = 128, 256, 0.2
BARE_SHARE = 0.2  # questions without any punctuation, as people type them
TYPO_SHARE = 0.07
KEYWORDS_SHARE = 0.04  # questions of which only the telling words are left, as in a search box
FUNCTION_WORDS = frozenset(
    "a an and are as at be been by can could did do does for from had has have how if in into is it"
    " its of on or that the their there these they this to was were what when where which who whom"
    " whose why will with would".split()
)
SENTENCE_SHARE = 0.08  # groups of which the answering sentence stands alone, as quotes are read
HEADER_SHARE = 0.5
# Of the questions under a header, those that name its date or outlet, as people do: without them
# a question with a year that the passage lacks was answerable for .13, of all for .62.
MENTION_SHARE = 0.3
OUTLETS = (
    "The Courier", "Herald", "Evening Post", "Daily Standard", "BBC", "Reuters", "Tribune",
    "Al Jazeera", "NPR", "Der Spiegel", "The Economist", "Kyiv Post", "Business Review (BR)",
)  # fmt: skip
BEFORE = (
    "In {year}, ", "In {month}, ", "On {day}, ", "As of {month}, ", "According to {outlet}, ",
    "As {outlet} reports, ", "In {outlet}: ", "{outlet} {year}: ",
)  # fmt: skip
BEHIND = (
    " in {year}", " in {month}", " on {day}", " as of {month}", " according to {outlet}",
    " as {outlet} reports", " in {outlet}", ", says {outlet}", " according to {outlet} and {other}",
    " in {other} and in {outlet}",
)  # fmt: skip
EPOCH_START = date(2005, 1, 1)
DAYS = 7300


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Token ids of [CLS] question [SEP] header passage [SEP], and what is known of them.

    `passage` is the place of the first passage token after the header; `start` and `end` are
    places of the answer's first and last token, 0 and 0 if the window does not answer, -1 where
    it is not known; `answerable` and `verdict` are -1 where they are not known.
    """

    ids: np.ndarray
    types_from: int
    passage: int
    start: int
    end: int
    answerable: int
    verdict: int
    group: str


def make_windows(
    groups: list[list[Example]], tokenizer: Tokenizer, random: Random, long: float = LONG_SHARE
) -> Iterator[list[Window]]:
    """The groups as windows, each cut at random around its answer; what does not map is left out.

    Examples of a group get headers and lengths alike, so that neither tells them apart; `long` is
    the share of the long ones.
    """
    for group in groups:
        header = _header(group[0], random) if random.random() < HEADER_SHARE else None
        above = tokenizer.encode(header.text if header else "", add_special_tokens=False).ids
        length = LONG_WINDOW if random.random() < long else SHORT_WINDOW
        bare = random.random() < BARE_SHARE
        if random.random() < KEYWORDS_SHARE:
            group = [replace(e, question=keywords(e.question)) for e in group]
        elif header and random.random() < MENTION_SHARE:
            mention = header.mention(random)
            group = [replace(e, question=mention(e.question)) for e in group]
        if random.random() < SENTENCE_SHARE:
            group = _alone(group)
        windows = [_window(e, _around(e, group), above, length, bare, tokenizer, random)
                   for e in group]  # fmt: skip
        made = [w for w in windows if w is not None]
        if made:
            yield made


def _alone(group: list[Example]) -> list[Example]:
    """The group with the answering sentence alone; itself where its passages differ."""
    passages = {e.passage for e in group}
    answer = next((e.answer for e in group if e.answer), None)
    if len(passages) > 1 or answer is None or any(e.answer not in (None, answer) for e in group):
        return group
    first, last = sentence_around(group[0].passage, answer)
    place = answer[0] - first, answer[1] - first
    alone = group[0].passage[first:last]
    return [replace(e, passage=alone, answer=place if e.answer else None) for e in group]


def _around(example: Example, group: list[Example]) -> tuple[int, int] | None:
    """What must be in sight: the answer, or the one of the twin on the same passage."""
    twins = (e.answer for e in group if e.answer and e.passage == example.passage)
    return example.answer or next(twins, None)


def _window(
    example: Example,
    around: tuple[int, int] | None,
    header: list[int],
    length: int,
    bare: bool,
    tokenizer: Tokenizer,
    random: Random,
    typos: bool = True,
) -> Window | None:
    asked_text = noisy(example.question, bare, random) if typos else example.question
    question = tokenizer.encode(asked_text, add_special_tokens=False)
    passage = tokenizer.encode(example.passage, add_special_tokens=False)
    place = _tokens_of(passage.offsets, example.answer)
    if example.answer is not None and place is None:
        return None
    asked = [CLS, *question.ids[:QUESTION_TOKENS], SEP]
    seen = _tokens_of(passage.offsets, around)
    low, high = _cut(len(passage.ids), length - len(asked) - len(header) - 1, seen, random)
    whole = high - low == len(passage.ids)
    first = len(asked) + len(header)
    # An answer longer than the window is cut with it.
    start, end = (min(p, high - 1) - low + first for p in place) if place else (0, 0)
    answerable = -1 if example.answerable is None else int(example.answerable)
    verdict = -1 if example.verdict is None else example.verdict
    if place is None and (answerable or verdict >= 0):
        start = end = -1  # a claim or a yes-no question: no words are the answer
        if not whole and verdict != NOT_SAID:
            answerable = verdict = -1  # what decides may have been cut off
    return Window(
        ids=np.array([*asked, *header, *passage.ids[low:high], SEP], dtype=np.int32),
        types_from=len(asked), passage=first, start=start, end=end,
        answerable=answerable, verdict=verdict, group=example.group,
    )  # fmt: skip


def plain_window(
    example: Example, length: int, tokenizer: Tokenizer, random: Random
) -> Window | None:
    """The example without header or noise; None where its answer touches no token."""
    return _window(example, example.answer, [], length, False, tokenizer, random, typos=False)


def _cut(size: int, room: int, place: tuple[int, int] | None, random: Random) -> tuple[int, int]:
    """First and last passage token that are shown: around the answer, at random places."""
    spare = max(0, size - room)
    low = 0
    if place is None:
        low = random.randint(0, spare)
    elif spare:
        first = max(0, place[1] - room + 1)
        low = min(random.randint(min(first, place[0]), place[0]), spare)
    return low, min(size, low + room)


def _tokens_of(
    offsets: list[tuple[int, int]], answer: tuple[int, int] | None
) -> tuple[int, int] | None:
    if answer is None:
        return None
    touched = [i for i, (a, b) in enumerate(offsets) if a < answer[1] and b > answer[0]]
    return (touched[0], touched[-1]) if touched else None


def noisy(question: str, bare: bool, random: Random) -> str:
    """The question as typed in haste: sometimes without punctuation, sometimes with a typo."""
    if bare:
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


def keywords(question: str) -> str:
    """The question's telling words alone; itself where fewer than two are left."""
    telling = [w for w in question.rstrip("?. ").split() if w.lower() not in FUNCTION_WORDS]
    return " ".join(telling) if len(telling) > 1 else question


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What stands above a passage: its article's title, outlet and date."""

    title: str
    outlet: str
    day: date

    @property
    def text(self) -> str:
        """The header as the product writes it."""
        return f"{self.title} - {self.outlet} - {self.day.day} {self.day:%B %Y}"

    def mention(self, random: Random) -> Callable[[str], str]:
        """Puts the date or the outlet into questions, before or behind the rest."""
        names = {
            "year": f"{self.day:%Y}", "month": f"{self.day:%B %Y}", "outlet": self.outlet,
            "day": random.choice((f"{self.day.day} {self.day:%B %Y}", f"{self.day:%B %-d, %Y}")),
            "other": random.choice(OUTLETS),
        }  # fmt: skip
        before = random.random() < 0.5
        words = random.choice(BEFORE if before else BEHIND).format(**names)
        if before:
            return lambda question: words + question[:1].lower() + question[1:]
        return lambda question: f"{question.rstrip('?. ')}{words}?"


def _header(example: Example, random: Random) -> Header:
    words = example.passage.split()
    title = example.title
    if not title or random.random() < 0.5:
        title = " ".join(words[: random.randint(5, 11)]).rstrip(".,;:")
    day = EPOCH_START + timedelta(days=random.randint(0, DAYS))
    return Header(title=title, outlet=random.choice(OUTLETS), day=day)


def batches(groups: list[list[Window]], size: int, random: Random) -> Iterator[list[Window]]:
    """All windows once, those of like length together: less padding.

    Groups stay whole, but those larger than a batch: one of 1,600 windows takes 20 GB.
    """
    reach = size * 40
    pool: list[list[Window]] = []
    for group in groups:
        pool.extend(group[at : at + size] for at in range(0, len(group), size))
        if sum(map(len, pool)) >= reach:
            yield from _parts(pool, size, random)
            pool = []
    yield from _parts(pool, size, random)


def _parts(pool: list[list[Window]], size: int, random: Random) -> Iterator[list[Window]]:
    pool = sorted(pool, key=lambda g: max(len(w.ids) for w in g))
    parts: list[list[Window]] = [[]]
    for group in pool:
        if len(parts[-1]) >= size:
            parts.append([])
        parts[-1].extend(group)
    yield from random.sample(parts, k=len(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Windows side by side, padded: token tensors [batch, tokens], places and truths [batch].

    `allowed` are the tokens that a span may use (and the first, for none); `twins` [pairs, 2] are
    places of an answerable window and of an unanswerable one of its group beside it.
    """

    ids: Tensor
    mask: Tensor
    types: Tensor
    allowed: Tensor
    start: Tensor
    end: Tensor
    answerable: Tensor
    verdict: Tensor
    twins: Tensor

    def to(self, device: str) -> "Batch":
        """The same on another device."""
        return Batch(**{f.name: getattr(self, f.name).to(device, non_blocking=True)
                        for f in fields(self)})  # fmt: skip

    def arrays(self) -> dict[str, np.ndarray]:
        """The same as small arrays, to be sent from process to process."""
        return {f.name: getattr(self, f.name).to(torch.int16).numpy() for f in fields(self)}

    @classmethod
    def of(cls, arrays: dict[str, np.ndarray]) -> "Batch":
        """What `arrays` came from."""
        whole = {name: torch.from_numpy(a).long() for name, a in arrays.items()}
        return cls(**whole | {"allowed": whole["allowed"].bool()})


def stack(windows: list[Window], multiple: int = 1) -> Batch:
    """The windows as tensors, as long as the longest, rounded up to a multiple."""
    longest = max(len(w.ids) for w in windows)
    shape = len(windows), -(-longest // multiple) * multiple
    ids, mask, types = (torch.zeros(shape, dtype=torch.long) for _ in range(3))
    allowed = torch.zeros(shape, dtype=torch.bool)
    allowed[:, 0] = True
    for row, window in enumerate(windows):
        size = len(window.ids)
        ids[row, :size] = torch.from_numpy(window.ids)
        mask[row, :size] = 1
        types[row, window.types_from : size] = 1
        allowed[row, window.passage : size - 1] = True
    truths = {name: torch.tensor([getattr(w, name) for w in windows])
              for name in ("start", "end", "answerable", "verdict")}  # fmt: skip
    pairs = torch.tensor(twins(windows), dtype=torch.long).reshape(-1, 2)
    return Batch(ids=ids, mask=mask, types=types, allowed=allowed, twins=pairs, **truths)


def twins(windows: list[Window]) -> list[tuple[int, int]]:
    """Places of an answerable window and of an unanswerable one of its group beside it."""
    return [
        (i, k)
        for i, window in enumerate(windows)
        for k in (i - 1, i + 1)
        if 0 <= k < len(windows) and windows[k].group == window.group
        and window.answerable == 1 and windows[k].answerable == 0
    ]  # fmt: skip
