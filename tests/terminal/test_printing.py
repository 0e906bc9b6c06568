"""What stands on a terminal or in a pipe is what the articles say, letter for letter."""

import io
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.terminal.console import make_console
from bot.terminal.harmless import harmless
from bot.terminal.printing import print_answer, print_article, print_hits, print_sources
from retrieval.answer.compose import CLOSE
from retrieval.record import json_line
from retrieval.text.sentences import sentence_spans
from retrieval.types import (
    Answer,
    Article,
    Citation,
    Filters,
    Hit,
    Passage,
    Refusal,
    Span,
    Statement,
)

SEEDS = sorted(Path(__file__).parents[2].glob("seeds/*.txt"))
STYLES = re.compile(r"\x1b\[[\d;]*m")
ARTICLE = Article(
    article_id="harbour.txt",
    source="harbour.txt",
    title="[bold]Harbour[/bold] reopens",
    outlet="Coast Herald",
    published="2016-03",
    kind="opinion",
    passages=2,
)
TEXT = "The harbour was shut for nine weeks. It reopened on Monday."


def cite(article: Article, text: str, span: Span, n: int = 1, highlight: str = "") -> Citation:
    start, end = span
    at = text.find(highlight, start)
    return Citation(
        n=n,
        passage=Passage(passage_id="p", article=article, text=text, start=0, end=len(text)),
        quote=text[start:end],
        start=start,
        end=end,
        highlight=(at, at + len(highlight)) if highlight else None,
    )


def quoting(*citations: Citation, **changes: object) -> Answer:
    known: dict[str, object] = {
        "question": "How long?",
        "standalone_question": "How long?",
        "text": "\n".join(f"“{' '.join(c.quote.split())}” [{c.n}]" for c in citations),
        "model": "extractive",
        "statements": tuple(Statement(text=c.quote, citations=(c.n,)) for c in citations),
        "citations": citations,
        "confidence": 0.93,
    }
    return Answer(**known | changes)  # type: ignore[arg-type]


def piped(answer: Answer, *, details: bool = False) -> str:
    out = io.StringIO()
    print_answer(make_console(file=out), answer, details=details)
    return out.getvalue()


def terminal(width: int) -> Console:
    return Console(
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        no_color=False,
        width=width,
        markup=False,
        emoji=False,
        highlight=False,
    )


def written(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def sentences_of(seed: Path) -> tuple[str, Sequence[Span]]:
    text = "\n\n".join(seed.read_text("utf-8").splitlines())
    return text, sentence_spans(text)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.stem)
def test_every_sentence_of_the_seeds_stands_whole_on_one_line_of_a_pipe(seed: Path) -> None:
    text, spans = sentences_of(seed)
    answer = quoting(*(cite(ARTICLE, text, span, n) for n, span in enumerate(spans, start=1)))

    lines = piped(answer).split("\n")

    assert len(spans) > 20
    for start, end in spans:
        assert any(f"“{text[start:end]}”" in line for line in lines)


@pytest.mark.parametrize("width", [24, 50, 80, 300])
def test_every_sentence_of_the_seeds_is_read_back_from_a_terminal(width: int) -> None:
    console = terminal(width)
    expected = []
    for seed in SEEDS:
        text, spans = sentences_of(seed)
        expected += [text[start:end] for start, end in spans]
        print_article(console, ARTICLE, text)

    shown = "".join(STYLES.sub("", written(console)).split())

    assert all("".join(sentence.split()) in shown for sentence in expected)


def test_markup_in_question_title_and_quote_is_shown_and_not_obeyed() -> None:
    text = "The vote [against IS] was [red]close[/red] :smile: [/]."

    shown = piped(quoting(cite(ARTICLE, text, (0, len(text))), standalone_question="[b]x[/b]"))

    assert text in shown
    assert "[bold]Harbour[/bold] reopens" in shown
    assert "searched: [b]x[/b]" in shown


@given(st.text(st.characters(codec=None), max_size=80))
def test_no_character_steers_the_terminal(text: str) -> None:
    shown = harmless(text)

    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", shown
    )
    shown.encode("utf-8")


@given(st.text(max_size=80))
def test_json_for_a_terminal_is_harmless_and_loses_nothing(text: str) -> None:
    line = json_line({"text": text})

    assert line == harmless(line)
    assert json.loads(line) == {"text": text}


def test_a_quote_with_escape_codes_shows_them() -> None:
    text = "Calm \x1b[2J\u202eevil\u202c seas."

    shown = piped(quoting(cite(ARTICLE, text, (0, len(text)))))

    assert "Calm ␛[2J‹U+202E›evil‹U+202C› seas." in shown
    assert "\x1b" not in shown


