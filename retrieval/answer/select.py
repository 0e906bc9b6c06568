"""Which evidence is quoted: the best for each breadth, and what is most telling on a topic."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from retrieval.draft import Evidence
from retrieval.models.gate import Gate
from retrieval.models.reader import Reading, header
from retrieval.question.breadth import Breadth
from retrieval.text.dates import oldest_first
from retrieval.text.sentences import passage_sentences, spans_alone
from retrieval.text.words import telling_stems, words
from retrieval.types import Hit, Passage, Span, Stance
from retrieval.verify.facts import Source
from retrieval.verify.polarity import leaves_open
from retrieval.verify.support import compare

T = TypeVar("T")
LookAgain = Callable[[Sequence[str], Sequence[str]], Sequence[Reading]]
"""Reads texts, each under its header, with the question that is asked."""

# What counts beside the reader's answerability (log-odds) when sentences are put in order; chosen
# on development questions, see models/MODELS.md.
_RELEVANCE_WEIGHT = 0.5
_SPAN_WEIGHT = 0.5
_SEARCH_WEIGHT = 3.0
_LIKENESS_WEIGHT = 5.0
_AGAIN_WEIGHT = 1.0
# So many of the best quotes are read once more: on development questions the answer was among
# them in .90 of all, among five in .89, among all sentences in .92.
LOOKED_AT = 8
# For one fact, a further sentence is quoted if it is worth nearly as much as the best (log-odds;
# on development questions this shows the answer more often than a limit on the probability).
_FURTHER = 2.5
_OF_ONE_PASSAGE = 2
# How likely yes or no must be, in the mean of both looks at a sentence, to be said above its quote;
# others are quoted without.
_SAYS_YES, _SAYS_NO = 0.78, 0.74
# This is enough for no where the sentence denies the question's words, or has an opposite of one.
_SAYS_NO_DENYING = 0.6
# The reader takes talk of the same thing for a yes: it counts where the sentence has so many of the
# question's words, with all its names and numbers. And it takes what will, may or should be for
# what is, so neither counts where a sentence leaves open what it tells: models/MODELS.md.
_YES_SHARE = 0.6
# On a topic, so many sentences in all, and of one article.
_ON_TOPIC, _OF_ONE_TOPIC = 4, 2
# For several views, each article may speak whose best sentence is at least this likely.
_VIEW_SHARE = 0.25
# A quotation that is told so leaves the speaker's name to the sentence before, which in news often
# is a paragraph of its own.
_TOLD_BY_PRONOUN = re.compile(r"[\"”][,.]?\s+(he|she|they)\s[^\"“”]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sentence of a passage that was read, and how like the question it is."""

    hit: Hit
    reading: Reading
    likeness: float
    with_next: bool = False
    quotation: Span | None = None
    again: Reading | None = None

    @property
    def worth(self) -> float:
        """What passages, and sentences in them, are chosen by for one question; more is better."""
        first_look = (
            self.reading.logit
            + _RELEVANCE_WEIGHT * self.reading.relevance
            + _SPAN_WEIGHT * self.reading.span_score
            + _SEARCH_WEIGHT * self.hit.score
            + _LIKENESS_WEIGHT * self.likeness
        )
        return first_look + (_AGAIN_WEIGHT * self.again.logit if self.again else 0.0)

    def stance_to(self, question: str) -> Stance | None:
        """Tell whether it says yes or no to a yes-no question; None where that is not sure."""
        if self.again is None or leaves_open(self.quote):
            return None
        yes, no = (self.reading.yes + self.again.yes) / 2, (self.reading.no + self.again.no) / 2
        found = compare(question, Source(self.quote), logit=0.0)
        if no >= (_SAYS_NO_DENYING if found.is_denied else _SAYS_NO):
            return "contradicts"
        holds = not found.missing and not found.is_denied and found.coverage >= _YES_SHARE
        return "supports" if yes >= _SAYS_YES and holds else None

    @property
    def quote(self) -> str:
        """The words that an answer would quote."""
        return quoted(self.hit, self.reading, with_next=self.with_next)


