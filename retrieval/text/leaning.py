"""Sentences that lean on their neighbours, and so are quoted with them."""

import re
from collections.abc import Iterator, Sequence

from retrieval.text.sentences import sentences_within
from retrieval.types import Passage, Span

# A sentence that opens so leans on the one before it.
_LEANS = re.compile(
    r"[\"“‘'(]*(he|she|it|they|his|her|its|their|this|that|these|those|such|both|and|nor|so|yet"
    r"|rather|then)\b",
    re.IGNORECASE,
)


def is_leaning(sentence: str) -> bool:
    """Tell whether a sentence opens with a word that leans on the one before it."""
    return _LEANS.match(sentence) is not None


def span_alone(
    text: str, sentences: Sequence[Span], first: int, last: int, *, with_next: bool = False
) -> Span:
    """Give the place of neighbouring sentences with those without which they say too little.

    If the first leans on the one before it, that comes along; `with_next` brings the one after
    the last, if that leans on it. Neither comes from another paragraph.
    """
    if first > 0 and _leans_on(text, sentences, first - 1, first):
        first -= 1
    if with_next and last + 1 < len(sentences) and _leans_on(text, sentences, last, last + 1):
        last += 1
    return sentences[first][0], sentences[last][1]


def quotable(passage: Passage) -> Iterator[str]:
    """Give what may be quoted of a passage: each sentence, alone and with what leans on what."""
    text, sentences = passage.text, sentences_within(passage)
    for place, (start, end) in enumerate(sentences):
        yield text[start:end]
        for with_next in (False, True):
            start, end = span_alone(text, sentences, place, place, with_next=with_next)
            yield text[start:end]


def _leans_on(text: str, sentences: Sequence[Span], one: int, other: int) -> bool:
    (_, end), (start, stop) = sentences[one], sentences[other]
    return "\n" not in text[end:start] and is_leaning(text[start:stop])
