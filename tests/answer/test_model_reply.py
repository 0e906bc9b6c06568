"""A chat model's reply is read whatever it looks like, and shown only in a harmless form."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer.model_reply import MAX_STATEMENTS, Written, complete_statements, parse_reply
from retrieval.verify.statements import forbidden_form, tidy

GOOD = '{"answered": true, "statements": [{"text": "A {b} c.", "sentences": [2, 3]}]}'
EXPECTED = (Written(text="A {b} c.", sentences=(2, 3)),)


@pytest.mark.parametrize(
    "reply",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Sure! Here is the answer:\n{GOOD}\nI hope it helps.",
        GOOD.replace("3]}]", "3],}],"),
        GOOD[:-2],
        '{"statements": [{"statement": "A {b} c.", "citations": ["2", "3"]}]}',
        '[{"text": "A {b} c.", "sentences": "2-3"}]',
        "A {b} c [2][3].",
        "A {b} c. [2, 3]",
        "A {b} c.【2】【3】",
        "A {b} c.【2†source】【3†source】",
        "A {b} c (2, 3).",
        "A {b} c. (2) (3)",
        "A {b} c (sentences 2 and 3).",
        "A {b} c [Sources: 2, 3].",
        "A {b} c.[^1]\n\n[^1]: Sentences 2, 3",
        "| Claim | Source |\n|---|---|\n| A {b} c. | [2][3] |",
        f"<think>Is it [9]? No, {GOOD.replace('true', 'false')}</think>\n{GOOD}",
        "<think>It is [9].</think>A {b} c [2][3].",
        f'<tool_call>{{"name": "answer", "arguments": {GOOD}}}</tool_call>',
        json.dumps({"name": "answer", "arguments": GOOD}),
        '{"answered": true, "statements": ["A {b} c. [2, 3]"]}',
        '{"answer": "A {b} c.", "sentences": [2, 3]}',
    ],
    ids=range(23),
)
def test_statements_are_read_from_any_wrapping(reply: str) -> None:
    parsed = parse_reply(reply)

    assert parsed.statements == EXPECTED


@pytest.mark.parametrize(
    "reply",
    [
        '{"answered": false, "statements": []}',
        '{"answered" : false, "statements": [{"text": "Still.", "sentences": [1]}]}',
        "Not in the\narticles.",
        '{"answered": "False", "statements": []}',
        "I'm sorry, but the articles do not contain any information about this.",
        "I cannot answer this question based on the given text.",
        "<think>Let me see [3].</think>The passages don't mention who won.",
    ],
)
def test_a_refusal_is_read_even_beside_statements(reply: str) -> None:
    assert parse_reply(reply).declined
    assert complete_statements(reply) == ()


@pytest.mark.parametrize("reply", ["", "{", '{"statements": [', "I am a teapot.", "null", "[1]"])
def test_what_cannot_be_read_is_empty(reply: str) -> None:
    parsed = parse_reply(reply)

    assert parsed.is_empty or all(not any(map(str.isalpha, w.text)) for w in parsed.statements)


def test_what_a_model_thinks_aloud_is_no_statement_while_it_still_thinks() -> None:
    reply = f"<think>Perhaps {GOOD}</think>{GOOD}"

    before = reply.index("</think>") + len("</think>")
    assert all(complete_statements(reply[:end]) == () for end in range(before))
    assert complete_statements(reply) == EXPECTED


def test_a_raised_digit_is_a_mark_and_a_year_in_brackets_is_none() -> None:
    assert parse_reply("A b c.² D e f.³").statements == (
        Written(text="A b c.", sentences=(2,)),
        Written(text="D e f.", sentences=(3,)),
    )
    assert parse_reply("The album (1973) came out (4).").statements == (
        Written(text="The album (1973) came out.", sentences=(4,)),
    )


def test_prose_that_denies_something_is_no_refusal() -> None:
    assert not parse_reply("The articles say that the talks did not fail.").declined


def test_statements_come_as_soon_as_they_are_complete() -> None:
    seen = [len(complete_statements(GOOD[:end])) for end in range(len(GOOD) + 1)]

    assert seen == sorted(seen)
    assert seen[GOOD.index("]}") + 1] == 0
    assert seen[GOOD.index("]}") + 2] == 1


def test_an_endless_list_is_cut() -> None:
    items = [{"text": f"Statement {n}.", "sentences": [n]} for n in range(100)]

    assert len(parse_reply(json.dumps({"statements": items})).statements) == MAX_STATEMENTS


@given(st.text(max_size=300))
def test_any_reply_is_parsed_without_an_error(reply: str) -> None:
    parsed = parse_reply(reply)

    assert all(isinstance(n, int) for w in parsed.statements for n in w.sentences)


@given(st.lists(st.text(min_size=1, max_size=40).filter(str.strip), max_size=MAX_STATEMENTS))
def test_json_statements_come_back_letter_for_letter(texts: list[str]) -> None:
    items = [{"text": text, "sentences": [n]} for n, text in enumerate(texts, start=1)]

    parsed = parse_reply(json.dumps({"answered": True, "statements": items}))

    assert [w.text for w in parsed.statements] == texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Nine** members `agreed` [1][2].", "Nine members agreed."),
        ("## 1. Nine members agreed", "Nine members agreed"),
        ("- Nine\nmembers ||agreed||【4†source】", "Nine members agreed"),
        ("Ni\u200bne mem\u202ebers agreed (sentence 3)", "Nine members agreed"),
        ("snake_case stays, _this_ goes", "snake_case stays, this goes"),
    ],
)
def test_markup_markers_and_invisible_signs_are_taken_off(text: str, expected: str) -> None:
    assert tidy(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "See https://evil.example/x for more.",
        "See [the site](evil.example).",
        "Go to www.evil.example now.",
        "Visit evil.com today.",
        "Join discord.gg/abc today.",
        "Hello @everyone, read this.",
        "Ask <@1234> about it.",
        "An <b>important</b> point.",
        "Write &lt;@1&gt; now.",
        "x" * 700,
        "…",
    ],
)
def test_links_mentions_tags_and_floods_are_forbidden(text: str) -> None:
    assert forbidden_form(tidy(text)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "The U.S.-led talks ended at 3 p.m. on Sept. 15.",
        "Mr. Brekke, i.e. the union's leader, paid $1.5 million.",
        "He wrote to St. Petersburg's mayor.",
    ],
)
def test_plain_sentences_are_allowed(text: str) -> None:
    assert forbidden_form(tidy(text)) is None


@given(st.text(max_size=200))
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert "\n" not in tidy(text)
    assert len(tidy(text)) <= len(text)
