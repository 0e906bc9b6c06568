"""Lines of standard input: one result each, in order; a bad line does not stop the rest."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from bot.options import is_verbose, lines_of_input
from bot.terminal.harmless import json_line
from bot.terminal.stderr import say_on_stderr
from retrieval.errors import DatelineError
from retrieval.record import Json, answer_record, hit_record
from retrieval.types import Answer, Filters

if TYPE_CHECKING:
    from retrieval.answer.chain import Answerer
    from retrieval.index.library import Library


def print_record(record: Json) -> None:
    """Print one JSON value on one line, letters as they are."""
    click.echo(json_line(record))


def answer_lines(answerer: "Answerer", filters: Filters, *, as_json: bool) -> int:
    """Answer each line of standard input; gives 1 if any line could not be answered."""
    return _each_line(
        lambda line: print_one(answerer.answer(line, filters=filters), as_json=as_json),
        named="question",
        as_json=as_json,
    )


def print_one(answer: Answer, *, as_json: bool) -> None:
    """Print an answer, for programs or for people."""
    if as_json:
        print_record(answer_record(answer))
    else:
        from bot.terminal.printing import make_console, print_answer

        print_answer(make_console(), answer, details=is_verbose())


def search_lines(library: "Library", filters: Filters, *, k: int, as_json: bool) -> int:
    """Search for each line of standard input; gives 1 if any line could not be searched for."""
    return _each_line(
        lambda line: print_search(library, line, filters, k=k, as_json=as_json),
        named="query",
        as_json=as_json,
    )


def print_search(
    library: "Library", query: str, filters: Filters, *, k: int, as_json: bool
) -> None:
    """Search for one query and print the `k` best hits."""
    hits = library.search(query, k=k, filters=filters)
    if as_json:
        print_record({"query": query, "hits": [hit_record(hit) for hit in hits]})
    else:
        from bot.terminal.printing import make_console, print_hits

        print_hits(make_console(), query, hits, limits=filters)


def _each_line(do: Callable[[str], None], *, named: str, as_json: bool) -> int:
    """Do it with each line; one that cannot be done is told in its place under its name."""
    failed = False
    for line in lines_of_input():
        try:
            do(line)
        except DatelineError as error:
            failed = True
            if as_json:
                print_record({named: line, "error": str(error)})
            else:
                say_on_stderr(str(error))
    return int(failed)
