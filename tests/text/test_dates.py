"""Dates of three precisions as the days they can mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.errors import UsageError
from retrieval.text.dates import first_day, in_short, in_words, is_date, last_day


def test_a_month_spans_its_days() -> None:
    assert (first_day("2016-02"), last_day("2016-02")) == (20160201, 20160229)
    assert (first_day("2014"), last_day("2014")) == (20140101, 20141231)


@pytest.mark.parametrize("text", ["2014-13", "14-10-2014", "2014-02-30", "October", "", "0000"])
def test_what_is_no_date_is_named(text: str) -> None:
    assert not is_date(text)
    with pytest.raises(UsageError, match="YYYY-MM-DD"):
        first_day(text)


@given(st.dates())
def test_a_day_is_its_own_first_and_last(day: object) -> None:
    assert first_day(str(day)) == last_day(str(day)) == int(str(day).replace("-", ""))


def test_a_date_in_words_is_as_precise_as_it_is_known() -> None:
    assert in_words("2014-10-05") == "5 October 2014"
    assert in_words("2014-10") == "October 2014"
    assert in_words("2014") == "2014"
    assert in_words(None) is None


def test_a_date_in_short_is_as_precise_as_it_is_known() -> None:
    assert [in_short(date) for date in ("2014-10-05", "2014-10", "2014", None)] == [
        "5 Oct 2014",
        "Oct 2014",
        "2014",
        None,
    ]
