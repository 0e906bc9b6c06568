"""The evaluation in the terminal: the tables of one run, and of two runs side by side."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.terminal.console import make_console, say
from bot.terminal.harmless import one_line
from retrieval.evaluation.compare import Comparison, Difference, compare, comparison_record
from retrieval.evaluation.results import Baseline, Result, RowSpool, read_results, replacing
from retrieval.evaluation.runner import EvalRow
from retrieval.evaluation.scoring import Measure
from retrieval.evaluation.summary import (
    Estimate,
    Scored,
    Slice,
    Summary,
    WriterTimes,
    summary_record,
)
from retrieval.evaluation.thresholds import Check, checks_record, missed
from retrieval.record import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A finished run; `to_show` are the questions to look at first, worse or wrong."""

    summary: Summary
    rows: tuple[Scored, ...]
    checks: tuple[Check, ...]
    system: str
    judge: str | None = None
    baseline: Baseline | None = None
    to_show: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no measure missed and every line of the set could be used."""
        return not missed(self.checks) and not self.problems

    def record(self) -> dict[str, Json]:
        """Give the summary as the results file has it."""
        return {
            "system": self.system,
            "judge": self.judge,
            **summary_record(self.summary),
            "baseline": self.baseline.name if self.baseline else None,
            "checks": checks_record(self.checks),
            "passed": self.passed,
            "problems": self.problems,
        }


NONE = "–"
_FILE_WIDTH = 200
_SHOWN_QUESTIONS = 10
_SHOWN_HITS = 4
_SLICE_MEASURES = (
    "accuracy",
    "recall@4",
    "contains",
    "citation precision",
    "citation recall",
    "verdict accuracy",
    "balanced accuracy",
)
_LONGEST_LINE = 120
_INDENT = 2


def print_outcome(outcome: Outcome, spool: RowSpool, console: Console | None = None) -> None:
    """Print tables and questions; a pipe gets the same without colour."""
    console = console or table_console()
    console.print(gate_table(outcome.checks))
    console.print(slice_table((*outcome.summary.kinds, *outcome.summary.splits)))
    console.print(times_table(outcome.summary.times))
    _print_questions(console, outcome, spool)
    failing = missed(outcome.checks)
    judged = f", judged by {outcome.judge}" if outcome.judge else ""
    say(console, f"{outcome.summary.overall.questions} questions, {outcome.system}{judged}")
    if outcome.problems:
        say(console, f"{len(outcome.problems)} lines could not be used", "red")
    verdict = f"FAIL: {', '.join(failing)}" if failing else "PASS"
    say(console, verdict, "bold red" if failing else "bold green")


def table_console() -> Console:
    """Give a console for tables: a file or pipe gets them whole, whatever width is assumed."""
    console = make_console()
    if not console.is_terminal:
        console.width = _FILE_WIDTH
    return console


def gate_table(checks: Sequence[Check]) -> Table:
    """Give one line a measure: now with its interval, baseline, change, threshold, verdict."""
    table = headed_table(["measure"], ("now", "95 %", "n", "baseline", "Δ", "wanted", ""))
    for check in checks:
        table.add_row(*_cells(check))
    return table


def headed_table(names: Sequence[str], numbers: Sequence[str]) -> Table:
    """Give an empty table: columns for names, and for numbers under each other."""
    table = Table(box=None, pad_edge=False)
    for heading in names:
        table.add_column(one_line(heading), no_wrap=True)
    for heading in numbers:
        table.add_column(one_line(heading), justify="right", no_wrap=True)
    return table


def slice_table(slices: Sequence[Slice]) -> Table:
    """Give one line a slice with its headline measures; those that no slice has are left out."""
    shown = [m for m in _SLICE_MEASURES if any(measured(part, m) is not None for part in slices)]
    table = headed_table(["slice"], ("n", *shown))
    for part in slices:
        values = [number(measured(part, measure)) for measure in shown]
        table.add_row(one_line(part.name), str(part.questions), *values)
    return table


def times_table(times: Sequence[WriterTimes]) -> Table:
    """Give one line a writer: how many answers, and how long people waited for them."""
    numbers = ("n", "first words p50", "p95", "total p50", "p95", "tokens")
    table = headed_table(["written by"], numbers)
    for one in times:
        table.add_row(one_line(one.writer), str(one.answers), *waits(one))
    return table


def waits(times: WriterTimes) -> list[str]:
    """Give a writer's time to the first words and to the whole answer, median and p95 each.

    Last comes what an answer took of a chat model's tokens, on average.
    """
    shown = (times.first_words_ms, times.total_ms)
    told = [number(part.get(name), "latency") for part in shown for name in ("p50", "p95")]
    return [*told, NONE if times.mean_tokens is None else f"{times.mean_tokens:.0f}"]


def number(value: float | None, name: str = "") -> str:
    """Give a score with three decimals, a latency in whole ms, nothing as a dash."""
    if value is None:
        return NONE
    return f"{value:.0f} ms" if name.startswith("latency") else f"{value:.3f}"


def signed(change: float) -> str:
    """Give a change with its sign; one that rounds to nothing has no minus."""
    return f"{round(change, 3) + 0.0:+.3f}"


def wanted(threshold: float | None, measure: Measure) -> str:
    """Give a threshold with the sign that says which way it holds."""
    if threshold is None:
        return ""
    return f"{'≤' if measure.lower_is_better else '≥'} {number(threshold, measure.name)}"


def interval(estimate: Estimate) -> str:
    """Give the bootstrap interval, or nothing."""
    if estimate.low is None or estimate.high is None:
        return ""
    return f"{estimate.low:.2f}–{estimate.high:.2f}"


def _cells(check: Check) -> list[Text | str]:
    name = check.measure.name
    verdicts = {True: Text("pass", "green"), False: Text("FAIL", "bold red"), None: Text("")}
    return [
        name,
        number(check.now.value, name),
        interval(check.now),
        str(check.now.n),
        "" if check.before is None else number(check.before),
        "" if check.change is None else signed(check.change),
        wanted(check.threshold, check.measure),
        verdicts[check.passed],
    ]


def measured(part: Slice, measure: str) -> float | None:
    """Give a slice's value of a measure; None where it has none."""
    estimate = part.estimates.get(measure)
    return estimate.value if estimate else None


