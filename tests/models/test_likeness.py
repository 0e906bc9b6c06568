"""Sentences are compared with a question, and their vectors are kept for the next one."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from retrieval.models.embedder import Likeness
from tests.fakes.embedding import CountingEmbedder

BREAD = "The bakery sells bread."
SHIP = "A ship left the harbour."


def test_a_sentence_on_the_matter_is_more_like_the_question() -> None:
    embedder = CountingEmbedder()
    asked = embedder.embed_query("Where can I buy a loaf?")

    bread, ship, again = Likeness(embedder).to(asked, [BREAD, SHIP, BREAD])

    assert ship < bread == again <= 1.0


def test_a_sentence_is_embedded_once() -> None:
    embedder = CountingEmbedder()
    compared = Likeness(embedder)
    first = compared.to(embedder.embed_query("Bread?"), [BREAD, SHIP, BREAD])

    second = compared.to(embedder.embed_query("Bread?"), [BREAD])

    assert embedder.texts == [BREAD, SHIP]
    assert second == first[:1]


def test_no_more_vectors_are_kept_than_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.models.embedder._REMEMBERED", 1)
    embedder = CountingEmbedder()
    compared = Likeness(embedder)
    asked = embedder.embed_query("Bread?")

    for sentence in (BREAD, SHIP, SHIP, BREAD):
        compared.to(asked, [sentence])

    assert embedder.texts == [BREAD, SHIP, BREAD]


def test_nothing_to_compare_gives_nothing() -> None:
    assert Likeness(CountingEmbedder()).to([1.0], []) == []


class Long(CountingEmbedder):
    """An embedder whose vectors do not have length 1, as those of some servers."""

    def embed_query(self, text: str) -> list[float]:
        return [10 * value for value in super().embed_query(text)]

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        return [[3 * value for value in vector] for vector in super().embed_documents(texts)]


def test_the_length_of_vectors_does_not_count() -> None:
    plain, long = CountingEmbedder(), Long()

    cosines = Likeness(plain).to(plain.embed_query("Bread?"), [BREAD, SHIP])

    assert Likeness(long).to(long.embed_query("Bread?"), [BREAD, SHIP]) == pytest.approx(
        cosines, abs=1e-5
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sentence-vectors"


def likeness_and_embedded(file: Path, sentences: Sequence[str]) -> tuple[list[float], list[str]]:
    """Compare sentences as a new process does; give also which of them had to be embedded."""
    embedder = CountingEmbedder()
    found = Likeness(embedder, file).to(embedder.embed_query("Bread?"), sentences)
    return found, embedder.texts


def test_another_process_takes_the_vectors_that_are_kept(file: Path) -> None:
    first, _ = likeness_and_embedded(file, [BREAD, SHIP])

    second, embedded = likeness_and_embedded(file, [BREAD, SHIP])

    assert embedded == []
    assert second == first


def test_a_process_that_runs_takes_what_another_one_keeps_meanwhile(file: Path) -> None:
    embedder = CountingEmbedder()
    running = Likeness(embedder, file)
    running.learn([SHIP])
    likeness_and_embedded(file, [BREAD])

    running.learn([BREAD, SHIP])

    assert embedder.texts == [SHIP]


def test_a_file_that_a_kill_has_cut_loses_what_was_cut_and_is_mended(file: Path) -> None:
    likeness_and_embedded(file, [BREAD])
    whole = file.read_bytes()
    likeness_and_embedded(file, [SHIP])
    file.write_bytes(file.read_bytes()[:-10])

    _, embedded = likeness_and_embedded(file, [BREAD, SHIP])

    assert embedded == [SHIP]
    assert likeness_and_embedded(file, [BREAD, SHIP])[1] == []
    assert file.read_bytes()[: len(whole)] == whole


def test_a_vector_with_a_wrong_byte_is_not_taken(file: Path) -> None:
    first, _ = likeness_and_embedded(file, [BREAD])
    data = bytearray(file.read_bytes())
    data[-1] ^= 0x40
    file.write_bytes(data)

    again, embedded = likeness_and_embedded(file, [BREAD])

    assert embedded == [BREAD]
    assert again == first


def test_what_another_embedder_made_is_not_taken(file: Path) -> None:
    likeness_and_embedded(file, [BREAD])
    other = CountingEmbedder()
    other.name = "another"

    Likeness(other, file).learn([BREAD])

    assert other.texts == [BREAD]


def test_what_cannot_be_written_is_embedded_each_time(tmp_path: Path) -> None:
    nowhere = tmp_path / "no-folder" / "sentence-vectors"
    first, _ = likeness_and_embedded(nowhere, [BREAD])

    again, embedded = likeness_and_embedded(nowhere, [BREAD])

    assert (again, embedded) == (first, [BREAD])
    assert not nowhere.parent.exists()


def test_a_full_file_gives_up_its_older_half(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.models.embedder._REMEMBERED", 4)
    sentences = [f"Ship {number} left the harbour." for number in range(5)]
    for sentence in sentences:
        likeness_and_embedded(file, [sentence])

    _, embedded = likeness_and_embedded(file, sentences)

    assert embedded == sentences[:2]


def test_what_is_forgotten_is_in_no_process_and_no_file(file: Path) -> None:
    embedder = CountingEmbedder()
    compared = Likeness(embedder, file)
    compared.learn([BREAD, SHIP])

    compared.forget([SHIP])
    compared.learn([BREAD, SHIP])
    compared.forget_all()

    assert embedder.texts == [BREAD, SHIP, SHIP]
    assert not file.exists()
