"""The commands of the REPL, each a line of `/help`."""

import difflib
from collections.abc import Callable
from dataclasses import dataclass

from bot.terminal.console import say
from bot.terminal.printing import (
    limits_words,
    paged,
    print_article,
    print_hits,
    print_in_place,
    print_sources,
)
from bot.terminal.session import Session
from retrieval.errors import UsageError
from retrieval.record import article_record, citation_record, hit_record
from retrieval.types import Filters

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
