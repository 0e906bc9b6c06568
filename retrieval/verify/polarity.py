"""Does a text affirm or deny: negations, verbs that deny, and words of opposite meaning.

What they add to balanced accuracy on 103 and 104 development claims: negations and denials .131
(.073 to .193), opposites .062 (.026 to .108).
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise, zip_longest

from retrieval.text.words import Word, list_lines, stem, words
from retrieval.verify.opposites import are_allied, are_opposite, is_phrasal

_NEGATIONS = frozenset(
    "no not never none nobody nothing nowhere neither nor cannot without hardly barely "
    "scarcely".split()
)
_DENIALS = frozenset(
    map(
        stem,
        (
            "deny denied denies denial refuse refused refusal reject rejected rejection decline "
            "declined fail failed failure oppose opposed rule lack lacks lacking prevent "
            "prevented halt halted abandon abandoned avoid avoided unable unlikely impossible "
            "absence absent preclude precluded unwilling untrue stop stopped cease ceased cancel "
            "cancelled shelve shelved"
        ).split(),
    )
)
_GETS_LESS = frozenset({stem("decline")})
_DETERMINERS = frozenset("a an any all the this that his her its their comment".split())
"""Who declines an offer denies; prices that decline only fall."""
_NEEDS_OUT = frozenset({stem("rule"), stem("ruled")})
_NOT_NEGATIONS = frozenset(
    [("no", "doubt"), *(("not", word) for word in ("only", "just", "merely", "simply", "solely"))]
)
_CLAUSE_WORDS = frozenset("but while although though because whereas which who and".split(" "))
_BREAK = re.compile(r"[,;:()—.!?]|--|\n")
_ASIDE = re.compile(r"(\b(?:not|never|\w+n[’']t)\b(?: \w+)?),(?: \w+){1,5},? ", re.IGNORECASE)
"""What stands between commas behind a negation: 'does not, as is often thought, work'."""
_INSIDE = re.compile(r"(?<=[.!?])[\"”’]*\s+(?=[\"“‘]*[A-Z])")
"""Where sentences end, those inside a quotation, too."""
_SCARCE = frozenset("few little rarely seldom less free lacking".split())
_INSTEAD = frozenset([("rather", "than"), ("instead", "of"), ("far", "from"), ("more", "than")])
"""With these a source may well say what a statement says with a 'not'."""
_PREFIX = "non"
"""Before a hyphen it turns round the next word alone."""
_REACH_WORDS = 7
"""How many words that carry meaning a negation turns round at most."""
_SMALL_WITH_OPPOSITES = frozenset(
    (
        "against before after more less few many all none never over under above below often last"
    ).split()
)
"""Of the words that carry no meaning by themselves, those that turn one round."""
_NEAR_WORDS = 3
"""An opposite counts where a neighbour this near is the same in both texts."""


def is_negation(word: Word) -> bool:
    """Tell whether the word by itself turns its sentence round."""
    return word.key in _NEGATIONS or word.key.replace("’", "'").endswith("n't")


def leaves_open(text: str) -> bool:
    """Tell whether a text speaks of what may, will or should be, or of what somebody claims.

    Of yes and no on 344 development questions .857 are right with it, .750 without (+.107, .020 to
    .200), and half as many are told.
    """
    found = words(text)
    to_come = any(
        other.key == "to" and word.key in {"is", "are", "was", "were", "have", "has", "had"}
        for word, other in pairwise(found)
    )
    return to_come or any(word.stem in _open_stems() for word in found)


@cache
def _open_stems() -> frozenset[str]:
    return frozenset(stem(word) for line in list_lines("left_open") for word in line.split())


def negated(text: str, *, beside: str = "") -> dict[str, bool]:
    """Give the stems of the words that carry meaning, and whether each is said to be not so.

    A negation or a verb of denial turns round what follows it in its clause; two of them cancel
    out ('did not rule out'), and verbs that the text `beside` has as well turn nothing. A stem that
    stands both ways counts by its last place.
    """
    return dict(_polarities(text, beside))


def bearing_part(statement: str, source: str) -> str:
    """Give the source without sentences at its ends that have no further word of the statement's.

    A long quotation is one sentence to the reader of an article, and a 'not' that stands elsewhere
    in it says nothing of what is said here.
    """
    asked = {word.stem for word in words(statement) if word.carries_meaning}
    parts = [part for part in _INSIDE.split(source) if part.strip()]
    held = [asked & {word.stem for word in words(part)} for part in parts]
    whole: set[str] = set().union(*held)
    first, last = 0, len(parts)
    while last - first > 1 and set().union(*held[first : last - 1]) == whole:
        last -= 1
    while last - first > 1 and set().union(*held[first + 1 : last]) == whole:
        first += 1
    return source if last - first == len(parts) else " ".join(parts[first:last])


def both_ways(text: str, *, beside: str = "") -> set[str]:
    """Give the stems of the words that a text affirms in one place and denies in another."""
    found = set(_polarities(text, beside))
    return {stem for stem, is_turned in found if (stem, not is_turned) in found}


def denied_runs(text: str, *, beside: str = "") -> list[list[str]]:
    """Give the stems that each negation or denial of a text turns round, as `negated` does."""
    runs: dict[int, list[str]] = {}
    for told, by in _turned_by(text, beside):
        if by is not None:
            runs.setdefault(by, []).append(told)
    return list(runs.values())


def _polarities(text: str, beside: str) -> list[tuple[str, bool]]:
    return [(stem, by is not None) for stem, by in _turned_by(text, beside)]


def _turned_by(text: str, beside: str) -> list[tuple[str, int | None]]:
    """Give the stems that carry meaning, each with the place of what turns it round, if any."""
    text = _ASIDE.sub(r"\1 ", text)
    found: list[tuple[str, int | None]] = []
    by: int | None = None
    reach, last_end = 0, 0
    all_words = words(text)
    shared = {word.stem for word in words(beside)} & _DENIALS
    for at, word in enumerate(all_words):
        opens_clause = word.key in _CLAUSE_WORDS and not (at and is_negation(all_words[at - 1]))
        if _BREAK.search(text, last_end, word.span[0]) or opens_clause:
            by = None
        last_end = word.span[1]
        if word.carries_meaning:
            needless = word.key == "need" and _is_negated_next(all_words, at)
            found.append((word.stem, at + 1 if needless else by))
            reach -= 1
        by = by if reach > 0 else None
        if _turns(all_words, at) and word.stem not in shared:
            by = at if by is None else None
            reach = 1 if word.key == _PREFIX else _REACH_WORDS
    return found


def _is_negated_next(all_words: Sequence[Word], at: int) -> bool:
    return at + 1 < len(all_words) and is_negation(all_words[at + 1])


def denied_outright(text: str) -> set[str]:
    """Give the stems of the words right after a negation: what a text says is not so."""
    text = _ASIDE.sub(r"\1 ", text)
    all_words = words(text)
    stems = [word.stem for word in all_words]
    found = set()
    for at, word in enumerate(all_words):
        if (is_negation(word) and _turns(all_words, at)) or _is_rather_than(all_words, at):
            near = [
                other
                for other in _telling(all_words, at)[:1]
                if not _BREAK.search(text, word.span[1], other.span[0])
            ]
            found |= {other.stem for other in near if stems.count(other.stem) == 1}
    return found


def times_denied(text: str) -> int:
    """Count what turns a text's words round: its negations and its verbs of denial."""
    all_words = words(text)
    return sum(_turns(all_words, at) for at in range(len(all_words)))


