"""A written statement is shown only if the sentences it names bear it out, with copied quotes."""

import pytest

from retrieval.answer.model_reply import Written
from retrieval.answer.prompt import number_sentences
from retrieval.models.reader import Reader
from retrieval.verify.statements import Rejected, Verified, Verifier, cited, merged
from retrieval.verify.support import Judge
from retrieval.verify.window import single_windows
from tests.fakes.harbour import START, TEXT, evidence, passage


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(Reader())


@pytest.fixture
def verifier(judge: Judge) -> Verifier:
    return Verifier(judge, number_sentences([passage()]))


def written(text: str, *sentences: int) -> Written:
    return Written(text=text, sentences=sentences)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("The council of Varnholm voted to close the old ferry terminal.", (1,)),
        ("Nine members were in favor and 4 against after three hours of debate.", (2,)),
        ("Mayor Astrid Lindqvist called the decision necessary.", (3,)),
        ("Tomas Brekke handed over 500,000 signatures against the plan.", (5,)),
        ("Nordic Rail made no bid for the site.", (6,)),
        ("According to The Varnholm Post, the terminal was built in 1931.", (7,)),
        ("In March 2021 The Varnholm Post wrote that Nordic Rail did not bid for the site.", (6,)),
    ],
)
def test_a_statement_that_its_sentences_bear_out_is_verified(
    verifier: Verifier, text: str, sentences: tuple[int, ...]
) -> None:
    result = verifier.verify(written(text, *sentences))

    assert isinstance(result, Verified)
    assert result.text == text


@pytest.mark.parametrize(
    ("text", "sentences", "reason"),
    [
        ("The terminal was built in 1931.", (), "names no sentence"),
        ("The terminal was built in 1931.", (7, 99), "no sentence 99"),
        ("The terminal was built in 1931.", (0,), "no sentence 0"),
        ("The terminal was built in 1932.", (7,), "1932"),
        ("Nine members were in favor after a five-hour debate.", (2,), "five-hour"),
        ("Mayor Olga Lindqvist called the decision painful.", (3,), "Olga"),
        ("Tomas Brekke of Greenpeace handed over signatures.", (5,), "Greenpeace"),
        ("Mayor Astrid Lindqvist called it “a triumph”.", (3,), "a triumph"),
        ("Nordic Rail did bid for the site.", (6,), "deny"),
        ("Nordic Rail bid for the site.", (6,), "deny"),
        ("Mayor Astrid Lindqvist, who led the long talks, did not call it painful.", (3,), "deny"),
        ("Nordic Rail, writes The Varnholm Post, did not bid in April 2020.", (6,), "April 2020"),
        ("The terminal was built in 1931, see https://evil.example.", (7,), "links"),
        ("@everyone The terminal was built in 1931.", (7,), "mentions"),
        ("Tomas Brekke wants to become mayor of the city.", (5,), "do not say"),
    ],
)
def test_a_statement_that_fails_is_rejected_with_the_reason(
    verifier: Verifier, text: str, sentences: tuple[int, ...], reason: str
) -> None:
    result = verifier.verify(written(text, *sentences))

    assert isinstance(result, Rejected)
    assert reason in result.reason


def test_a_name_behind_a_pronoun_is_quoted_along(verifier: Verifier) -> None:
    text = "Mayor Astrid Lindqvist said that the terminal had lost 12 percent of its traffic."

    result = verifier.verify(written(text, 4))

    assert isinstance(result, Verified)
    assert "Astrid Lindqvist" in result.windows[0].text
    assert result.windows[0].text.endswith("since 2015.")


@pytest.mark.parametrize(
    ("text", "cites"),
    [
        ("Tomas Brekke says that he is used to noise.", 2),
        ("Brekke, Ida Strand, voted for the new terminal.", 3),
    ],
)
def test_a_name_of_the_sentence_before_takes_no_other_ones_place(
    judge: Judge, text: str, cites: int
) -> None:
    told = (
        "Tomas Brekke lives near the bar. Unworried, Olga Lind says that he is used to noise. "
        "The mayor, Ida Strand, voted for the new terminal."
    )
    verifier = Verifier(judge, number_sentences([passage(told)]))

    assert isinstance(verifier.verify(written(text, cites)), Rejected)


