"""Answers questions in a warm process, and beside each answer runs the bare models on the same.

`bench_ask.py` starts it with an index and questions as JSON, and gets milliseconds as JSON. Bare
are one embedding of the question, and the reader's ONNX session over the windows that the answer
read, in its batches: whatever else an answer takes is Dateline's own. The two alternate question
by question, each first in turn, so that the machine's other load falls on both alike.
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

from bot.build import opened_library
from retrieval.answer import Answerer
from retrieval.reader import Reader, Reading
from retrieval.settings import Settings

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

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        began = time.perf_counter()
        readings = super().read(question, texts)
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

    def windows(self, question: str) -> list[Feed]:
        """Answer unmeasured; give the batches that were read."""
        self._answerer.answer(question)
        return self._reader.taken()[0]

    def ask(self, question: str) -> None:
        began, began_work = time.perf_counter(), time.process_time()
        answer = self._answerer.answer(question)
        self.spent["worked"].append((time.process_time() - began_work) * 1000)
        self.spent["ask"].append((time.perf_counter() - began) * 1000)
        self.spent["reader"].append(self._reader.taken()[1])
        for step, spent_ms in answer.timings_ms.items():
            self.spent[step].append(spent_ms)

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
        read = [(question, warm.windows(question)) for question in questions]
        # What the articles' metadata answer is neither searched nor read.
        asked = [(question, feeds) for question, feeds in read if feeds]
        for number, (question, feeds) in enumerate(asked):
            if number % 2:
                warm.run_bare(question, feeds)
            warm.ask(question)
            if not number % 2:
                warm.run_bare(question, feeds)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_A_MB
    print(json.dumps({"spent_ms": warm.spent, "peak_mb": peak_mb}))


if __name__ == "__main__":
    main()
