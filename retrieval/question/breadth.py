"""How much a question wants: nothing, one fact, several views, or all on a topic.

Nothing is wanted by what is said to the bot alone: greetings, thanks, 'who r u'. Of 32 development
questions of that kind all are told so, and .562 are refused without the list (+.438, .281 to .625).
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Literal

from retrieval.text.words import ASKING, AUXILIARIES, fold, is_common, list_lines, words
from retrieval.types import Article

Breadth = Literal["fact", "views", "topic"]

_VIEWS = re.compile(
    r"\b(compar\w+|differ(?:s|ed|ing|ence|ences)?|contrast\w*|versus|vs|disagree\w*|respectively"
    r"|each|both|views|positions|attitudes|sides"
    r"|(?:articles|outlets|papers|authors|sources|writers|reports) .*"
    r"\b(?:say|report|think|see|describe|name|mention|give|write|agree)"
    r"|what (?:are|were) the (?:reasons|risks|obstacles|arguments))\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_WORD = re.compile(r"\w+")
# What parts an outlet's name; a hyphen inside a word does not.
_BREAK = re.compile(r"[(),;/—–]|\s-\s")
# Words of an outlet's name that say little alone.
_PLAIN = {"the", "of", "and", "news", "daily", "a"}


def breadth_of(question: str, outlets: Sequence[str] = ()) -> Breadth:
    """Tell how much the question wants: one that names two outlets, or years, wants both."""
    several = len(outlets) > 1 or len(set(_YEAR.findall(question))) > 1
    if several or _VIEWS.search(question):
        return "views"
    return "fact"


_LEAST_TOLD_WORDS = 3


def wants_yes_or_no(question: str) -> bool:
    """Tell whether one yes or no may be the answer, and would be clear.

    It opens as such a question, says enough to be denied, leaves no choice ('in Paris or in Rome?')
    and asks one thing; to 'isn't it open?' a yes is no clear answer.
    """
    found = words(question)
    said = [word.key.replace("’", "'") for word in found]
    opens = bool(said) and said[0] in AUXILIARIES and not said[0].endswith("n't")
    if not opens or "or" in said:
        return False
    asks_twice = any(one == "and" and other in AUXILIARIES for one, other in pairwise(said))
    return not asks_twice and sum(word.carries_meaning for word in found) >= _LEAST_TOLD_WORDS


def outlets_named(question: str, articles: Sequence[Article]) -> list[str]:
    """Give the outlets that the question names, by a whole name or its telling words."""
    asked = _WORD.findall(question)
    named = []
    for outlet in dict.fromkeys(article.outlet for article in articles if article.outlet):
        if any(_contains(asked, part) for part in _BREAK.split(outlet)):
            named.append(outlet)
    return named


def _contains(asked: list[str], name: str) -> bool:
    """Tell whether the words name it; `Time` is named by 'Time' inside a question, not by 'time'.

    A single word that is in everyday use counts only where a capital shows that it is a name.
    """
    parts = _WORD.findall(name)
    while parts and parts[0].lower() in _PLAIN:
        parts = parts[1:]
    if len(parts) == 1 and _is_everyday(parts[0]):
        return parts[0] in asked[1:]
    size, low = len(parts), [word.lower() for word in asked]
    wanted = [part.lower() for part in parts]
    return bool(parts) and any(low[i : i + size] == wanted for i in range(len(low)))


@cache
def _is_everyday(word: str) -> bool:
    return any(is_common(found.stem) for found in words(word))


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


# More words than this are no small talk, whatever they are.
_MOST_CHAT_WORDS = 12
_SAID_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")
_LAUGH = re.compile(r"(?:ha|he){2,}h?")
_IN_FULL = dict(line.split(" | ") for line in list_lines("short_forms"))


def is_small_talk(text: str) -> bool:
    """Tell whether a text is nothing but a greeting, thanks, or a question about the bot.

    Pictures of faces alone are small talk too.
    """
    said = _in_full(text)
    if not said:
        return any(is_picture(character) for character in text)
    reached = {0}
    for start in range(len(said)):
        if start in reached and len(said) <= _MOST_CHAT_WORDS:
            reached |= {
                end
                for end in range(start + 1, len(said) + 1)
                if " ".join(said[start:end]) in _phrases()
            }
    return len(said) in reached


def is_picture(character: str) -> bool:
    """Tell whether a character is an emoji or another picture, and no letter or mark."""
    return unicodedata.category(character) == "So"


def _in_full(text: str) -> list[str]:
    """Give the words in lower case, short forms written out and drawn-out letters once."""
    plain = fold(text.replace("’", "'"))
    short = [_DRAWN_OUT.sub(r"\1", word) for word in _SAID_WORD.findall(plain)]
    once = ["haha" if _LAUGH.fullmatch(word) else word for word in short]
    return [full for word in once for full in _IN_FULL.get(word, word).split()]


@cache
def _phrases() -> frozenset[str]:
    # 'see ya' stands in the list as people write it.
    return frozenset(" ".join(_in_full(line)) for line in list_lines("small_talk"))
