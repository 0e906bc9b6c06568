"""Names put into each other's place are told by the words beside them, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.verify.facts import Source
from retrieval.verify.support import compare
from retrieval.verify.word_order import exchanged

SOURCE = "The envoy of Norway, Astrid Lind, met the minister of Peru in Varnholm on Monday."
SAID = "Tomas Brekke of the Harbour Union said that the mayor of Varnholm had lied."


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The envoy of Peru met the minister of Norway.", SOURCE),
        ("Tomas Brekke of Varnholm said that the mayor of the Harbour Union had lied.", SAID),
        (
            "House hunters from Russia follow buyers from China.",
            "In spring, house hunters from China followed buyers from Russia.",
        ),
    ],
)
def test_two_names_in_each_others_place_are_told(statement: str, source: str) -> None:
    assert exchanged(statement, source) is not None
    found = compare(statement, Source(source), logit=9.0)
    assert not found.holds
    assert found.objection is not None


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The envoy of Norway met the minister of Peru.", SOURCE),
        ("The minister of Peru was met by the envoy of Norway.", SOURCE),
        ("In Varnholm, the minister of Peru met Norway's envoy Astrid Lind.", SOURCE),
        ("The mayor of Varnholm had lied, said Tomas Brekke of the Harbour Union.", SAID),
        ("Norway and Peru met.", "Peru and Norway met."),
    ],
)
def test_names_in_their_own_place_are_not(statement: str, source: str) -> None:
    assert exchanged(statement, source) is None


@given(st.text(max_size=120), st.text(max_size=120))
def test_any_texts_are_compared_and_one_with_itself_has_nothing_exchanged(
    one: str, other: str
) -> None:
    assert exchanged(one, one) is None
    exchanged(one, other)
