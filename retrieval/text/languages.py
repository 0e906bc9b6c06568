"""The language of a text: English by its common words, others by a model that ships in a wheel."""

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from retrieval.text.words import is_english, uncommon, words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH = "en"
_COMMON_WORDS = 0.65  # four in six of a German question are spelt like one
_MIN_WORDS = 3
_LIKELY = 0.8  # of 593 questions in English none is another language by so much
_MOST_CHARS = 800
# A few words are told apart by how unlikely English is, with the names in them and without.
_UNLIKELY, _UNLIKELY_WITHOUT_NAMES = 0.01, 0.005
_MOST_COMMON_WORDS = 0.25  # other languages share as many with English
_MIN_STRANGE = 2
_SMALL_CHARS = 4  # in every language that parts its words, those that bind the others are short
_LATIN = re.compile("[A-Za-z]")
# Those that news are written in; among all that it knows, the model takes slang for Pidgin.
_KNOWN = (
    "ar bg bn ca cs da de el en es et fa fi fr gu he hi hr hu id it ja ka ko lt lv mk ml mr ms nl"
    " no pl pt ro ru sk sl sq sr sv sw ta te th tr uk ur vi zh"
).split()


def language_of(text: str) -> str | None:
    """Give the language as a code of ISO 639-1, such as `de`; None where it cannot be told."""
    text = text[:_MOST_CHARS]
    said = words(text)
    if not said or (len(said) < _MIN_WORDS and text.isascii()):
        return None
    common = len(said) - len(uncommon(said))
    if is_english(said) or common >= _COMMON_WORDS * len(said):
        return ENGLISH
    language, probability = _identifier().classify(text)
    is_sure = probability >= _LIKELY or not _LATIN.search(text)
    return str(language) if is_sure else None


def other_language_of(question: str, is_held: Callable[[str], bool]) -> str | None:
    """Give the likeliest language of a short question that can hardly be English; else None.

    Names are as they are in any language: `is_held` tells which words the articles have, and
    those are left out, as is what has a capital within the question.
    """
    said = words(question)
    rare = uncommon(said)
    strange = [
        word.text
        for word in rare
        if (word.initial or not word.is_capital) and not is_held(word.text)
    ]
    if len(said) < _MIN_WORDS or len(strange) < _MIN_STRANGE:
        return None
    common = len(said) - len(rare)
    if common > _MOST_COMMON_WORDS * len(said) or min(map(len, strange)) > _SMALL_CHARS:
        return None
    with_names = _chances(question)
    without = _chances(" ".join(strange).lower())
    unlikely = with_names[ENGLISH] < _UNLIKELY and without[ENGLISH] < _UNLIKELY_WITHOUT_NAMES
    return max(with_names, key=lambda one: with_names[one]) if unlikely else None


def _chances(text: str) -> dict[str, float]:
    return dict(_identifier().rank(text))


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_KNOWN)
    return identifier