def test_the_answering_words_are_bold_in_the_quote() -> None:
    console = terminal(80)

    print_answer(console, quoting(cite(ARTICLE, TEXT, (0, 36), highlight="nine weeks")))

    assert "shut for \x1b[1mnine weeks\x1b[0m." in written(console)


def test_a_pipe_gets_no_escape_code_and_a_terminal_without_colour_no_colour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer = quoting(cite(ARTICLE, TEXT, (0, 36), highlight="nine weeks"))
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(file=io.StringIO(), force_terminal=True, width=80)

    print_answer(console, answer)

    assert "\x1b" not in piped(answer)
    assert not re.search(r"\x1b\[[\d;]*3\d", written(console))


def test_a_quote_stands_above_its_outlet_date_kind_and_title() -> None:
    answer = quoting(cite(ARTICLE, TEXT, (0, 36)))
    block = "“The harbour was shut for nine weeks.”\n[1] Coast Herald · Mar 2016 · OPINION · [bold]"

    assert block in piped(answer)
    assert "characters" not in piped(answer)
    assert "confidence" not in piped(answer)


def test_with_details_it_has_its_place_and_the_answer_its_confidence() -> None:
    shown = piped(quoting(cite(ARTICLE, TEXT, (0, 36))), details=True)

    assert "characters 0–36 of harbour.txt" in shown
    assert "confidence 93%" in shown


def test_an_own_sentence_is_followed_by_the_quote_it_rests_on() -> None:
    answer = quoting(cite(ARTICLE, TEXT, (0, 36)), text="It took nine weeks. [1]", model="a:b")

    shown = piped(answer)

    assert "It took nine weeks. [1]\n\n“The harbour was shut for nine weeks.”\n" in shown
    assert "written by a:b" in shown


def test_quotes_of_several_outlets_are_told_apart_beneath_and_not_before() -> None:
    first, second = (cite(ARTICLE, TEXT, span, n) for n, span in ((1, (0, 36)), (2, (37, 59))))
    voice = "Coast Herald, March 2016:"
    quotes = ("“The harbour was shut for nine weeks.” [1]", "“It reopened on Monday.” [2]")
    text = "\n".join(f"{voice} {quote}" for quote in quotes)

    shown = piped(quoting(first, second, text=text))

    assert "Coast Herald, March" not in shown
    assert shown.count("“") == 2


def test_the_same_words_and_the_collections_metadata_need_no_small_print() -> None:
    said = {"question": "who owns it", "standalone_question": "Who owns it?", "model": "metadata"}

    shown = piped(quoting(cite(ARTICLE, TEXT, (0, 36)), **said))

    assert "searched" not in shown
    assert "written by" not in shown


def test_a_quote_stands_once() -> None:
    assert piped(quoting(cite(ARTICLE, TEXT, (0, 36)))).count("nine weeks") == 1


def test_a_doubtful_answer_looks_doubtful() -> None:
    console = terminal(80)
    answer = quoting(cite(ARTICLE, TEXT, (0, 36)))

    print_answer(console, quoting(*answer.citations, text=f"{CLOSE}\n{answer.text}"))

    assert f"\x1b[33m{CLOSE}\x1b[0m" in written(console)


def test_a_refusal_is_its_own_three_lines_and_with_details_what_comes_nearest() -> None:
    nearest = (cite(ARTICLE, TEXT, (0, 36)),)
    refusal = Refusal(reason="no passage answers", kind="off topic", nearest=nearest)
    text = "No passage answers.\nThe collection: 1 article.\nTry: Who reopened it?"
    answer = quoting(text=text, refusal=refusal)

    head, _, passages = piped(answer, details=True).partition(
        "Nearest passages, which are not an answer:"
    )

    assert piped(answer) == f"{text}\n\n"
    assert text in head
    assert "“The harbour was shut for nine weeks.”" in passages
    assert "confidence" not in passages


def test_a_refusal_that_speaks_of_passages_shows_them() -> None:
    nearest = (cite(ARTICLE, TEXT, (0, 38)),)
    refusal = Refusal(reason="these passages match", nearest=nearest, names_nearest=True)

    told = piped(quoting(text=refusal.sentence, refusal=refusal, citations=()))

    assert told.index("These passages match") < told.index("The harbour was shut for nine weeks.")


