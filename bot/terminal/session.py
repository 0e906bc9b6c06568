"""One conversation in the terminal, and its commands, each a line of `/help`."""

import difflib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rich.console import Console

from bot.terminal.console import say
from bot.terminal.printing import (
    limits_words,
    paged,
    print_answer,
    print_article,
    print_hits,
    print_in_place,
    print_sources,
)
from retrieval.answer.compose import CLOSE
from retrieval.errors import UsageError
from retrieval.record import (
    Json,
    answer_record,
    article_record,
    citation_record,
    hit_record,
    json_line,
)
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


_HITS = 10
_LIMITS_HELP = "A limit without a value is lifted. DATE is 2014, 2014-10 or 2014-10-15."


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command of the REPL: `run` takes the session and what stands after the name."""

    takes: str = ""
    says: str
    run: Callable[[Session, str], None]


def run_command(session: Session, line: str) -> None:
    """Run a line that starts with a slash.

    Raises:
        UsageError: There is no such command, or it needs something else.
        DatelineError: What the command did failed.
    """
    name, _, argument = line.strip().partition(" ")
    command = COMMANDS.get(name.lower())
    if command is None:
        near = difflib.get_close_matches(name.lower(), COMMANDS, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UsageError(f"there is no command {name[:40]!r}; {hint}/help lists them all")
    command.run(session, argument.strip())


def _help(session: Session, _: str) -> None:
    width = max(len(f"{name} {command.takes}") for name, command in COMMANDS.items())
    for name, command in COMMANDS.items():
        say(session.console, f"{f'{name} {command.takes}':<{width}}  {command.says}")
    session.tell(f"{_LIMITS_HELP} Everything else is a question.")


def _sources(session: Session, _: str) -> None:
    console = session.console
    with session.answerer.library.snapshot() as held:
        articles, written_at = held.articles, held.written_at
    if session.as_json:
        session.print_record([article_record(article) for article in articles])
    else:
        paged(console, lambda: print_sources(console, articles, written_at=written_at))


def _open(session: Session, name: str) -> None:
    numbered = {str(citation.n): citation for citation in session.opened}
    citation = numbered.get(name.strip("[]"))
    if citation is None:
        _open_article(session, name)
    elif session.as_json:
        session.print_record(citation_record(citation))
    else:
        print_in_place(session.console, citation, session.answerer.library)


def _open_article(session: Session, name: str) -> None:
    if not name or name.isdecimal():
        count = len(session.opened)
        those = f"1 to {count}" if count else "none yet: ask something first"
        raise UsageError(f"/open takes a passage of the last answer ({those}) or an article's name")
    with session.answerer.library.snapshot() as held:
        article = held.find_article(name)
        text = held.article_text(article.article_id)
    if session.as_json:
        session.print_record({"article": article_record(article), "text": text})
    else:
        paged(session.console, lambda: print_article(session.console, article, text))


def _search(session: Session, query: str) -> None:
    if not query:
        raise UsageError("/search takes the words to search for")
    limits = session.filters
    hits, notes = session.answerer.library.of_one_revision(
        lambda held: (held.search(query, k=_HITS, filters=limits), held.limit_notes(limits))
    )
    found = [(hit.rank, hit.passage) for hit in hits]
    session.opened = tuple(p.cited_at((p.start, p.end), n=rank) for rank, p in found)
    if session.as_json:
        session.print_record({"query": query, "hits": [hit_record(hit) for hit in hits]})
    else:
        print_hits(session.console, query, hits, limits=limits)
    for note in notes:
        session.tell(note)


def _check(session: Session, claim: str) -> None:
    if not claim:
        raise UsageError("/check takes a claim")
    session.check(claim)


def _since(session: Session, date: str) -> None:
    _limit(session, date, session.filters.until, session.filters.outlet)


def _until(session: Session, date: str) -> None:
    _limit(session, session.filters.since, date, session.filters.outlet)


def _outlet(session: Session, name: str) -> None:
    _limit(session, session.filters.since, session.filters.until, name)


def _limit(session: Session, since: str | None, until: str | None, outlet: str | None) -> None:
    limits = Filters(since=since or None, until=until or None, outlet=outlet or None)
    session.filters = limits.checked(session.answerer.library.outlets())
    session.tell(f"only: {limits_words(session.filters)}" if session.filters else "no limits")


def _json(session: Session, _: str) -> None:
    session.as_json = not session.as_json
    session.tell(f"JSON lines: {'on' if session.as_json else 'off'}")


def _new(session: Session, _: str) -> None:
    session.questions.clear()
    session.opened = ()
    session.tell("The conversation is forgotten.")


def _quit(session: Session, _: str) -> None:
    session.is_over = True


COMMANDS = {
    "/help": Command(says="this list", run=_help),
    "/sources": Command(says="the articles held", run=_sources),
    "/open": Command(takes="N", says="passage N (or an article)", run=_open),
    "/search": Command(takes="WORDS", says="passages, without an answer", run=_search),
    "/check": Command(takes="CLAIM", says="what speaks for or against", run=_check),
    "/since": Command(takes="DATE", says="only articles from then on", run=_since),
    "/until": Command(takes="DATE", says="only articles up to then", run=_until),
    "/outlet": Command(takes="NAME", says="only articles of this outlet", run=_outlet),
    "/json": Command(says="JSON lines, on or off", run=_json),
    "/new": Command(says="forget the conversation", run=_new),
    "/quit": Command(says="leave, as Ctrl-D does", run=_quit),
}
