"""`dateline eval`: whether the answers are good, and better than before."""

from pathlib import Path

import click

from bot.options import NamedPath, index_option, settings_for

_PATH = NamedPath(path_type=Path)


@click.command("eval")
@click.argument("files", nargs=-1, metavar="[FILE ...]", type=_PATH)
@click.option("--json", "results", metavar="OUT", type=_PATH, help="Write every row to OUT.")
@click.option("--html", "page", metavar="OUT", type=_PATH, help="Write one page with charts.")
@click.option("--baseline", metavar="FILE", type=_PATH, help="Compare with an earlier run.")
@click.option("--update-baseline", is_flag=True, help="Make this run the baseline.")
@click.option(
    "--threshold", "thresholds", multiple=True, metavar="NAME=VALUE", help="Hold a measure to this."
)
@click.option("--split", metavar="NAME", help="Only this half: dev or test.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only these kinds.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N questions.")
@click.option("--keep-going", is_flag=True, help="Run the rest where a line or answer fails.")
@click.option("--format", "form", type=click.Choice(["squad", "clapnq"]), help="A public set.")
@click.option("--collection", metavar="NAME", help="A collection of its own.")
@click.option("--judge", metavar="PROVIDER:MODEL", help="Also let this chat model judge.")
@click.option("--add-to", metavar="FILE", type=_PATH, help="Append failed and new questions.")
@click.option("--compare", nargs=2, type=_PATH, metavar="A B", help="Compare two results files.")
@click.option("--sweep", multiple=True, metavar="NAME=V,V", help="Try settings, in one table.")
@click.option("--doctor", is_flag=True, help="Say what is wrong with the question set.")
@index_option
def eval_command(
    thresholds: tuple[str, ...],
    compare: tuple[Path, Path] | None,
    sweep: tuple[str, ...],
    doctor: bool,
    index: Path | None,
    **chosen: object,
) -> int:
    """Answer a question set and score the answers; exit 1 if a threshold is missed.

    Without FILE: tests/questions.jsonl of the checkout, against tests/baseline.json. A claims
    file is scored by its verdicts.
    """
    from bot.evaluation.question_sets import EvalOptions
    from retrieval.evaluation.scoring import THRESHOLDS
    from retrieval.evaluation.thresholds import parse_threshold

    wanted = THRESHOLDS | dict(parse_threshold(text) for text in thresholds)
    # What is left are the fields of the same names, in the types that click gives them.
    chosen |= {"thresholds": wanted, "own_index": index is not None}
    options = EvalOptions(**chosen)  # type: ignore[arg-type]
    if compare:
        from bot.evaluation.tables import run_compare

        return run_compare(*compare, results=options.results)
    settings = settings_for(index)
    if doctor:
        from bot.evaluation.question_sets import own_settings, run_doctor
        from bot.first_run import opened_library

        with own_settings(settings, options) as own, opened_library(own) as library:
            return run_doctor(options, library)
    if sweep:
        from bot.evaluation.eval_run import run_sweep

        return run_sweep(settings, options, sweep)
    from bot.evaluation.eval_run import run_eval

    return run_eval(settings, options)
