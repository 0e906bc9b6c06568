"""The evaluation as one self-contained HTML page; everything that is not ours is escaped."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.evaluation.charts import curve_chart, latency_chart, slice_chart
from bot.evaluation.outcome import Outcome
from bot.evaluation.tables import interval, number, signed, waits, wanted
from bot.terminal.harmless import harmless
from retrieval.evaluation.results import RowSpool, replacing
from retrieval.evaluation.runner import EvalRow
from retrieval.evaluation.thresholds import missed
from retrieval.types import Citation

MOST_QUESTIONS = 1_000
"""Questions with their passages on one page: about 10 MB, which browsers still open well."""

_CHARTED = ("accuracy", "recall@4", "citation precision", "citation recall", "balanced accuracy")
_TEMPLATE = "html_page.html.j2"


def write_page(path: Path, outcome: Outcome, spool: RowSpool) -> None:
    """Write the page, question by question.

    Of a set with more than 1,000 questions, those to look at come first and the rest is left
    out, which the page says.

    Raises:
        QuestionSetError: The file cannot be written.
    """
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": number,
        "signed": signed,
        "interval": interval,
        "harmless": harmless,
        "pieces": pieces,
    }
    environment.globals |= {"wanted": wanted, "waits": waits}
    charts = {name: Markup(svg) for name, svg in _charts(outcome).items()}  # noqa: S704  our own SVG, labels escaped by the XML writer
    stream = environment.get_template(_TEMPLATE).stream(
        outcome=outcome,
        missed=missed(outcome.checks),
        charts=charts,
        rows=_chosen(outcome, spool),
        most=MOST_QUESTIONS,
    )
    with replacing(path) as file:
        file.writelines(stream)


def _charts(outcome: Outcome) -> Mapping[str, str]:
    summary = outcome.summary
    slices = (*summary.splits, *summary.kinds)
    times_ms = [row.latency_ms for row in outcome.rows]
    return {
        "slices": slice_chart(slices, _CHARTED),
        "curve": curve_chart(summary.curve) if summary.curve else "",
        "latency": latency_chart(times_ms, dict(summary.latency_ms)),
    }


def _chosen(outcome: Outcome, spool: RowSpool) -> Iterator[EvalRow]:
    """Give the rows that fit: all in their order, or first those to look at."""
    everything = [row.id for row in outcome.rows]
    ordered = dict.fromkeys((*outcome.to_show, *everything))
    kept = set(list(ordered)[:MOST_QUESTIONS])
    return (row for row in spool.rows() if row.question.id in kept)


def pieces(citation: Citation) -> list[tuple[str, str]]:
    """Cut a passage into (role, text): plain, quote, and the answering words in it.

    A quote that does not stand in its passage at its offsets is one piece, `invented`.
    """
    offset, text = citation.passage.start, citation.passage.text
    first, last = citation.start - offset, citation.end - offset
    if first < 0 or text[first:last] != citation.quote or not citation.quote:
        return [("plain", text), ("invented", citation.quote)]
    a, b = (mark - offset for mark in citation.highlight or (citation.start, citation.start))
    cut = [
        ("plain", text[:first]),
        ("quote", text[first:a]),
        ("answer", text[a:b]),
        ("quote", text[b:last]),
        ("plain", text[last:]),
    ]
    return [(role, piece) for role, piece in cut if piece]
