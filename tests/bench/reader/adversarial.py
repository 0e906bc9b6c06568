"""Questions that look answerable and are not, made by rule from answerable ones.

SQuAD 2.0's authors list what its unanswerable questions do (Rajpurkar et al. 2018, table 1):
negation, antonyms, swapped entities and numbers, impossible conditions. These rules do the same.
"""

import re
from random import Random

_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_NUMBER = re.compile(r"\b\d{1,3}(?:[.,]\d+)*\b")
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][\w'’.-]*(?: (?:of |the |de )?[A-Z][\w'’-]*)*")
_SHAPES = (_YEAR, _NUMBER, _NAME)
_BE = re.compile(
    r"\b(is|are|was|were|does|do|did|has|have|had|can|could|will|would|should)\b", re.I
)
_CONTRACTED = {"can": "can't", "will": "won't"}
_OPPOSITES = """first last|most least|more fewer|largest smallest|biggest smallest|highest lowest
greatest smallest|higher lower|before after|begin end|began ended|start stop|started stopped
increase decrease|increased decreased|rise fall|rose fell|north south|northern southern|east west
eastern western|oldest newest|old new|early late|earlier later|earliest latest|high low|large small
major minor|long short|longest shortest|win lose|won lost|allow forbid|allowed banned
accept reject|accepted rejected|support oppose|supported opposed|gain lose|gained lost
same different|male female|men women|man woman|king queen|father mother|son daughter|upper lower
maximum minimum|best worst|better worse|above below|inside outside|internal external|join leave
joined left|open close|opened closed|common rare|positive negative|public private|build destroy
built destroyed|create abolish|created abolished|strong weak|modern ancient|many few|import export
attack defend|attacked defended|buy sell|bought sold|include exclude|included excluded
introduced withdrew|discovered lost|arrive depart|majority minority|rich poor|summer winter
enter leave|entered left|added removed|urban rural|domestic foreign|true false|love hate"""


def _opposites() -> dict[str, str]:
    pairs = [pair.split() for pair in _OPPOSITES.replace("\n", "|").split("|")]
    return {a: b for x, y in reversed(pairs) for a, b in ((y, x), (x, y))}


OPPOSITES = _opposites()
_OPPOSITE = re.compile(r"\b(" + "|".join(OPPOSITES) + r")\b")


def unanswerable(
    question: str, passage: str, answer_sentence: str, article: str, random: Random
) -> str | None:
    """A question that the passage does not answer, or None where no rule fits.

    Args:
        question: one that a sentence of the passage answers.
        passage: the passage with the answer.
        answer_sentence: its sentence with the answer.
        article: the whole article, from which other names and numbers are taken.
        random: decides which rule is tried first.
    """
    rules = [
        lambda: _swap(question, passage, answer_sentence, article, random),
        lambda: _swap(question, passage, answer_sentence, article, random),
        lambda: _oppose(question, random),
        lambda: _negate(question),
        lambda: _add_condition(question, passage, article, random),
    ]
    for rule in random.sample(rules, k=2):
        made = rule()
        if made is not None and made != question:
            return made
    return None


def _swap(question: str, passage: str, sentence: str, article: str, random: Random) -> str | None:
    """Another name or number of the same shape, one that the answer's sentence does not have."""
    for shape in _SHAPES:
        found = [m for m in shape.finditer(question) if m[0] in passage]
        if not found:
            continue
        source = passage if random.random() < 0.5 else article
        others = [o for o in _spread(shape, source, random) if o not in sentence]
        others = [o for o in others if o.lower() not in question.lower()]
        if others:
            old = random.choice(found)
            return question[: old.start()] + random.choice(others) + question[old.end() :]
    return None


def _spread(shape: re.Pattern[str], text: str, random: Random) -> list[str]:
    """Matches of a stretch of the text that is chosen at random: whole articles are long."""
    reach = 6000
    start = random.randint(0, max(0, len(text) - reach))
    return [m[0] for m in shape.finditer(text[start : start + reach])]


def _oppose(question: str, random: Random) -> str | None:
    found = list(_OPPOSITE.finditer(question))
    if not found:
        return None
    old = random.choice(found)
    return question[: old.start()] + OPPOSITES[old[0]] + question[old.end() :]


def _negate(question: str) -> str | None:
    verb = _BE.search(question)
    if verb is None:
        return None
    word = verb[0].lower()
    if word in ("does", "do", "did", "has", "have", "had"):
        return question[: verb.start()] + verb[0] + "n't" + question[verb.end() :]
    if len(question) % 2:
        negated = _CONTRACTED.get(word, verb[0] + "n't")
        return question[: verb.start()] + negated + question[verb.end() :]
    return question[: verb.end()] + " not" + question[verb.end() :]


def _add_condition(question: str, passage: str, article: str, random: Random) -> str | None:
    """A place, person or year of another part of the article, hung on the question's end."""
    shape = random.choice((_YEAR, _NAME))
    others = [o for o in _spread(shape, article, random) if o not in passage]
    if not others:
        return None
    link = random.choice(
        ("in", "in", "during", "with", "for") if shape is _NAME else ("in", "before")
    )
    return f"{question.rstrip(' ?')} {link} {random.choice(others)}?"
