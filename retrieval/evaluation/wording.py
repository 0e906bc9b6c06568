"""When two texts are the same words, and measures of an answer's words that rest on it."""

import math
import re
import string
from collections import Counter
from collections.abc import Sequence

from retrieval.types import Answer

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


def folded_same_words(one: str, other: str) -> bool:
    """Tell whether two folded texts rest on the same words.

    One holds the other, or they share one run of at least 60 % of the shorter text and 30
    characters. Empty texts rest on nothing.
    """
    shorter, longer = sorted((one, other), key=len)
    if not shorter:
        return False
    if shorter in longer:
        return True
    run_chars = max(MIN_SHARED_RUN_CHARS, math.ceil(MIN_SHARED_SHARE * len(shorter)))
    starts = range(len(shorter) - run_chars + 1)
    return any(shorter[start : start + run_chars] in longer for start in starts)


_PUNCTUATION = set(string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def short_answer(answer: Answer) -> str:
    """Give the words that answer: the first highlight, else the text; empty for a refusal."""
    if answer.refusal:
        return ""
    for citation in answer.citations:
        if citation.highlight:
            start, end = citation.highlight
            return citation.quote[start - citation.start : end - citation.start]
    return without_markers(answer.text)


def contains(text: str, answers: Sequence[str]) -> float:
    """Give 1 if the text holds any of the gold strings after folding, else 0.

    Case, white space and quotation marks are folded, [n] markers left out. The denominator is
    the answerable questions that name answers; a refusal holds none. The string match of open
    question answering (Chen et al. 2017), as in ALCE's exact-match recall (Gao et al. 2023).
    """
    words = fold(without_markers(text))
    return float(any(fold(answer) in words for answer in answers))


def exact_match(prediction: str, answers: Sequence[str]) -> float:
    """Give EM: 1 if the prediction equals any gold answer after SQuAD's normalisation.

    Rajpurkar et al. 2016, 2018 (evaluate-v2.0). No gold answer means that only an empty
    prediction is right.
    """
    golds = answers or [""]
    return float(any(normal(prediction) == normal(gold) for gold in golds))


def token_f1(prediction: str, answers: Sequence[str]) -> float:
    """Give F1 of the shared words, the maximum over the gold answers; as evaluate-v2.0 does."""
    return max(_f1(normal(prediction).split(), normal(gold).split()) for gold in answers or [""])


def normal(text: str) -> str:
    """Lower case, without punctuation and the words a, an, the, white space folded (SQuAD)."""
    bare = "".join(char for char in text.lower() if char not in _PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", bare).split())


def _f1(prediction: list[str], gold: list[str]) -> float:
    if not prediction or not gold:
        return float(prediction == gold)
    shared = (Counter(prediction) & Counter(gold)).total()
    return 2 * shared / (len(prediction) + len(gold))


def shown_texts(answer: Answer) -> list[str]:
    """Give every text that a person sees of an answer, the nearest quotes of a refusal too."""
    texts = [answer.text, *(s.text for s in answer.statements), *answer.notes]
    texts += [citation.quote for citation in answer.shown]
    return [*texts, answer.refusal.reason] if answer.refusal else texts


def forbidden_shown(answer: Answer, forbidden: Sequence[str]) -> list[str]:
    """Give the forbidden strings that stand, after folding, in a text that a person sees.

    The measure `forbidden` is the share of questions naming such strings that show one: a hard
    gate at 0, as negative checks in red-team suites are (promptfoo's `not-contains`).
    """
    shown = [fold(without_markers(text)) for text in shown_texts(answer)]
    return [words for words in forbidden if any(fold(words) in text for text in shown)]
