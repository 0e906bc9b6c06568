"""The flow of an evaluation (ask, score, hold to thresholds, write, show), or many in a table."""

import itertools
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError
from rich.table import Table

from bot.evaluation.html_page import write_page
from bot.evaluation.question_sets import (
    EvalOptions,
    LoadedSet,
    load_set,
    opened_system,
    own_settings,
    put_gold,
    tell,
)
from bot.evaluation.tables import (
    Outcome,
    headed_table,
    measured,
    number,
    print_outcome,
    table_console,
)
from bot.first_run import opened_answerer
from bot.terminal.stderr import watched
from retrieval.errors import UsageError
from retrieval.evaluation.questions import GoldQuestion
from retrieval.evaluation.results import (
    Baseline,
    RowSpool,
    add_lines,
    check_writable,
    is_worth_adding,
    prefilled,
    read_baseline,
    replacing,
    write_baseline,
    write_results,
)
from retrieval.evaluation.runner import EvalRow, Judge, ModelJudge, evaluate
from retrieval.evaluation.summary import Scored, Summary, scored, summarise, summary_record
from retrieval.evaluation.thresholds import check_run, worse_ids, wrong_ids
from retrieval.settings import Settings

if TYPE_CHECKING:
    from retrieval.answer.chain import Answerer


def run_eval(settings: Settings, options: EvalOptions) -> int:
    """Evaluate and show the result; gives 1 if a threshold, the baseline or a line is missed.

    Raises:
        QuestionSetError: The set or the baseline cannot be used.
        DatelineError: The system failed on a question, and `keep_going` is off.
    """
    for path in (options.results, options.page):
        if path:
            check_writable(path)
    loaded = load_set(options)
    baseline = _old_baseline(options)
    judge = make_judge(settings, options.judge) if options.judge else None
    opened = opened_system(settings, options, loaded.articles)
    with RowSpool() as spool:
        with opened as system:
            loaded = put_gold(loaded, system.library, keep_going=options.keep_going)
            rows, grown = _ask_all(system, loaded, options, spool, judge)
        outcome = _outcome(settings, options, loaded, rows, baseline)
        _write(outcome, options, spool)
        print_outcome(outcome, spool)
    if options.add_to:
        tell([f"{add_lines(options.add_to, grown)} questions added to {options.add_to}"])
    return 0 if outcome.passed else 1


def _ask_all(
    system: "Answerer",
    loaded: LoadedSet,
    options: EvalOptions,
    spool: RowSpool,
    judge: Judge | None,
) -> tuple[list[Scored], list[GoldQuestion]]:
    """Ask every question; rows go to disk, and what the set could grow by is kept if wanted."""
    rows: list[Scored] = []
    grown: list[GoldQuestion] = []
    for row in _asked(system, loaded, options, judge):
        spool.add(row)
        rows.append(scored(row))
        if options.add_to and is_worth_adding(row):
            grown.append(prefilled(row))
    return rows, grown


def _asked(
    system: "Answerer", loaded: LoadedSet, options: EvalOptions, judge: Judge | None = None
) -> Iterator[EvalRow]:
    rows = evaluate(
        system,
        loaded.questions,
        loaded.spans,
        squad=options.form == "squad",
        judge=judge,
        keep_going=options.keep_going,
    )
    return watched(rows, len(loaded.questions))


def _outcome(
    settings: Settings,
    options: EvalOptions,
    loaded: LoadedSet,
    rows: list[Scored],
    baseline: Baseline | None,
) -> Outcome:
    summary = summarise(rows)
    # An update shows what changed; it cannot fail on what it is about to replace.
    checks = check_run(
        summary,
        rows,
        thresholds=options.thresholds,
        baseline=baseline,
        only_show_baseline=options.update_baseline,
    )
    return Outcome(
        summary=summary,
        rows=tuple(rows),
        checks=checks,
        system=f"{settings.model}, embeddings {settings.embeddings}",
        judge=options.judge,
        baseline=baseline,
        to_show=tuple(worse_ids(rows, baseline) if baseline else wrong_ids(rows)),
        problems=loaded.problems,
    )


def _old_baseline(options: EvalOptions) -> Baseline | None:
    """Read the baseline to compare with; one that is yet to be made is none."""
    path = options.baseline_file
    if path is None or (options.update_baseline and not path.exists()):
        return None
    return read_baseline(path)


