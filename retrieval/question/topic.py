"""Questions that ask for no fact: what is said of a topic, or a bare word."""

import re

from retrieval.question.lexicon import ASKING, AUXILIARIES
from retrieval.text.words import words

_ARTICLES = (
    r"(?:the |your |these |those |all )*(?:articles?|papers?|news|sources|collection|texts?)"
)
_SAYERS = rf"(?:{_ARTICLES}|they|you)"
_ABOUT = r"(?:about|on|of|regarding|concerning)"
# How people ask for all that there is of a topic. Without these forms the reader looks for words
# that answer, and finds none.
_FORMS = tuple(
    re.compile(rf"\W*(?:{form})\W*", re.IGNORECASE)
    for form in (
        rf"what (?:do|does|did|else do) {_SAYERS} (?:say|tell|write|report|have|know|think) "
        rf"{_ABOUT} (?P<topic>.+)",
        rf"what (?:is|was|has been) (?:said|written|reported|known) {_ABOUT} (?P<topic>.+)",
        r"what (?:have you got|do you have|do you know|is there|about) "
        rf"(?:{_ABOUT} )?(?P<topic>.+)",
        rf"(?:do|does) {_SAYERS} (?:mention|cover|talk about|speak of) (?P<topic>[^,;]+).*",
        r"how (?:do|does|is|are) (?P<topic>.+?) (?:come up|mentioned|covered|discussed)\b.*",
        rf"(?:please )?(?:tell|show|give) (?:me|us) (?:\w+ )?{_ABOUT} (?P<topic>.+)",
        rf"(?:any|some|every|no)thing (?:\w+ )?{_ABOUT} (?P<topic>.+)",
        rf"(?:any |the |more |latest )*(?:news|info|information|more|articles|details) {_ABOUT} "
        r"(?P<topic>.+)",
    )
)
_TRAILING = re.compile(
    rf"(?: (?:again|please|anyway|here|in (?:these|those|{_ARTICLES})))+$", re.IGNORECASE
)
_BARE_WORDS = 3
_MOST_WORDS = 8


def topic_of(question: str) -> str | None:
    """Give the topic that a question asks about, as it writes it; None where it wants a fact.

    A bare word or name is a topic, too.
    """
    asked = " ".join(question.split())
    found = next((match for form in _FORMS if (match := form.fullmatch(asked))), None)
    if found is None:
        return asked.strip(" ?!.") if _is_bare(asked) else None
    topic = _TRAILING.sub("", found["topic"].strip(" ?!.\"'“”"))
    return topic if 0 < len(topic.split()) <= _MOST_WORDS else None


def _is_bare(asked: str) -> bool:
    found = words(asked)
    small = {word.key for word in found} & (ASKING | AUXILIARIES)
    return 0 < len(found) <= _BARE_WORDS and not small and any(w.carries_meaning for w in found)
