"""The library as other programs use it: its names, what importing it costs, and its examples."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import retrieval
from retrieval.types import Answer

ROOT = Path(__file__).parent.parent
PAGES = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "docs/python.md")}
LOADED = """
import sys
before = set(sys.modules)
import retrieval
loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(loaded - set(sys.stdlib_module_names)))
print(*(name for name in sys.modules if name.startswith("retrieval")))
"""


def code_of(page: str) -> str:
    return "\n".join(re.findall(r"```python\n(.*?)```", PAGES[page], re.DOTALL))


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_shows_in_python_runs_as_it_stands(page: str, tmp_path: Path) -> None:
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")

    done = subprocess.run(
        [sys.executable, "-c", code_of(page)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr
    assert "three-hour meeting in Paris" in done.stdout


def test_importing_the_library_loads_none_of_its_rooms_and_nothing_of_others() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines() == ["retrieval", "retrieval"]


def test_every_public_name_is_there_typed_and_told_of() -> None:
    for name in retrieval.__all__:
        assert getattr(retrieval, name).__doc__
        assert f"| `{name}` |" in PAGES["docs/python.md"]

    assert retrieval.Answer is Answer
    assert (Path(retrieval.__file__).parent / "py.typed").is_file()
    assert dir(retrieval) == retrieval.__all__


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="anything"):
        _ = retrieval.anything
