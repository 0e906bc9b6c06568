"""When two stretches of text are the same words: the comparison that all gold evidence rests on."""

import math
import re

MIN_SHARED_RUN_CHARS = 30  # about six words: shorter runs are shared by chance
MIN_SHARED_SHARE = 0.6  # of the shorter text

_MARKER = re.compile(r"\s*\[\d+\]")
_MARKS = str.maketrans(
    {**dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‘’‚‛‹›′`´", "'")}  # one sort each
)


def fold(text: str) -> str:
    """Give the text with case, white space and quotation marks made alike."""
    alike = text.translate(_MARKS).replace("''", '"')
    return " ".join(alike.casefold().split())


def without_markers(text: str) -> str:
    """Give an answer's text without its [n] markers."""
    return _MARKER.sub("", text)


def same_words(one: str, other: str) -> bool:
    """Tell whether two texts rest on the same words.

    After folding, one holds the other, or they share one run of at least 60 % of the shorter
    text and 30 characters. Empty texts rest on nothing.
    """
    return folded_same_words(fold(one), fold(other))


def folded_same_words(one: str, other: str) -> bool:
    """Tell what `same_words` tells, of texts that are folded already."""
    shorter, longer = sorted((one, other), key=len)
    if not shorter:
        return False
    if shorter in longer:
        return True
    run_chars = max(MIN_SHARED_RUN_CHARS, math.ceil(MIN_SHARED_SHARE * len(shorter)))
    starts = range(len(shorter) - run_chars + 1)
    return any(shorter[start : start + run_chars] in longer for start in starts)
