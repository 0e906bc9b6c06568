"""Sentences that speak of 'him' or 'the president', with the ones before that say who is meant."""

import re
from collections.abc import Iterator

from retrieval.text.names import names
from retrieval.text.words import is_common, words
from retrieval.verify.roles import subject_of
from retrieval.verify.support import coverage
from retrieval.verify.window import Window

_LEANS = re.compile(
    r"\b(?:he|she|they|his|her|hers|him|their|them|it|its|both|here|"
    r"(?:the|this) (?:[\w.’'-]+ ){0,2}(?:president|minister|premier|chancellor|secretary|senator|"
    r"governor|mayor|leader|chief|head|chairman|chairwoman|director|ambassador|envoy|diplomat|"
    r"general|commander|officials?|spokesman|spokeswoman|author|writer|expert|analyst|country|"
    r"state|government|administration|party|group|movement|militants|company|firm|agency|"
    r"organi[sz]ation|bank|court|city|town|region|latter|former|two|pair|meeting|talks|attacks?|"
    r"report|plan|deal|agreement))\b",
    re.IGNORECASE,
)
_MOST_BEFORE = 2
_SAME_MATTER = 0.5
"""The sentence itself must have this share of the statement's words; names come from before it."""


def with_antecedents(statement: str, window: Window, *, lenient: bool = False) -> Iterator[Window]:
    """Give the window with one and two sentences before it, where they can name its 'he'.

    That is so if the statement's first name is all that the window lacks, and the window speaks of
    the matter without a subject of its own.
    """
    missing = window.source.unheld(statement, lenient=lenient)
    first = _first_name(statement)
    if not missing or any(fact.kind != "name" or fact.span not in first for fact in missing):
        return
    if subject_of(window.text) or not _LEANS.search(window.text):
        return
    if coverage(_without(statement, first), window.text) < _SAME_MATTER:
        return
    for back in range(1, min(_MOST_BEFORE, window.first) + 1):
        yield window.since(back)


def _first_name(statement: str) -> list[tuple[int, int]]:
    """Give the places of the words of the first name."""
    run: list[tuple[int, int]] = []
    for name in names(statement):
        if run and name.span[0] > run[-1][1] + 1:
            break
        if run or not is_common(words(name.text)[0].key):
            run.append(name.span)
    return run


def _without(statement: str, spans: list[tuple[int, int]]) -> str:
    return statement[: spans[0][0]] + statement[spans[-1][1] :]
