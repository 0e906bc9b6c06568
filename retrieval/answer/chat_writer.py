"""A chat model writes in its own words; code numbers, checks, mends and quotes.

Verified statements alone leave this room. What fails is mended once by the model, then dropped.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from retrieval.answer.model_reply import MAX_STATEMENTS, Written, complete_statements, parse_reply
from retrieval.answer.prompt import (
    RULES,
    Message,
    estimated_tokens,
    first_messages,
    number_sentences,
    repair_messages,
)
from retrieval.chat.calls import Chat
from retrieval.chat.ledger import reply_key
from retrieval.chat.model import REPLY_TOKENS
from retrieval.draft import Draft, Evidence
from retrieval.errors import ModelError, Unverified
from retrieval.verify.statements import Rejected, Verified, Verifier, cited
from retrieval.verify.support import Judge

_CALLS = 2
_CHARS_PER_TOKEN = 4
_LEAST_CHARS = 800
"""Less evidence than this is not worth a call."""


@dataclass(slots=True)
class _Writing:
    """One answer as it comes into being."""

    verifier: Verifier
    on_text: Callable[[str], None] | None
    tokens_left: int
    held: list[Verified] = field(default_factory=list)
    failed: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    asked: bool = False

    def take(self, written: Written) -> None:
        """Check a statement and, if it holds, show the text so far."""
        result = self.verifier.verify(written)
        if isinstance(result, Rejected):
            self.failed.append(result)
        elif result.text not in {one.text for one in self.held}:
            self.held.append(result)
            if self.on_text is not None:
                self.on_text(shown(self.held))


class ChatWriter:
    """Writes with a chat model; may be used by many threads at once."""

    def __init__(
        self, chat: Chat, judge: Judge, *, revision: Callable[[], str], question_tokens: int
    ) -> None:
        """Take the model and what its words are checked with.

        Args:
            chat: The model with its limits.
            judge: Says whether sentences bear a statement out.
            revision: Gives the index's revision; replies are kept for one revision only.
            question_tokens: What one question may cost, the mending included.
        """
        self._chat = chat
        self._judge = judge
        self._revision = revision
        self._question_tokens = question_tokens

    def write(
        self,
        question: str,
        evidence: Sequence[Evidence],
        *,
        on_text: Callable[[str], None] | None = None,
    ) -> Draft | None:
        """Give statements in the model's words, each with the sentences that bear it out.

        None if the model says that the sentences do not answer.

        Raises:
            Unverified: It replied, but nothing that it wrote holds.
            ModelError: The model failed.
        """
        numbered = number_sentences(evidence, max_chars=self.room_chars)
        writing = _Writing(Verifier(self._judge, numbered), on_text, self._question_tokens)
        messages = first_messages(question, numbered)
        reply = self._reply(messages, writing)
        if parse_reply(reply).declined:
            return None
        if writing.failed or not writing.held:
            self._mend(messages, reply, writing)
        if not writing.held:
            raise Unverified(f"nothing that {self._chat.name} wrote could be verified")
        statements, citations = cited(writing.held)
        return Draft(
            statements=statements,
            citations=citations,
            notes=tuple(writing.notes),
            model=self._chat.name,
            recalled=not writing.asked,
        )

    @property
    def room_chars(self) -> int:
        """How many characters of evidence both calls can pay for.

        Raises:
            ModelError: It is too few for any article.
        """
        replies = (_CALLS * 2 - 1) * REPLY_TOKENS  # the mending sees the first reply again
        chars = (self._question_tokens - replies) * _CHARS_PER_TOKEN // _CALLS - len(RULES)
        if chars < _LEAST_CHARS:
            raise ModelError("DATELINE_QUESTION_TOKENS is too small for any article; raise it")
        return chars

    def _reply(self, messages: Sequence[Message], writing: _Writing) -> str:
        """Get a reply, checking each statement as soon as it is complete; repeats cost nothing."""
        key = reply_key(self._chat.name, self._revision(), messages)
        known = self._chat.ledger.recall(key)
        writing.asked = writing.asked or known is None
        pieces = [known] if known is not None else self._chat.stream(messages)
        reply, broken = _read(pieces, writing)
        if broken is not None:
            if not writing.held:
                raise broken
            writing.notes.append(f"The model broke off ({broken}); what it had written holds.")
        elif known is None and not parse_reply(reply).is_empty:
            self._chat.ledger.remember(key, reply)
        writing.tokens_left -= estimated_tokens([*messages, ("ai", reply)])
        return reply

    def _mend(self, messages: Sequence[Message], reply: str, writing: _Writing) -> None:
        """Let the model mend what failed, once; what fails again is dropped and said so."""
        problems = [(one.written, one.reason) for one in writing.failed]
        before, writing.failed = len(problems), []
        asked = repair_messages(messages, reply, problems)
        if estimated_tokens(asked) + REPLY_TOKENS <= writing.tokens_left:
            had = len(writing.held)
            try:
                self._reply(asked, writing)
            except ModelError as error:
                writing.notes.append(f"The model could not mend its statements ({error}).")
            before -= len(writing.held) - had
        if before > 0:
            said = "1 statement was" if before == 1 else f"{before} statements were"
            writing.notes.append(f"{said} dropped: the articles do not bear out the words.")


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
    """Give the text so far as a person reads it while the model writes."""
    statements, _ = cited(held)
    return "\n".join(f"{one.text} {''.join(f'[{n}]' for n in one.citations)}" for one in statements)
