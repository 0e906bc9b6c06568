"""The words of a text with their places and stems, which of them carry meaning; its language."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from retrieval.types import Span

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier


_LISTS = Path(__file__).parent / "lists"
_SECTION = "== "
COMMON_WORDS_FILE = _LISTS / "common_words.txt"
_VERB_FORM = re.compile(
    r"is|are|was|were|has|have|had|does|do|did|will|would|can|could|may|might|must|should|beat|"
    r"put|cut|set|hit|shut|quit|let|\w+ed"
)
_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|(?:[A-Z]\.)+[A-Z]\b|[^\W_]+(?:['’][^\W_]+)*")
_POSSESSIVE = re.compile(r"['’](?:s|S)?$|['’](?:s|S)\b")
_SENTENCE_START = re.compile(r"(?:^|[.!?…:;]|\n|[\"“”‘'(\[]|--|—)[\s\"“”‘'(\[]*$")
_ABBREVIATION = re.compile(
    r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Gen|Sen|Gov|Lt|Col|Sgt|Rep|St|Prof|Jan|Feb|Sept|Oct|Nov|Dec))"
    r"\.[\s\"“”‘'(\[]*$"
)
_LOOK_BACK_CHARS = 8
# Of an English text's words .37 to .49 are small ones, of a German one's .24 look like them.
_ENGLISH_SMALL_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word: `text` as it stands without a possessive s, `key` folded, `stem` of the key.

    `initial` means that a capital says nothing here: the word opens a sentence or quotation.
    """

    text: str
    key: str
    stem: str
    span: Span
    initial: bool

    @property
    def is_capital(self) -> bool:
        """Whether the word begins with a capital letter."""
        return self.text[:1].isupper()

    @property
    def carries_meaning(self) -> bool:
        """Whether the word says something by itself, unlike 'the' or 'which'."""
        capital_acronym = self.text.isupper() and len(self.text) > 1
        return capital_acronym or not is_small(self.key)


def words(text: str) -> list[Word]:
    """Give the words of a text in order; hyphens part words, apostrophes do not."""
    return list(_read(text))


@lru_cache(maxsize=2_000)
def _read(text: str) -> tuple[Word, ...]:
    return tuple(_words(text))


def telling_stems(text: str) -> frozenset[str]:
    """Give the stems of the words of a text that carry meaning."""
    return frozenset(word.stem for word in words(text) if word.carries_meaning)


def small_share(said: Sequence[Word]) -> float:
    """Give the share of words that bind others and say nothing; 0 of none."""
    return sum(not word.carries_meaning for word in said) / max(1, len(said))


def uncommon(said: Sequence[Word]) -> list[Word]:
    """Give the words that may well be names, as they are in no list of common ones."""
    return [word for word in said if not is_common(word.key)]


def is_english(said: Sequence[Word]) -> bool:
    """Tell a text in English by its small words, of which other languages share a few."""
    return not said or small_share(said) >= _ENGLISH_SMALL_SHARE


def is_small(key: str) -> bool:
    """Tell whether a folded word binds others and says nothing by itself: 'the', 'which', 'not'."""
    return key in word_list("function_words") or key in word_list("negations")


def is_common(key: str) -> bool:
    """Tell whether a folded word is hardly ever a name: small, or in the list of common words."""
    return is_small(key) or key in word_list(COMMON_WORDS_FILE.stem)


@cache
def list_lines(name: str) -> tuple[str, ...]:
    """Give the lines of a list in `lists/`, without those that begin with #."""
    lines = (_LISTS / f"{name}.txt").read_text("utf-8").splitlines()
    return tuple(line for line in lines if line and line[0] != "#")


@cache
def word_list(name: str) -> frozenset[str]:
    """Give the entries, one a line and in lower case, of a list in `lists/`."""
    return frozenset(list_lines(name))


@cache
def list_sections(name: str) -> dict[str, list[str]]:
    """Give the lines of each section of a list in `lists/`, by the name that stands behind ==."""
    found: dict[str, list[str]] = {}
    for line in list_lines(name):
        if line.startswith(_SECTION):
            section = found.setdefault(line.removeprefix(_SECTION), [])
        else:
            section.append(line)
    return found


def listed_words(name: str, section: str) -> list[str]:
    """Give the words of a section of a list in `lists/`, in order."""
    return " ".join(list_sections(name)[section]).split()


ASKING, AUXILIARIES, PREPOSITIONS = (
    frozenset(listed_words("kinds_of_words", section))
    for section in ("asking", "auxiliaries", "prepositions")
)


def is_verb_form(key: str) -> bool:
    """Tell whether a folded word is a verb for sure: an auxiliary or a form of the past."""
    return _VERB_FORM.fullmatch(key) is not None or key in _present_forms()


def fold(text: str) -> str:
    """Give the text in lower case, without accents and full stops."""
    decomposed = unicodedata.normalize("NFKD", text.replace(".", ""))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower()


def _words(text: str) -> Iterator[Word]:
    for match in _WORD.finditer(text):
        bare = _POSSESSIVE.sub("", match[0])
        key = fold(bare)
        lead = text[max(0, match.start() - _LOOK_BACK_CHARS) : match.start()]
        yield Word(
            text=bare,
            key=key,
            stem=stem(key),
            span=match.span(),
            initial=match.start() == 0 or _opens(lead),
        )


def _opens(lead: str) -> bool:
    return bool(_SENTENCE_START.search(lead)) and not _ABBREVIATION.search(lead)


@lru_cache(maxsize=20_000)
def stem(key: str) -> str:
    """Give the stem of a folded word (Porter 2, English); irregular forms go with their verb."""
    import snowballstemmer

    return str(snowballstemmer.stemmer("english").stemWord(_present_forms().get(key, key)))


@cache
def _present_forms() -> dict[str, str]:
    return {past: present for past, present in map(str.split, list_lines("irregular_forms"))}


ENGLISH = "en"
_COMMON_WORDS = 0.65  # four in six of a German question are spelt like one
_MIN_WORDS = 3
_LIKELY = 0.8  # of 593 questions in English none is another language by so much
_MOST_CHARS = 800
# A few words are told apart by how unlikely English is, with the names in them and without: of
# 14,386 questions in English, in part in small letters or keywords, one was taken for another.
_UNLIKELY, _UNLIKELY_WITHOUT_NAMES = 0.02, 0.006
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

    Names are as they are in any language: what has a capital within the question counts as one.
    One small word is neither English nor, as `is_held` tells, in the articles.
    """
    said = words(question)
    plain = [word for word in said if word.initial or not word.is_capital]
    strange = [len(word.text) for word in uncommon(plain) if not is_held(word.text)]
    if len(said) < _MIN_WORDS or min(strange, default=_MOST_CHARS) > _SMALL_CHARS:
        return None
    with_names = _chances(question)
    without = _chances(" ".join(word.text for word in plain).lower())
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
