"""Numbers, dates, names and denials are read alike however a text writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.text.date_mentions import date_mentions
from retrieval.text.names import NameIndex, names
from retrieval.text.numbers import quantities
from retrieval.verify.facts import Source
from retrieval.verify.polarity import are_opposite, clashes, negated
from retrieval.verify.support import turned_share


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("three hours", "a three-hour meeting"),
        ("180 minutes", "three hours"),
        ("500,000 people", "half a million people"),
        ("2.5 million", "two and a half million"),
        ("$1.5 billion", "1.5bn dollars"),
        ("12 per cent", "12%"),
        ("50 percent", "half of the voters"),
        ("24 men", "two dozen men"),
        ("a year and a half", "18 months"),
        ("250 jets", "two hundred and fifty jets"),
        ("the 3rd time", "the third time"),
        ("90 minutes", "an hour and a half"),
    ],
)
def test_the_same_number_agrees_however_it_is_written(one: str, other: str) -> None:
    left, right = quantities(one)[-1], quantities(other)[-1]

    assert left.agrees(right)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("three hours", "five hours"),
        ("three hours", "three days"),
        ("12 percent", "12 dollars"),
        ("more than 20 jets", "fewer than 20 jets"),
        ("the third time", "three times"),
        ("thousands of men", "1,000 men"),
    ],
)
def test_different_numbers_units_and_bounds_do_not_agree(one: str, other: str) -> None:
    assert not quantities(one)[0].agrees(quantities(other)[0])


@pytest.mark.parametrize("text", ["a Su-24 jet", "the G20", "one of them", "no number here"])
def test_digits_of_names_and_a_bare_one_are_no_numbers(text: str) -> None:
    assert quantities(text) == []


def test_the_lower_end_of_a_range_has_the_unit_of_the_upper() -> None:
    source = Source("The share doubled from 10 to 20%, in 3–4 hours or less.")

    assert source.unheld("It rose from 10% to 20% in three hours.") == []
    assert [fact.text for fact in source.unheld("It took ten hours.")] == ["ten hours"]


def test_a_second_is_another_one_before_it_is_a_length_of_time() -> None:
    source = Source("The mice were placed in a second chamber.")

    assert source.unheld("The mice were put in a second box.") == []


def test_an_apostrophe_in_a_name_does_not_matter() -> None:
    assert Source("The ruling Ba'ath Party met.").unheld("The Baath Party met.") == []


def test_what_one_says_of_oneself_is_no_name() -> None:
    assert Source("He had to try.").unheld("He said that I had to try.") == []
    assert Source("World War II began.").unheld("In World War I it began.") != []


@given(st.integers(min_value=2, max_value=10**12))
def test_a_number_written_with_commas_is_read_back(number: int) -> None:
    assert quantities(f"about {number:,} of them")[0].value == number


@given(st.text(max_size=200))
def test_facts_of_any_text_stand_where_their_spans_say(text: str) -> None:
    marks = [*quantities(text), *date_mentions(text), *names(text)]

    assert all(0 <= mark.span[0] < mark.span[1] <= len(text) for mark in marks)


@pytest.mark.parametrize(
    ("claim", "text", "published"),
    [
        ("on 15 September 2014", "in Paris on Sept. 15", "2014-09-28"),
        ("on September 15", "on the 15th of September, 2014", None),
        ("in 2013", "in September 2013", None),
        ("on 26 September 2014", "on Friday", "2014-09-28"),
        ("in August 2016", "last August", "2017-03-21"),
    ],
)
def test_a_date_follows_from_a_fuller_one_or_from_the_day_of_publication(
    claim: str, text: str, published: str | None
) -> None:
    assert Source(f"It was {text}.", published=published).unheld(f"It was {claim}.") == []


@pytest.mark.parametrize(
    ("claim", "text", "published"),
    [
        ("on September 25", "on September 15", "2014-09-28"),
        ("in 2014", "in September 2013", None),
        ("on Tuesday", "on Sunday", None),
        ("on 15 September 2014", "on September 15", None),
        ("in December 2017", "in December", "2017-11-20"),
    ],
)
def test_a_date_that_differs_or_says_more_is_missed(
    claim: str, text: str, published: str | None
) -> None:
    missing = Source(f"It was {text}.", published=published).unheld(f"It was {claim}.")

    assert [fact.kind for fact in missing] == ["date"]


def test_may_is_a_month_only_where_it_is_one() -> None:
    assert date_mentions("May it be so. She may leave.") == []
    assert date_mentions("She left in May.")[0].month == 5


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("the United States", "a U.S.-led raid"),
        ("American", "the US and Norway"),
        ("Syria", "Syrian towns"),
        ("Kurdish", "the Kurds"),
        ("the UN", "the United Nations said"),
        ("the JEC", "a Joint Executive Center opened"),
        ("ISIS", "Islamic State (IS) fighters"),
        ("Lindqvist", "Astrid Lindqvist’s house"),
        ("Müller", "Mr. Muller said"),
    ],
)
def test_a_name_is_found_under_its_other_forms(name: str, text: str) -> None:
    assert Source(text).unheld(f"It was {name}.") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Iran", "Iraq and Syria"),
        ("Austria", "the Australian coast"),
        ("Robert Kerr", "John Kerr"),
        ("London", "the British government"),
        ("US", "he told us"),
        ("IS", "it is so"),
    ],
)
def test_another_name_is_missed(name: str, text: str) -> None:
    assert Source(text).unheld(f"It was {name}.")


def test_an_unknown_name_at_the_start_is_missed_and_a_common_word_is_not() -> None:
    source = Source("The mayor resigned.")

    assert [fact.text for fact in source.unheld("Zelinka resigned.")] == ["Zelinka"]
    assert source.unheld("Officials resigned.") == []


def test_seats_of_government_and_slips_count_only_where_asked_for() -> None:
    index = NameIndex("Moscow and Mr. Lavrov objected.")
    russia, lavroff = names("It is Russia.")[-1], names("It is Lavrof.")[-1]

    assert not index.holds(russia)
    assert index.holds(russia, lenient=True)
    assert not index.holds(lavroff)
    assert index.holds(lavroff, lenient=True)


def test_quoted_words_must_stand_there() -> None:
    source = Source("He called it “long, but fair” and left.")

    assert source.unheld('He called it "long but fair".') == []
    assert [f.kind for f in source.unheld('He called it "short but fair".')] == ["quote"]


def test_denials_reach_to_the_end_of_their_clause_and_cancel_out() -> None:
    denied = negated("Rail did not bid for the site, but the port bought land.")
    twice = negated("He did not rule out talks.")

    assert denied["bid"]
    assert not denied["buy"]
    assert not twice["talk"]


def test_opposites_come_from_the_list_or_a_prefix() -> None:
    assert are_opposite("increased", "reduced")
    assert are_opposite("guided", "unguided")
    assert not are_opposite("radiate", "irradiate")
    assert clashes("Trade has eased.", "Trade has only increased.") == [("eased", "increased")]
    assert clashes("They did not succeed.", "They failed.") == []


def test_names_typed_in_lower_case_are_checked_too() -> None:
    source = Source("Astrid Lindqvist met Tomas Brekke in Varnholm.")

    assert source.unheld("lindqvist met brekke") == []
    assert [fact.text for fact in source.unheld("lindqvist met zelinka")] == ["zelinka"]


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The prices have not fallen.", "The cost of living went down a little."),
        ("The two were not working there.", "Both of them had jobs at the mill."),
        ("It was not just a mill.", "It was just a mill."),
        ("The owners were there.", "The owners were not there."),
        ("Those men do do it for the money.", "Those men do not do it for the money."),
    ],
)
def test_a_not_that_only_one_of_two_texts_has_turns_one_round(statement: str, source: str) -> None:
    assert turned_share(statement, source) == 1.0


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The road is not easy.", "The road is hard."),
        ("She would not say who was at home.", "She declined to say who was at home."),
        ("The story did not convince the inquiry.", "The inquiry did not believe the story."),
        ("The plan is not solely about money.", "The plan is not just about money."),
        ("“I was not there,” says Munir of Varnholm.", "“I was not there,” recalled Munir."),
    ],
)
def test_a_denial_in_other_words_turns_nothing_round(statement: str, source: str) -> None:
    assert turned_share(statement, source) == 0.0
