"""What the command line makes of files, baselines and swept settings."""

from pathlib import Path

import pytest

from bot.evaluation.eval_run import changed, grid
from bot.evaluation.question_sets import EvalOptions
from retrieval.errors import UsageError
from retrieval.settings import Settings


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a question set of its own, as the current one."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "questions.jsonl").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_file_the_set_of_the_checkout_is_asked(checkout: Path) -> None:
    assert EvalOptions().chosen_files == (Path("tests/questions.jsonl"),)
    assert EvalOptions(files=(Path("mine.jsonl"),)).chosen_files == (Path("mine.jsonl"),)


def test_the_own_set_has_its_own_baseline_once_there_is_one(checkout: Path) -> None:
    own = Path("tests/baseline.json")

    assert EvalOptions().baseline_file is None
    assert EvalOptions(update_baseline=True).baseline_file == own
    own.touch()
    assert EvalOptions().baseline_file == own
    assert EvalOptions(baseline=Path("other.json")).baseline_file == Path("other.json")


def test_another_set_has_no_baseline_but_the_one_named(checkout: Path) -> None:
    mine = (Path("mine.jsonl"),)

    assert EvalOptions(files=mine).baseline_file is None
    with pytest.raises(UsageError, match="--baseline"):
        _ = EvalOptions(files=mine, update_baseline=True).baseline_file


def test_axes_make_every_combination() -> None:
    assert grid(["min_confidence=0.1, 0.2", "writer=extractive,ollama:x"]) == [
        {"min_confidence": "0.1", "writer": "extractive"},
        {"min_confidence": "0.1", "writer": "ollama:x"},
        {"min_confidence": "0.2", "writer": "extractive"},
        {"min_confidence": "0.2", "writer": "ollama:x"},
    ]


@pytest.mark.parametrize("axis", ["", "writer", "writer=", "=x"])
def test_an_axis_that_means_nothing_is_refused(axis: str) -> None:
    with pytest.raises(UsageError, match="--sweep"):
        changed(Settings(), grid([axis])[0])


def test_swept_values_become_settings() -> None:
    settings = changed(Settings(), {"min_confidence": "0.5", "writer": "ollama:x"})

    assert (settings.min_confidence, settings.model) == (0.5, "ollama:x")


@pytest.mark.parametrize("point", [{"min_confidence": "5"}, {"temperature": "1"}])
def test_a_value_that_no_setting_takes_is_refused(point: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=f"--sweep: .*{next(iter(point))}"):
        changed(Settings(), point)