def order_evidence(
    candidates: Sequence[Candidate],
    gate: Gate,
    look_again: LookAgain,
    *,
    is_wide: bool = False,
    yes_no: str | None = None,
) -> list[Evidence]:
    """Give the sentences as evidence, those first that answer best; the best are read again.

    `is_wide` if several voices or times are asked for; `yes_no` is the question, if yes or no may
    be the answer.
    """
    looked_at, others = looked_again(candidates, look_again)
    least = min((candidate.worth for candidate in looked_at), default=0.0)
    ordered = (*looked_at, *others)
    looks = [(one.reading, one.likeness, one.again) for one in ordered]
    likely = gate.probabilities(looks, is_wide=is_wide)
    return [
        evidence_of(
            candidate.hit.passage,
            candidate.reading,
            probability=probability,
            worth=min(candidate.worth, least) if candidate.again is None else candidate.worth,
            with_next=candidate.with_next,
            quotation=candidate.quotation,
            stance=candidate.stance_to(yes_no) if yes_no else None,
        )
        for candidate, probability in zip(ordered, likely, strict=True)
    ]


def looked_again(
    candidates: Sequence[Candidate], look_again: LookAgain
) -> tuple[list[Candidate], list[Candidate]]:
    """Give the best candidates after a second look, best first, and the others.

    The best quotes are read once more, each alone under its article's title: what is told of one
    there stands in a context of its own.
    """
    ordered = sorted(candidates, key=lambda candidate: candidate.worth, reverse=True)
    best, others = ordered[:LOOKED_AT], ordered[LOOKED_AT:]
    headers = [header(candidate.hit.passage.article) for candidate in best]
    again = look_again([candidate.quote for candidate in best], headers)
    looked_at = [
        replace(candidate, again=reading) for candidate, reading in zip(best, again, strict=True)
    ]
    return sorted(looked_at, key=lambda candidate: candidate.worth, reverse=True), others


def evidence_of(
    passage: Passage,
    reading: Reading,
    *,
    probability: float = 0.0,
    worth: float = 0.0,
    with_next: bool = False,
    quotation: Span | None = None,
    stance: Stance | None = None,
) -> Evidence:
    """Give a passage with the reader's words in it, as places in the article's clean text."""
    at = passage.start
    return Evidence(
        passage=passage,
        sentences=passage_sentences(passage),
        probability=probability,
        worth=worth,
        with_next=with_next,
        span=(at + reading.start, at + reading.end) if reading.end > reading.start else None,
        quotation=(at + quotation[0], at + quotation[1]) if quotation else None,
        stance=stance,
    )


def quoted(hit: Hit, reading: Reading, *, with_next: bool = False) -> str:
    """Give the words that an answer would quote for this reading of a passage."""
    start, end = _span_alone(evidence_of(hit.passage, reading, with_next=with_next))
    return hit.passage.text[start:end]


def quoted_sentences(item: Evidence) -> Span:
    """Give the place of the sentence around the answering words.

    A sentence that opens with a pronoun brings the one before it along, and one that says what is
    asked only with the next brings that one.
    """
    start, end = _span_alone(item)
    return item.passage.start + start, item.passage.start + end


def _span_alone(item: Evidence) -> Span:
    first, last = _touched(item, item.span or item.sentences[0])
    alone = spans_alone(item.passage)
    return alone[first][0][0], alone[last][item.with_next][1]


def quoted_words(item: Evidence, quotation: Span) -> Span:
    """Give the place of the sentences around the words that the question quotes."""
    first, last = _touched(item, quotation)
    return item.sentences[first][0], item.sentences[last][1]


def speaker_before(item: Evidence, quote: Span) -> Span | None:
    """Give the place of the sentence that names the speaker, if the quote has it not but 'he'."""
    first, _ = _touched(item, item.span or item.sentences[0])
    told = item.passage.words_at(quote)
    is_named = first == 0 or quote[0] < item.sentences[first][0]
    return None if is_named or not _TOLD_BY_PRONOUN.search(told) else item.sentences[first - 1]


