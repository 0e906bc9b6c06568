"""The chain from a question to a cited answer: search, read, write, verify, compose.

Each step takes a `Turn` and gives the next one, the last gives the answer. Two gates: the articles
are quoted only where the reader finds an answer; a chat model, which may decline, gets to see all
that is about the matter asked.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from queue import SimpleQueue
from typing import Any, Literal

from langchain_core.runnables import (
    Runnable,
    RunnableBranch,
    RunnableConfig,
    RunnableLambda,
    RunnableSequence,
)
from langchain_core.runnables.config import get_executor_for_config
from typing_extensions import override

from retrieval.answer.compose import (
    CONFIDENT,
    Examples,
    compose_answer,
    compose_verdict,
    growing,
    may_not_answer,
    why_quoted,
    with_help,
)
from retrieval.answer.extractive import MODEL as EXTRACTIVE
from retrieval.answer.extractive import ExtractiveWriter, extract_draft
from retrieval.answer.search import NO_ANSWER, Finder, to_read, unread
from retrieval.answer.select import pick_evidence
from retrieval.draft import AnswerWriter, Evidence
from retrieval.errors import ModelError
from retrieval.index.library import Library, Snapshot
from retrieval.models.gate import load_gate
from retrieval.models.reader import Reader, passages_to_read
from retrieval.question.breadth import is_small_talk
from retrieval.question.plan import Turn, checked_question, plan_turn
from retrieval.settings import Settings
from retrieval.text.words import language_of
from retrieval.types import Answer, Filters, Passage, Question, Spent, Standalone
from retrieval.verify.claims import Checked, check_claim
from retrieval.verify.facts import Source
from retrieval.verify.support import Judge, coverage

GateName = Literal["auto", "relevance", "answerability"]
# With fewer words of the conversation, what a model gives is another question.
_LEAST_SHARED = 0.4
_DECLINED = "the passages found do not say this"
_UNHELD = (
    "a quote could not be found again in its article; ask again; if it stays so, "
    'whoever runs this should run "dateline ingest"'
)


class Answerer(Runnable[Question, Answer]):
    """Answers questions from a library and checks claims; many threads may use it at once.

    A LangChain runnable: `invoke`, `batch`, `stream`, `ainvoke` and the rest take a `Question`, and
    it goes into other chains as it is.
    """

    def __init__(
        self,
        library: Library,
        *,
        reader: Reader | None = None,
        writer: AnswerWriter | None = None,
        min_confidence: float | None = None,
        read_passages: int | None = None,
        gate: GateName = "auto",
    ) -> None:
        """Take the opened index and the ways to read and write.

        Args:
            library: Where the articles are.
            reader: Finds the answering words; the trained one if None.
            writer: Writes the answer; quotes the articles if None.
            min_confidence: Below this probability the answer is a refusal; the value that was
                saved with the reader if None.
            read_passages: How many of the best hits are read; more find more and take longer. None
                reads as many as this processor has time for.
            gate: What a question needs to reach a chat model; relevance with `auto`.
        """
        self.library = library
        own_reader = reader or Reader()
        fitted = load_gate()
        self.threshold = fitted.threshold if min_confidence is None else min_confidence
        self.finder = Finder(
            library.likeness,
            own_reader,
            fitted,
            threshold=self.threshold,
            passages=read_passages or passages_to_read(),
        )
        self._quoting = ExtractiveWriter()
        self._writer = writer or self._quoting
        self._asks_model = writer is not None and not isinstance(writer, ExtractiveWriter)
        self._admits_relevant = self._asks_model and gate != "answerability"
        self._judge = Judge(own_reader)
        self._examples = Examples(self._is_certain)
        self._chain = self._build_chain()

    def seen_by(self, audience: str) -> "Answerer":
        """Give what answers from an audience's own articles, too (`Library.seen_by`)."""
        seen = copy(self)  # its steps read of nothing but the turn's snapshot
        seen.library = self.library.seen_by(audience)
        return seen

    def answer(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        filters: Filters | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> Answer:
        """Answer a question, or refuse; either is a value.

        Args:
            question: As the person asked it.
            history: Earlier questions of the conversation, oldest first.
            filters: The person's own limits; they are never lifted.
            on_text: Gets the verified text so far while a chat model writes.

        Raises:
            QuestionError: The question is empty or far too long.
            StoreError: The index cannot be read.
        """
        asked = Question(text=question, history=tuple(history), filters=filters or Filters())
        return self.invoke(asked, on_text=on_text)

    def check(self, claim: str, *, filters: Filters | None = None) -> Answer:
        """Say whether the articles support or contradict a claim, with the passages that do.

        Raises:
            QuestionError: The claim is empty or far too long.
            StoreError: The index cannot be read.
        """
        return self.invoke(Question(text=claim, filters=filters or Filters(), is_claim=True))

    @override
    def invoke(
        self, input: Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Answer:
        """Answer or check, as `answer` and `check` do, wholly from one revision of the index."""
        return self._call_with_config(self._respond, input, config, run_type="chain", **kwargs)

    @override
    def stream(
        self, input: Question, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Iterator[Answer]:
        """Give answers whose text grows, of verified statements alone; the last one is whole."""
        texts: SimpleQueue[str | None] = SimpleQueue()
        with get_executor_for_config(config) as pool:
            done = pool.submit(self.invoke, input, config, on_text=texts.put)
            done.add_done_callback(lambda _: texts.put(None))
            for text in iter(texts.get, None):
                yield Answer(question=input.text, standalone_question="", text=text, model="")
            yield done.result()

    def examples(self, most: int) -> tuple[str, ...]:
        """Give up to so many questions that the articles answer; the first time takes a while."""
        return self.library.of_one_revision(lambda held: self._examples.first(held, most))

    def _respond(self, asked: Question, *, on_text: Callable[[str], None] | None = None) -> Answer:
        began = time.perf_counter()
        question = checked_question(asked.text)

        def respond(held: Snapshot) -> Answer:
            turn = Turn(
                question=question,
                history=asked.history,
                filters=asked.filters,
                is_claim=asked.is_claim,
                on_text=on_text,
                held=held,
            )
            return self._helped(self._chain.invoke(turn), held)

        answer = self.library.of_one_revision(respond)
        total_ms = (time.perf_counter() - began) * 1000
        return replace(answer, timings_ms={**answer.timings_ms, "total": total_ms})

    def _helped(self, answer: Answer, held: Snapshot) -> Answer:
        """Give a refusal with what one could ask instead."""
        if answer.refusal is None:
            return answer
        example = next(iter(self._examples.first(held, 1)), None)
        return with_help(answer, covers=held.overview.words, example=example)

    def _is_certain(self, held: Snapshot, question: str) -> bool:
        """Tell whether a question of the bot's own is answered, without any chat model."""
        turn = self._plan(Turn(question=question, filters=Filters(), held=held))
        turn = self.finder.read(self.finder.retrieve(turn))
        return turn.reason is None and (turn.confidence or 0.0) >= CONFIDENT

    def _build_chain(self) -> Runnable[Turn, Answer]:
        steps = [
            _timed("retrieve", self._plan),
            _timed("write", self._extract),
            _timed("retrieve", self.finder.retrieve),
            _timed("read", self.finder.read),
            _timed("read", self.finder.lift),
            *([_timed("read", self.finder.admit)] if self._admits_relevant else []),
            _timed("write", self._write),
            _timed("verify", self._verify),
        ]
        last = RunnableLambda(compose_answer)
        answering: Runnable[Turn, Answer] = RunnableSequence(*map(RunnableLambda, steps), last)
        return RunnableBranch((lambda turn: turn.is_claim, self._check), answering)

    def _check(self, turn: Turn) -> Answer:
        turn = self.finder.retrieve_claim(replace(turn, language=language_of(turn.question)))
        if turn.is_foreign:
            refused = turn if turn.reason else unread(turn)
            return compose_verdict(refused, Checked(verdict="not found", citations=()))
        checked = check_claim(turn.question, turn.hits, self._judge)
        if not all(map(turn.held.has, checked.citations)):
            checked = Checked(verdict="not found", probability=0.0, citations=())
        return compose_verdict(turn, checked)

    def _plan(self, turn: Turn) -> Turn:
        return plan_turn(self._rewritten(turn), today=datetime.now(UTC).date())

    def _rewritten(self, turn: Turn) -> Turn:
        """Let a chat model make a follow-up stand alone, if it puts in nothing of its own.

        Every number and date stands in the conversation, every name there or in the collection.
        """
        if not turn.history or is_small_talk(turn.question):
            return turn
        spent: list[Spent] = []
        asked = self._writer.stand_alone(turn.question, turn.history, on_spent=spent.append) or ""
        said = Source("\n".join((*turn.history, turn.question)))
        if coverage(asked, said.text) < _LEAST_SHARED or not all(
            fact.kind == "name" and turn.held.shares_words(fact.text) for fact in said.unheld(asked)
        ):
            return turn.spent(spent)
        return replace(turn, standalone=Standalone(asked)).spent(spent)

    def _extract(self, turn: Turn) -> Turn:
        """Quote what is most telling of whole articles, where the question wants them in short."""
        if turn.is_settled or not turn.summed_up:
            return turn
        middle = self.finder.likeness.to_the_middle
        draft = extract_draft(turn.summed_up, turn.held.passages, middle)
        return replace(turn, draft=draft).noted(*draft.notes)

    def _write(self, turn: Turn) -> Turn:
        if turn.is_settled:
            return turn
        asked, picked = turn.standalone.text, self._picked(turn)
        spent: list[Spent] = []
        try:
            draft = self._writer.write(
                asked,
                picked,
                further=self._further(turn),
                is_sure=not may_not_answer(turn),
                on_text=growing(turn),
                on_spent=spent.append,
            )
            declined = _DECLINED
        except ModelError as error:
            turn = turn.noted(why_quoted(error, quoted=bool(picked)))
            draft, declined = self._quoting.write(asked, picked), NO_ANSWER
        turn = turn.spent(spent)
        if draft is None:
            return turn.refused(declined)
        return replace(turn, draft=draft).noted(*draft.notes)

    def _picked(self, turn: Turn) -> list[Evidence]:
        """Give what the answer should rest on by the reader; nothing where it finds no answer."""
        if turn.confidence is not None and turn.confidence < self.threshold:
            return []
        return pick_evidence(turn.evidence, turn.breadth, turn.outlets, least=self.threshold)

    def _further(self, turn: Turn) -> list[Passage]:
        room_chars = self._writer.room_chars
        return to_read(turn, room_chars=room_chars) if room_chars else []

    def _verify(self, turn: Turn) -> Turn:
        """Compare each quote with the stored article; one that differs refuses the answer."""
        cited = turn.draft.citations if turn.draft else ()
        if all(map(turn.held.has, cited)):
            return turn
        return turn.refused(_UNHELD, "failed")


def _timed(name: str, step: Callable[[Turn], Turn]) -> Callable[[Turn], Turn]:
    """Give the step, under its own name, with its milliseconds added to the turn's timings."""

    @wraps(step)
    def run(turn: Turn) -> Turn:
        began = time.perf_counter()
        done = step(turn)
        spent_ms = (time.perf_counter() - began) * 1000
        timings = {**done.timings_ms, name: done.timings_ms.get(name, 0.0) + spent_ms}
        return replace(done, timings_ms=timings)

    return run


def open_answerer(library: Library, *, reader: Reader | None = None) -> Answerer:
    """Give what answers as the library's settings say: by quotes, or with the model they name.

    Args:
        library: Where the articles are.
        reader: The trained reader, if it is loaded already.

    Raises:
        SettingsError: `DATELINE_MODEL` has a wrong form.
        ModelError: The model's package is not installed, or its settings are refused.
    """
    settings, reader = library.settings, reader or Reader()
    return Answerer(
        library,
        reader=reader,
        writer=_make_writer(settings, reader),
        min_confidence=settings.min_confidence,
        read_passages=settings.read_passages,
        gate=settings.gate,
    )


def _make_writer(settings: Settings, reader: Reader) -> AnswerWriter:
    if settings.model == EXTRACTIVE:
        return ExtractiveWriter()
    from retrieval.answer.chat_writer import ChatWriter
    from retrieval.chat.model import open_chat

    chat = open_chat(settings)
    return ChatWriter(chat, Judge(reader), question_tokens=settings.question_tokens)
