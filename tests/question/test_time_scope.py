"""Time words become limits on publication dates only where they mean the time of telling."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.time_scope import TimeScope, time_range
from retrieval.types import Article

TODAY = date(2018, 3, 14)  # a Wednesday


def article(published: str | None, title: str = "A title") -> Article:
    return Article(article_id=str(published), source="a.txt", title=title, published=published)


HELD = [article("2014-09-28"), article("2014-10-15"), article("2017-03"), article(None)]


def scope(question: str) -> TimeScope:
    return time_range(question, today=TODAY, articles=HELD)


def limits(question: str) -> tuple[str | None, str | None]:
    filters = scope(question).filters
    return filters.since, filters.until


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("in January 2017", "2017-01-01", "2017-01-31"),
        ("in Jan. 2017", "2017-01-01", "2017-01-31"),
        ("during 2016", "2016-01-01", "2016-12-31"),
        ("in the last week of September 2014", "2014-09-22", "2014-09-30"),
        ("in the second week of March 2017", "2017-03-08", "2017-03-14"),
        ("before 2015", None, "2014-12-31"),
        ("prior to October 2014", None, "2014-09-30"),
        ("before the end of 2014", None, "2014-12-31"),
        ("since 2016", "2016-01-01", None),
        ("after October 2014", "2014-11-01", None),
        ("until the summer of 2014", None, "2014-08-31"),
        ("by 2015", None, "2015-12-31"),
        ("between 2014 and 2016", "2014-01-01", "2016-12-31"),
        ("between September and December 2017", "2017-09-01", "2017-12-31"),
        ("from 2014 to 2016", "2014-01-01", "2016-12-31"),
        ("in 2014-2016", "2014-01-01", "2016-12-31"),
        ("from October 2014 onwards", "2014-10-01", None),
        ("in September and October 2014", "2014-09-01", "2014-10-31"),
        ("in autumn 2014", "2014-09-01", "2014-11-30"),
        ("in the winter of 2014", "2014-12-01", "2015-02-28"),
        ("in mid-October 2014", "2014-10-10", "2014-10-20"),
        ("in early 2017", "2017-01-01", "2017-04-30"),
        ("at the end of 2014", "2014-10-01", "2014-12-31"),
        ("at the beginning of October 2014", "2014-10-01", "2014-10-10"),
        ("in the third quarter of 2014", "2014-07-01", "2014-09-30"),
        ("in the first half of 2017", "2017-01-01", "2017-06-30"),
        ("after 28 January 2017", "2017-01-29", None),
        ("since 2014-10-14", "2014-10-14", None),
        ("between October 1, 2014 and October 14, 2014", "2014-10-01", "2014-10-14"),
    ],
)
def test_a_written_time_becomes_the_days_that_it_means(
    words: str, since: str | None, until: str | None
) -> None:
    assert limits(f"What did Lavrov say {words}?") == (since, until)
    assert limits(f"{words[0].upper()}{words[1:]}, what did Lavrov say?") == (since, until)
    assert scope(f"What did Lavrov say {words}?").filters.origin == "question"


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("last month", "2018-02-01", "2018-02-28"),
        ("last week", "2018-03-05", "2018-03-11"),
        ("this year", "2018-01-01", "2018-03-14"),
        ("last year", "2017-01-01", "2017-12-31"),
        ("last October", "2017-10-01", "2017-10-31"),
        ("yesterday", "2018-03-13", "2018-03-14"),
        ("last Tuesday", "2018-03-13", "2018-03-14"),
        ("three weeks ago", "2018-02-18", "2018-02-24"),
        ("two months ago", "2018-01-01", "2018-01-31"),
        ("a year ago", "2017-01-01", "2017-12-31"),
        ("14 months ago", "2017-01-01", "2017-01-31"),
        ("last Wednesday", "2018-03-07", "2018-03-08"),
        ("over the past ten days", "2018-03-04", "2018-03-14"),
    ],
)
def test_words_that_lean_on_today_are_counted_from_it(words: str, since: str, until: str) -> None:
    assert limits(f"What happened {words}?") == (since, until)


@pytest.mark.parametrize(
    "question",
    [
        "What happened on October 14?",
        "Who met in Paris on October 14, 2014?",
        "Which group was designated on 24 September 2014?",
        "What was the January 28 phone call about?",
        "What did Russia think of the 2003 invasion of Iraq?",
        "How long did the October 2014 meeting last?",
        "What did Trump tell Putin during their January phone call?",
        "What happened during the 2018 World Cup?",
        "Did Russia supply 2014 tanks?",
        "Did the war cost 2,014 lives?",
        "Is the Su-2014 a plane?",
        "What may happen next?",
        "Who may lead the talks?",
        "What was decided in the 1990s?",
        "Who won?",
    ],
)
def test_a_day_or_a_date_before_a_noun_names_an_event_and_limits_nothing(question: str) -> None:
    assert scope(question) == TimeScope(timeless=question)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What do articles published on 28 September 2014 say?", "2014-09-28", "2014-09-28"),
        ("In the articles from 2014, who was listed?", "2014-01-01", "2014-12-31"),
        ("According to the December 2017 article, who called?", "2017-12-01", "2017-12-31"),
        ("How do the 2014 and 2017 articles differ?", "2014-01-01", "2017-12-31"),
    ],
)
def test_a_time_of_articles_limits_them_at_any_precision(
    question: str, since: str, until: str
) -> None:
    assert limits(question) == (since, until)


def test_a_month_without_a_year_is_meant_in_the_one_year_that_has_articles_of_it() -> None:
    assert limits("What happened in October?") == ("2014-10-01", "2014-10-31")
    assert limits("What happened in May?") == (None, None)


def test_a_month_of_two_years_stays_open() -> None:
    held = [*HELD, article("2016-10-02")]

    assert not time_range("What happened in October?", today=TODAY, articles=held).filters


def test_a_comparison_keeps_both_its_times_in_reach() -> None:
    question = "What was the January 2017 call about, and what was the call in December 2017 about?"

    assert limits(question) == ("2017-01-01", "2017-12-31")


def test_as_of_a_time_limits_to_what_was_known_then() -> None:
    assert limits("As of March 2017, what had been decided?") == (None, "2017-03-31")


def test_the_person_is_told_which_articles_were_searched_and_when_the_limit_was_lifted() -> None:
    asked = scope("What did Kerry say in October 2014?")

    assert asked.words == ("in October 2014",)
    assert asked.note == "Only articles of October 2014 were searched (“in October 2014”)."
    assert asked.lifted_note.startswith("No article of October 2014 answers (“in October 2014”)")
    assert scope("What did Kerry say?").note == ""


@pytest.mark.parametrize(
    ("question", "timeless"),
    [
        ("What did Kerry say in October 2014 about Iraq?", "What did Kerry say about Iraq?"),
        ("In December 2017, what did Macron say?", "What did Macron say?"),
        ("In the articles from 2014, who was listed?", "Who was listed?"),
        ("How did it go, from 2014 to 2016?", "How did it go?"),
        ("How long did the 2014 talks last?", "How long did the 2014 talks last?"),
    ],
)
def test_the_words_of_a_limit_can_be_left_out_for_reading(question: str, timeless: str) -> None:
    assert scope(question).timeless == timeless


def test_contradicting_limits_limit_nothing() -> None:
    assert limits("What was said after 2016 and before 2014?") == (None, None)


@given(
    st.lists(
        st.sampled_from(
            "in on before after since between and to from the 2014 2017 October Sept. 14 31 30 "
            "last week of early mid- as of what did articles - , ? winter first half ago three "
            "years yesterday February".split()
        ),
        max_size=12,
    )
)
def test_no_mix_of_time_words_breaks_it(words: list[str]) -> None:
    asked = scope(" ".join(words))

    since, until = asked.filters.since, asked.filters.until
    assert since is None or date.fromisoformat(since)
    assert until is None or date.fromisoformat(until)
    assert since is None or until is None or since <= until


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    assert scope(text).timeless == text or scope(text).filters
