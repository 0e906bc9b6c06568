"""What the articles say to a claim, to each other, and to what a question takes for granted.

Does the collection support a claim, contradict it, or say nothing of it: `dateline check`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from retrieval.text.date_mentions import date_mentions, spans_of
from retrieval.text.quantities import quantities
from retrieval.text.sentences import passage_sentences, sentence_spans
from retrieval.text.words import words
from retrieval.types import Citation, Hit, Span, Stance, Verdict
from retrieval.verify.facts import Source
from retrieval.verify.polarity import clashes
from retrieval.verify.support import Judge, Support, compare, coverage
from retrieval.verify.window import Window, single_windows, with_antecedents
from retrieval.verify.word_order import name_runs, takes_place

# Sentences that are weighed with the models, out of those of all passages found.
_WEIGHED = 12
_READER_WEIGHT = 0.5
# A sentence within this of the best-aligned one may speak for the claim in its stead.
_NEAR_BEST = 0.2
# How much of a claim a sentence must share before its differing facts contradict the claim.
_SAME_MATTER = 0.55
# From here on the reader's word that a sentence denies a claim counts, where no rule tells it so;
# it must be surer of one that names nobody. On 365 development claims the right one of three
# verdicts is given for .784 instead of .734.
_SAYS_NO, _SURELY_NO = 0.6, 0.75
_MAX_CITATIONS = 3
# A sentence of a claim with fewer words of meaning claims nothing.
_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedSentence:
    """How one sentence (with what it leans on) stands to a claim.

    `is_of_another` unless all that it lacks is a name, in whose place it has no other.
    """

    window: Window
    support: Support
    is_of_another: bool

    @property
    def alignment(self) -> float:
        """How surely both speak of the same matter, whatever they say of it."""
        covered, answerable = self.support.features
        return covered + _READER_WEIGHT * answerable

    @property
    def stance(self) -> Stance | None:
        """Whether the sentence supports or contradicts the claim; None if it does neither."""
        if self.support.holds:
            return "supports"
        found = self.support
        names_nobody = found.missing and not self.is_of_another
        told_by_rule = not names_nobody and (found.missing or found.is_denied)
        denied = found.no >= (_SURELY_NO if names_nobody else _SAYS_NO)
        speaks_of_it = found.coverage >= _SAME_MATTER
        return "contradicts" if speaks_of_it and (told_by_rule or denied) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The verdict on a claim with its quotations, best first.

    `probability` is that the quotes speak to the claim, whichever way, None if it was not read;
    `nearest` are the sentences that come closest to a claim of which nothing is said.
    """

    verdict: Verdict
    citations: tuple[Citation, ...]
    probability: float | None = None
    reasons: tuple[str, ...] = ()
    nearest: tuple[Citation, ...] = ()


def check_claim(claim: str, hits: Sequence[Hit], judge: Judge) -> Checked:
    """Give the verdict on a claim, sentence by sentence if it has several.

    A claim is supported if each of its sentences is, contradicted if one is contradicted, and
    otherwise not found. Sentences that claim nothing, such as 'Wow!', do not count.
    """
    parts = [claim[start:end] for start, end in sentence_spans(claim)]
    parts = [part for part in parts if _claims_something(part)] or [claim]
    found = [_checked(part, _find(part, hits, judge)) for part in parts]
    verdicts = [one.verdict for one in found]
    verdict: Verdict = "not found"
    if "contradicted" in verdicts:
        verdict = "contradicted"
    elif all(one == "supported" for one in verdicts):
        verdict = "supported"
    told = [one for one in found if one.verdict == verdict != "not found"]
    near = [one for one in found if one.verdict == "not found"] if not told else []
    return Checked(
        verdict=verdict,
        probability=min(one.probability or 0.0 for one in found),
        citations=_numbered([c for one in told for c in one.citations]),
        reasons=tuple(reason for one in found for reason in one.reasons),
        nearest=_numbered(
            [replace(c, stance=None) for one in near for c in one.citations][:_MAX_CITATIONS]
        ),
    )


def _claims_something(part: str) -> bool:
    return sum(word.carries_meaning for word in words(part)) >= _LEAST_WORDS


def _find(claim: str, hits: Sequence[Hit], judge: Judge) -> list[WeighedSentence]:
    windows = {
        (window.passage.article.article_id, window.span): window
        for hit in hits
        for window in single_windows(hit.passage, passage_sentences(hit.passage))
    }
    likely = sorted(windows.values(), key=lambda w: coverage(claim, w.text), reverse=True)
    told = _told(hits)
    chosen = [_with_names(claim, window, told) for window in likely[:_WEIGHED]]
    sources = [window.source(told[window.passage.article.article_id]) for window in chosen]
    weighed = judge.weigh(claim, sources, lenient=True)
    findings = [
        WeighedSentence(
            window=window, support=support, is_of_another=_is_of_another(claim, window, support)
        )
        for window, support in zip(chosen, weighed, strict=True)
    ]
    return sorted(findings, key=lambda finding: finding.alignment, reverse=True)


def _is_of_another(claim: str, window: Window, support: Support) -> bool:
    """Tell whether a sentence speaks of something else, rather than names nobody: 'he', 'we'."""
    if support.is_denied or any(fact.kind != "name" for fact in support.missing):
        return True
    places = [fact.span[0] for fact in support.missing]
    runs = [run for run in name_runs(claim) if any(run[0] <= at < run[1] for at in places)]
    if any(takes_place(claim, run, window.text) for run in runs):
        return True
    said = {word.stem for word in words(claim)}
    others = [word for word in words(window.text) if word.is_capital and not word.initial]
    return not window.leans and any(word.stem not in said for word in others)


