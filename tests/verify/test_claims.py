"""A claim is supported, contradicted or not found, with the sentences that say so."""

from dataclasses import replace

import pytest

from retrieval.models.reader import Reader
from retrieval.verify.claims import check_claim
from retrieval.verify.facts import Source
from retrieval.verify.support import Judge, subject_of
from tests.fakes.harbour import START, TEXT, hit, passage


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge(Reader())


@pytest.mark.parametrize(
    "claim",
    [
        "The debate took three hours.",
        "The council of Varnholm voted on Tuesday to close the ferry terminal.",
        "Nordic Rail did not bid for the site.",
        "Half a million signatures against the plan were handed over by Tomas Brekke.",
        "Mayor Astrid Lindqvist said that the terminal had lost 12 percent of its traffic.",
        "The terminal was built in 1931. Nordic Rail made no bid for the site.",
    ],
)
def test_what_the_article_says_is_supported(judge: Judge, claim: str) -> None:
    checked = check_claim(claim, [hit()], judge)

    assert checked.verdict == "supported"
    assert {c.stance for c in checked.citations} == {"supports"}


@pytest.mark.parametrize(
    "claim",
    [
        "The council of Varnholm voted on Sunday to close the ferry terminal.",
        "The council of Varnholm voted on Tuesday to open the old ferry terminal.",
        "The council of Norrfjord voted on Tuesday to close the old ferry terminal.",
        "Nordic Rail did bid for the site.",
        "Four members were in favor after a five-hour debate.",
        "The terminal was built in 1931. Nordic Rail won the bid for the site.",
    ],
)
def test_the_same_with_one_thing_changed_is_contradicted(judge: Judge, claim: str) -> None:
    checked = check_claim(claim, [hit()], judge)

    assert checked.verdict == "contradicted"
    assert "contradicts" in {c.stance for c in checked.citations}
    assert checked.reasons


@pytest.mark.parametrize(
    "claim", ["Penguins eat fish in the Antarctic.", "The king of Spain opened a museum in Madrid."]
)
def test_what_no_article_speaks_of_is_not_found(judge: Judge, claim: str) -> None:
    checked = check_claim(claim, [hit()], judge)

    assert checked.verdict == "not found"
    assert checked.citations == ()
    assert checked.nearest
    assert {c.stance for c in checked.nearest} == {None}


LATER = "Brekke paid 40 fines last year. He lives by the sea."


@pytest.mark.parametrize("claim", ["Tomas Brekke paid 40 fines.", "Tomas Brekke lives by the sea."])
def test_a_name_that_the_article_says_in_full_elsewhere_is_known(judge: Judge, claim: str) -> None:
    later = replace(hit(LATER), passage=replace(passage(LATER), passage_id="later"))

    assert check_claim(claim, [hit(), later], judge).verdict == "supported"
    assert check_claim(claim, [later], judge).verdict != "supported"
    other = claim.replace("Tomas", "Olga")
    assert check_claim(other, [hit(), later], judge).verdict != "supported"


def test_a_name_stands_for_the_he_before_what_is_said_of_him(judge: Judge) -> None:
    told = (
        "The mayor has said odd things about Tomas Brekke. She said he was “an enemy of the ferry”,"
        " though not Norway’s enemy, which is rust."
    )

    checked = check_claim("Brekke is an enemy of the ferry.", [hit(told)], judge)

    assert checked.verdict == "supported"


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ("“We hope to build 40 new ferries in ten years, at least.”", "not found"),
        ("Olga Lind hopes to build 40 new ferries in ten years.", "contradicted"),
    ],
)
def test_a_sentence_that_names_nobody_contradicts_no_name(
    judge: Judge, told: str, verdict: str
) -> None:
    claim = "Tomas Brekke hopes to build 40 new ferries in ten years."

    assert check_claim(claim, [hit(told)], judge).verdict == verdict


def test_a_sentence_that_the_reader_finds_to_deny_a_claim_contradicts_it(judge: Judge) -> None:
    told = "The school of Marn is open to girls alone."

    checked = check_claim("The school of Marn is open to everybody.", [hit(told)], judge)

    assert checked.verdict == "contradicted"


def test_an_exclamation_beside_a_claim_does_not_count(judge: Judge) -> None:
    checked = check_claim("Wow! The debate took three hours. 🙂", [hit()], judge)

    assert checked.verdict == "supported"


def test_two_claims_that_rest_on_one_sentence_give_one_quote(judge: Judge) -> None:
    claim = "The debate took three hours. After a three-hour debate, nine members were in favor."

    checked = check_claim(claim, [hit()], judge)

    assert checked.verdict == "supported"
    assert len({(c.start, c.end) for c in checked.citations}) == len(checked.citations)


def test_a_contradiction_shows_what_contradicts(judge: Judge) -> None:
    claim = "The terminal was built in 1931. Nordic Rail won the bid for the site."

    checked = check_claim(claim, [hit()], judge)

    assert {c.stance for c in checked.citations} == {"contradicts"}


def test_quotes_are_numbered_and_verbatim(judge: Judge) -> None:
    checked = check_claim("The terminal was built in 1931.", [hit()], judge)

    assert checked.citations
    assert [c.n for c in checked.citations] == list(range(1, len(checked.citations) + 1))
    assert all(TEXT[c.start - START : c.end - START] == c.quote for c in checked.citations)


def test_a_search_without_hits_finds_nothing(judge: Judge) -> None:
    assert check_claim("Anything at all.", [], judge).verdict == "not found"


@pytest.mark.parametrize(
    ("statement", "subject"),
    [
        ("Tomas Brekke handed over signatures.", ["Tomas", "Brekke"]),
        ("The council voted.", None),
        ("Brekke and Lindqvist met.", None),
        ("Varnholm's council voted.", None),
        ("Harbor Union members met.", None),
    ],
)
def test_a_subject_is_a_name_that_a_verb_follows(statement: str, subject: list[str] | None) -> None:
    found = subject_of(statement)

    assert (None if found is None else [name.text for name in found]) == subject


def test_a_differing_number_is_named_beside_the_articles_own() -> None:
    source = Source("Following a three-hour meeting in Paris, both sides spoke to the press.")
    claim = "The meeting in Paris took five hours."

    (fact,) = source.unheld(claim)

    assert (fact.text, source.rival(claim, fact)) == ("five hours", "three-hour")
