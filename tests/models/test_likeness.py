"""Sentences are compared with a question, and their vectors are kept for the next one."""

import pytest

from retrieval.models.embedder import BuiltinEmbedder, Likeness

BREAD = "The bakery sells bread."
SHIP = "A ship left the harbour."


class Counting(BuiltinEmbedder):
    """The shipped embedder, which tells what it was asked to embed."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return super().embed_documents(texts)


def test_a_sentence_on_the_matter_is_more_like_the_question() -> None:
    embedder = Counting()
    asked = embedder.embed_query("Where can I buy a loaf?")

    bread, ship, again = Likeness(embedder).to(asked, [BREAD, SHIP, BREAD])

    assert ship < bread == again <= 1.0


def test_a_sentence_is_embedded_once() -> None:
    embedder = Counting()
    compared = Likeness(embedder)
    first = compared.to(embedder.embed_query("Bread?"), [BREAD, SHIP, BREAD])

    second = compared.to(embedder.embed_query("Bread?"), [BREAD])

    assert embedder.embedded == [BREAD, SHIP]
    assert second == first[:1]


def test_no_more_vectors_are_kept_than_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.models.embedder._REMEMBERED", 1)
    embedder = Counting()
    compared = Likeness(embedder)
    asked = embedder.embed_query("Bread?")

    for sentence in (BREAD, SHIP, SHIP, BREAD):
        compared.to(asked, [sentence])

    assert embedder.embedded == [BREAD, SHIP, BREAD]


def test_nothing_to_compare_gives_nothing() -> None:
    assert Likeness(Counting()).to([1.0], []) == []


class Long(Counting):
    """An embedder whose vectors do not have length 1, as those of some servers."""

    def embed_query(self, text: str) -> list[float]:
        return [10 * value for value in super().embed_query(text)]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [[3 * value for value in vector] for vector in super().embed_documents(texts)]


def test_the_length_of_vectors_does_not_count() -> None:
    plain, long = Counting(), Long()

    cosines = Likeness(plain).to(plain.embed_query("Bread?"), [BREAD, SHIP])

    assert Likeness(long).to(long.embed_query("Bread?"), [BREAD, SHIP]) == pytest.approx(
        cosines, abs=1e-5
    )
