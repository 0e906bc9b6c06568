"""A question about the articles themselves as a property and the words that select articles.

'Who wrote the latest article?' asks for the author, and 'the latest article' selects. A form is
only the sign of a property; whether the other words select articles that are held, and say
nothing else, `chosen_articles` finds out, so that word order and filling words do not matter.
"""

import re
from dataclasses import dataclass
from typing import Literal

Property = Literal["author", "date", "outlet", "kind", "link", "title", "list", "count", "coverage"]

_ARTICLE = r"(?:articles?|stor(?:y|ies)|pieces?|texts?|posts?|op-?eds?|columns?|sources)"
_ANY = rf"(?:anything|something|{_ARTICLE})"
_HAS = r"(?:has|have|did|does|was|were)"
_PAPER = r"(?:outlet|newspaper|paper|(?:web)?site|magazine|publication|publisher|source)s?"
_WRITER = r"(?:author|writer|byline|journalist|columnist|reporter)s?"
_WROTE = r"(?:wrote|written|authored|penned)"
_PUBLISHED = (
    r"(?:publish(?:ed)?|written|posted|printed|released|dated|came out|come out|appear(?:ed)?)"
)
_CAME = rf"(?:is|are|was|were|come|came|write|wrote|{_PUBLISHED})"
_EXTREME = r"(?:newest|latest|most recent|last|oldest|earliest|first)"
_HOLD = r"(?:have|hold|contain|include|offer|cover|know|use|got)"
_HOLDER = r"(?:do you|have you|does (?:the|this|your) (?:bot|collection|index|archive|library))"
_PLACE = r"(?:the|this|your) (?:collection|corpus|library|archive|index|set|database)"

# The signs of each property; what one matches is taken out of the question, the rest selects.
_SIGNS: tuple[tuple[Property, str], ...] = (
    ("author", rf"^(?:who|by whom)\b(?=.*\b(?:{_WROTE}|{_WRITER}|by$))|^whose(?= {_ARTICLE}\b)"),
    ("author", rf"\b{_WRITER} (?:of|behind)\b|^which {_WRITER}\b|^(?:list )?the {_WRITER}$"),
    ("date", rf"^when\b(?=.*\b{_PUBLISHED})|^how old\b(?=.*\b{_ARTICLE}\b)|\bdates? of\b"),
    ("date", rf"\b(?:which|what) (?:date|day|month|year)\b(?=.*\b{_PUBLISHED})"),
    ("outlet", rf"^where\b(?=.*\b(?:from|{_PUBLISHED}))|^who (?:published|printed|ran|carried)\b"),
    ("outlet", rf"\b(?:which|what) {_PAPER}\b(?=.*\b(?:from|in|by|is|ran|carried|{_PUBLISHED}))"),
    ("outlet", rf"\b(?:the|name the) {_PAPER} (?:of|behind)\b"),
    ("kind", rf"^what (?:kind|type|sort) of\b(?=.*\b{_ARTICLE}\b)"),
    ("kind", r"^is\b(?=.*\b(?:opinion|analysis|news|commentary|editorial)\b)"),
    ("link", r"\b(?:url|link|address) (?:of|to|for)\b"),
    ("link", rf"^where can i (?:read|find|see)\b(?=.*\b{_ARTICLE}\b)"),
    ("title", rf"\b(?:titles?|headlines?|name) of\b(?=.*\b{_ARTICLE}\b)|\bits (?:title|headline)$"),
    ("title", rf"^(?:(?:what|which|show|give|name)\b)?(?=.*\b{_EXTREME}\b)(?=.*\b{_ARTICLE}\b)"),
    ("count", rf"^how many\b(?=(?: [\w-]+)? {_ARTICLE}\b)"),
    (
        "list",
        rf"^(?:list|show|name|give)\b(?=.*\b{_ARTICLE}\b)|^what (?:else )?{_HOLDER} {_HOLD}\b",
    ),
    (
        "list",
        rf"^(?:which|what)\b(?=.*\b(?:{_ARTICLE}|ones)\b)(?=.*\b(?:{_HOLDER} {_HOLD}|{_CAME})\b)",
    ),
    (
        "list",
        rf"^what {_HAS}\b(?=.*\b(?:write|written|publish))|^did\b(?=.*\bwrite\b.*\b{_ARTICLE}\b)",
    ),
    ("list", rf"^(?:{_HOLDER} {_HOLD}|(?:is|are) there)?(?=.*\b{_ANY} (?:from|by|in)\b)"),
)
_WHOLE = (
    rf"what (?:is|are) (?:in )?(?:{_PLACE}|(?:the|these|your) {_ARTICLE}|this bot)(?: all)?"
    r"(?: about| for)?|what is in (?:here|there)|what are your sources",
    rf"(?:what|which|how many) (?:{_PAPER}|media)(?: \w+)? (?:{_HOLDER} {_HOLD}|do you rely on|"
    rf"are (?:there|held|in {_PLACE}|you using))|where does your information come from",
    r"what (?:can|could|may|should) i ask(?: you)?(?: about)?|what can you (?:answer|tell me)",
    r"what do you (?:know|cover)(?: about)?",
    rf"(?:what|which) (?:(?:time )?period|years|dates|time ?span) (?:{_HOLDER}|do the {_ARTICLE}) "
    r"(?:cover|span)",
)
_COVERAGE = re.compile("|".join(_WHOLE), re.IGNORECASE)
# Who asks with these words wants to know what articles say, not what is known of them.
_CONTENT = re.compile(
    r"\b(?:about|mention\w*|sa(?:y|ys|id)|tells?|told|discuss\w*|describ\w+|argue\w*|claim\w*|"
    r"(?:wrote|written|reported|published) that)\b(?! (?:me|us)\b)",
    re.IGNORECASE,
)
_OF_CONTENT: frozenset[Property] = frozenset({"list", "count", "title"})
_TELLING_THAT = re.compile(r"\b(?:wrote|written|writes|reported|published) that\b", re.IGNORECASE)
# Longer than any question of this kind; a title and an outlet fit.
_MOST_CHARS = 250
_PATTERNS = tuple((name, re.compile(sign, re.IGNORECASE)) for name, sign in _SIGNS)
_POLITE = re.compile(
    r"^(?:(?:please|and|so|ok(?:ay)?|hi|hello|can you|could you|tell me|do you know)[,:\s]+)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyQuestion:
    """What is asked about the articles; `selector` are the words that may select some."""

    asked: Property
    selector: str


def property_questions(question: str) -> list[PropertyQuestion]:
    """Give what a question may ask about the articles themselves; none if it has no such sign."""
    plain = " ".join(question.replace("’", "'").split()).strip(" ?.!")
    plain = re.sub(r"\b(what|who|where|when)'?s\b", r"\1 is", plain, flags=re.IGNORECASE)
    plain = _POLITE.sub("", plain)
    if _COVERAGE.fullmatch(plain):
        return [PropertyQuestion(asked="coverage", selector="")]
    if len(plain) > _MOST_CHARS or _TELLING_THAT.search(plain):
        return []
    found = [(name, sign.search(plain)) for name, sign in _PATTERNS]
    return [
        PropertyQuestion(asked=name, selector=_without(plain, *match.span()))
        for name, match in found
        if match and not (name in _OF_CONTENT and _CONTENT.search(plain))
    ]


def _without(text: str, start: int, end: int) -> str:
    return f"{text[:start]} {text[end:]}".strip()
