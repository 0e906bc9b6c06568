"""The finished turn as the answer that a person reads: text with markers, or a helpful refusal."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from threading import Lock

from retrieval.answer.extractive import MODEL
from retrieval.answer.select import of_each_passage
from retrieval.draft import Draft, Evidence
from retrieval.errors import ModelError, Unverified
from retrieval.index.library import Snapshot
from retrieval.question.plan import Turn
from retrieval.text.dates import in_words
from retrieval.text.names import short_name
from retrieval.text.overview import listed
from retrieval.text.sentences import passage_sentences
from retrieval.types import (
    YES_OR_NO,
    Answer,
    Article,
    Citation,
    Hit,
    Refusal,
    Stance,
    Statement,
    Verdict,
)
from retrieval.verify.claims import Checked, disagree, wrong_premise

# From here on an answer is given as certain; below it, and above the gate, as coming close.
CONFIDENT = 0.8
CLOSE = "The articles come close, but may not answer this:"
DIFFER = "The articles differ on this:"
# What is told as somebody's: a quotation of more than two words, or who said so.
_SPEECH = re.compile(
    r"[\"“„«][^\"“”„«»]*\s[^\"“”„«»]*\s|\b(?:said|says|told|wrote|argue[sd]?|according to)\b",
    re.IGNORECASE,
)
_VERDICTS: dict[Verdict, str] = {
    "supported": "The articles support this:",
    "contradicted": "The articles contradict this:",
    "not found": "The articles neither support nor contradict this.",
}
_NEAREST = 2


def compose_answer(turn: Turn) -> Answer:
    """Give the answer object of a finished turn."""
    draft = turn.draft
    refusal = _refusal(turn) if draft is None else None
    is_close = refusal is None and may_not_answer(turn)
    opening = CLOSE if is_close else yes_or_no(draft.citations) if draft else None
    otherwise = wrong_premise(turn.standalone.text, refusal.nearest) if refusal else None
    said = _answer_text(draft, opening) if draft else ""
    cited = draft.citations if draft else ()
    if opening in (None, CLOSE):  # what is not said to a person is not said in the JSON either
        cited = tuple(replace(citation, stance=None) for citation in cited)
    return Answer(
        question=turn.question,
        standalone_question=turn.standalone.text,
        text=refusal.sentence if refusal else said,
        model=draft.model if draft else MODEL,
        statements=draft.statements if draft else (),
        citations=cited,
        refusal=refusal,
        confidence=turn.confidence,
        filters=turn.filters,
        notes=(*turn.notes, otherwise) if otherwise else turn.notes,
        timings_ms=turn.timings_ms,
        recalled=draft is not None and draft.recalled,
        tokens=turn.taken.tokens if turn.taken else None,
        cost=turn.taken.cost if turn.taken else None,
        is_close=is_close,
    )


def may_not_answer(turn: Turn) -> bool:
    """Tell whether what is said comes close, without being sure to answer."""
    return turn.confidence is not None and turn.confidence < CONFIDENT


def growing(turn: Turn) -> Callable[[str], None] | None:
    """Give what takes the text while a model writes it: under the remark that the answer has."""
    told = turn.on_text
    if told is None or not may_not_answer(turn):
        return told
    return lambda text: told(f"{CLOSE}\n{text}")


def _refusal(turn: Turn) -> Refusal:
    return Refusal(
        reason=turn.reason or "nothing was found",
        kind=turn.refusal_kind,
        nearest=() if turn.refusal_kind == "off topic" else _nearest(turn.evidence, turn.hits),
        names_nearest=turn.is_foreign,
    )


def compose_verdict(turn: Turn, checked: Checked) -> Answer:
    """Give the answer object of a checked claim; without a verdict it is a refusal."""
    heading = _VERDICTS[checked.verdict]
    statements = tuple(Statement(text=c.quote, citations=(c.n,)) for c in checked.citations)
    refusal = None
    if checked.verdict == "not found":
        refusal = Refusal(
            reason=turn.reason or "no passage speaks to the claim",
            kind=turn.refusal_kind,
            nearest=checked.nearest or _nearest((), turn.hits),
            names_nearest=turn.is_foreign,
        )
        said = () if turn.is_foreign else (heading,)
        text = "\n".join((*said, refusal.sentence) if turn.reason else said)
    else:
        draft = Draft(statements=statements, citations=checked.citations, model=MODEL)
        text = f"{heading}\n{_answer_text(draft)}"
    return Answer(
        question=turn.question,
        standalone_question=turn.question,
        text=text,
        model=MODEL,
        statements=statements,
        citations=checked.citations,
        refusal=refusal,
        verdict=checked.verdict,
        confidence=checked.probability,
        filters=turn.filters,
        notes=(*checked.reasons, *turn.notes),
        timings_ms=turn.timings_ms,
    )


def with_help(answer: Answer, *, covers: str, example: str | None) -> Answer:
    """Give a refusal that says what the collection holds, and a question that it answers."""
    if answer.refusal is None:
        return answer
    refusal = replace(answer.refusal, covers=covers, example=example)
    if refusal.kind == "not a question":
        return replace(answer, refusal=refusal)
    lines = [answer.text, f"The collection: {covers}.", *([f"Try: {example}"] if example else [])]
    return replace(answer, refusal=refusal, text="\n".join(lines))


def origin_words(article: Article) -> str:
    """Give outlet and date in words, other outlets of the story, and when it was corrected."""
    outlet = article.outlet or "outlet not stated"
    words = f"{outlet}, {in_words(article.published) or 'date not stated'}"
    return "; ".join((words, *later_words(article)))


def later_words(article: Article) -> list[str]:
    """Say in which other outlets the story stands, and when its text was corrected."""
    also_in = f"also in {', '.join(article.also_in)}" if article.also_in else ""
    corrected = f"text changed {in_words(article.corrected)}" if article.corrected else ""
    return [words for words in (also_in, corrected) if words]


def yes_or_no(citations: Sequence[Citation]) -> str | None:
    """Say who says yes to a yes-no question and who no; None where no quote is sure.

    'Yes, says The Post (opinion):'; of words that a quote gives as somebody's 'a voice in'.
    """
    voices: dict[Stance, dict[str, None]] = {}  # in their order, each once
    said_by = {(c.article.article_id, c.stance) for c in citations if c.stance}
    if len({article for article, _ in said_by}) < len(said_by):
        return None  # one article says both: its sentences are of different things
    for citation in citations:
        if citation.stance:
            voices.setdefault(citation.stance, {})[_voice(citation)] = None
    said = [
        f"{YES_OR_NO[stance]}, {'says' if len(names) == 1 else 'say'} {listed([*names])}"
        for stance, names in voices.items()
    ]
    if len(said) > 1:
        return f"The articles differ: {'; '.join(said)}:"
    return f"{said[0][0].upper()}{said[0][1:]}:" if said else None


def _voice(citation: Citation) -> str:
    article = citation.article
    outlet = short_name(article.outlet) if article.outlet else f"“{article.title}”"
    kind = " (opinion)" if article.kind == "opinion" else ""
    return f"{'a voice in ' if _SPEECH.search(citation.quote) else ''}{outlet}{kind}"


def _answer_text(draft: Draft, opening: str | None = None) -> str:
    several = len({c.article.article_id for c in draft.citations}) > 1
    lines = [opening] if opening else []
    if several and opening in (None, CLOSE) and disagree(draft.citations):
        lines.append(DIFFER)
    for statement in draft.statements:
        first = _quoted(statement, draft.citations) if several else None
        voice = f"{origin_words(first.article)}: " if first else ""
        lines.append(f"{voice}{marked_line(statement, draft.citations)}")
    return "\n".join(lines)


def marked_line(statement: Statement, citations: Sequence[Citation]) -> str:
    """Give a statement as a line of the answer: with its markers, a quote in quotation marks."""
    marks = "".join(f"[{n}]" for n in statement.citations)
    said = " ".join(statement.text.split())
    quoted = _quoted(statement, citations)
    return f"{f'“{said}”' if quoted else said} {marks}".rstrip()


def _quoted(statement: Statement, citations: Sequence[Citation]) -> Citation | None:
    """Give the citation whose quote the statement is; None of one in other words."""
    named = next((c for c in citations if c.n in statement.citations[:1]), None)
    return named if named is not None and named.quote == statement.text else None


def _nearest(evidence: Sequence[Evidence], hits: Sequence[Hit]) -> tuple[Citation, ...]:
    """Give the best passages' most fitting sentences, which are not an answer."""
    if evidence:
        best = of_each_passage(evidence, 1)[:_NEAREST]
        spans = {item.passage.passage_id: item.span for item in best}
        passages = [item.passage for item in best]
    else:
        spans, passages = {}, [hit.passage for hit in hits[:_NEAREST]]
    nearest = []
    for n, passage in enumerate(passages, start=1):
        span = spans.get(passage.passage_id)
        sentences = passage_sentences(passage) or ((passage.start, passage.end),)
        at = next((s for s in sentences if span and s[0] <= span[0] < s[1]), sentences[0])
        nearest.append(passage.cited_at(at, n=n))
    return tuple(nearest)


