"""Options that several commands share, parsed into settings and filters."""

import logging
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TypeVar

import click
from typing_extensions import override

from bot.terminal.stderr import log_as_json, say_on_stderr
from retrieval.settings import Settings, load_settings
from retrieval.types import Filters

T = TypeVar("T")
_Function = TypeVar("_Function", bound=Callable[..., object])


class NamedPath(click.Path):
    """A path that is not empty: a shell's unset variable must not mean the folder one is in."""

    @override
    def convert(
        self,
        value: str | os.PathLike[str],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str | bytes | os.PathLike[str]:
        if not str(value).strip():
            self.fail("the path is empty", param, ctx)
        return super().convert(value, param, ctx)


def index_option(function: _Function) -> _Function:
    """Add `--index DIR`."""
    option = click.option(
        "--index",
        type=NamedPath(path_type=Path, file_okay=False),
        help="The index folder; DATELINE_INDEX or .dateline by default.",
    )
    return option(function)


def filter_options(function: Callable[..., T]) -> Callable[..., T]:
    """Add `--since`, `--until` and `--outlet`; the command gets them as `filters`.

    A date that is none, or a range that is the wrong way round, is a UsageError.
    """

    @wraps(function)
    def filtered(
        *, since: str | None, until: str | None, outlet: str | None, **others: object
    ) -> T:
        return function(
            filters=Filters(since=since, until=until, outlet=outlet).checked(), **others
        )

    for name, text in (
        ("--outlet", "Only articles of this outlet."),
        ("--until", "Only articles published up to this date, inclusive."),
        ("--since", "Only articles published from this date on, inclusive."),
    ):
        filtered = click.option(name, metavar=name[2:].upper(), help=text)(filtered)
    return filtered


def json_option(function: _Function) -> _Function:
    """Add `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(function)


def settings_for(index: Path | None) -> Settings:
    """Give the settings, with the index folder of the command line if there is one.

    Unknown names of ours, and lines of `.env` that say nothing, are told on standard error.
    """
    from retrieval.settings import unknown_names, unread_lines

    try:
        settings = load_settings()
        if settings.log == "json":
            log_as_json()
    finally:  # a wrong value may come from the very line that is told here
        for number in unread_lines():
            say_on_stderr(
                f"line {number} of .env is left out; write it as NAME=value", logging.WARNING
            )
        for name in unknown_names():
            say_on_stderr(f"unknown setting {name}; see .env.example", logging.WARNING)
    return settings.model_copy(update={"index": index}) if index else settings
