"""`dateline ask`: one answer, or one a line of standard input."""

from pathlib import Path

import click

from bot.options import (
    filter_options,
    index_option,
    is_verbose,
    json_option,
    make_filters,
    settings_for,
)
from bot.terminal.batch import answer_lines, print_record


@click.command("ask")
@click.argument("question")
@filter_options
@json_option
@index_option
def command(
    question: str,
    since: str | None,
    until: str | None,
    outlet: str | None,
    as_json: bool,
    index: Path | None,
) -> int:
    """Answer QUESTION; `-` reads one question a line from standard input."""
    from bot.first_run import opened_answerer
    from retrieval.record import answer_record

    filters = make_filters(since, until, outlet)
    with opened_answerer(settings_for(index)) as answerer:
        if question == "-":
            return answer_lines(answerer, filters, as_json=as_json)
        answer = answerer.answer(question, filters=filters)
    if as_json:
        print_record(answer_record(answer))
    else:
        from bot.terminal.printing import make_console, print_answer

        print_answer(make_console(), answer, details=is_verbose())
    return 0
