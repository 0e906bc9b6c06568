"""One conversation in the terminal: what was asked, what narrows it, what can be opened."""

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Console

from bot.terminal.console import say
from bot.terminal.printing import print_answer
from retrieval.answer.compose import CLOSE
from retrieval.record import Json, answer_record, json_line
from retrieval.types import Answer, Citation, Filters

if TYPE_CHECKING:
    from retrieval.answer.chain import Answerer

# A follow-up leans on the last questions, not on what was asked an hour ago.
_REMEMBERED_QUESTIONS = 10


@dataclass(slots=True, kw_only=True)
class Session:
    """The state of a conversation.

    `console` takes results and `errors` the rest. `opened` is what `/open N` shows, by number.
    """

    answerer: "Answerer"
    console: Console
    errors: Console
    filters: Filters
    as_json: bool = False
    is_over: bool = False
    opened: tuple[Citation, ...] = ()
    questions: deque[str] = field(default_factory=lambda: deque(maxlen=_REMEMBERED_QUESTIONS))

    def ask(self, question: str) -> None:
        """Answer a question in the light of the earlier ones; raises as `Answerer.answer`."""
        with _TextSoFar(self.console, silent=self.as_json) as text_so_far:
            answer = self.answerer.answer(
                question,
                history=tuple(self.questions),
                filters=self.filters,
                on_text=text_so_far.show,
            )
        self.questions.append(question)
        self.show(answer, shown=text_so_far.shown)

    def check(self, claim: str) -> None:
        """Say what the articles say to a claim."""
        with _TextSoFar(self.console, silent=self.as_json):
            answer = self.answerer.check(claim, filters=self.filters)
        self.show(answer)

    def show(self, answer: Answer, *, shown: str = "") -> None:
        """Print an answer and keep its passages for `/open`."""
        self.opened = answer.shown
        if self.as_json:
            self.print_record(answer_record(answer))
        else:
            print_answer(self.console, answer, shown=shown)

    def print_record(self, record: Json) -> None:
        """Print one line of JSON."""
        self.console.out(json_line(record), highlight=False)

    def tell(self, words: str) -> None:
        """Print a remark; where results are JSON it goes to standard error."""
        say(self.errors if self.as_json else self.console, words, "dim")

    def fail(self, line: str, error: Exception) -> None:
        """Print a problem as one line; in JSON a record takes the answer's place too."""
        message = " ".join(str(error).split())
        say(self.errors, f"dateline: {message}", "red")
        if self.as_json and not line.startswith("/"):
            self.print_record({"question": line, "error": message})


class _TextSoFar:
    """Shows on a terminal that work goes on, then the verified statements as they come."""

    def __init__(self, console: Console, *, silent: bool) -> None:
        self._console = console
        self._status = None if silent or not console.is_terminal else console.status("searching …")
        self.shown = ""

    def __enter__(self) -> "_TextSoFar":
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()

    def show(self, text: str) -> None:
        """Print what is new; text that no longer begins as before is left for the end."""
        if not self._status or not text.startswith(self.shown):
            return
        self._status.stop()
        for line in text[len(self.shown) :].strip("\n").split("\n"):
            say(self._console, f"{line}\n", "yellow" if line == CLOSE else "")
        self.shown = text
        self._status.update("writing …")
        self._status.start()
