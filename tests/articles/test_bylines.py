"""Who wrote an article and when, told by a line above it and by nothing else."""

from pathlib import Path

import pytest

from retrieval.articles.cleaning.bylines import byline_of, readable_name
from retrieval.articles.folder import read_articles
from retrieval.index.writing.diff import Incoming, incoming_of

PROSE = (
    "The council decided on Tuesday night by twelve votes to nine to close the baths.\n\n"
    "Repairs are to cost 2.4 million, of which the province pays a third; the rest is a loan.\n"
)


@pytest.mark.parametrize(
    ("line", "writers", "day"),
    [
        ("By Ines Dahl, 3 March 2021", "Ines Dahl", "2021-03-03"),
        ("Ines Dahl | March 3, 2021", "Ines Dahl", "2021-03-03"),
        ("By Ines Dahl and Per Moe - 3 Mar 2021 08:15", "Ines Dahl, Per Moe", "2021-03-03"),
        ("Published 3 March 2021 by Ines Dahl", "Ines Dahl", "2021-03-03"),
        ("BY INES VAN DER BERG", "Ines Van Der Berg", ""),
        ("Lundvik, 3 March 2021", "", "2021-03-03"),
        ("By The Lundvik Courier", "", ""),
        ("Posted on March 3, 2021 by Jan O'Neil", "Jan O'Neil", "2021-03-03"),
    ],
)
def test_a_byline_names_its_writers_and_its_day(line: str, writers: str, day: str) -> None:
    assert byline_of(line) == (writers, day)


@pytest.mark.parametrize(
    "line",
    [
        "By the river",
        "By night they came, by day they hid",
        "By Thursday the water had gone.",
        "03/04/2021",
        "Ines Dahl",
        "By March 3, 2021, the baths had been closed for a year, and nobody spoke of them.",
    ],
)
def test_other_lines_are_no_bylines(line: str) -> None:
    assert byline_of(line) is None


@pytest.mark.parametrize("ending", [".txt", ".md", ".html"])
def test_author_and_day_of_a_byline_are_known_and_leave_the_text(
    tmp_path: Path, ending: str
) -> None:
    text = f"Baths to close for a year\n\nBy Ines Dahl, 3 March 2021\n\n{PROSE}"
    if ending == ".html":
        text = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    (tmp_path / f"a{ending}").write_text(text, "utf-8")

    (found,) = map(incoming_of, read_articles(tmp_path))

    assert isinstance(found, Incoming)
    assert (found.article.author, found.article.published) == ("Ines Dahl", "2021-03-03")
    assert ("author", "byline") in found.article.known_from
    assert "Dahl" not in found.text


def test_a_day_alone_in_a_text_may_be_that_of_saving_and_is_left_open(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"Baths to close\n\nMonday, March 3, 2021\n\n{PROSE}", "utf-8")

    (found,) = map(incoming_of, read_articles(tmp_path))

    assert isinstance(found, Incoming)
    assert found.article.published is None


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("TORGEIR McADAM MOE", "Torgeir McAdam Moe"),
        ("SIGRID O'DAY", "Sigrid O'Day"),
        ("FIONA MCDOWELL", "Fiona McDowell"),
        ("ANNE-LISE de VRIES", "Anne-Lise de Vries"),
        ("JK RONSTAD", "JK Ronstad"),
        ("J.R. EKELÖF III", "J.R. Ekelöf III"),
        ("AFP", "AFP"),
        ("Ida McAdam", "Ida McAdam"),
    ],
)
def test_a_name_in_capitals_is_given_as_people_write_it(told: str, name: str) -> None:
    assert readable_name(told) == name
