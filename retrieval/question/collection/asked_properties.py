"""Tells a question about the articles themselves from one about what they say, by its form."""

import re
from dataclasses import dataclass
from typing import Literal

from retrieval.question.small_talk import asks_about_bot

Topic = Literal[
    "author",
    "date",
    "outlet",
    "kind",
    "link",
    "title",
    "list",
    "count",
    "coverage",
    "newest",
    "oldest",
]

_ARTICLE = r"(?:articles?|stor(?:y|ies)|pieces?|texts?|posts?|op-?eds?|columns?|sources?|reports?)"
_PAPER = r"(?:outlet|newspaper|paper|site|website|magazine|publication|publisher|source)"
_HOLD = r"(?:have|hold|contain|include|offer|cover)"
_HOLDER = r"(?:do you|does (?:the|this|your) (?:bot|collection|index|archive|library))"
_PLACE = r"(?:the|this|your) (?:collection|corpus|library|archive|index|set|database)"
_PUBLISHED = r"(?:published|written|posted|printed|released|dated|put online)"
_FORMS: tuple[tuple[Topic, str], ...] = (
    ("author", r"who (?:wrote|authored|penned|has written) (?P<target>.+)"),
    (
        "author",
        r"(?:who|what) (?:is|was|are) the (?:authors?|writers?) (?:of|behind) "
        r"(?P<target>.+)",
    ),
    ("author", r"who (?:is|was|are) (?P<target>.+?) (?:written )?by"),
    ("author", r"by whom (?:is|was|were) (?P<target>.+?) written"),
    ("author", r"who (?:is|was) the (?:author|writer)"),
    ("date", rf"when (?:was|were|is) (?P<target>.+?) (?:first )?{_PUBLISHED}"),
    ("date", r"when did (?P<target>.+?) (?:appear|come out|get published)"),
    ("date", r"what (?:is|was|are) the (?:publication |publishing )?dates? of (?P<target>.+)"),
    (
        "date",
        rf"(?:on |in )?(?:what|which) (?:date|day|month|year) (?:is|was|were) "
        rf"(?P<target>.+?) {_PUBLISHED}",
    ),
    ("date", rf"how old (?:is|are) (?P<target>.*\b{_ARTICLE}\b.*)"),
    (
        "outlet",
        rf"(?:who|(?:what|which) {_PAPER}) (?:published|printed|ran|carried|posted) "
        rf"(?P<target>.+)",
    ),
    ("outlet", r"where (?:was|were) (?P<target>.+?) (?:published|printed|posted)"),
    (
        "outlet",
        r"where (?:is|are|does|do|did) (?P<target>.+?) (?:from|come from|taken from|"
        r"appear)",
    ),
    (
        "outlet",
        rf"(?:what|which) {_PAPER} (?:is|was|does|are) (?P<target>.+?) (?:from|in|"
        rf"published in|published by|come from)",
    ),
    ("outlet", rf"what (?:is|was|are) the {_PAPER} of (?P<target>.+)"),
    ("kind", rf"what (?:kind|type|sort) of {_ARTICLE} (?:is|are|was) (?P<target>.+)"),
    ("kind", rf"is (?P<target>.+?) (?:an? )?(?:opinion|analysis|news|commentary)(?: {_ARTICLE})?"),
    (
        "link",
        r"(?:what is |give me |show me )?the (?:url|link|web address|address) (?:of|to|"
        r"for) (?P<target>.+)",
    ),
    ("link", rf"where can i (?:read|find|see) (?P<target>.*\b{_ARTICLE}\b.*)"),
    ("title", r"what (?:is|was|are) the (?:titles?|headlines?) of (?P<target>.+)"),
    (
        "newest",
        rf"(?:what|which)(?: {_ARTICLE})? is (?:the|your) (?:newest|latest|most recent|"
        rf"last) (?P<target>{_ARTICLE}\b.*)",
    ),
    (
        "oldest",
        rf"(?:what|which)(?: {_ARTICLE})? is (?:the|your) (?:oldest|earliest|first) "
        rf"(?P<target>{_ARTICLE}\b.*)",
    ),
    ("count", rf"how many (?P<target>.*\b{_ARTICLE}\b.*)"),
    (
        "coverage",
        rf"what (?:is|are) (?:{_PLACE}|(?:the|these|your) {_ARTICLE}|this bot)(?: "
        rf"all)?(?: about| for)?",
    ),
    ("coverage", rf"what is in (?:{_PLACE}|here|there)"),
    (
        "coverage",
        rf"(?:what|which) (?:{_PAPER}s?|media)(?: \w+)? (?:{_HOLDER} (?:have|hold|use|"
        rf"know|rely on|cover)|are (?:there|held|in {_PLACE}|you using))",
    ),
    ("coverage", r"what are your sources|where does your information come from"),
    (
        "coverage",
        r"what (?:can|could|may|should) i ask(?: you)?(?: about)?|what do you (?:know|"
        r"cover)(?: about)?|what can you (?:answer|tell me)",
    ),
    (
        "coverage",
        rf"(?:what|which) (?:time|period|years|dates|time span|time period|timespan) "
        rf"(?:{_HOLDER}|do the {_ARTICLE}) (?:cover|span)",
    ),
    (
        "list",
        rf"(?:what|which)(?: {_ARTICLE})?(?: else)? {_HOLDER} {_HOLD}(?: "
        rf"(?P<target>(?:from|by|of|in|since|before|after|that|published) .+))?",
    ),
    (
        "list",
        rf"(?:what|which) (?P<target>(?:\w+ )?{_ARTICLE}) (?:{_HOLDER} {_HOLD}|are "
        rf"there)(?: in {_PLACE})?",
    ),
    (
        "list",
        rf"(?:{_HOLDER} {_HOLD}|is there|are there|have you got) (?P<target>(?:anything|"
        rf"something|(?:any|an?)(?: \w+)? {_ARTICLE}|{_ARTICLE}) (?:from|by|in) .+)",
    ),
    (
        "list",
        rf"(?:list|show me|show|give me|name)(?: all)?(?: of)?(?: the| your)? "
        rf"(?P<target>(?:\w+ )*{_ARTICLE}\b.*?)(?: (?:that )?you {_HOLD})?",
    ),
    (
        "list",
        rf"which (?:of (?:the|your) )?(?:{_ARTICLE}|ones) (?:is|are|was|were|come|came) "
        rf"(?P<target>(?!about\b).+)",
    ),
    ("list", r"what (?:has|have|did|does) (?P<target>.+?) (?:write|written|publish|published)"),
    ("list", rf"(?:anything|something|{_ARTICLE}) (?:from|by) (?P<target>.+)"),
)
# Longer than any question of this kind; a title and an outlet fit.
_MOST_CHARS = 250
_PATTERNS = tuple((topic, re.compile(form, re.IGNORECASE)) for topic, form in _FORMS)
_POLITE = re.compile(
    r"^(?:(?:please|and|so|ok(?:ay)?|hi|hello|can you|could you|tell me|do you know)[,:\s]+)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked about the articles; `target` are the words that name which, "" for all."""

    topic: Topic
    target: str


def asks_about(question: str) -> list[Ask]:
    """Give what a question may ask about the articles themselves; none if it has no such form.

    The form alone does not decide: the words of the target must name articles that are held. Who
    asks what the bot can do is told what can be asked about.
    """
    if asks_about_bot(question):
        return [Ask(topic="coverage", target="")]
    plain = " ".join(question.replace("’", "'").split()).strip(" ?.!")
    plain = re.sub(r"\b(what|who|where|when)'s\b", r"\1 is", plain, flags=re.IGNORECASE)
    plain = _POLITE.sub("", plain)
    found: list[Ask] = []
    for topic, form in _PATTERNS if len(plain) <= _MOST_CHARS else ():
        match = form.fullmatch(plain)
        if match:
            target = (match.groupdict().get("target") or "").strip()
            found.append(Ask(topic=topic, target=target or ("this" if topic == "author" else "")))
    return found
