"""Sentences: what stays together, what is divided, and what holds for any text."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.text.sentences import paragraph_spans, sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["The U.S. envoy met J. K. Morrow on Sept. 15.", "It rained."],
        ["He left the U.S.", "They followed."],
        ["Gen. Mark Dale spoke at 3 p.m. Eastern time.", "Then he flew to St. Petersburg."],
        ["On Wed. Feb. 3 the price rose 3.5 percent to $4.2 bn. in London.", "It fell again."],
        ['"We said no," she added.', '"Go away!" he cried.'],
        ["“It is over.”", "He put the phone down."],
        [
            'He added: “They will stay…because they won the war."',
            'Still, he said, it was "late,” and sad.',
        ],
        ["(The first was lost.)", "The second came in May."],
        ["1. Take the pump apart.", "2. Clean it."],
        ["“I was there. I saw it. Nobody else did,” said Lund."],
        ["Is it true?", "Yes!", "Wait... what?"],
        ["It failed 🙂.", "Then — with “luck” — it ran 👍🏽!", "Café naïve."],
        ["She wrote to desk@news.example and read Kremlin.ru.", "Nothing came back."],
        ["Heading Without a Stop"],
    ],
)
def test_sentences_end_where_a_reader_would_end_them(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_sentence_never_crosses_an_empty_line() -> None:
    text = "What the Minutes Say\n\nThe minutes run to nine pages\n \nand end there."

    assert sentences(text) == [
        "What the Minutes Say",
        "The minutes run to nine pages",
        "and end there.",
    ]
    assert [text[start:end] for start, end in paragraph_spans(text)] == sentences(text)


def test_a_paragraph_of_a_million_characters_is_divided_too() -> None:
    text = 'She said "no. He went on. ' * 40_000

    spans = sentence_spans(text)

    assert len(spans) > 40_000
    assert spans[-1][1] == len(text) - 1


PIECES = st.sampled_from(
    [
        "The U.S. ",
        "Mr. ",
        "a.m. ",
        "“",
        "”",
        '"',
        "(",
        ")",
        "No. ",
        "Yes! ",
        "why? ",
        "😀",
        "...",
        "…",
        "\n\n",
        "\n",
        " ",
        "é",
        "e\u0301",
        "1. ",
        "[2]",
        "’s ",
        "— ",
        "Dr. Who",
        ".He ",
    ]
)


@settings(max_examples=100)
@given(st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map("".join)))
def test_spans_are_ordered_and_cover_every_character_that_is_no_whitespace(text: str) -> None:
    spans = sentence_spans(text)

    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())
