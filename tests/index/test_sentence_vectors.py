"""Sentences are embedded when their article comes, so that no question waits for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from retrieval.answer.chain import Answerer
from retrieval.index.ingest import ingest, remove_articles
from retrieval.index.library import Library, open_library
from retrieval.index.writing import embedding_queue
from retrieval.index.writing.additions import Upload, add_articles, remove_added
from retrieval.types import Answer
from tests.conftest import SEEDS, settings_for
from tests.fakes.embedding import CountingEmbedder
from tests.processes import write_folder

FERRY = "The ferry sank in the harbour on Monday. It had left Skerry Island at noon."
TOWER = "The radio tower is to be pulled down. Engineers found rust in three of its legs."
QUESTIONS = (
    "How long did the meeting in Paris last?",
    "What did Vladimir Putin say about Assad?",
    "What do the articles say about Iran?",
    "Is the ceasefire still being kept by anybody?",
)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def opened(index: Path) -> Library:
    """Open the index as a new process does; its embedder counts."""
    library = open_library(settings_for(index))
    library.embedder = CountingEmbedder()
    return library


def asked(index: Path, *questions: str) -> tuple[list[Answer], list[str]]:
    """Answer questions in a new process; give also what it had to embed beside them."""
    with opened(index) as library:
        answers = [Answerer(library).answer(question) for question in questions]
        assert isinstance(library.embedder, CountingEmbedder)
        return answers, library.embedder.texts


@pytest.fixture
def two(index: Path, tmp_path: Path) -> Iterator[Library]:
    """A library of two articles, of two sentences each."""
    write_folder(tmp_path / "mine", {"ferry.txt": FERRY, "tower.txt": TOWER})
    with opened(index) as library:
        ingest(library, [tmp_path / "mine"])
        yield library


def embedded_anew(index: Path, text: str) -> list[str]:
    """Tell which of a text's two sentences a new process would have to embed."""
    with opened(index) as library:
        library.likeness.learn([one.strip(" .") + "." for one in text.split(". ")])
        assert isinstance(library.embedder, CountingEmbedder)
        return library.embedder.texts


def test_the_first_question_after_an_ingest_embeds_nothing_but_itself(index: Path) -> None:
    with opened(index) as library:
        ingest(library, [SEEDS])

    answers, embedded = asked(index, *QUESTIONS)

    assert answers[0].refusal is None
    assert embedded == []


def test_answers_are_the_same_with_and_without_kept_vectors(index: Path) -> None:
    with opened(index) as library:
        ingest(library, [SEEDS])
    kept, _ = asked(index, *QUESTIONS)
    (index / "sentence-vectors").unlink()

    anew, embedded = asked(index, *QUESTIONS)

    assert embedded
    assert [answer.text for answer in anew] == [answer.text for answer in kept]
    assert [answer.confidence for answer in anew] == [answer.confidence for answer in kept]


def test_sentences_past_the_limit_are_embedded_by_the_first_question_alone(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding_queue, "SENTENCES_AT_ONCE", 3)
    with opened(index) as library:
        ingest(library, [SEEDS])

    _, first = asked(index, QUESTIONS[0])
    _, second = asked(index, QUESTIONS[0])

    assert first
    assert second == []


def test_an_article_that_leaves_takes_the_vectors_of_its_sentences_along(
    two: Library, index: Path
) -> None:
    remove_articles(two, "ferry.txt")

    assert embedded_anew(index, TOWER) == []
    assert len(embedded_anew(index, FERRY)) == 2


def test_what_an_edited_article_still_says_is_not_embedded_again(
    two: Library, index: Path, tmp_path: Path
) -> None:
    write_folder(tmp_path / "mine", {"ferry.txt": FERRY.replace("noon", "ten")})
    ingest(two, [tmp_path / "mine"])

    assert embedded_anew(index, FERRY) == ["It had left Skerry Island at noon."]


def test_what_a_server_adds_is_ready_to_be_asked_and_goes_with_the_article(
    two: Library, index: Path
) -> None:
    bridge = "The Quenby bridge was closed on Friday. Divers found cracks in its second pillar."
    seen = two.seen_by("201")
    added = add_articles(seen, Upload(name="bridge.txt", data=bridge.encode()), most=5).added

    assert embedded_anew(index, bridge) == []

    remove_added(seen, [added[0].article.article_id])

    assert len(embedded_anew(index, bridge)) == 2
    assert embedded_anew(index, TOWER) == []
