"""Hard-wrapped text: whole paragraphs at any width, and no hyphen lost."""

import textwrap
from itertools import zip_longest

import pytest

from retrieval.articles.cleaning.clean import clean
from retrieval.articles.cleaning.wrapping import rows_in_reading_order, unwrapped

PARAGRAPHS = (
    "The 28-year-old skipper of the Marit Holm lost her licence on Friday - the third on the coast"
    " to do so this year - after the port-authority court found that she had sailed without a"
    " certificate.",
    "“We are not a well-known company, and we do not want to be,” said Jean-Pierre Quist, who owns"
    " Quist & Daughters - which holds two thirds of the harbour - and to whom the ship belongs. Its"
    " two- and three-deck ferries carried 140,000 people last year.",
    "The court sat for eleven days. Nobody from the ministry came.",
    "Sailors, pilots and the owners of the smaller boats said afterwards that they had expected a"
    " milder sentence; the long-term effects on the island, which lives from the ferry and from a"
    " little fishing, will be felt in the winter, when no other ship lands there.",
)
STYLES = {"empty lines": ("\n\n", ""), "no empty lines": ("\n", ""), "indented": ("\n", "    ")}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("width", range(20, 101))
def test_every_sentence_of_a_wrapped_text_is_whole(width: int, style: str) -> None:
    between, indent = STYLES[style]
    rows = (textwrap.fill(one, width, initial_indent=indent) for one in PARAGRAPHS)

    text = clean(between.join(rows)).text

    assert " ".join(text.split()) == " ".join(PARAGRAPHS)


def side_by_side(rows: list[str], count: int, width: int, gap: int) -> str:
    length = -(-len(rows) // count)
    columns = [rows[start : start + length] for start in range(0, len(rows), length)]
    cells = zip_longest(*columns, fillvalue="")
    return "\n".join("".join(f"{cell:<{width + gap}}" for cell in row).rstrip() for row in cells)


@pytest.mark.parametrize("indent", ["", "  "])
@pytest.mark.parametrize("gap", [2, 5])
@pytest.mark.parametrize("width", range(22, 48, 3))
@pytest.mark.parametrize("count", [2, 3])
def test_columns_side_by_side_are_read_one_after_the_other(
    count: int, width: int, gap: int, indent: str
) -> None:
    rows: list[str] = []
    for paragraph in PARAGRAPHS * 3:
        told = f"{paragraph} ({len(rows)})"
        rows += textwrap.wrap(told, width, initial_indent=indent, break_on_hyphens=False)
        rows += [] if indent else [""]
    whole = " ".join(" ".join(rows).split())
    pages = filter(None, (rows[: 30 * count], rows[30 * count :]))
    heading = "The harbour in the winter: what three ferries and forty-one masts have cost the town"

    text = f"{heading}\n\n" + "\f".join(side_by_side(one, count, width, gap) for one in pages)

    assert (
        " ".join(" ".join(unwrapped(rows_in_reading_order(text))).split()) == f"{heading} {whole}"
    )


@pytest.mark.parametrize(
    "rows",
    [
        "Reef List          12     +2\nHarbour Party       9     -1\nGreens              4     -1\n"
        "Labour              3      0\nFree Voters         2      0",
        "Monday       The ferry leaves at nine from the\n             outer pier, the boat at ten\n"
        "Tuesday      No ferry. The tender leaves from the\n             inner pier at noon.",
    ],
)
def test_tables_and_lists_with_a_margin_stay_in_rows(rows: str) -> None:
    text = f"{textwrap.fill(PARAGRAPHS[3], 60)}\n{rows}"

    assert rows_in_reading_order(text) == text.split("\n")


def test_a_sentence_goes_on_where_a_long_word_with_a_hyphen_had_no_room() -> None:
    rows = (
        "The harbour was run for twenty-six years",
        "by the family of its skipper",
        "Jean-Baptiste Quist, who has never once",
        "sailed on any of them and will not begin",
        "to do so now, as he has told the court.",
    )

    assert clean("\n".join(rows)).text == " ".join(rows)


def test_a_hyphen_goes_only_where_the_joined_word_stands_elsewhere() -> None:
    rows = (
        "The ministry told report-",
        "ers on Monday that a well-",
        "known family would sell the",
        "mill. Reporters had asked, and",
        "no other reporters were there.",
    )

    assert clean("\n".join(rows)).text == (
        "The ministry told reporters on Monday that a well-known family would sell the mill."
        " Reporters had asked, and no other reporters were there."
    )


def test_a_hyphen_that_only_a_program_writes_goes_and_every_sign_for_one_counts() -> None:
    rows = (
        "The ministry told report\u00ad",
        "ers on Monday that a well\u2010",
        "known family would sell the",
        "mill to an inter\u2010",
        "national company. The word international was not used before.",
    )

    assert clean("\n".join(rows)).text == (
        "The ministry told reporters on Monday that a well\u2010known family would sell the mill to"
        " an international company. The word international was not used before."
    )


@pytest.mark.parametrize(
    "rows",
    [
        ["World", "Politics", "Business", "Sport", "Opinion", "Culture"],
        ["Eggs, two", "Flour", "Half a litre of milk", "Butter, a knob of it", "Salt"],
        ["The mill was sold.", "Nobody had asked for it.", "The town paid.", "It opens in May."],
    ],
)
def test_a_list_of_short_lines_is_not_taken_for_wrapped_text(rows: list[str]) -> None:
    lines = [line.text for line in clean("\n".join(rows)).lines]

    assert lines == rows


def test_wrapped_text_below_a_menu_is_whole_and_the_menu_is_not_joined_to_it() -> None:
    menu = ["Home", "News", "Sport", "Contact"]
    rows = [row for one in PARAGRAPHS for row in textwrap.wrap(one, 30)]

    cleaned = clean("\n".join([*menu, *rows]))

    assert " ".join(cleaned.text.split()) == " ".join(PARAGRAPHS)


def test_list_items_in_wrapped_text_stay_apart() -> None:
    rows = [
        "The council wants three things, all of which",
        "cost money that the town does not have yet:",
        "- a second pier for the ferries, which are to",
        "  sail every hour;",
        "- a school;",
        "- a road to the north of the island, where the",
        "  new houses stand.",
    ]

    lines = [line.text for line in clean("\n".join(rows)).lines]

    assert lines[1:] == [
        "- a second pier for the ferries, which are to sail every hour;",
        "- a school;",
        "- a road to the north of the island, where the new houses stand.",
    ]


@pytest.mark.parametrize("width", [25, 34, 45, 60, 72])
@pytest.mark.parametrize("more", [12, 40])
def test_a_first_row_that_is_wider_than_the_others_breaks_no_sentence(
    width: int, more: int
) -> None:
    paragraphs = [
        f"Ferry {n} left the pier at Lundvik with {n * 7} people aboard and turned back in an hour,"
        " since the captain had been told of cracks in the wall of the harbour he was bound for."
        for n in range(5)
    ]
    wrapped = []
    for paragraph in paragraphs:
        first, *_ = textwrap.wrap(paragraph, width + more)
        wrapped.append("\n".join([first, *textwrap.wrap(paragraph[len(first) :], width)]))

    assert clean("\n\n".join(wrapped)).text.split("\n\n") == paragraphs
