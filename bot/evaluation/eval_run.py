"""The flow of one evaluation: ask, score, hold to thresholds, write, show."""

from bot.evaluation.eval_options import EvalOptions
from bot.evaluation.html_page import write_page
from bot.evaluation.question_sets import LoadedSet, load_set, opened_system, put_gold, tell
from bot.evaluation.tables import Outcome, print_outcome
from bot.terminal.stderr import watched
from retrieval.evaluation.measures.judged import ModelJudge
from retrieval.evaluation.questions import GoldQuestion
from retrieval.evaluation.results import (
    Baseline,
    RowSpool,
    add_lines,
    check_writable,
    is_worth_adding,
    prefilled,
    read_baseline,
    write_baseline,
    write_results,
)
from retrieval.evaluation.runner import Judge, System, evaluate
from retrieval.evaluation.summary import Scored, scored, summarise
from retrieval.evaluation.thresholds import check_run, worse_ids, wrong_ids
from retrieval.settings import Settings


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
    system: System,
    loaded: LoadedSet,
    options: EvalOptions,
    spool: RowSpool,
    judge: Judge | None,
) -> tuple[list[Scored], list[GoldQuestion]]:
    """Ask every question; rows go to disk, and what the set could grow by is kept if wanted."""
    rows: list[Scored] = []
    grown: list[GoldQuestion] = []
    asked = evaluate(
        system,
        loaded.questions,
        loaded.spans,
        squad=options.form == "squad",
        judge=judge,
        keep_going=options.keep_going,
    )
    for row in watched(asked, len(loaded.questions)):
        spool.add(row)
        rows.append(scored(row))
        if options.add_to and is_worth_adding(row):
            grown.append(prefilled(row))
    return rows, grown


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
