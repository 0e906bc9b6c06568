"""Escaping, links and pieces that fit."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discord.messages.layout import escape, link, one_line, quote_block, split, units

MARKUP = st.text(alphabet="ab .#-+>1)*_~`|<@!&[](/:\\\n\"'😀ß", max_size=200)
ACTIVE = re.compile(r"(?<!\\)(?:\\\\)*[`*_~|<>@\[\]]|(?<!\\)(?:\\\\)*://")


@given(MARKUP)
def test_escaped_text_reads_letter_for_letter_once_backslashes_are_taken_out(text: str) -> None:
    assert re.sub(r"\\([^0-9A-Za-z\s])", r"\1", escape(text)) == text


@given(MARKUP)
def test_escaped_text_has_no_style_mention_or_link(text: str) -> None:
    escaped = escape(text)

    assert not ACTIVE.search(escaped.replace("\\\\", ""))
    assert not re.search(r"^\s*([-+#>]|\d+[.)])", escaped, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain words, 3.5 per cent.", "plain words, 3.5 per cent."),
        ("@everyone", "\\@everyone"),
        ("# head", "\\# head"),
        ("1. first", "1\\. first"),
        ("https://x.org", "https:\\/\\/x.org"),
        ("discord.gg/abc", "discord\\.gg/abc"),
        ("a-b well-known", "a-b well-known"),
    ],
)
def test_only_what_discord_would_act_on_is_escaped(text: str, escaped: str) -> None:
    assert escape(text) == escaped


@given(st.text(alphabet="ab c.!?\n😀`\\*", max_size=600), st.integers(60, 200))
def test_pieces_fit_and_lose_nothing_but_white_space(text: str, limit: int) -> None:
    pieces = split(text, limit)

    kept = [letter for letter in "".join(pieces) if letter not in " \n`"]
    assert all(units(piece) <= limit for piece in pieces)
    assert kept == [letter for letter in text if letter not in " \n`"]


def test_pieces_end_with_a_sentence() -> None:
    text = " ".join(f"Sentence {n} is here." for n in range(40))

    pieces = split(text, 100)

    assert all(piece.endswith(".") for piece in pieces)
    assert " ".join(pieces) == text


def test_paragraphs_stay_whole_where_they_can() -> None:
    text = "\n\n".join(["One. " * 8, "Two. " * 8, "Three. " * 8])

    assert [piece.split(".")[0] for piece in split(text, 60)] == ["One", "Two", "Three"]


def test_a_fence_that_is_cut_is_closed_and_opened_again() -> None:
    code = "```py\n" + "\n".join(f"line_{n} = {n}" for n in range(40)) + "\n```"

    pieces = split(f"See:\n{code}\nDone.", 200)

    assert len(pieces) > 2
    assert all(piece.count("```") % 2 == 0 for piece in pieces)
    assert all(units(piece) <= 200 for piece in pieces)
    assert pieces[1].startswith("```py\n")


def test_a_fence_that_fits_into_the_next_piece_is_not_cut() -> None:
    fence = "```\na = 1\nb = 2\n```"

    pieces = split("Some words. " * 6 + "\n" + fence, 80)

    assert any(fence in piece for piece in pieces)


def test_an_emoji_counts_two() -> None:
    assert units("a😀") == 3
    assert [units(piece) for piece in split("😀" * 100, 60)][:1] == [56]


def test_one_line_folds_white_space_and_cuts_at_a_word() -> None:
    assert one_line("a \n b", 10) == "a b"
    assert one_line("the dam at Lindow held", 14) == "the dam at…"
    assert len(one_line("x" * 99, 10)) == 10


@pytest.mark.parametrize(
    "url",
    [None, "", "javascript:x", "https://a b", "ftp://x", "https://x>y", "https://" + "x" * 999],
)
def test_an_address_that_is_no_plain_http_is_not_linked(url: str | None) -> None:
    assert link("Title", url) == "Title"


def test_a_link_has_no_preview_and_its_label_no_markup() -> None:
    assert link("a [b]", "http://x.org/(y)") == "[a \\[b\\]](<http://x.org/(y%29>)"


def test_every_line_of_a_quote_is_in_the_block() -> None:
    assert quote_block("a\nb") == "> a\n> b"
