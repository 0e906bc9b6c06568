"""A chat writer over a scripted model, and what it showed."""

from pathlib import Path

from retrieval.answer.chat_writer import ChatWriter
from retrieval.chat.calls import Chat
from retrieval.chat.ledger import Ledger
from retrieval.draft import Draft
from retrieval.verify.facts import Source
from retrieval.verify.support import Judge
from tests.fakes.chat import Script, ScriptedChat
from tests.fakes.harbour import START, TEXT, evidence

QUESTION = "How did the council vote on the ferry terminal?"


class Desk:
    """A writer over a scripted model, and what it showed."""

    def __init__(self, judge: Judge, folder: Path, script: list[Script], **limits: float) -> None:
        self.model = ScriptedChat(script=script)
        self.shown: list[str] = []
        chat = Chat(
            self.model,
            name="fake:model",
            timeout_s=limits.get("timeout_s", 30.0),
            ledger=Ledger(folder, keep_days=30),
            daily_tokens=int(limits.get("daily_tokens", 1_000_000)),
            sleep=lambda _: None,
        )
        tokens = int(limits.get("question_tokens", 8_000))
        self.writer = ChatWriter(chat, judge, question_tokens=tokens)

    def write(
        self, question: str = QUESTION, text: str = TEXT, *, is_sure: bool = True
    ) -> Draft | None:
        read = [evidence(text)]
        return self.writer.write(question, read, is_sure=is_sure, on_text=self.shown.append)


def check_draft(draft: Draft | None) -> Draft:
    """Every citation exists and is verbatim; every number and name stands in its quotes."""
    assert draft is not None
    quotes = {c.n: c for c in draft.citations}
    assert list(quotes) == list(range(1, len(quotes) + 1))
    for citation in draft.citations:
        assert TEXT[citation.start - START : citation.end - START] == citation.quote
    for statement in draft.statements:
        assert statement.citations
        held = "\n".join(quotes[n].quote for n in statement.citations)
        assert Source(held, published="2021-03-12").unheld(statement.text) == []
    return draft
