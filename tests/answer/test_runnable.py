"""An answerer is a LangChain runnable of questions and answers, and goes into other chains."""

from collections.abc import Callable, Sequence

import pytest
from langchain_core.runnables import Runnable, RunnableLambda, RunnableParallel
from langchain_core.tracers.base import BaseTracer
from langchain_core.tracers.schemas import Run

from retrieval.answer.chain import Answerer
from retrieval.answer.extractive import ExtractiveWriter
from retrieval.draft import Draft, Evidence
from retrieval.errors import QuestionError
from retrieval.index.library import Library
from retrieval.types import Answer, Filters, Question

MEETING = "How long did the Kerry and Lavrov meeting in Paris last?"
CLAIM = "Kerry and Lavrov met in Paris."


class SlowWriter:
    """Quotes the articles, telling the text so far statement by statement."""

    room_chars = 20_000

    def write(
        self,
        question: str,
        evidence: Sequence[Evidence],
        *,
        on_text: Callable[[str], None] | None = None,
        **_others: object,
    ) -> Draft | None:
        draft = ExtractiveWriter().write(question, evidence)
        for end in range(1, len(draft.statements) + 1) if draft and on_text else ():
            on_text(" ".join(one.text for one in draft.statements[:end]))
        return draft


class Told(BaseTracer):
    """The names of the runs that LangChain tells its listeners of."""

    names: list[str]

    def __init__(self) -> None:
        super().__init__()
        self.names = []

    def _persist_run(self, run: Run) -> None:
        self.names.append(run.name)


@pytest.fixture(scope="module")
def answerer(seed_library: Library) -> Answerer:
    return Answerer(seed_library)


def without_times(answer: Answer) -> Answer:
    return Answer(
        **{name: getattr(answer, name) for name in answer.__slots__ if name != "timings_ms"}
    )


def test_a_question_and_a_claim_are_invoked_as_they_are_answered_and_checked(
    answerer: Answerer,
) -> None:
    told = Told()
    limits = Filters(until="2014", origin="option")

    answer = answerer.invoke(Question(text=MEETING, filters=limits), {"callbacks": [told]})
    checked = answerer.invoke(Question(text=CLAIM, is_claim=True))

    assert isinstance(answerer, Runnable)
    assert without_times(answer) == without_times(answerer.answer(MEETING, filters=limits))
    assert without_times(checked) == without_times(answerer.check(CLAIM))
    assert checked.verdict == "supported"
    assert told.names == ["Answerer"]


async def test_it_goes_into_a_chain_of_other_steps_one_or_many_at_a_time(
    answerer: Answerer,
) -> None:
    chain = (
        RunnableLambda(lambda text: Question(text=text))
        | RunnableParallel(answer=answerer, claim=RunnableLambda(lambda asked: asked.text))
        | RunnableLambda(lambda found: (found["claim"], found["answer"].status))
    )

    assert chain.batch([MEETING, "Hello!"]) == [(MEETING, "answered"), ("Hello!", "refused")]
    assert await chain.ainvoke(MEETING) == (MEETING, "answered")


def test_a_stream_gives_the_verified_text_so_far_and_then_the_answer(
    seed_library: Library,
) -> None:
    slow = Answerer(seed_library, writer=SlowWriter())

    *parts, whole = slow.stream(Question(text=MEETING))
    (through,) = (slow | RunnableLambda(lambda answer: answer.text)).stream(Question(text=MEETING))

    assert parts
    assert all(part.text in whole.text for part in parts)
    assert whole.citations
    assert through == whole.text


def test_what_is_wrong_with_a_question_is_raised_from_a_stream_too(answerer: Answerer) -> None:
    with pytest.raises(QuestionError):
        list(answerer.stream(Question(text=" ")))
