"""Passages: their size, where they end, and that an article can be put together from them."""

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.articles.cleaning.page_lines import fold
from retrieval.index.passages import header_line, indexed_text, split_passages
from retrieval.models.weights import load_tokenizer
from retrieval.text.sentences import sentence_spans
from retrieval.types import Article


@pytest.fixture(scope="module")
def count_tokens() -> Callable[[str], int]:
    tokenizer = load_tokenizer()
    return lambda text: len(tokenizer.encode(text).ids)


def article(**known: str) -> Article:
    return Article(article_id="a", source="a.txt", title="Ferries stand still", **known)


def paragraph(number: int, sentences: int) -> str:
    return " ".join(
        f"In year {number} ship {i} left the harbour late and came back with little on board."
        for i in range(sentences)
    )


@pytest.mark.parametrize(
    ("published", "words"),
    [("2014-10-15", "15 October 2014"), ("2017-02", "February 2017"), ("2009", "2009")],
)
def test_the_header_names_title_outlet_and_the_date_in_words(published: str, words: str) -> None:
    header = header_line(article(outlet="The Courier", published=published))

    assert header == f"Ferries stand still — The Courier — {words}"


def test_the_header_leaves_out_what_is_not_known() -> None:
    assert header_line(article()) == "Ferries stand still"


def test_a_very_long_title_leaves_room_for_text(count_tokens: Callable[[str], int]) -> None:
    header = header_line(Article(article_id="a", source="a", title="渡" * 900, outlet="船" * 900))

    (passage,) = split_passages("It sails.", header=header, count_tokens=count_tokens)

    assert passage == (0, 9)


def test_passages_end_with_paragraphs_and_have_about_150_words(
    count_tokens: Callable[[str], int],
) -> None:
    text = "\n\n".join(paragraph(number, 1 + number % 4) for number in range(60))

    spans = split_passages(text, header="Ships", count_tokens=count_tokens)

    assert all(text[end : end + 2] in ("\n\n", "") for _, end in spans)
    words = [len(text[start:end].split()) for start, end in spans]
    assert all(100 <= count <= 190 for count in words)
    assert 130 <= sum(words) / len(words) <= 170


def test_a_paragraph_too_long_for_a_passage_is_cut_between_sentences(
    count_tokens: Callable[[str], int],
) -> None:
    text = paragraph(1, 40)

    spans = split_passages(text, header="Ships", count_tokens=count_tokens)

    assert len(spans) > 2
    assert {end for _, end in spans} <= {end for _, end in sentence_spans(text)}


def test_a_heading_stays_with_what_follows(count_tokens: Callable[[str], int]) -> None:
    text = "\n\n".join(f"Part Number {n}\n\n{paragraph(n, 9)}" for n in range(12))

    spans = split_passages(text, header="Ships", count_tokens=count_tokens)

    assert all(text[start:].startswith("Part Number") for start, _ in spans)


def test_a_sentence_too_long_alone_is_divided_at_a_clause(
    count_tokens: Callable[[str], int],
) -> None:
    clause = "the ministry of ports had written to the owners of every ship in the district; "
    text = clause * 60 + "and nothing came of it."

    spans = split_passages(text, header="Ships", count_tokens=count_tokens)

    assert len(spans) > 3
    assert all(text[end - 1] in ";." for _, end in spans)


def test_a_short_text_is_one_passage_and_an_empty_one_none(
    count_tokens: Callable[[str], int],
) -> None:
    assert split_passages("It sails.", header="", count_tokens=count_tokens) == [(0, 9)]
    assert split_passages("", header="Ships", count_tokens=count_tokens) == []


def test_a_header_without_room_for_text_is_refused(count_tokens: Callable[[str], int]) -> None:
    with pytest.raises(ValueError, match="no room"):
        split_passages("It sails.", header="ship " * 300, count_tokens=count_tokens)


WORDS = st.sampled_from(
    [
        "ship",
        "U.S.",
        "internationalization",
        "“No.”",
        "3.5",
        "渡船が出ない",
        "🙂",
        "and",
        "Dr.",
        "a" * 70,
        "—",
        "(why?)",
        "x;",
        "No.",
        "He",
        "ended.",
    ]
)
TEXTS = st.one_of(
    st.lists(st.tuples(WORDS, st.sampled_from([" ", " ", " ", "\n\n", ""])), max_size=400).map(
        lambda pairs: "".join(itertools.chain.from_iterable(pairs))
    ),
    st.text(max_size=900),
)


@given(text=TEXTS, header=st.text(max_size=30).map(fold), max_tokens=st.sampled_from([64, 256]))
def test_passages_fit_follow_one_another_and_rebuild_the_text(
    text: str, header: str, max_tokens: int
) -> None:
    tokenizer = load_tokenizer()

    def count(seen: str) -> int:
        return len(tokenizer.encode(seen).ids)

    spans = split_passages(text, header=header, count_tokens=count, max_tokens=max_tokens)

    assert all(count(indexed_text(header, text[slice(*span)])) <= max_tokens for span in spans)
    edges = [0, *itertools.chain.from_iterable(spans), len(text)]
    assert edges == sorted(edges)
    gaps = zip(edges[::2], edges[1::2], strict=True)
    assert all(text[start:end].strip() == "" for start, end in gaps)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)


@given(text=TEXTS)
def test_passages_end_with_sentences_unless_a_sentence_is_too_long(text: str) -> None:
    def count(seen: str) -> int:  # an embedder whose tokens are pairs of characters
        return 2 + (len(seen) + 1) // 2

    spans = split_passages(text, header="h", count_tokens=count, max_tokens=130)

    sentences = sentence_spans(text)
    too_long = [span for span in sentences if count("h\n" + text[slice(*span)]) > 130]
    for _, end in spans:
        assert end in {stop for _, stop in sentences} or any(a < end < b for a, b in too_long)