def _write(outcome: Outcome, options: EvalOptions, spool: RowSpool) -> None:
    if options.results:
        write_results(options.results, outcome.record(), spool.rows())
    if options.page:
        write_page(options.page, outcome, spool)
    path = options.baseline_file
    if options.update_baseline and path:
        # A part of the set leaves the rest of the baseline as it was.
        kept = outcome.baseline.scores if outcome.baseline and options.is_part else {}
        write_baseline(path, {**kept, **{row.id: row.scores for row in outcome.rows}})
        tell([f"baseline written to {path}"])


def make_judge(settings: Settings, name: str) -> ModelJudge:
    """Give a judge by the LangChain model `provider:model`, with the limits of the settings.

    Raises:
        SettingsError: The name is not of that form.
        ModelError: The provider's package is missing, or refuses its settings.
    """
    from retrieval.chat.model import open_chat

    return ModelJudge(open_chat(settings.model_copy(update={"model": name}), free_form=True))


_INDEXED = ("embeddings", "passage_tokens")  # settings that an index is built with
_NAMES = {"writer": "model", "k": "read_passages", "passage size": "passage_tokens"}
_COLUMNS = (
    "recall@4",
    "nDCG@10",
    "contains",
    "accuracy",
    "citation precision",
    "citation recall",
    "refusal F1",
    "false-answer rate",
    "balanced accuracy",
)

Point = Mapping[str, str]
"""Setting name to value: one row of the table."""


def run_sweep(settings: Settings, options: EvalOptions, axes: Sequence[str]) -> int:
    """Ask the set once for each combination of values and print one table; always gives 0.

    An axis is `NAME=VALUE,VALUE,…`; NAME is a setting, or writer, k or passage size.

    Raises:
        UsageError: A name is no setting, or a value is not one of its.
    """
    loaded = load_set(options)
    swept = []
    with own_settings(settings, options, loaded.articles) as own:
        for point, its_settings in [(point, changed(own, point)) for point in grid(axes)]:
            tell([", ".join(f"{name}={value}" for name, value in point.items())])
            with _opened(own, its_settings) as system:
                ready = put_gold(loaded, system.library, keep_going=options.keep_going)
                rows = [scored(row) for row in _asked(system, ready, options)]
            swept.append((point, summarise(rows)))
    if options.results:
        record = [
            {"settings": dict(at), "summary": summary_record(summary)} for at, summary in swept
        ]
        with replacing(options.results) as file:
            json.dump(record, file, ensure_ascii=False)
    table_console().print(_table(swept))
    return 0


def grid(axes: Sequence[str]) -> list[Point]:
    """Give every combination of the values of the axes.

    Raises:
        UsageError: An axis is not NAME=VALUE,VALUE,….
    """
    parsed = []
    for axis in axes:
        name, equals, values = axis.partition("=")
        if not equals or not values:
            raise UsageError(f"--sweep {axis!r}: write NAME=VALUE,VALUE")
        parsed.append([(name.strip(), value.strip()) for value in values.split(",")])
    return [dict(combination) for combination in itertools.product(*parsed)]


def changed(settings: Settings, point: Point) -> Settings:
    """Give the settings with the point's values, checked as those of the environment are.

    Raises:
        UsageError: No such setting, or not a value of it.
    """
    values = {_NAMES.get(name, name): value for name, value in point.items()}
    unknown = [name for name in values if name not in Settings.model_fields]
    if unknown:
        raise UsageError(f"--sweep: {unknown[0]!r} is not a setting")
    try:
        return Settings.model_validate(settings.model_dump() | values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise UsageError(f"--sweep: {first['loc'][0]}: {first['msg']}") from None


@contextmanager
def _opened(base: Settings, settings: Settings) -> "Iterator[Answerer]":
    """Give the system; settings that an index is built with get a passing index."""
    if all(getattr(base, name, None) == getattr(settings, name, None) for name in _INDEXED):
        with opened_answerer(settings) as answerer:
            yield answerer
        return
    with tempfile.TemporaryDirectory(prefix="dateline-sweep-") as folder:
        passing = settings.model_copy(update={"index": Path(folder) / "index"})
        with opened_answerer(passing) as answerer:
            yield answerer


def _table(swept: Sequence[tuple[Point, Summary]]) -> Table:
    shown = [
        name
        for name in _COLUMNS
        if any(measured(summary.overall, name) is not None for _, summary in swept)
    ]
    table = headed_table([*swept[0][0]], (*shown, "p50 ms", "p95 ms"))
    for point, summary in swept:
        scores = [number(measured(summary.overall, name)) for name in shown]
        times = [f"{summary.latency_ms[name]:.0f}" for name in ("p50", "p95")]
        table.add_row(*point.values(), *scores, *times)
    return table
