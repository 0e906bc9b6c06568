"""The evaluation as one HTML page with its charts, which are inline SVG."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.evaluation.tables import Outcome, interval, measured, number, signed, waits, wanted
from bot.terminal.harmless import harmless, one_line
from retrieval.evaluation.results import RowSpool, replacing
from retrieval.evaluation.runner import EvalRow
from retrieval.evaluation.thresholds import missed
from retrieval.types import Citation

if TYPE_CHECKING:
    from jinja2 import Environment

MOST_QUESTIONS = 1_000
"""Questions with their passages on one page: about 10 MB, which browsers still open well."""

_CHARTED = ("accuracy", "recall@4", "citation precision", "citation recall", "balanced accuracy")
_BINS = 24


def write_page(path: Path, outcome: Outcome, spool: RowSpool) -> None:
    """Write the page, question by question.

    Of a set with more than 1,000 questions, those to look at come first and the rest is left
    out, which the page says.

    Raises:
        QuestionSetError: The file cannot be written.
    """
    parts = (*outcome.summary.splits, *outcome.summary.kinds)
    charted = [m for m in _CHARTED if any(measured(part, m) is not None for part in parts)]
    counts, longest_ms = latency_bins([row.latency_ms for row in outcome.rows])
    stream = (
        page_templates()
        .get_template("html_page.html.j2")
        .stream(
            outcome=outcome,
            missed=missed(outcome.checks),
            parts=parts,
            charted=charted,
            counts=counts,
            longest_ms=longest_ms,
            rows=_chosen(outcome, spool),
            most=MOST_QUESTIONS,
        )
    )
    with replacing(path) as file:
        file.writelines(stream)


def page_templates() -> "Environment":
    """Give the templates of the page and its charts; everything that is not ours is escaped."""
    import jinja2

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
        "one_line": one_line,
        "pieces": pieces,
    }
    environment.globals |= {"wanted": wanted, "waits": waits}
    return environment


def latency_bins(times_ms: Sequence[float]) -> tuple[list[int], float]:
    """Give how many questions took how long, in equal bins, and the longest time."""
    longest = max(times_ms, default=0.0) or 1.0
    taken = Counter(min(_BINS - 1, int(time / longest * _BINS)) for time in times_ms)
    return [taken[place] for place in range(_BINS)], longest


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
