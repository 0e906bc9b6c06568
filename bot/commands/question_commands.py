"""`dateline ask`, `check`, `search` and `repl`: what people ask of the articles.

Of lines of standard input, each gets one result, in order; a bad line does not stop the rest.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from bot.options import filter_options, index_option, json_option, settings_for
from bot.terminal.stderr import say_on_stderr
from retrieval.errors import DatelineError
from retrieval.record import answer_record, hit_record, json_line
from retrieval.types import Answer, Filters, Hit


@click.command("ask")
@click.argument("question")
@filter_options
@json_option
@index_option
def ask_command(question: str, filters: Filters, as_json: bool, index: Path | None) -> int:
    """Answer QUESTION; `-` reads one question a line from standard input."""
    from bot.first_run import opened_answerer

    with opened_answerer(settings_for(index)) as answerer:

        def answer(question: str) -> None:
            _print_one(answerer.answer(question, filters=filters), as_json=as_json)

        return _each(question, answer, named="question", as_json=as_json)


@click.command("check")
@click.argument("claim")
@filter_options
@json_option
@index_option
def check_command(claim: str, filters: Filters, as_json: bool, index: Path | None) -> int:
    """Say which passages support or contradict CLAIM."""
    from bot.first_run import opened_answerer

    with opened_answerer(settings_for(index)) as answerer:
        answer = answerer.check(claim, filters=filters)
    _print_one(answer, as_json=as_json)
    return 0


@click.command("search")
@click.argument("query")
@click.option(
    "-k", type=click.IntRange(1, 1000), default=10, show_default=True, help="At most K passages."
)
@filter_options
@json_option
@index_option
def search_command(query: str, k: int, filters: Filters, as_json: bool, index: Path | None) -> int:
    """Rank passages for QUERY; `-` reads one query a line from standard input."""
    from bot.first_run import opened_library

    with opened_library(settings_for(index)) as library:
        with library.snapshot() as held:
            for note in held.limit_notes(filters):
                say_on_stderr(note)

        def search(query: str) -> None:
            hits = library.search(query, k=k, filters=filters)
            _print_hits(query, hits, filters, as_json=as_json)

        return _each(query, search, named="query", as_json=as_json)


@click.command("repl")
@filter_options
@index_option
def repl_command(filters: Filters, index: Path | None) -> int:
    """Chat in the terminal; /help lists the commands."""
    from bot.first_run import opened_answerer
    from bot.terminal.repl import run_repl

    settings = settings_for(index)
    with opened_answerer(settings) as answerer:
        return run_repl(answerer, settings, filters=filters)


def _print_one(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        click.echo(json_line(answer_record(answer)))
    else:
        from bot.terminal.printing import make_console, print_answer

        print_answer(make_console(), answer, details=_is_verbose())


def _print_hits(query: str, hits: Sequence[Hit], filters: Filters, *, as_json: bool) -> None:
    if as_json:
        click.echo(json_line({"query": query, "hits": [hit_record(hit) for hit in hits]}))
    else:
        from bot.terminal.printing import make_console, print_hits

        print_hits(make_console(), query, hits, limits=filters)


def _each(given: str, do: Callable[[str], None], *, named: str, as_json: bool) -> int:
    """Do it with what was given, or if that is `-` with each line of standard input.

    A line with which it cannot be done is told in its place under its name; gives 1 then.
    """
    if given != "-":
        do(given)
        return 0
    failed = False
    lines = (raw.decode("utf-8", errors="replace").strip() for raw in sys.stdin.buffer)
    for line in filter(None, lines):
        try:
            do(line)
        except DatelineError as error:
            failed = True
            if as_json:
                click.echo(json_line({named: line, "error": str(error)}))
            else:
                say_on_stderr(str(error))
    return int(failed)


def _is_verbose() -> bool:
    """Tell whether the command line that runs has `-v` before the command."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.find_root().params.get("verbose"))