def _print_questions(console: Console, outcome: Outcome, spool: RowSpool) -> None:
    if not outcome.to_show:
        return
    shown = set(outcome.to_show[:_SHOWN_QUESTIONS])
    worse = "got worse" if outcome.baseline else "went wrong"
    say(console, f"\n{len(outcome.to_show)} questions {worse}", "bold")
    for row in spool.rows():
        if row.question.id in shown:
            _print_row(console, row)
    hidden = len(outcome.to_show) - len(shown)
    if hidden:
        say(console, f"… and {hidden} more; --html shows them", "dim")
    say(console, "")


def _print_row(console: Console, row: EvalRow) -> None:
    """Print a question with what was answered, cited and retrieved."""
    asked, answer = row.question, row.answer
    say(console, one_line(f"{asked.id} ({asked.kind}): {asked.question}"), "cyan")
    if answer is None:
        say(console, f"failed: {row.error}", "red", indent=_INDENT)
        return
    said = answer.refusal.reason if answer.refusal else answer.text
    say(console, f"{answer.status}: {cut(said)}", indent=_INDENT)
    if asked.answers:
        say(console, f"right: {cut(' | '.join(asked.answers))}", "green", indent=_INDENT)
    for citation in answer.citations:
        mark = "+" if citation.n in row.supporting else "-"
        say(console, f"{mark} [{citation.n}] {cut(citation.quote)}", "dim", indent=_INDENT)
    for hit in row.hits[:_SHOWN_HITS]:
        mark = "+" if hit.rank in row.gold_ranks else " "
        line = f"{mark} hit {hit.rank}: {hit.passage.article.source}: {cut(hit.passage.text)}"
        say(console, line, "dim", indent=_INDENT)


def cut(text: str) -> str:
    """Give the beginning of a text as one harmless line."""
    line = one_line(text)
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…"


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
    table = headed_table(["measure"], (*names, "Δ", "95 % of Δ", "p", ""))
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
