"""Follow-up questions made standalone by rules: what they leave out comes from earlier questions.

A pronoun becomes what it stands for where that is sure; 'And in 2017?' and 'And Lavrov?' change
one part of the question before; whatever else leans carries that question along. Each
question of a conversation is read anew: an answer, true or false, is never carried.
"""

import re
from collections.abc import Sequence

from retrieval.question.ellipsis import complete_ellipsis
from retrieval.question.lexicon import tokens
from retrieval.question.pronouns import Anaphor, find_anaphors, referent
from retrieval.question.question_form import form_of
from retrieval.question.small_talk import is_small_talk
from retrieval.text.words import words
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
_MORE = re.compile(
    r"(?:can you |could you |please )*(?:tell me|say|give me|explain|any)?\s*(?:(?:some|a bit) )?"
    r"(?:more|further|details?|elaborate|go on)(?: details?| about (?:it|that|this))?\W*"
    r"(?:please\W*)?",
    re.IGNORECASE,
)
_ENDS = "?.!…？！。؟"
_SELF = frozenset({"i", "me", "my", "you", "your"})


def standalone(question: str, history: Sequence[str]) -> Standalone:
    """Give the question as it can be searched for by itself.

    Args:
        question: As the person asked it.
        history: Earlier questions of the conversation, oldest first; the last few count.
    """
    contexts: list[Standalone] = []
    for earlier in [turn for turn in history if _says_something(turn)][-_TURNS:]:
        contexts.insert(0, _resolve(earlier, contexts))
    return _resolve(question, contexts)


def _says_something(turn: str) -> bool:
    if is_small_talk(turn):
        return False
    return any(word.carries_meaning for word in words(_LEAD_IN.sub("", f"{turn} ")))


def _resolve(question: str, contexts: Sequence[Standalone]) -> Standalone:
    question = " ".join(question.split())
    if is_small_talk(question) or not contexts or not tokens(_LEAD_IN.sub("", f"{question} ")):
        return Standalone(question)
    fresh = _NEW_TOPIC.sub("", question, count=1)
    if fresh != question:
        return Standalone(_capital(fresh) or question)
    own = _LEAD_IN.sub("", question, count=1) or question
    completed = complete_ellipsis(own, contexts[0].asked)
    if completed:
        return Standalone(completed)
    asked = _AND.sub("", own, count=1)
    anaphors = find_anaphors(asked)
    replaced, open_ends = _replace(asked, anaphors, [context.asked for context in contexts])
    if open_ends or (not anaphors and _is_thin(asked)):
        return _with_context(_capital(replaced), contexts[0])
    return Standalone(_capital(replaced))


def _replace(asked: str, anaphors: Sequence[Anaphor], contexts: Sequence[str]) -> tuple[str, bool]:
    """Put what is meant in the place of leaning words; tell whether any is left unexplained."""
    open_ends = False
    for anaphor in reversed(anaphors):
        later = any(a.kind == anaphor.kind and a.start < anaphor.start for a in anaphors)
        meant = None if later else referent(anaphor, contexts, asked=asked)
        if meant:
            meant += _possessive(meant) if anaphor.is_possessive else ""
            asked = asked[: anaphor.start] + meant + asked[anaphor.end :]
        elif not later and anaphor.kind != "moment":
            open_ends = True
    return asked, open_ends


def _possessive(phrase: str) -> str:
    return "’" if phrase.endswith("s") else "’s"


def _is_thin(asked: str) -> bool:
    """Tell whether a question names nothing and says too little to be searched for."""
    if _MORE.fullmatch(asked):
        return True
    if form_of(asked).names or _SELF & {word.low for word in tokens(asked)}:
        return False
    return sum(word.carries_meaning for word in words(asked)) < _OWN_WORDS


def _with_context(asked: str, before: Standalone) -> Standalone:
    """Carry the earlier question along, and what that one itself carried as far as it fits."""
    if _stems(before.asked) <= _stems(asked):
        return Standalone(asked)
    kept = ""
    for part in filter(None, (before.asked, before.context)):
        longer = f"{kept} {part.rstrip(' ?.!')}?".strip()
        if kept and len(longer) > _CONTEXT_CHARS:
            break
        kept = longer
    return Standalone(asked if asked[-1:] in _ENDS else f"{asked}?", context=kept)


def _stems(text: str) -> set[str]:
    return {word.stem for word in words(text) if word.carries_meaning}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
