"""`dateline ask`, `check`, `search` and `repl`: what people ask of the articles."""

from pathlib import Path

import click

from bot.options import filter_options, index_option, json_option, settings_for
from bot.terminal.batch import answer_lines, print_one, print_search, search_lines
from bot.terminal.stderr import say_on_stderr
from retrieval.types import Filters


@click.command("ask")
@click.argument("question")
@filter_options
@json_option
@index_option
def ask_command(question: str, filters: Filters, as_json: bool, index: Path | None) -> int:
    """Answer QUESTION; `-` reads one question a line from standard input."""
    from bot.first_run import opened_answerer

    with opened_answerer(settings_for(index)) as answerer:
        if question == "-":
            return answer_lines(answerer, filters, as_json=as_json)
        answer = answerer.answer(question, filters=filters)
    print_one(answer, as_json=as_json)
    return 0


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
    print_one(answer, as_json=as_json)
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
        if query == "-":
            return search_lines(library, filters, k=k, as_json=as_json)
        print_search(library, query, filters, k=k, as_json=as_json)
    return 0


@click.command("repl")
@filter_options
@index_option
def repl_command(filters: Filters, index: Path | None) -> int:
    """Chat in the terminal; /help lists the commands."""
    from bot.first_run import opened_answerer
    from bot.repl.loop import run_repl

    settings = settings_for(index)
    with opened_answerer(settings) as answerer:
        return run_repl(answerer, settings, filters=filters)
