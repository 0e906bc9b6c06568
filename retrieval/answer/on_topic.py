"""The most telling sentences on a topic: those that name it, of each article that speaks of it."""

from collections.abc import Sequence

from retrieval.answer.select import passage_sentences
from retrieval.draft import Evidence
from retrieval.text.words import words
from retrieval.types import Hit, Passage, Span

# Beside the share of the topic's words that a sentence has: chosen on development questions.
_LIKENESS_WEIGHT = 1.0
_SEARCH_WEIGHT = 0.5
# A sentence that has less of a topic of several words speaks of something else.
_LEAST_SHARE = 0.6

Named = tuple[Hit, Span, Span, float]
"""A hit, a sentence of it, the first word in it that names the topic, and its share of words."""


def sentences_on(topic: str, hits: Sequence[Hit]) -> list[Named]:
    """Give the sentences of the hits that have most of the topic's telling words."""
    wanted = {word.stem for word in words(topic) if word.carries_meaning}
    found: list[Named] = []
    for hit in hits if wanted else ():
        for sentence in passage_sentences(hit.passage):
            held = [w for w in words(_text(hit.passage, sentence)) if w.stem in wanted]
            share = len({w.stem for w in held}) / len(wanted)
            if share >= _LEAST_SHARE:
                first = held[0].span
                place = first[0] + sentence[0], first[1] + sentence[0]
                found.append((hit, sentence, place, share))
    return found


def topic_evidence(named: Sequence[Named], likeness: Sequence[float]) -> list[Evidence]:
    """Give the sentences as evidence, the most telling first; `likeness` is to the topic."""
    evidence = [
        Evidence(
            passage=hit.passage,
            sentences=passage_sentences(hit.passage),
            probability=1.0,
            worth=share + _LIKENESS_WEIGHT * cosine + _SEARCH_WEIGHT * hit.score,
            span=place,
        )
        for (hit, _, place, share), cosine in zip(named, likeness, strict=True)
    ]
    return sorted(evidence, key=lambda item: item.worth, reverse=True)


def quotes_of(named: Sequence[Named]) -> list[str]:
    """Give the sentences' words, in order."""
    return [_text(hit.passage, sentence) for hit, sentence, _, _ in named]


def _text(passage: Passage, span: Span) -> str:
    return passage.text[span[0] - passage.start : span[1] - passage.start]
