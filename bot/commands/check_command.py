"""`dateline check`: what the articles say to a claim."""

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
from bot.terminal.batch import print_record


@click.command("check")
@click.argument("claim")
@filter_options
@json_option
@index_option
def command(
    claim: str,
    since: str | None,
    until: str | None,
    outlet: str | None,
    as_json: bool,
    index: Path | None,
) -> int:
    """Say which passages support or contradict CLAIM."""
    from bot.first_run import opened_answerer
    from retrieval.record import answer_record

    with opened_answerer(settings_for(index)) as answerer:
        answer = answerer.check(claim, filters=make_filters(since, until, outlet))
    if as_json:
        print_record(answer_record(answer))
    else:
        from bot.terminal.printing import make_console, print_answer

        print_answer(make_console(), answer, details=is_verbose())
    return 0
