"""An event becomes a limit once a sentence of an article dates it, and never by a guess."""

from datetime import date

import pytest

from retrieval.question.time.time_scope import TimeScope, place_event, time_range
from retrieval.types import Article, Hit, Passage


def scope(question: str) -> TimeScope:
    return time_range(question, today=date(2018, 3, 14), articles=[])


def hit(text: str, published: str | None) -> Hit:
    article = Article(article_id="a", source="a.txt", title="Talks", published=published)
    passage = Passage(passage_id="p", article=article, text=text, start=0, end=len(text))
    return Hit(passage=passage, rank=1, score=1.0)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("They held talks in Vienna on May 3.", "2016-05-04"),
        ("A meeting in Vienna on 3 May ended early. It rained.", "2016-06"),
        ("The summit of 3 May 2016 in Vienna failed.", None),
    ],
)
def test_an_event_becomes_a_limit_once_a_sentence_dates_it(
    text: str, published: str | None
) -> None:
    asked = scope("What did Kerry promise before the Vienna talks?")

    placed = place_event(
        asked, [hit("Talks in Rome were on 1 May 2016.", None), hit(text, published)]
    )

    assert asked.event is not None
    assert asked.event.words == "the Vienna talks"
    assert placed.filters.until == "2016-05-02"
    assert "before the Vienna talks: 3 May 2016 in “Talks”" in placed.note


def test_after_an_event_its_own_day_counts() -> None:
    asked = scope("What did Kerry say after the Vienna talks?")

    placed = place_event(asked, [hit("They held talks in Vienna on May 3.", "2016-05-04")])

    assert (placed.filters.since, placed.filters.until) == ("2016-05-03", None)


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("They held talks in Vienna.", "2016-05-04"),
        ("They held talks in Vienna on May 3.", None),
        ("They held talks in Vienna on Tuesday.", "2016-05"),
        ("Talks in Vienna, on 3 May 2016, came after those of 1 May 2016.", None),
    ],
)
def test_an_event_that_no_sentence_dates_for_sure_limits_nothing(
    text: str, published: str | None
) -> None:
    placed = place_event(scope("What was said before the Vienna talks?"), [hit(text, published)])

    assert not placed.filters
    assert placed.event is None
