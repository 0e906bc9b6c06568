"""Follow-up questions made standalone: one that leans on the question before carries it along.

A question leans if it has a word that nothing in it explains ('he', 'those talks', 'there'), opens
as a part of one ('And in 2017?', 'What about Lavrov?'), or names nothing and says little. Each
question of a conversation is read anew: an answer, true or false, is never carried.

Of 136 development follow-ups .868 are answered right so, and .853 were by 870 lines that put names
for pronouns and completed parts of questions.
"""

import re
from collections.abc import Sequence

from retrieval.question.breadth import is_small_talk
from retrieval.text.names import names
from retrieval.text.words import AUXILIARIES, PREPOSITIONS, Word, is_common, telling_stems, words
from retrieval.types import Standalone

# How many earlier questions count, and how much of them is carried along.
_TURNS = 4
_CONTEXT_CHARS = 240
# A question that names nothing and has fewer words of meaning than this is about what was asked
# before, though no word of it says so.
_OWN_WORDS = 3
_NEW_TOPIC = re.compile(
    r"^(?:(?:ok(?:ay)?|well|right|thanks|thank you|now|and)[,.!:;\s-]+)*(?:on (?:to )?)?(?:(?:to )?"
    r"(?:something|somewhat|a|another|a different|different|new|next)\s+)?(?:something else|else|"
    r"(?:(?:completely|totally)\s+)?(?:different|new|other|another)\s+(?:topic|question|subject|thing|"
    r"matter)|by the way|unrelated|changing (?:the )?(?:topic|subject)|next question)\b[\s,:;.!-]*",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^(?:(?:ok(?:ay)?|well|right|thanks|thank you|great|good|cool|hm+|oh|i see|so|then|now)"
    r"[,.!:;\s-]+)+",
    re.IGNORECASE,
)
_AND = re.compile(r"^(?:and|but|or|also|plus)[,\s]+", re.IGNORECASE)
# 'And about Assad?' asks for all there is of him, and the question before would outweigh the name;
# but behind 'What did Macron say about Iran?' it goes on with that one.
_ABOUT = re.compile(r"\babout\b", re.IGNORECASE)
_PART = re.compile(r"(?:and|but|or|also|plus|(?:what|how) about)[,\s]", re.IGNORECASE)
_MORE = re.compile(
    r"(?:can you |could you |please )*(?:tell me|say|give me|explain|any)?\s*(?:(?:some|a bit) )?"
    r"(?:more|further|details?|elaborate|go on)(?: details?| about (?:it|that|this))?\W*"
    r"(?:please\W*)?",
    re.IGNORECASE,
)
_SELF = frozenset({"i", "me", "my", "you", "your"})
_ENDS = "?.!…？！。؟"

# What a name before them in the question explains, unless they end it or a preposition follows.
_PRONOUNS = frozenset(
    "he him his himself she her hers herself it its itself they them their themselves".split()
)
_POINTING = frozenset("this these those else latter ones".split())
_IDLE = re.compile(
    r"\bit\s+(?:take|takes|took|mean|seem|true|clear|possible|the case|that)\b(?!\s*\?|\s*$)|"
    r"\bthis (?:week|month|year|time|day|morning|evening)\b|"
    r"\bthere\s+(?:is|are|was|were|has|have|been|be|a|an|any|no|some|in|on)\b|"
    r"\b(?:is|are|was|were|been|be)\s+there\b",
    re.IGNORECASE,
)


def standalone(question: str, history: Sequence[str]) -> Standalone:
    """Give the question as it can be searched for by itself; the last few earlier ones count."""
    before: Standalone | None = None
    for earlier in [turn for turn in history if _says_something(turn)][-_TURNS:]:
        before = _resolve(earlier, before)
    return _resolve(question, before)


def _says_something(turn: str) -> bool:
    return not is_small_talk(turn) and any(w.carries_meaning for w in words(_own(turn)))


def _own(turn: str) -> str:
    return _LEAD_IN.sub("", f"{turn} ").strip()


def _resolve(question: str, before: Standalone | None) -> Standalone:
    question = " ".join(question.split())
    own = _own(question)
    if before is None or is_small_talk(question) or not words(own):
        return Standalone(question)
    fresh = _NEW_TOPIC.sub("", question, count=1)
    if fresh != question:
        return Standalone(_capital(fresh) or question)
    asked = _capital(_AND.sub("", own, count=1))
    has_name = any(not name.initial for name in names(asked))
    if has_name and _ABOUT.match(asked) and not _ABOUT.search(before.asked):
        return Standalone(asked)
    leaning = leans(asked) or _is_part(own) or _is_thin(asked)
    return _with_context(asked, before) if leaning else Standalone(asked)


def leans(question: str) -> bool:
    """Tell whether a word of the question means what only an earlier question says."""
    run = words(_IDLE.sub(lambda idle: "x" * len(idle[0]), question))
    named = [name.span[0] for name in names(question) if not is_common(name.key)]
    return any(_leans(run, at, min(named, default=len(question))) for at in range(len(run)))


def _leans(run: Sequence[Word], at: int, first_name: int) -> bool:
    word = run[at]
    if word.key in _PRONOUNS:
        is_object = at + 1 == len(run) or run[at + 1].key in PREPOSITIONS
        return is_object or word.span[0] < first_name
    if word.key == "that":  # it may open a clause: 'say that'
        return at == 0 or run[at - 1].key in PREPOSITIONS | AUXILIARIES
    return word.key in _POINTING or (word.key == "there" and at > 0)


def _is_part(own: str) -> bool:
    """Tell 'And Lavrov?', 'What about May?' and 'In Paris?' from a whole question."""
    said = [word.key for word in words(own)]
    return bool(_PART.match(own)) or (said[0] in PREPOSITIONS and not AUXILIARIES & set(said))


def _is_thin(asked: str) -> bool:
    """Tell whether a question names nothing and says too little to be searched for."""
    if _MORE.fullmatch(asked):
        return True
    said = words(asked)
    if _SELF & {word.key for word in said} or any(
        not is_common(name.key) and not name.initial for name in names(asked)
    ):
        return False
    return sum(word.carries_meaning for word in said) < _OWN_WORDS


def _with_context(asked: str, before: Standalone) -> Standalone:
    """Carry the earlier question along, and what that one itself carried as far as it fits."""
    if telling_stems(before.asked) <= telling_stems(asked):
        return Standalone(asked)
    kept = ""
    for part in filter(None, (before.asked, before.context)):
        longer = f"{kept} {part.rstrip(' ?.!')}?".strip()
        if kept and len(longer) > _CONTEXT_CHARS:
            break
        kept = longer
    return Standalone(asked if asked[-1:] in _ENDS else f"{asked}?", context=kept)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
