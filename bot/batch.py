"""Questions from standard input: one answer a line, in order; a bad line does not stop the rest."""

from typing import TYPE_CHECKING

import click

from bot.aside import aside
from bot.harmless import json_line
from bot.options import lines_of
from retrieval.errors import DatelineError
from retrieval.record import Json, answer_record
from retrieval.types import Filters

if TYPE_CHECKING:
    from retrieval.answer import Answerer


def print_record(record: Json) -> None:
    """Print one JSON value on one line, letters as they are."""
    click.echo(json_line(record))


def answer_lines(answerer: "Answerer", filters: Filters, *, as_json: bool) -> int:
    """Answer each line of standard input; gives 1 if any line could not be answered."""
    failed = False
    for line in lines_of("-"):
        try:
            answer = answerer.answer(line, filters=filters)
        except DatelineError as error:
            failed = True
            if as_json:
                print_record({"question": line, "error": str(error)})
            else:
                aside(str(error))
            continue
        if as_json:
            print_record(answer_record(answer))
        else:
            from bot.terminal import make_console, print_answer

            print_answer(make_console(), answer)
    return int(failed)