def why_quoted(error: ModelError, *, quoted: bool) -> str:
    """Say why the model wrote no answer; one that replied is not called unavailable."""
    if isinstance(error, Unverified):
        said = "; these are the articles' own words" if quoted else ""
        return f"The model replied, but {error}{said}."
    said = "; the articles are quoted" if quoted else ""
    return f"The model is unavailable ({error}){said}."


# Each costs as much as a question; a collection that answers none of so many gets no example.
_TRIED = 8


class Examples:
    """Tries the questions that the articles' openings suggest, each once for those who see it."""

    def __init__(self, answers: Callable[[Snapshot, str], bool]) -> None:
        """Take what tells whether a snapshot answers a question with certainty."""
        self._answers = answers
        self._lock = Lock()
        self._revision = ""
        self._tried: dict[tuple[str, str], bool] = {}

    def first(self, held: Snapshot, most: int) -> tuple[str, ...]:
        """Give up to so many that are answered; no more are tried than it takes."""
        with self._lock:
            if held.revision != self._revision:
                self._revision, self._tried = held.revision, {}
            suggested = held.overview.questions[:_TRIED]
            return tuple(islice((one for one in suggested if self._holds(held, one)), most))

    def _holds(self, held: Snapshot, question: str) -> bool:
        tried = (held.audience, question)
        if tried not in self._tried:
            self._tried[tried] = self._answers(held, question)
        return self._tried[tried]
