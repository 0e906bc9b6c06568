"""An ingest that is killed again and again: what is embedded once is not embedded again."""

import subprocess
import sys
from array import array
from collections import Counter
from pathlib import Path

import pytest

from retrieval.index.library import open_library
from retrieval.index.writing.embedding_queue import passage_vectors
from retrieval.models.embedder import BuiltinEmbedder
from retrieval.models.kept_vectors import KeptVectors
from tests.conftest import settings_for
from tests.processes import ROOT, write_folder

SLICE, CALL, PAGE = 16, 2, 64
MANY = {f"{n:02}.txt": f"Ferry {n} left port with {n * n} people aboard." for n in range(48)}
# Ingests with an embedder that tells what it has embedded, and dies before a call by its number.
CHILD = f"""
import itertools, os, signal, sys
from pathlib import Path
from retrieval.index.ingest import ingest
from retrieval.index.library import open_library
from retrieval.index.writing import embedding_queue
from retrieval.models.embedder import BuiltinEmbedder
from retrieval.settings import Settings

embedding_queue.SLICE_PASSAGES, embedding_queue.PAGE_PASSAGES = {SLICE}, {PAGE}
embedding_queue.LOCAL_CALL_PASSAGES = {CALL}
index, folder, log, kill_at = sys.argv[1:]
calls, plain = itertools.count(1), BuiltinEmbedder.embed_documents
told = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

def embedded(self, texts):
    if next(calls) == int(kill_at):
        os.kill(os.getpid(), signal.SIGKILL)
    made = plain(self, texts)
    os.write(told, "".join(f"{{hash(text)}}\\n" for text in texts).encode())
    return made

BuiltinEmbedder.embed_documents = embedded
with open_library(Settings(_env_file=None, index=Path(index))) as library:
    ingest(library, [Path(folder)])
"""


def run(room: Path, kill_at: int) -> int:
    """Ingest in a process of its own; give its exit code."""
    places = (room / "index", room / "many", room / "log")
    return subprocess.run(
        [sys.executable, "-c", CHILD, *map(str, (*places, kill_at))],
        env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"},
        check=False,
    ).returncode


def test_each_kill_costs_at_most_the_call_that_the_other_thread_has_in_hand(
    tmp_path: Path,
) -> None:
    write_folder(tmp_path / "many", MANY)

    codes = [run(tmp_path, kill_at) for kill_at in (5, 9)]
    assert run(tmp_path, 0) == 0

    counts = Counter((tmp_path / "log").read_text().split())
    assert codes == [-9, -9]
    with open_library(settings_for(tmp_path / "index")) as library:
        passages = sum(article.passages for article in library.articles())
    assert len(counts) == 2 * passages  # each with its only sentence
    assert counts.total() - len(counts) <= len(codes) * CALL
    assert not (tmp_path / "index" / "embedded-vectors").exists()


@pytest.fixture
def kept(tmp_path: Path, embedder: BuiltinEmbedder) -> KeptVectors:
    return passage_vectors(tmp_path, embedder, fingerprint="one")


def test_a_file_that_a_kill_has_cut_gives_all_vectors_before_the_cut(
    kept: KeptVectors, tmp_path: Path, embedder: BuiltinEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def tells(texts: list[str]) -> list[list[float]]:
        asked.extend(texts)
        return [array("f", one).tolist() for one in vectors]

    vectors = kept.of(["a ferry", "a tower"])
    file = tmp_path / "embedded-vectors"
    file.write_bytes(file.read_bytes()[:-10])
    monkeypatch.setattr(embedder, "embed_documents", lambda texts: tells(texts)[1:])

    again = passage_vectors(tmp_path, embedder, fingerprint="one").of(["a ferry", "a tower"])

    assert again == vectors
    assert asked == ["a tower"]


def test_what_another_embedder_made_is_not_taken(
    kept: KeptVectors, tmp_path: Path, embedder: BuiltinEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.of(["a ferry"])
    monkeypatch.setattr(embedder, "embed_documents", lambda _: [[2.0]])

    (made,) = passage_vectors(tmp_path, embedder, fingerprint="two").of(["a ferry"])

    assert list(array("f", made)) == [2.0]
