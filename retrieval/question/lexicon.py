"""Closed classes of English words that show how a question is built, and what names no person."""

import re
from dataclasses import dataclass

from retrieval.text.names import SAME, SEATS
from retrieval.text.words import word_list

ASKING = frozenset("what who whom whose which when where why how".split())
AUXILIARIES = frozenset(
    "is are was were am did does do has have had will would can could should may might must shall "
    "isn't aren't wasn't weren't didn't doesn't don't hasn't haven't hadn't won't wouldn't can't "
    "couldn't shouldn't".split()
)
BE = frozenset("is are was were am isn't aren't wasn't weren't".split())
PREPOSITIONS = frozenset(
    (
        "about above across after against along among around as at before behind below beneath "
        "beside between beyond by despite down during for from in inside into like near of off on "
        "onto out outside over per since through throughout to toward towards under until up upon "
        "via with within without"
    ).split()
)
DETERMINERS = frozenset(
    "the a an this that these those his her its their our your my some any every each no".split()
)
ADVERBS = frozenset(
    (
        "actually again already also both each even ever finally first just later never not now "
        "only really recently soon still then ultimately yet"
    ).split()
)
# Word lists: verbs in their plain form, those that are nouns as well, and places of the world.
_VERBS, _ALSO_NOUNS, _PLACES = "verbs", "verbs_and_nouns", "places"
_SAYING = re.compile(
    r"(?:say|said|says|think|thinks|thought|claim\w*|believ\w*|know|knew|mean\w*|deny|deni\w*|"
    r"hint\w*|suggest\w*|argu\w*|warn\w*|fear\w*|hop\w+|show\w*|report\w*|announc\w*|writ\w+|"
    r"wrote|stress\w*|insist\w*|admit\w*|declar\w*|acknowledg\w*|agree\w*|told|tell|tells|true|"
    r"fact|clear|sure|likely|possible|assurances?|evidence|signs?|view|idea)"
)
_OTHER_FORMS = frozenset(form.lower() for forms in SAME.values() for form in forms)
_BODIES = re.compile(
    r"\b(?:department|council|cent(?:er|re)|army|nations|ministry|university|agency|committee|"
    r"government|forces?|emirate|states?|union|house|times|post|news|company|bank|court|group|"
    r"party|institute|operation|republic|guards?|street|road|cathedral|senate|association|"
    r"treaty|organi[sz]ation|coalition|administration|movement|front|corps|gazeta|daily)$",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_]+(?:[-’'.][^\W_]+)*")
_COLLECTIVE = re.compile(
    r"(?:delegation|team|police|people|men|women|children|military|army|troops|pair|public|media|"
    r"government|opposition|leadership|crew|family)$"
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word with its place; hyphens and apostrophes stay inside it; `low` is in lower case."""

    text: str
    low: str
    start: int
    end: int

    @property
    def is_capital(self) -> bool:
        """Whether the word begins with a capital letter."""
        return self.text[0].isupper()


def tokens(text: str) -> list[Token]:
    """Give the words of a text in order."""
    return [
        Token(m[0], m[0].lower().replace("’", "'"), m.start(), m.end())
        for m in _TOKEN.finditer(text)
    ]


def is_verb(word: Token, before: Token | None) -> bool:
    """Tell whether a word is a verb in its plain form, by the list and the word before it."""
    if word.is_capital or (before is not None and before.low in DETERMINERS):
        return False
    if word.low in word_list(_ALSO_NOUNS):
        return before is not None and (before.is_capital or before.low.endswith("s"))
    return word.low in word_list(_VERBS)


def could_be_verb(word: Token) -> bool:
    """Tell whether a word is a verb in its plain form at least some of the time."""
    return word.low in word_list(_VERBS) or word.low in word_list(_ALSO_NOUNS)


def takes_a_clause(word: Token) -> bool:
    """Tell whether 'that' after this word opens a clause: 'said that', 'is it true that'."""
    return _SAYING.fullmatch(word.low) is not None


def may_be_person(name: str) -> bool:
    """Tell whether a name could be a person's: no country, capital, acronym or body."""
    key = name.lower().replace(".", "")
    known = key in SAME or key in SEATS or key in word_list(_PLACES) or key in _OTHER_FORMS
    return not (known or name.isupper() or _BODIES.search(name) or name[:4].lower() == "the ")


def is_plural(phrase: str) -> bool:
    """Tell whether a phrase stands for several: by its 'and', its plural s, or as a body of men."""
    head = phrase
    for word in tokens(phrase):
        if word.low in PREPOSITIONS:
            head = phrase[: word.start].strip()
            break
    last = head.lower().rsplit(" ", 1)[-1]
    if " and " in f" {head.lower()} " or _COLLECTIVE.search(last):
        return True
    return last.endswith("s") and not last.endswith(("ss", "us", "is", "'s", "’s"))
