"""While a model writes, what a person reads grows and stays."""

from collections.abc import Callable, Sequence

from retrieval.answer.chain import Answerer
from retrieval.answer.compose import CLOSE
from retrieval.answer.extractive import ExtractiveWriter
from retrieval.draft import Draft, Evidence
from retrieval.index.library import Library

UNSURE = "What danger do Caucasian jihadists abroad present should they come home?"


class GrowingWriter:
    """Shows a sentence before it is done."""

    room_chars = 20_000

    def write(
        self,
        question: str,
        evidence: Sequence[Evidence],
        *,
        on_text: Callable[[str], None] | None = None,
        **_more: object,
    ) -> Draft | None:
        if on_text:
            on_text("So far. [1]")
        return ExtractiveWriter().write(question, evidence)


def test_the_remark_that_it_may_not_answer_stands_first_while_a_model_writes(
    seed_library: Library,
) -> None:
    writer = GrowingWriter()
    heard: list[str] = []

    answer = Answerer(seed_library, writer=writer).answer(UNSURE, on_text=heard.append)

    assert answer.is_close
    assert heard == [f"{CLOSE}\nSo far. [1]"]
