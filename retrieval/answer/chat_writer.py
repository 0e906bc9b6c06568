"""A chat model writes in its own words; code numbers, checks, mends and quotes.

Verified statements alone leave this room. What fails is mended once by the model; what fails again
gives way to the sentence that it rests on.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from retrieval.answer.compose import marked_line
from retrieval.answer.model_reply import (
    MAX_STATEMENTS,
    Written,
    complete_statements,
    parse_reply,
    without_thoughts,
)
from retrieval.answer.prompt import (
    RULES,
    again_messages,
    estimated_tokens,
    first_messages,
    number_sentences,
    repair_messages,
    standalone_messages,
)
from retrieval.answer.select import quoted_sentences
from retrieval.chat.calls import CHARS_PER_TOKEN, Chat, Message
from retrieval.chat.ledger import reply_key
from retrieval.chat.model import REPLY_TOKENS
from retrieval.draft import Draft, Evidence
from retrieval.errors import ModelError, Unverified
from retrieval.types import Passage, Spent
from retrieval.verify.statements import Rejected, Verified, Verifier, cited, forbidden_form
from retrieval.verify.support import Judge, coverage
from retrieval.verify.window import Window

log = logging.getLogger(__name__)

MEND_TOKENS = 1_000
"""What asking for a few statements anew costs, with the sentences that they rest on."""
_REWRITE_S = 5.0
"""A question is made to stand alone within this time, or by rules."""
_QUESTION_CHARS = 300
_NO_WORDS = (
    f"no words came (a model that thinks may have spent its {REPLY_TOKENS} tokens on thinking)"
)
_SAME_MATTER = 0.5
_LEAST_CHARS = 800
"""Less evidence than this is not worth a call."""


@dataclass(slots=True)
class _Writing:
    """One answer as it comes into being."""

    verifier: Verifier
    doubted: str | None
    on_text: Callable[[str], None] | None
    on_spent: Callable[[Spent], None] | None
    tokens_left: int
    held: list[Verified] = field(default_factory=list)
    failed: list[Rejected] = field(default_factory=list)
    taken: int = 0
    notes: list[str] = field(default_factory=list)
    asked: bool = False
    broken: bool = False

    @property
    def problems(self) -> list[tuple[Written, str]]:
        """What does not hold, and why."""
        return [(one.written, one.reason) for one in self.failed]

    def take(self, written: Written) -> None:
        """Check a statement and, if it holds, show the text so far."""
        result = self.verifier.verify(written)
        if isinstance(result, Rejected):
            self.failed.append(result)
            return
        said = self.verifier.quoted_unless(result, answers=self.doubted)
        had = len(self.held)
        for one in said:
            if not any(one.text in other.text for other in self.held):
                self.held.append(one)
        if not said:
            self.failed.append(Rejected(written=written, reason="its sentences may not be shown"))
        if len(self.held) == had:
            return
        self.taken += 1
        if self.on_text is not None:
            self.on_text(shown(self.held))

    def quote_failed(self, numbered: Mapping[int, Window], evidence: Sequence[Evidence]) -> None:
        """Put quotes in the place of what failed, and say so.

        They are the sentences that the reader finds an answer in, too, or else the one that the
        statement rests on, if it speaks of the same matter.
        """
        left_out = 0
        for failed in self.failed:
            named = [numbered[n] for n in failed.written.sentences if n in numbered]
            quotes = [*_quotes(named, evidence)] or [*_likest(failed.written.text, named)]
            left_out += not quotes
            for quote in quotes:
                if not any(_overlap(quote, w) for one in self.held for w in one.windows):
                    self.held.append(Verified(text=quote.text, windows=(quote,)))
        if self.failed:
            count = len(self.failed)
            instead = "left out" if left_out == count else "see their own words"
            said = "1 statement" if count == 1 else f"{count} statements"
            self.notes.append(f"{said} of the model did not hold against the articles; {instead}.")


class ChatWriter:
    """Writes with a chat model; may be used by many threads at once."""

    def __init__(self, chat: Chat, judge: Judge, *, question_tokens: int) -> None:
        """Take the model, what its statements are checked with, and what one question may cost."""
        self._chat = chat
        self._judge = judge
        self._question_tokens = question_tokens

    def write(
        self,
        question: str,
        evidence: Sequence[Evidence],
        *,
        further: Sequence[Passage] = (),
        is_sure: bool = True,
        on_text: Callable[[str], None] | None = None,
        on_spent: Callable[[Spent], None] | None = None,
    ) -> Draft | None:
        """Give statements in the model's words, each with the sentences that bear it out.

        The model reads `further`, or else the passages of the evidence. Unless something is sure to
        answer, sentences in which the reader finds no answer stand in their own words. None if the
        model says that the passages do not answer.

        Raises:
            Unverified: It replied, but nothing that it wrote holds.
            ModelError: The model failed.
        """
        numbered = number_sentences(further or [item.passage for item in evidence])
        verifier = Verifier(self._judge, numbered)
        doubted = None if is_sure else question
        writing = _Writing(verifier, doubted, on_text, on_spent, self._question_tokens)
        messages = first_messages(question, numbered)
        reply = self._reply(messages, writing)
        if parse_reply(reply).declined:
            return None
        if not without_thoughts(reply).strip():
            raise Unverified(_NO_WORDS)
        if not writing.held and not writing.failed:
            self._mend(again_messages(messages, reply), writing)
        elif writing.failed and not writing.broken:
            self._mend(repair_messages(question, numbered, writing.problems), writing)
        if not writing.held:
            raise Unverified(f"nothing that {self._chat.name} wrote could be verified")
        writing.quote_failed(numbered, evidence)
        statements, citations = cited(writing.held)
        return Draft(
            statements=statements,
            citations=citations,
            notes=tuple(writing.notes),
            model=self._chat.name,
            recalled=not writing.asked,
        )

    def stand_alone(
        self,
        question: str,
        history: Sequence[str],
        *,
        on_spent: Callable[[Spent], None] | None = None,
    ) -> str | None:
        """Give a follow-up as the model would ask it by itself; None if it gives no such question.

        What it puts in is not checked here. The same follow-up is asked once only.
        """
        messages = standalone_messages(question, history)
        key = reply_key(self._chat.name, messages)
        try:
            known = self._chat.ledger.recall(key)
            pieces = (
                [known]
                if known is not None
                else self._chat.stream(
                    messages, in_form=False, within_s=_REWRITE_S, on_spent=on_spent
                )
            )
            reply = "".join(pieces).strip().strip('"“”')
            if not 0 < len(reply) <= _QUESTION_CHARS or "\n" in reply or "{" in reply:
                return None
            self._chat.ledger.remember(key, reply)
        except ModelError as error:
            log.info("a follow-up is read by rules: %s", error)
            return None
        return reply

    @property
    def room_chars(self) -> int:
        """How many characters of articles a question can pay for.

        Raises:
            ModelError: It is too few for any article.
        """
        left = self._question_tokens - 2 * REPLY_TOKENS - MEND_TOKENS
        chars = left * CHARS_PER_TOKEN - 2 * len(RULES)
        if chars < _LEAST_CHARS:
            raise ModelError("DATELINE_QUESTION_TOKENS is too small for any article; raise it")
        return chars

    def _reply(self, messages: Sequence[Message], writing: _Writing) -> str:
        """Get a reply, checking each statement as soon as it is complete; repeats cost nothing."""
        key = reply_key(self._chat.name, messages)
        known = self._chat.ledger.recall(key)
        writing.asked = writing.asked or known is None
        spent = writing.on_spent
        pieces = [known] if known is not None else self._chat.stream(messages, on_spent=spent)
        reply, broken = _read(pieces, writing)
        if broken is not None:
            if not writing.held:
                raise broken
            writing.broken = True
            log.warning("%s broke off: %s", self._chat.name, broken)
            writing.notes.append("The model broke off; what it had written holds.")
        elif known is None and not parse_reply(reply).is_empty:
            self._chat.ledger.remember(key, reply)
        writing.tokens_left -= estimated_tokens([*messages, ("ai", reply)])
        return reply

    def _mend(self, asked: Sequence[Message], writing: _Writing) -> None:
        """Let the model mend what failed, once; what it does not mend is left as failed."""
        if estimated_tokens(asked) + REPLY_TOKENS > writing.tokens_left:
            return
        before, had = writing.failed, writing.taken
        writing.failed = []
        try:
            self._reply(asked, writing)
        except ModelError as error:
            log.warning("%s could not mend its statements: %s", self._chat.name, error)
            writing.notes.append("The model could not mend its statements.")
        mended = writing.taken - had
        writing.failed = before[mended:] if mended else before


def _quotes(named: Sequence[Window], evidence: Sequence[Evidence]) -> Iterator[Window]:
    """Give the sentences that the reader, too, finds an answer in."""
    for item in evidence:
        start, end = quoted_sentences(item)
        inside = [n for n, (a, b) in enumerate(item.sentences) if start <= a and b <= end]
        if inside:
            quote = Window(
                passage=item.passage, sentences=item.sentences, first=inside[0], last=inside[-1]
            )
            if any(_overlap(quote, window) for window in named):
                yield quote


def _likest(text: str, named: Sequence[Window]) -> Iterator[Window]:
    """Give the one of the sentences that shares most words with a statement, more than half."""
    shown = [window for window in named if forbidden_form(window.text) is None]
    best = max(shown, key=lambda window: coverage(text, window.text), default=None)
    if best is not None and coverage(text, best.text) > _SAME_MATTER:
        yield best


def _overlap(one: Window, other: Window) -> bool:
    same = one.passage.article.article_id == other.passage.article.article_id
    return same and one.span[0] < other.span[1] and other.span[0] < one.span[1]


def _read(pieces: Iterable[str], writing: _Writing) -> tuple[str, ModelError | None]:
    """Take the statements of a growing reply; gives its text and what broke it off, if anything."""
    reply, taken = "", 0
    try:
        for piece in pieces:
            reply += piece
            for written in complete_statements(reply)[taken:] if "}" in piece else ():
                writing.take(written)
                taken += 1
            if taken == MAX_STATEMENTS:
                break
    except ModelError as error:
        return reply, error
    for written in parse_reply(reply).statements[taken:]:
        writing.take(written)
    return reply, None


def shown(held: Sequence[Verified]) -> str:
    """Give the text so far as a person reads it while the model writes: each line as it stays."""
    statements, citations = cited(held)
    return "\n".join(marked_line(one, citations) for one in statements)
