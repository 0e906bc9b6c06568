"""`dateline eval --compare`: two results files side by side."""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.evaluation.tables import NONE, cut, number, signed, table_console
from bot.terminal.console import say
from bot.terminal.harmless import one_line
from retrieval.evaluation.compare import Comparison, Difference, compare, comparison_record
from retrieval.evaluation.results import Result, read_results, replacing

_SURE = 0.05  # below this p a difference is called one


def run_compare(
    before: Path, now: Path, results: Path | None = None, console: Console | None = None
) -> int:
    """Print how the second run differs from the first; always gives 0, it is no gate.

    Raises:
        QuestionSetError: A file is no results file, or they share no question.
    """
    comparison = compare(read_results(before), read_results(now))
    if results:
        with replacing(results) as file:
            json.dump(comparison_record(comparison), file, ensure_ascii=False)
    _print(comparison, console or table_console(), (before.name, now.name))
    return 0


def _print(comparison: Comparison, console: Console, names: tuple[str, str]) -> None:
    console.print(_table(comparison.differences, names))
    say(console, "")
    _print_changed(console, "became right", comparison.won)
    _print_changed(console, "became wrong", comparison.lost)
    say(console, _verdict(comparison))


def _table(differences: Sequence[Difference], names: tuple[str, str]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("measure", no_wrap=True)
    for heading in (*names, "Δ", "95 % of Δ", "p", ""):
        table.add_column(one_line(heading), justify="right")
    for d in differences:
        bounds = NONE if d.low is None or d.high is None else f"{signed(d.low)} to {signed(d.high)}"
        table.add_row(
            d.measure.name,
            number(d.before),
            number(d.now),
            signed(d.now - d.before),
            bounds,
            number(d.p),
            _word(d),
        )
    return table


def _word(difference: Difference) -> str:
    if difference.p is None or difference.p >= _SURE or difference.now == difference.before:
        return ""
    worse = difference.measure.is_worse(difference.now, difference.before)
    return "worse" if worse else "better"


def _print_changed(console: Console, what: str, pairs: Sequence[tuple[Result, Result]]) -> None:
    say(console, f"{len(pairs)} questions {what}", "bold")
    for before, now in pairs:
        say(console, f"  {one_line(now.id)} ({one_line(now.kind)}): {cut(now.question)}", "cyan")
        say(console, f"    before: {before.status}: {cut(before.text)}", "dim")
        say(console, f"    now: {now.status}: {cut(now.text)}", "dim")


def _verdict(comparison: Comparison) -> str:
    left_out = f", {comparison.left_out} in one file only" if comparison.left_out else ""
    p = comparison.mcnemar_p
    word = "is a difference" if p < _SURE else "may well be chance"
    return f"{comparison.questions} questions in both{left_out}; McNemar p = {p:.3f}: {word}"
