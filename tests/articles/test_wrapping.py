"""Hard-wrapped text: whole paragraphs at any width, and no hyphen lost."""

import textwrap

import pytest

from retrieval.articles.cleaning.clean import clean

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
