"""The terminal's tables and the HTML page: what they show, and that nothing in them is live."""

import io
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation.html_page import latency_bins, page_templates, pieces, write_page
from bot.evaluation.tables import Outcome, print_outcome, signed
from bot.terminal.console import make_console
from retrieval.evaluation.results import Baseline, RowSpool
from retrieval.evaluation.runner import EvalRow
from retrieval.evaluation.summary import scored, summarise
from retrieval.evaluation.thresholds import check_run, worse_ids, wrong_ids
from retrieval.types import Answer, Article, Citation, Passage

if TYPE_CHECKING:
    from tests.evaluation.conftest import Newsroom

Shown = Callable[..., str]
_VOID = {"meta", "br", "input"}


class Tags(HTMLParser):
    """Checks that tags close in order, and keeps the names and attributes seen."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.attributes: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += [f"{name}={value}" for name, value in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outcome_of(rows: list[EvalRow], baseline: Baseline | None = None, **fields: object) -> Outcome:
    kept = [scored(row) for row in rows]
    summary = summarise(kept)
    to_show = worse_ids(kept, baseline) if baseline else wrong_ids(kept)
    return Outcome(
        summary=summary,
        rows=tuple(kept),
        checks=check_run(summary, kept, baseline=baseline),
        system="scripted",
        baseline=baseline,
        to_show=tuple(to_show),
        **fields,  # type: ignore[arg-type]
    )


def spooled(rows: list[EvalRow], spool: RowSpool) -> None:
    for row in rows:
        spool.add(row)


def printed(rows: list[EvalRow], baseline: Baseline | None = None) -> str:
    file = io.StringIO()
    with RowSpool() as spool:
        spooled(rows, spool)
        print_outcome(outcome_of(rows, baseline), spool, make_console(file=file, plain=True))
    return file.getvalue()


def page(rows: list[EvalRow], path: Path, **fields: object) -> str:
    with RowSpool() as spool:
        spooled(rows, spool)
        write_page(path, outcome_of(rows, **fields), spool)  # type: ignore[arg-type]
    return path.read_text("utf-8")


def silent(_: str, answer: Answer) -> Answer:
    return replace(answer, text="It is said.")


def test_the_table_shows_value_interval_count_threshold_and_verdict(newsroom: "Newsroom") -> None:
    lines = {line.split("  ")[0]: line.split() for line in printed(newsroom.run()).splitlines()}

    assert lines["recall@4"] == ["recall@4", "1.000", "1.00–1.00", "3", "≥", "0.900", "pass"]
    assert lines["forbidden"] == ["forbidden", "–", "0", "≤", "0.000"]
    assert lines["fact"][:3] == ["fact", "2", "1.000"]
    assert lines["PASS"]


def test_a_baseline_adds_its_value_and_the_change(newsroom: "Newsroom") -> None:
    honest = Baseline("honest.json", {row.question.id: row.scores for row in newsroom.run()})

    text = printed(newsroom.run(silent), honest)

    row = next(line.split() for line in text.splitlines() if line.startswith("contains"))
    assert row[3:] == ["3", "1.000", "-1.000", "≥", "0.700", "FAIL"]
    assert "FAIL: contains, F1, accuracy" in text


def test_worse_questions_show_what_was_said_cited_and_retrieved(newsroom: "Newsroom") -> None:
    honest = Baseline("honest.json", {row.question.id: row.scores for row in newsroom.run()})

    text = printed(newsroom.run(silent), honest)

    assert "3 questions got worse" in text
    assert "closed (fact): How long was the harbour closed?" in text
    assert "  answered: It is said." in text
    assert "  right: nine hours" in text
    assert "  + [1] The harbour of Lerwick was closed" in text
    assert "  + hit 1: harbour.txt: The harbour of Lerwick" in text


def test_a_failed_question_shows_its_error(newsroom: "Newsroom") -> None:
    from retrieval.errors import ModelError

    def fail(question: str, answer: Answer) -> Answer:
        raise ModelError("out of service")

    assert "failed: out of service" in printed(newsroom.run(fail, keep_going=True))


def test_the_page_is_one_file_that_loads_nothing(newsroom: "Newsroom", tmp_path: Path) -> None:
    text = page(newsroom.run(), tmp_path / "page.html")

    tags = Tags(text)
    assert tags.names.count("svg") == 3
    assert tags.names.count("details") == 5
    assert not {"img", "link", "iframe", "object"} & set(tags.names)
    assert not [a for a in tags.attributes if a.startswith(("src=", "href=", "on"))]


def test_quotes_are_marked_in_their_passages(newsroom: "Newsroom", tmp_path: Path) -> None:
    def highlighted(_: str, answer: Answer) -> Answer:
        if answer.refusal:
            return answer
        (citation,) = answer.citations
        marked = replace(citation, highlight=(citation.start + 4, citation.start + 11))
        return replace(answer, citations=(marked,))

    text = page(newsroom.run(highlighted), tmp_path / "page.html")

    quote = (
        '<mark class="quote">The </mark><mark class="answer">harbour</mark><mark class="quote"> of'
    )
    assert quote in text
    assert "Captain Ivy Moar said the ferry had struck a crane." in text


def test_an_invented_quote_is_shown_as_one(newsroom: "Newsroom", tmp_path: Path) -> None:
    def invent(_: str, answer: Answer) -> Answer:
        return replace(answer, citations=tuple(replace(c, quote="Boo.") for c in answer.citations))

    text = page(newsroom.run(invent), tmp_path / "page.html")

    assert '<span class="invented">not in its passage: Boo.</span>' in text
    assert "FAIL: quote validity" in text


def test_nothing_on_the_page_is_live(newsroom: "Newsroom", tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script>\"'<img src=x onerror=alert(2)>\x1b[2J\u202e"

    def attack(_: str, answer: Answer) -> Answer:
        return replace(answer, text=evil, standalone_question=evil, notes=(evil,), model=evil)

    newsroom.questions = tuple(
        question.model_copy(update={"kind": evil, "id": evil + question.id, "answers": (evil,)})
        for question in newsroom.questions
    )
    text = page(newsroom.run(attack), tmp_path / "page.html", problems=(evil,))

    assert Tags(text).names.count("script") == 1
    assert "<img" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "alert(1)" in text


def test_a_large_set_shows_first_what_went_wrong(
    newsroom: "Newsroom", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.evaluation.html_page.MOST_QUESTIONS", 2)

    text = page(
        newsroom.run(lambda q, a: replace(a, text="?") if "frost" in q else a),
        tmp_path / "page.html",
    )

    assert "The 2 questions to look at first, of 5" in text
    assert re.findall(r'class="kind">(?:\w+) · (\w+)', text) == ["closed", "apples"]


def test_a_run_without_confidence_or_gold_still_makes_a_page(
    newsroom: "Newsroom", tmp_path: Path
) -> None:
    bare = newsroom.questions[0].model_copy(
        update={"answers": (), "evidence": (), "answerable": None}
    )
    newsroom.questions = (bare,)

    text = page(newsroom.run(lambda _, a: replace(a, confidence=None)), tmp_path / "page.html")

    assert Tags(text).names.count("svg") == 2
    assert "Refusal curve" not in text


@given(st.text(max_size=20), st.text(min_size=1, max_size=20), st.text(max_size=20), st.data())
def test_the_pieces_of_a_passage_are_the_passage(
    before: str, quote: str, after: str, data: st.DataObject
) -> None:
    start = 100 + len(before)
    low = data.draw(st.integers(0, len(quote)))
    high = data.draw(st.integers(low, len(quote)))
    article = Article(article_id="a", source="a", title="A")
    text = before + quote + after
    place = Passage(passage_id="a", article=article, text=text, start=100, end=100 + len(text))
    citation = Citation(
        n=1,
        passage=place,
        quote=quote,
        start=start,
        end=start + len(quote),
        highlight=(start + low, start + high),
    )

    cut = pieces(citation)

    assert "".join(piece for _, piece in cut) == text
    assert "".join(piece for role, piece in cut if role != "plain") == quote
    assert "".join(piece for role, piece in cut if role == "answer") == quote[low:high]


def test_charts_of_nothing_are_drawn() -> None:
    charts = page_templates().get_template("charts.svg.j2").module
    drawn = (charts.slices([], []), charts.curve([]), charts.latency(*latency_bins([]), {}))

    for svg in drawn:
        assert svg.startswith("<svg")
        assert "nan" not in svg


def test_a_change_that_rounds_to_nothing_has_no_minus() -> None:
    assert signed(-0.0002) == "+0.000"
    assert signed(-0.02) == "-0.020"