def denies_more(statement: str, source: str) -> bool:
    """Tell whether a statement denies what nothing in the source denies, in whatever words.

    Its negations are counted against all that turns a word round in the source; one that stands
    right before a word whose opposite the source has ('not easy' for 'hard') is none.
    """
    own, held = words(statement), words(source)
    turned = [at for at, word in enumerate(own) if is_negation(word) and _turns(own, at)]
    ways = _ways_to_deny(held) - _ways_in_both(own, held)
    if len(turned) <= ways:
        return False
    denied = [word for at in turned for word in _telling(own, at)[:1]]
    mended = sum(any(are_opposite(one.key, word.key) for word in held) for one in denied)
    return len(turned) - mended > ways


def is_parted(one: str, other: str) -> bool:
    """Tell whether one text, which denies more, has a 'not' between two words of the other.

    Small words count, too: 'was not just' is not 'was just'.
    """
    own = words(one)
    if sum(map(is_negation, own)) <= _ways_to_deny(words(other)):
        return False
    parted, joined = _pairs(own), _pairs(words(other))
    return bool((parted[0] & joined[1]) - joined[0])


Pairs = set[tuple[str, str]]


def _pairs(run: Sequence[Word]) -> tuple[Pairs, Pairs]:
    """Give the pairs of words with a negation between them, and those side by side."""
    parted: Pairs = set()
    joined: Pairs = set()
    for at, (word, after) in enumerate(pairwise(run)):
        if is_negation(after):
            continue
        if not is_negation(word) or _is_made_good(run, at):
            joined.add((word.key, after.key))
        elif word.key.endswith("t") and "n" in word.key[-3:-1] and word.key != "not":
            parted.add((word.key.replace("’", "'").removesuffix("n't"), after.key))
        elif at:
            parted.add((run[at - 1].key, after.key))
    return parted, joined