def test_a_refusal_on_what_the_articles_speak_of_says_what_they_do_say() -> None:
    nearest = (cite(ARTICLE, TEXT, (0, 36)), cite(ARTICLE, TEXT, (37, 60)))
    refusal = Refusal(reason="no article says this", nearest=nearest, covers="1 article")
    text = "No article says this.\nThe collection: 1 article."

    lines = piped(quoting(text=text, refusal=refusal, citations=())).split("\n")

    assert [line for line in lines if line][:2] == [
        "No article says this. What comes nearest:",
        "“The harbour was shut for nine weeks.”",
    ]
    assert len([line for line in lines if line]) == 3


def test_a_claim_of_which_nothing_is_said_keeps_its_verdict_and_shows_no_quote() -> None:
    refusal = Refusal(reason="no passage speaks to it", nearest=(cite(ARTICLE, TEXT, (0, 36)),))
    text = "The articles neither support nor contradict this."

    told = piped(quoting(text=text, refusal=refusal, citations=(), verdict="not found"))

    assert text in told
    assert "harbour" not in told


def test_a_quote_names_the_other_outlets_of_its_story_and_when_it_was_corrected() -> None:
    known = replace(ARTICLE, also_in=("The Post", "Echo"), corrected="2016-04-02")

    told = piped(quoting(cite(known, TEXT, (0, 38))))

    assert "reopens · also in The Post, Echo · text changed 2 April 2016" in told


def test_what_narrowed_the_search_and_the_notes_are_told() -> None:
    filters = Filters(since="2014", outlet="Coast Herald", origin="question")

    shown = piped(quoting(filters=filters, notes=("1 statement dropped.",)))

    assert "only: since 2014, outlet Coast Herald (from the question)" in shown
    assert "1 statement dropped." in shown


def test_who_says_yes_stands_in_the_first_line_and_at_no_quote() -> None:
    said = replace(cite(ARTICLE, TEXT, (0, 36)), stance="supports")

    shown = piped(quoting(said, text="Yes, says Coast Herald:\n“The harbour was shut.” [1]"))

    assert shown.startswith("Yes, says Coast Herald:\n")
    assert "supports" not in shown


def test_a_verdict_and_its_stances_stand_out() -> None:
    console = terminal(80)
    against = replace(cite(ARTICLE, TEXT, (0, 36)), stance="contradicts")
    text = "The articles contradict this:\n“The harbour was shut for nine weeks.” [1]"

    print_answer(console, quoting(against, text=text, verdict="contradicted", confidence=0.04))

    shown = written(console)
    assert "\x1b[1;31mThe articles contradict this:\x1b[0m" in shown
    assert "\x1b[31mcontradicts\x1b[0m" in shown


def test_text_that_was_shown_while_it_grew_is_not_shown_again() -> None:
    answer = quoting(cite(ARTICLE, TEXT, (0, 36)), text="One. [1]\nTwo. [1]")
    grown, failed = io.StringIO(), io.StringIO()

    print_answer(make_console(file=grown), answer, shown="One. [1]")
    print_answer(make_console(file=failed), answer, shown="Wrong. [1]")

    assert "One." not in grown.getvalue()
    assert "Two. [1]" in grown.getvalue()
    assert "That draft did not hold. The answer:\nOne. [1]\nTwo. [1]" in failed.getvalue()


def test_hits_and_sources_show_what_is_known_and_what_is_not() -> None:
    out = io.StringIO()
    unknown = Article(article_id="x1", source="sea.txt", title="Sea", passages=1)
    passage = Passage(passage_id="p", article=unknown, text=TEXT, start=5, end=64)

    print_hits(make_console(file=out), "sea", [Hit(passage=passage, rank=1, score=0.5)])
    print_hits(make_console(file=out), "sky", [], limits=Filters(since="2014"))
    print_sources(make_console(file=out), [unknown], written_at=None)
    print_sources(make_console(file=out), [], written_at=datetime(2026, 3, 7, 9, 5, tzinfo=UTC))

    assert f"    {TEXT}\n    characters 5–64 of sea.txt, score 0.5000\n" in out.getvalue()
    assert "No passage was found for: sky (only: since 2014)\n" in out.getvalue()
    assert "outlet not stated, date not stated\n    Sea\n" in out.getvalue()
    assert "author not stated, 1 passage\n    sea.txt, id x1\n1 article held\n" in out.getvalue()
    assert out.getvalue().endswith("0 articles held, last written 2026-03-07 09:05 UTC\n")


def test_a_piped_article_is_its_clean_text_alone() -> None:
    out = io.StringIO()

    print_article(make_console(file=out), ARTICLE, "One.\n\nTwo [x].")

    assert out.getvalue() == "One.\n\nTwo [x].\n"
