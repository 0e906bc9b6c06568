"""The first ingest that nobody asked for: what of it may leave again, and what it tells."""

import platform
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.first_run import opened_answerer, opened_library
from retrieval.errors import ModelError
from retrieval.index.ingest import ingest
from retrieval.index.library import Library
from retrieval.models.weights import MODELS, READER_WEIGHTS
from retrieval.settings import Settings
from tests.conftest import WriteArticles, settings_for

OTHER = "The own news of the day are good."


def sources_after_another_folder(settings: Settings, other: Path) -> list[str]:
    with opened_library(settings) as library:
        ingest(library, [other])
        return [article.source for article in library.articles()]


def test_a_folder_that_the_settings_name_stays_when_another_one_comes(
    tmp_path: Path, write_articles: WriteArticles
) -> None:
    named = settings_for(tmp_path / "index", articles=write_articles("mine", mine_txt=OTHER))

    sources = sources_after_another_folder(named, write_articles("other", other_txt=OTHER))

    assert sorted(sources) == ["mine.txt", "other.txt"]


def test_samples_that_nobody_named_leave_when_another_folder_comes(
    tmp_path: Path, write_articles: WriteArticles, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_articles("seeds", sample_txt=OTHER)
    monkeypatch.chdir(tmp_path)
    other = write_articles("other", other_txt=OTHER)

    sources = sources_after_another_folder(settings_for(tmp_path / "index"), other)

    assert sources == ["other.txt"]


def test_files_that_the_first_ingest_left_out_are_told_on_standard_error(
    tmp_path: Path, write_articles: WriteArticles, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_articles("mine", mine_txt=OTHER, scan_pdf="no pages")

    with opened_library(settings_for(tmp_path / "index", articles=folder)) as library:
        held = [article.source for article in library.articles()]

    printed = capsys.readouterr()
    assert held == ["mine.txt"]
    assert printed.err.startswith("dateline: scan.pdf was left out: ")
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_a_model_that_is_gone_is_told_by_the_question_that_needs_it(
    held: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(MODELS, tmp_path / "models")
    (tmp_path / "models" / READER_WEIGHTS).unlink()
    monkeypatch.setattr("retrieval.models.weights.MODELS", tmp_path / "models")

    with opened_answerer(held.settings) as answerer:
        assert answerer.answer("How many articles are there?").status == "answered"
        with pytest.raises(ModelError, match=READER_WEIGHTS):
            answerer.answer("Where did the ferry sink?")


# A thread stays in the middle of numpy until the one that opens the answerer wants numpy, or a part
# of it, as Chroma does: what a bot that has LangChain already can come to.
_IN_THE_MIDDLE = """
import builtins, sys, threading
import retrieval.answer.chain
from pathlib import Path
from bot.first_run import opened_answerer
from retrieval.settings import Settings

reached, wanted = threading.Event(), threading.Event()
real_import = builtins.__import__

def noting(name, *rest, **named):
    if name == "numpy" and threading.current_thread() is threading.main_thread():
        wanted.set()
    return real_import(name, *rest, **named)

class Watch:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == "numpy.linalg":
            reached.set()
            wanted.wait(60)
        if name == "numpy.typing":
            wanted.set()

assert "numpy" not in sys.modules
sys.meta_path.insert(0, Watch)
builtins.__import__ = noting
threading.Thread(target=lambda: real_import("numpy")).start()
reached.wait(60)
with opened_answerer(Settings(_env_file=None, index=Path(sys.argv[1]))):
    print("opened")
"""


def test_models_are_loaded_beside_chroma_without_breaking_what_both_import(
    seed_library: Library,
) -> None:
    done = _run(_IN_THE_MIDDLE, seed_library)

    assert (done.stdout, done.returncode) == ("opened\n", 0), done.stderr


# Each of these threads holds memory of its own while all others do.
_MANY_THREADS = """
import ctypes, sys, threading
from pathlib import Path
from bot.first_run import opened_bot
from retrieval.settings import Settings

libc = ctypes.CDLL(None)
together = threading.Barrier(16)

def hold():
    held = [bytes(1000) for _ in range(1000)]
    together.wait(60)

with opened_bot(Settings(_env_file=None, index=Path(sys.argv[1]))):
    threads = [threading.Thread(target=hold) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    libc.malloc_info(0, ctypes.c_void_p.in_dll(libc, "stdout"))
    libc.fflush(None)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has heaps of threads")
def test_the_threads_of_a_bot_share_two_heaps_so_that_it_does_not_grow_with_each_ingest(
    seed_library: Library,
) -> None:
    done = _run(_MANY_THREADS, seed_library)

    assert done.stdout.count("<heap nr=") == 2, done.stderr


def _run(code: str, library: Library) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own that is told where the library's index is."""
    command = [sys.executable, "-c", code, str(library.settings.index)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
