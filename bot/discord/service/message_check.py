"""A message held against the articles, sentence by sentence."""

from collections.abc import Sequence
from dataclasses import replace

from retrieval.answer.chain import Answerer
from retrieval.text.sentences import sentence_spans
from retrieval.types import Answer, Citation, Filters, Statement, Verdict

_MOST_SENTENCES = 6
_OPEN_MARKS = "\"'“”‘’»)]* "


def claims_of(text: str) -> tuple[str, ...]:
    """Give the sentences of a message that say something; a question does not."""
    sentences = (text[start:end].strip() for start, end in sentence_spans(text))
    return tuple(
        sentence
        for sentence in sentences
        if any(letter.isalpha() for letter in sentence)
        and not sentence.rstrip(_OPEN_MARKS).endswith("?")
    )[:_MOST_SENTENCES]


def check_message(answerer: Answerer, text: str, filters: Filters) -> Answer:
    """Give what the articles say to a message.

    Of several sentences each is a statement of the answer, with the citations that speak to it;
    the message is contradicted if one sentence is, and supported if all are.
    """
    claims = claims_of(text) or (text,)
    found = [answerer.check(claim, filters=filters) for claim in claims]
    if len(found) == 1:
        return replace(found[0], notes=tuple(dict.fromkeys(found[0].notes)))
    citations, statements = _gathered(claims, found)
    cited = bool(citations)
    return replace(
        found[0],
        question=text,
        standalone_question=text,
        verdict=_verdict([one.verdict for one in found]),
        statements=statements,
        citations=citations,
        refusal=None if cited else found[0].refusal,
        notes=tuple(dict.fromkeys(note for one in found for note in one.notes)),
    )


def _gathered(
    claims: Sequence[str], found: Sequence[Answer]
) -> tuple[tuple[Citation, ...], tuple[Statement, ...]]:
    """Number all citations anew, and say which speak to which sentence."""
    citations: list[Citation] = []
    statements = []
    for claim, answer in zip(claims, found, strict=True):
        numbers = []
        for citation in answer.citations:
            citations.append(replace(citation, n=len(citations) + 1))
            numbers.append(len(citations))
        statements.append(Statement(text=claim, citations=tuple(numbers)))
    return tuple(citations), tuple(statements)


def _verdict(verdicts: Sequence[Verdict | None]) -> Verdict | None:
    if all(verdict is None for verdict in verdicts):
        return None
    if "contradicted" in verdicts:
        return "contradicted"
    return "supported" if all(one == "supported" for one in verdicts) else "not found"
