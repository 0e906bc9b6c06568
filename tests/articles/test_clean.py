"""Cleaning: pages on which each line's fate is written, and what holds for any text at all."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.articles.cleaning.clean import clean

PAGES = Path(__file__).parents[1] / "data" / "pages"
NAMES = sorted(path.stem for path in PAGES.glob("*.txt"))


@dataclass(frozen=True)
class Page:
    """A page whose lines are marked: `=` kept, `+` kept and part of the line before, `^` the
    title, `-` furniture, `#` comment.
    """

    text: str
    title: str | None
    kept: list[str]
    dropped: int
    comments: int


def read_page(name: str) -> Page:
    rows = [(row[0], row[2:]) for row in (PAGES / f"{name}.txt").read_text("utf-8").splitlines()]
    wrapped = name.startswith("wrapped")
    text = "".join(("\n" if wrapped and mark == "+" else "\n\n") + line for mark, line in rows)
    kept: list[str] = []
    for mark, line in rows:
        if mark == "=":
            kept.append(line)
        elif mark == "+":
            kept[-1] = re.sub(r"-$", "", kept[-1]) + ("" if kept[-1][-1] == "-" else " ") + line
    title = next((line.split(" | ")[-1] for mark, line in rows if mark == "^"), None)
    return Page(
        text=text,
        title=title,
        kept=[re.sub(r"\[(.*?)\]\(.*?\)", r"\1", line).replace("*", "") for line in kept],
        dropped=sum(mark in "-^" for mark, _ in rows),
        comments=sum(mark == "#" for mark, _ in rows),
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_page_keeps_its_article_and_nothing_else(name: str) -> None:
    page = read_page(name)

    cleaned = clean(page.text, title=page.title)

    assert cleaned.text.split("\n\n") == page.kept
    assert (cleaned.kept, cleaned.boilerplate, cleaned.comments) == (
        len(page.kept),
        page.dropped,
        page.comments,
    )


@pytest.mark.parametrize("name", NAMES)
def test_without_a_known_title_no_article_line_is_lost_and_no_comment_kept(name: str) -> None:
    page = read_page(name)

    cleaned = clean(page.text)

    kept = cleaned.text.split("\n\n")
    assert [line for line in page.kept if line not in kept] == []
    assert cleaned.comments == page.comments


def test_a_sentence_broken_over_paragraphs_is_put_together() -> None:
    page = (
        "The mill was sold twice within a year, first to a bank and then, the town's lawyers\n\n"
        "claim.\n\n"
        "At the auction the buyer promised that the new owners would not openly oppose\n\n"
        "Mayor Lund or her party, the minutes say. Nobody asked for it in writing.\n\n"
        "What the Minutes Say\n\n"
        "The minutes run to nine pages."
    )

    paragraphs = clean(page).text.split("\n\n")

    assert paragraphs == [
        "The mill was sold twice within a year, first to a bank and then, the town's lawyers"
        " claim.",
        "At the auction the buyer promised that the new owners would not openly oppose Mayor Lund"
        " or her party, the minutes say. Nobody asked for it in writing.",
        "What the Minutes Say",
        "The minutes run to nine pages.",
    ]


def test_a_long_headline_is_not_joined_to_its_text() -> None:
    page = "How the war at sea changed the way that fishermen see their islands\n\nNets lie dry."

    assert clean(page).text == page


def test_of_neighbours_that_say_the_same_the_longest_stays() -> None:
    lede = "The two mayors meet on the bridge in May."
    longer = f"{lede[:-1]}, the town says."
    paragraph = "The bridge was closed for repairs, and nobody knew for how long. " * 8

    cleaned = clean(f"{lede}\n{longer}\n\n{paragraph}\n\n{paragraph}\n\nIt opened in June.")

    assert cleaned.text.split("\n\n") == [longer, paragraph.strip(), "It opened in June."]
    assert cleaned.boilerplate == 2


def test_a_lede_above_a_line_equal_to_the_title_stays() -> None:
    lede = "The island's last ferry sailed on Friday, and forty people waved from the pier."

    cleaned = clean(f"{lede}\n\nLast ferry sails", title="Last ferry sails")

    assert cleaned.text == lede


def test_what_follows_a_box_in_the_middle_of_an_article_stays() -> None:
    before = "The ferry company will sell two of its three ships, it said on Monday, and keep one."
    after = ["The ships are old.", "One was built in 1974.", "The buyer is not known."]

    cleaned = clean("\n\n".join([before, "Most read", "Storm closes coastal road", *after]))

    assert cleaned.text.split("\n\n") == [before, *after]


@pytest.mark.parametrize(
    "rows",
    [
        ["Reef | 12 | +2", "Harbour | 9 | -1", "Hills | 4 | -1"],
        ["Reef", "12 seats", "Harbour", "9 seats", "Hills", "4 seats"],
        ["Rovers 12 3 4", "Athletic 11 2 6", "Town 8 4 7"],
        ["Eggs, a dozen", "2.40", "Milk, a litre", "1.10"],
    ],
)
def test_the_rows_of_a_table_stay(rows: list[str]) -> None:
    prose = "The votes were counted on Monday night, and the clerk read the result to the crowd."

    cleaned = clean("\n\n".join([prose, *rows]))

    assert cleaned.text.split("\n\n") == [prose, *rows]


def test_a_lede_above_a_table_of_two_columns_is_no_caption() -> None:
    lede = "The board of the harbour voted on Tuesday to close the old bridge for eleven months."
    rows = ["Member | Vote", "Olsen | for", "Berg | against"]
    text = "\n\n".join([lede, *rows, "The bridge will be opened again in February, it said."])

    assert clean(text).text == text


def test_a_sentence_whose_copy_has_a_credit_stays() -> None:
    told = "The ferry was late again on Monday morning."
    rest = (
        "Nobody could say when the second one would come back from the yard, or whether it would."
    )

    assert clean(f"{told}\n\n{told} (Photo: A. Noll)\n\n{rest}").text == f"{told}\n\n{rest}"


@pytest.mark.parametrize(
    "notice",
    [
        "You need to enable JavaScript to run this app.",
        "Please turn on JavaScript.",
        "This site requires JavaScript to be enabled.",
    ],
)
def test_a_page_that_is_all_script_has_no_article(notice: str) -> None:
    assert clean(notice, is_extracted=True).text == ""


def test_place_and_hour_above_a_report_are_no_menu() -> None:
    head = ["Murrow Park, Port Alma", "Saturday, 26 February", "1400 GMT"]
    prose = "The islanders have won none of their last nine matches here, and their captain is ill."

    assert clean("\n\n".join([*head, prose])).text.split("\n\n") == [*head, prose]


def test_a_page_that_is_doubled_as_a_whole_keeps_each_paragraph_once() -> None:
    paragraphs = [f"On day {day} the crew mended the pump again." for day in range(12)]

    cleaned = clean("\n\n".join(line for line in paragraphs for _ in range(2)))

    assert cleaned.text.split("\n\n") == paragraphs


def test_words_that_only_look_like_furniture_stay() -> None:
    kept = (
        "Not a single member of the council voted for the plan, although many had promised to.",
        "Share prices fell by a tenth after the report, and nobody on the floor was surprised.",
        'The post said: "Follow us to the square at noon", and thousands did.',
        "Readers leave comments by the hundred under each of her columns, the editor says.",
        "Reply to the letter or lose the licence, the ministry told the station on Monday.",
        "He said: the forum has been closed since March, and its members meet in a café.",
        "Cookies are baked in the village twice a year, before Lent and before Christmas.",
    )

    assert clean("\n\n".join(kept)).text.split("\n\n") == list(kept)


def test_markup_goes_and_its_words_stay() -> None:
    page = (
        "# A _small_ step\n\n"
        "> The [ministry](https://m.example/a_(b)) paid **twice**, 3 * 4 * 5 crowns,"
        " says <https://m.example/x>.\n\n"
        "![a photo](a.png)\n\n* * *\n\nSnake_case_names stay as they are."
    )

    assert clean(page).text.split("\n\n") == [
        "A small step",
        "The ministry paid twice, 3 * 4 * 5 crowns, says https://m.example/x.",
        "Snake_case_names stay as they are.",
    ]


def test_text_without_letters_or_digits_is_empty() -> None:
    cleaned = clean(" \n\n***\n—\n\x00\ufeff\n🙂")

    assert (cleaned.text, cleaned.kept, cleaned.boilerplate, cleaned.comments) == ("", 0, 0, 0)


def all_lines() -> list[str]:
    return sorted({row[2:] for name in NAMES for row in _rows(name)})


def _rows(name: str) -> Iterable[str]:
    return (PAGES / f"{name}.txt").read_text("utf-8").splitlines()


def cut_somewhere(line: str) -> st.SearchStrategy[str]:
    return st.integers(1, len(line)).map(lambda length: line[:length])


any_line = st.one_of(
    st.sampled_from(all_lines()),
    st.sampled_from(all_lines()).flatmap(cut_somewhere),
    st.text(max_size=60),
)
any_page = st.builds(
    str.join, st.sampled_from(["\n", "\n\n", "\r\n"]), st.lists(any_line, max_size=25)
)


@settings(max_examples=100)
@given(st.lists(any_line, max_size=25))
def test_no_paragraph_is_joined_over_what_was_left_out(lines: list[str]) -> None:
    cleaned = clean("\n\n".join(lines))

    kept_runs = "".join(line.text if line.rule is None else "\n" for line in cleaned.lines)
    for paragraph in cleaned.text.split("\n\n"):
        assert "".join(paragraph.split(" ")) in kept_runs.replace(" ", "")


@settings(max_examples=100)
@given(any_page)
def test_cleaning_only_ever_leaves_out(page: str) -> None:
    text = clean(page).text

    left = iter("".join(page.split()))
    assert all(char in left for char in "".join(text.split()))


@settings(max_examples=100)
@given(any_page)
def test_clean_text_is_folded_and_counted(page: str) -> None:
    cleaned = clean(page)

    paragraphs = cleaned.text.split("\n\n") if cleaned.text else []
    assert [" ".join(paragraph.split()) for paragraph in paragraphs] == paragraphs
    assert cleaned.kept == len(paragraphs)
    assert clean(page) == cleaned
    cleaned.text.encode("utf-8")


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "“",
        "[a](",
        "*a ",
        "_",
        "<http",
        "cookie we use ",
        "Related\n",
        "Reply\n",
        "by: a\n",
        "We use cookies for you.\nYou and our ads, privacy, browser.\n",
        "word\n\n",
        "a-\nb\n",
    ],
)
def test_time_grows_with_length_and_not_with_its_square(unit: str) -> None:
    def seconds(chars: int) -> float:
        page = unit * (chars // len(unit))
        start = time.perf_counter()
        clean(page)
        return time.perf_counter() - start

    small = max(seconds(20_000), 0.05)

    assert seconds(160_000) < 40 * small
