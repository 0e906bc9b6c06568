"""The evaluation as one HTML page with its charts; everything that is not ours is escaped.

Charts are inline SVG, built as XML trees, so every label is escaped.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.evaluation.tables import Outcome, interval, measured, number, signed, waits, wanted
from bot.terminal.harmless import harmless, one_line
from retrieval.evaluation.results import RowSpool, replacing
from retrieval.evaluation.runner import EvalRow
from retrieval.evaluation.summary import CurvePoint, Slice
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


_ROW = 26  # height of one slice
_PANEL = 170  # width of one measure's scale
_GAP = 34
_LABELS = 170
_TOP = 34
_WIDTH, _HEIGHT = 520, 260
_LEFT, _BOTTOM, _RIGHT = 46, 40, 22
_BINS = 24
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def slice_chart(slices: Sequence[Slice], measures: Sequence[str]) -> str:
    """Draw a dot and its interval for each slice and measure, one panel a measure."""
    measures = [m for m in measures if any(measured(part, m) is not None for part in slices)]
    height = _TOP + _ROW * len(slices) + 26
    svg = _svg(_LABELS + (_PANEL + _GAP) * len(measures), height, "Scores per slice")
    for row, part in enumerate(slices):
        y = _TOP + _ROW * row + _ROW / 2
        _text(svg, _LABELS - 12, y + 4, f"{part.name} ({part.questions})", "end")
        _line(svg, _LABELS, y, _LABELS + (_PANEL + _GAP) * len(measures) - _GAP, y, "grid")
    for column, measure in enumerate(measures):
        _panel(svg, _LABELS + (_PANEL + _GAP) * column, measure, slices)
    return _done(svg)


def curve_chart(points: Sequence[CurvePoint]) -> str:
    """Draw the shares answered of answerable and unanswerable questions over the gate."""
    svg = _svg(_WIDTH, _HEIGHT, "Refusal curve")
    _frame(svg, "refuse below this confidence", [(at, f"{at:.0%}") for at in _TICKS])
    for at in _TICKS:
        _text(svg, _x(at), _HEIGHT - _BOTTOM + 16, f"{at:.2f}".rstrip("0").rstrip("."), "middle")
    answered = [(p.confidence, p.answered) for p in points if p.answered is not None]
    false = [(p.confidence, p.false_answers) for p in points if p.false_answers is not None]
    for name, drawn in (("good", answered), ("bad", false)):
        path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in drawn)
        SubElement(svg, "polyline", {"points": path, "class": f"curve {name}"})
    return _done(svg)


def latency_chart(times_ms: Sequence[float], marks: dict[str, float]) -> str:
    """Draw how many questions took how long, with the percentiles marked."""
    svg = _svg(_WIDTH, _HEIGHT, "Latency")
    longest = max(times_ms, default=0.0) or 1.0
    counts = [0] * _BINS
    for time in times_ms:
        counts[min(_BINS - 1, int(time / longest * _BINS))] += 1
    most = max(1, *counts)
    _frame(svg, "ms to an answer", [(at, f"{at * most:.0f}") for at in (0.0, 0.5, 1.0)])
    step = _x(1 / _BINS) - _x(0)
    for place, count in enumerate(counts):
        top = _y(count / most)
        _rect(svg, _x(place / _BINS), top, step - 2, _y(0) - top)
    for at in (0.0, 0.5, 1.0):
        _text(svg, _x(at), _HEIGHT - _BOTTOM + 16, f"{at * longest:.0f}", "middle")
    for place, (name, value) in enumerate(marks.items()):
        x = _x(min(1.0, value / longest))
        _line(svg, x, _y(1) - 4, x, _y(0), "mark")
        _text(svg, x + 4, _y(1) + 10 + 14 * place, f"{name} {value:.0f} ms", "start")
    return _done(svg)


def _panel(svg: Element, left: float, measure: str, slices: Sequence[Slice]) -> None:
    bottom = _TOP + _ROW * len(slices)
    at = _scale(left, _PANEL)
    _text(svg, left, 16, measure, "start", "title")
    for tick in (0.0, 0.5, 1.0):
        _line(svg, at(tick), _TOP - 8, at(tick), bottom, "grid")
        _text(svg, at(tick), bottom + 16, f"{tick:g}", "middle")
    for row, part in enumerate(slices):
        estimate = part.estimates.get(measure)
        if estimate is None or estimate.value is None:
            continue
        y = _TOP + _ROW * row + _ROW / 2
        if estimate.low is not None and estimate.high is not None:
            _line(svg, at(estimate.low), y, at(estimate.high), y, "interval")
        dot = {"cx": f"{at(estimate.value):.1f}", "cy": f"{y:.1f}", "r": "5", "class": "dot"}
        circle = SubElement(svg, "circle", dot)
        SubElement(circle, "title").text = one_line(f"{part.name}: {measure} {estimate.value:.3f}")


def _frame(svg: Element, below: str, ticks: Sequence[tuple[float, str]]) -> None:
    for at, label in ticks:
        _line(svg, _x(0), _y(at), _x(1), _y(at), "grid")
        _text(svg, _x(0) - 6, _y(at) + 4, label, "end")
    _text(svg, (_x(0) + _x(1)) / 2, _HEIGHT - 6, below, "middle")


def _x(share: float) -> float:
    return _scale(_LEFT, _WIDTH - _LEFT - _RIGHT)(share)


def _y(share: float) -> float:
    return _scale(_HEIGHT - _BOTTOM, _BOTTOM - _HEIGHT + 16)(share)


def _scale(start: float, length: float) -> Callable[[float], float]:
    return lambda share: start + share * length


def _svg(width: float, height: float, label: str) -> Element:
    size = {"viewBox": f"0 0 {width:.0f} {height:.0f}", "width": f"{width:.0f}"}
    return Element("svg", size | {"role": "img", "aria-label": label})


def _line(svg: Element, x1: float, y1: float, x2: float, y2: float, style: str) -> None:
    ends = {"x1": x1, "y1": y1, "x2": x2, "y2": y2}
    SubElement(svg, "line", {k: f"{v:.1f}" for k, v in ends.items()} | {"class": style})


def _rect(svg: Element, x: float, y: float, width: float, height: float) -> None:
    box = {"x": x, "y": y, "width": width, "height": height}
    SubElement(svg, "rect", {k: f"{v:.1f}" for k, v in box.items()} | {"class": "bar"})


def _text(svg: Element, x: float, y: float, words: str, anchor: str, style: str = "label") -> None:
    place = {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor, "class": style}
    SubElement(svg, "text", place).text = one_line(words)


def _done(svg: Element) -> str:
    return tostring(svg, encoding="unicode")
