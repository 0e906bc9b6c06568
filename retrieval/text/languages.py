"""The language of a text: English by its common words, others by a model that ships in a wheel."""

import re
from functools import cache
from typing import TYPE_CHECKING

from retrieval.text.words import is_common, words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH = "en"
# Of an English text's words .37 to .49 are small ones, of a German one's .24 look like them.
_SMALL_WORDS = 0.3
_COMMON_WORDS = 0.65  # four in six of a German question are spelt like one
_MIN_WORDS = 3
_LIKELY = 0.8  # of 593 questions in English none is another language by so much
_MOST_CHARS = 800
_LATIN = re.compile("[A-Za-z]")
# Those that news are written in; among all that it knows, the model takes slang for Pidgin.
_KNOWN = (
    "ar bg bn ca cs da de el en es et fa fi fr gu he hi hr hu id it ja ka ko lt lv mk ml mr ms nl"
    " no pl pt ro ru sk sl sq sr sv sw ta te th tr uk ur vi zh"
).split()


def language_of(text: str) -> str | None:
    """Give the language as a code of ISO 639-1, such as `de`; None where it cannot be told."""
    text = text[:_MOST_CHARS]
    said = list(words(text))
    if len(said) < _MIN_WORDS and text.isascii():
        return None
    small = sum(not word.carries_meaning for word in said)
    common = sum(is_common(word.key) for word in said)
    if small >= _SMALL_WORDS * len(said) > 0 or common >= _COMMON_WORDS * len(said) > 0:
        return ENGLISH
    language, probability = _identifier().classify(text)
    is_sure = probability >= _LIKELY or not _LATIN.search(text)
    return str(language) if is_sure else None


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_KNOWN)
    return identifier
