"""Answers questions in a warm process, and beside each answer runs the bare models on the same.

`bench_ask.py` starts it with an index and questions as JSON, and gets milliseconds as JSON. Bare
are one embedding of the question, and the reader's ONNX session over the windows that the answer
read, in its batches: whatever else an answer takes is Dateline's own. They follow each other
question by question, so that the machine's other load falls on both alike.
"""

import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.first_run import opened_library
from retrieval.answer.chain import Answerer
from retrieval.models.reader import Reader, Reading
from retrieval.settings import Settings
from retrieval.types import Span

KB_A_MB = 1024
OUTPUTS = ["start", "end", "answerable"]
Feed = dict[str, Any]


class Recorder:
    """An ONNX session that keeps what it was given."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.feeds: list[Feed] = []

    def run(self, outputs: list[str], feed: Feed) -> Any:
        self.feeds.append(feed)
        return self.session.run(outputs, feed)


class WatchedReader(Reader):
    """The reader, with its windows kept and its milliseconds counted."""

    spent_ms = 0.0

    @cached_property
    def _session(self) -> Any:
        return Recorder(super()._session)

    def read_sentences(
        self,
        question: str,
        texts: Sequence[str],
        sentences: Sequence[Sequence[Span]],
        headers: Sequence[str] = (),
    ) -> list[list[Reading]]:
        began = time.perf_counter()
        readings = super().read_sentences(question, texts, sentences, headers)
        self.spent_ms += (time.perf_counter() - began) * 1000
        return readings

    def taken(self) -> tuple[list[Feed], float]:
        """Give what was read since the last call, and the milliseconds that it took."""
        feeds, spent_ms = self._session.feeds, self.spent_ms
        self._session.feeds, self.spent_ms = [], 0.0
        return feeds, spent_ms


class Warm:
    """An answerer, and the milliseconds of what it was asked."""

    def __init__(self, answerer: Answerer, reader: WatchedReader) -> None:
        self._answerer, self._reader = answerer, reader
        self.spent: defaultdict[str, list[float]] = defaultdict(list)

    def ask(self, question: str) -> list[Feed]:
        """Answer; give the batches that were read."""
        began, began_work = time.perf_counter(), time.process_time()
        answer = self._answerer.answer(question)
        worked_ms = (time.process_time() - began_work) * 1000
        spent_ms = (time.perf_counter() - began) * 1000
        feeds, read_ms = self._reader.taken()
        # What the articles' metadata answer is neither searched nor read.
        if feeds:
            steps = {"ask": spent_ms, "worked": worked_ms, "reader": read_ms, **answer.timings_ms}
            for step, step_ms in steps.items():
                self.spent[step].append(step_ms)
        return feeds

    def ask_anew(self, question: str) -> None:
        """Answer as a new process does: no query is remembered, and of sentences what is kept."""
        library = self._answerer.library
        library._query_vectors.cache_clear()
        remembered = vars(library).pop("likeness")
        answerer = Answerer(library, reader=self._reader)
        began = time.perf_counter()
        answerer.answer(question)
        self.spent["anew"].append((time.perf_counter() - began) * 1000)
        vars(library)["likeness"] = remembered
        self._reader.taken()

    def run_bare(self, question: str, feeds: Sequence[Feed]) -> None:
        session = self._reader._session.session
        began, began_work = time.perf_counter(), time.process_time()
        self._answerer.library.embedder.embed_query(question)
        embedded = time.perf_counter()
        for feed in feeds:
            session.run(OUTPUTS, feed)
        self.spent["bare worked"].append((time.process_time() - began_work) * 1000)
        self.spent["bare reader"].append((time.perf_counter() - embedded) * 1000)
        self.spent["bare"].append((time.perf_counter() - began) * 1000)


def main() -> None:
    index, questions = Path(sys.argv[1]), json.loads(sys.argv[2])
    with opened_library(Settings(index=index)) as library:
        reader = WatchedReader()
        warm = Warm(Answerer(library, reader=reader), reader)
        warm.ask_anew(questions[0])
        warm.spent.clear()
        for question in questions:
            if feeds := warm.ask(question):
                warm.run_bare(question, feeds)
                warm.ask_anew(question)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_A_MB
    print(json.dumps({"spent_ms": warm.spent, "peak_mb": peak_mb}))


if __name__ == "__main__":
    main()