def _touched(item: Evidence, span: Span) -> tuple[int, int]:
    touched = [
        index
        for index, (start, end) in enumerate(item.sentences)
        if start < span[1] and span[0] < end
    ]
    return (touched[0], touched[-1]) if touched else (0, 0)


def pick_evidence(
    evidence: Sequence[Evidence], breadth: Breadth, outlets: Sequence[str], *, least: float = 0.0
) -> list[Evidence]:
    """Give the evidence that an answer should rest on, in the order that reads best.

    A fact takes the sentences that answer nearly as well as the best one, none of them less
    likely than `least`, and the best that says no where these say yes, or the other way round.
    Views take the best sentence of each article, of the named outlets if any are named; a topic
    takes the most telling two of each article, oldest first.
    """
    if breadth == "topic":
        return sorted(_of_each_article(evidence, _OF_ONE_TOPIC)[:_ON_TOPIC], key=_oldest_first)
    if breadth == "fact":
        near = [
            item
            for item in evidence
            if item.worth >= evidence[0].worth - _FURTHER and item.probability >= least
        ]
        picked = of_each_passage(near, _OF_ONE_PASSAGE)
        return [*picked, *_other_side(evidence, picked, least)]
    named = [e for e in evidence if not outlets or e.passage.article.outlet in outlets]
    picked = _of_each_article(named, 1)
    least = _VIEW_SHARE * max((item.probability for item in picked), default=0.0)
    return [item for item in picked if item.probability >= least]


def _other_side(
    evidence: Sequence[Evidence], picked: Sequence[Evidence], least: float
) -> list[Evidence]:
    """Give the best that says no where what is picked says yes, or yes where it says no."""
    said = {item.stance for item in picked} - {None}
    against = (item for item in evidence if item.stance and item.stance not in said)
    likely = [item for item in against if item.probability >= least]
    return likely[:1] if len(said) == 1 else []


def of_each_passage(evidence: Sequence[Evidence], most: int) -> list[Evidence]:
    """Give the evidence without what goes beyond the best `most` sentences of a passage."""
    return best_of_each(evidence, most, lambda item: item.passage.passage_id)


def _of_each_article(evidence: Sequence[Evidence], most: int) -> list[Evidence]:
    return best_of_each(evidence, most, lambda item: item.passage.article.article_id)


def best_of_each(items: Sequence[T], most: int, key: Callable[[T], str]) -> list[T]:
    """Give the items, best first, without what goes beyond the best `most` of one key."""
    taken: Counter[str] = Counter()
    kept = []
    for item in items:
        taken[key(item)] += 1
        if taken[key(item)] <= most:
            kept.append(item)
    return kept


def _oldest_first(item: Evidence) -> tuple[bool, int]:
    return oldest_first(item.passage.article.published)


# Beside the share of the topic's words that a sentence has: chosen on development questions.
_TOPIC_LIKENESS_WEIGHT = 1.0
_TOPIC_SEARCH_WEIGHT = 0.5
# A sentence that has less of a topic of several words speaks of something else.
_LEAST_SHARE = 0.6

Named = tuple[Hit, Span, Span, float]
"""A hit, a sentence of it, the first word in it that names the topic, and its share of words."""


def sentences_on(topic: str, hits: Sequence[Hit]) -> list[Named]:
    """Give the sentences of the hits that have most of the topic's telling words."""
    wanted = telling_stems(topic)
    found: list[Named] = []
    for hit in hits if wanted else ():
        for sentence in passage_sentences(hit.passage):
            held = [w for w in words(hit.passage.words_at(sentence)) if w.stem in wanted]
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
            worth=share + _TOPIC_LIKENESS_WEIGHT * cosine + _TOPIC_SEARCH_WEIGHT * hit.score,
            span=place,
        )
        for (hit, _, place, share), cosine in zip(named, likeness, strict=True)
    ]
    return sorted(evidence, key=lambda item: item.worth, reverse=True)


def quotes_of(named: Sequence[Named]) -> list[str]:
    """Give the sentences' words, in order."""
    return [hit.passage.words_at(sentence) for hit, sentence, _, _ in named]