def _is_made_good(run: Sequence[Word], at: int) -> bool:
    """Tell whether a 'not' is that of 'not a tax but a fee': the same word follows its 'but'."""
    near = run[at + 1 : at + 1 + 2 * _REACH_WORDS]
    return any(before.key == "but" and after.key == near[0].key for before, after in pairwise(near))


def _ways_to_deny(all_words: Sequence[Word]) -> int:
    return sum(map(partial(_may_deny, all_words), range(len(all_words))))


def _ways_in_both(own: Sequence[Word], held: Sequence[Word]) -> int:
    """Count what may deny and is no negation, and stands in both: it denies the same in both."""
    here, there = (
        Counter(
            (word.stem, run[at + 1].key if at + 1 < len(run) else "")
            for at, word in enumerate(run)
            if _may_deny(run, at) and not is_negation(word)
        )
        for run in (own, held)
    )
    return (here & there).total()


def _may_deny(all_words: Sequence[Word], at: int) -> bool:
    word = all_words[at]
    before, after = (all_words[n].key if 0 <= n < len(all_words) else "" for n in (at - 1, at + 1))
    scarce = word.key in _SCARCE and before != "a"
    denies = word.stem in _DENIALS and (word.stem not in _NEEDS_OUT or after == "out")
    return is_negation(word) or denies or scarce or (word.key, after) in _INSTEAD


def _telling(all_words: Sequence[Word], at: int) -> list[Word]:
    """Give the words that carry meaning among those right after a place."""
    near = all_words[at + 1 : at + 1 + _NEAR_WORDS]
    return [word for word in near if word.carries_meaning and not is_negation(word)]


def _is_rather_than(all_words: Sequence[Word], at: int) -> bool:
    after = all_words[at + 1].key if at + 1 < len(all_words) else ""
    return (
        all_words[at].key == "than"
        and at > 0
        and all_words[at - 1].key == "rather"
        and ("not", after) not in _NOT_NEGATIONS
    )


def _turns(all_words: Sequence[Word], at: int) -> bool:
    word = all_words[at]
    after = all_words[at + 1].key if at + 1 < len(all_words) else ""
    if word.stem in _NEEDS_OUT:
        return after == "out"
    if word.stem in _GETS_LESS:
        return after == "to" or after in _DETERMINERS
    if word.key == _PREFIX:
        return True
    if is_negation(word):
        return (word.key, after) not in _NOT_NEGATIONS
    return word.stem in _DENIALS or _is_rather_than(all_words, at)


def clashes(claim: str, evidence: str) -> list[tuple[str, str]]:
    """Give the pairs of a claim's word and an opposite that the evidence has in its stead.

    A pair is no clash where both texts have one of the two or the evidence another word for the
    claim's ('closed' for 'shut'), where one is negated ('did not succeed' for 'failed'), or where
    the words around them have nothing in common.
    """
    asked, held = _stances(claim), _stances(evidence)
    found: list[tuple[str, str]] = []
    for word in asked.keys() - held.keys():
        shared = {other: _shared(asked[word], held[other]) for other in held}
        allied = max((n for other, n in shared.items() if are_allied(word, other)), default=0)
        found += [
            (word, other)
            for other, n in shared.items()
            if n > allied and other not in asked and are_opposite(word, other)
        ]
    return found


def _shared(one: "_Stance", other: "_Stance") -> int:
    """Count the neighbours that two words share; 0 where one of them is negated."""
    return len(one.around & other.around) if one.is_denied == other.is_denied else 0


@dataclass(frozen=True, slots=True)
class _Stance:
    is_denied: bool
    around: frozenset[str]


def _stances(text: str) -> dict[str, _Stance]:
    """Give the words of a text, in lower case, with what is denied of them and what is near."""
    denied = negated(text)
    run = [word for word in words(text) if not (word.is_capital and not word.initial)]
    telling = [word for word in words(text) if word.carries_meaning]
    stances: dict[str, _Stance] = {}
    for word, following in zip_longest(run, run[1:]):
        phrase = following is not None and is_phrasal(word.key, following.key)
        key = f"{word.key}-{following.key}" if phrase and following else word.key
        if not phrase and not word.carries_meaning and key not in _SMALL_WITH_OPPOSITES:
            continue
        around = _around(word, telling)
        known = stances.get(key)
        around |= known.around if known else frozenset()
        stances[key] = _Stance(denied.get(word.stem, False), around)
    return stances


def _around(word: Word, telling: Sequence[Word]) -> frozenset[str]:
    """Give the stems of the nearest words that carry meaning, on both sides."""
    before = [other.stem for other in telling if other.span[1] <= word.span[0]]
    after = [other.stem for other in telling if other.span[0] >= word.span[1]]
    return frozenset(before[-_NEAR_WORDS:] + after[:_NEAR_WORDS])