TWO_LINDS = (
    "Tomas Brekke of the Harbor Union met the mayor, Olga Lind, at noon. The talks were long. "
    "Brekke handed over 500 signatures. Rain fell on Varnholm. Then Lind voted for the plan."
)


def test_a_name_in_full_is_quoted_along_from_where_it_stands_in_full(judge: Judge) -> None:
    verifier = Verifier(judge, number_sentences([passage(TWO_LINDS)]))

    result = verifier.verify(written("Tomas Brekke handed over 500 signatures.", 3))

    assert isinstance(result, Verified)
    assert [window.text[:12] for window in result.windows] == ["Tomas Brekke", "Brekke hande"]


@pytest.mark.parametrize(
    "text", ["Olga Brekke handed over 500 signatures.", "Ida Lind voted for the plan."]
)
def test_a_name_that_stands_nowhere_in_full_is_missed(judge: Judge, text: str) -> None:
    verifier = Verifier(judge, number_sentences([passage(TWO_LINDS)]))

    assert isinstance(verifier.verify(written(text, 3, 5)), Rejected)


@pytest.mark.parametrize(
    "text",
    [
        "The Varnholm ferry terminal was built in 1931.",
        "In Varnholm, Nordic Rail did not bid for the site.",
    ],
)
def test_a_name_of_the_title_is_known(verifier: Verifier, text: str) -> None:
    assert isinstance(verifier.verify(written(text, 7 if "1931" in text else 6)), Verified)


@pytest.mark.parametrize(
    "text",
    [
        "Tomas Varnholm of the Harbor Union handed over half a million signatures.",
        "Tomas Brekke of the Varnholm Union handed over half a million signatures.",
        "Mayor Varnholm called the decision necessary.",
    ],
)
def test_a_name_of_the_title_takes_no_other_ones_place(verifier: Verifier, text: str) -> None:
    assert isinstance(verifier.verify(written(text, 3 if "Mayor" in text else 5)), Rejected)


def test_sentences_that_add_nothing_are_not_cited(verifier: Verifier) -> None:
    result = verifier.verify(written("Nordic Rail did not bid for the site.", 1, 6))

    assert isinstance(result, Verified)
    assert [window.text for window in result.windows] == ["Nordic Rail did not bid for the site."]


def test_neighbours_become_one_quote_copied_from_the_article() -> None:
    windows = single_windows(evidence().passage, evidence().sentences)
    runs = merged([windows[3], windows[6], windows[2]])
    statements, citations = cited(
        [
            Verified(text="One.", windows=(runs[1],)),
            Verified(text="Two.", windows=runs),
        ]
    )

    assert [s.citations for s in statements] == [(1,), (2, 1)]
    assert [c.n for c in citations] == [1, 2]
    assert citations[1].quote.startswith("Mayor")
    assert citations[1].quote.endswith("since 2015.")
    assert all(TEXT[c.start - START : c.end - START] == c.quote for c in citations)


def test_a_sentence_that_is_copied_whole_holds_as_a_quote(judge: Judge) -> None:
    told = "Brekke wrote to Nordrail.example that he, like nobody else, was “not amused”."
    verifier = Verifier(judge, number_sentences([passage(f"Tomas Brekke is angry. {told}")]))

    copied = verifier.verify(Written(text=told.replace("“", '"').replace("”", '"'), sentences=(2,)))
    changed = verifier.verify(Written(text=told.replace("Nordrail", "evil"), sentences=(2,)))

    assert isinstance(copied, Verified)
    assert copied.text == told
    assert isinstance(changed, Rejected)
    assert changed.reason == "links are not allowed"