def _told(hits: Sequence[Hit]) -> Mapping[str, str]:
    """Give what was found of each article, by its id."""
    told: dict[str, str] = {}
    for hit in hits:
        article = hit.passage.article.article_id
        told[article] = f"{told.get(article, '')}\n{hit.passage.text}"
    return told


def _with_names(claim: str, window: Window, told: Mapping[str, str]) -> Window:
    """Bring along the sentences before if they hold the name that the claim has and this lacks."""
    whole = told[window.passage.article.article_id]
    for wider in with_antecedents(claim, window, lenient=True, whole=whole):
        if not wider.source(whole).unheld(claim, lenient=True):
            return wider
    return window


def _checked(claim: str, findings: Sequence[WeighedSentence]) -> Checked:
    if not findings:
        return Checked(verdict="not found", probability=0.0, citations=())
    best = findings[0]
    near = [one for one in findings if one.alignment >= best.alignment - _NEAR_BEST]
    speaking = [one for one in near if one.stance == "supports"]
    verdict: Verdict = "supported"
    if not speaking:
        speaking = [one for one in near if one.stance == "contradicts"]
        verdict = "contradicted" if speaking else "not found"
    shown = _shown(speaking or findings)
    return Checked(
        verdict=verdict,
        probability=max(one.support.probability for one in speaking or near),
        citations=tuple(shown),
        reasons=tuple(_difference(claim, one) for one in speaking[:1] if verdict == "contradicted"),
    )


def _difference(claim: str, finding: WeighedSentence) -> str:
    """Say in what a sentence differs from the claim: its own words where it has one for another."""
    source = finding.window.source()
    rivals = [(fact.text, source.rival(claim, fact)) for fact in finding.support.missing]
    differing = [f"the claim says “{said}”, the article “{held}”" for said, held in rivals if held]
    if differing:
        return f"Differs: {'; '.join(differing)}"
    return f"{claim} – {finding.support.objection}"


def _shown(findings: Iterable[WeighedSentence]) -> list[Citation]:
    shown: list[Citation] = []
    for finding in findings:
        citation = replace(finding.window.citation(1), stance=finding.stance)
        if not any(_overlap(citation, other) for other in shown) and len(shown) < _MAX_CITATIONS:
            shown.append(citation)
    return shown


def _overlap(one: Citation, other: Citation) -> bool:
    spans: tuple[Span, Span] = ((one.start, one.end), (other.start, other.end))
    same = one.article.article_id == other.article.article_id
    return same and spans[0][0] < spans[1][1] and spans[1][0] < spans[0][1]


def _numbered(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """Give each quotation once, in order; two sentences of a claim may rest on the same."""
    once = {(c.article.article_id, c.start, c.end): c for c in reversed(citations)}
    kept = [c for c in citations if once[c.article.article_id, c.start, c.end] is c]
    return tuple(replace(citation, n=n) for n, citation in enumerate(kept, start=1))


# Quotes that share this much of the shorter one's words speak of the same matter.
_ALIKE = 0.5
# A sentence with this much of a question's words speaks of what the question takes for granted. Of
# 24 `dev` questions with a wrong premise 3 are named so, of 61 answerable ones none.
_ITS_PREMISE = 0.6


def disagree(citations: Sequence[Citation]) -> bool:
    """Tell whether two articles give other figures, or opposite words on the same matter.

    The figures compared are those of the answering words; only what can be told by rule counts,
    so a difference in opinion is not called one.
    """
    return any(
        one.article.article_id != other.article.article_id
        and (_other_figures(one, other) or _opposite(one.quote, other.quote))
        for one, other in combinations(citations, 2)
    )


def wrong_premise(question: str, nearest: Sequence[Citation]) -> str | None:
    """Say what a question takes for granted and the sentence nearest to it says otherwise.

    That is a number, a date or a word whose opposite stands in its place; None if there is none.
    """
    for citation in nearest:
        source = Source(citation.quote, published=citation.article.published)
        found = compare(question, source, logit=0.0)
        rivals = [(fact.text, source.rival(question, fact)) for fact in found.missing]
        pairs = [*rivals, *([found.opposite] if found.opposite else [])]
        asked, held = next(((asked, held) for asked, held in pairs if held), (None, None))
        if asked and found.coverage >= _ITS_PREMISE:
            who = citation.article.outlet or "the article"
            return f"The question says “{asked}”, {who} “{held}”."
    return None


def _other_figures(one: Citation, other: Citation) -> bool:
    left, right = (
        {
            quantity.unit: quantity
            for quantity in quantities(words, skip=spans_of(date_mentions(words)))
            if quantity.unit
        }
        for words in (_answering_words(one), _answering_words(other))
    )
    return any(not left[unit].agrees(right[unit]) for unit in left.keys() & right.keys())


def _answering_words(citation: Citation) -> str:
    if citation.highlight is None:
        return ""
    start, end = (at - citation.start for at in citation.highlight)
    return citation.quote[start:end]


def _opposite(one: str, other: str) -> bool:
    shared = max(coverage(one, other), coverage(other, one))
    return shared >= _ALIKE and bool(clashes(one, other))
