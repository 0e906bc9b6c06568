"""Write the exact tested versions into pyproject.toml and constraints.txt.

    uv run python tests/bench/pin_versions.py

Takes what `uv` resolves for the default groups and all extras, so that a universal resolution
(markers included) is what `uv run` obeys next time. Run it after an upgrade that passed the tests.
"""

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXPORT = ["uv", "export", "--no-hashes", "--no-emit-project", "--no-annotate", "--no-header"]
GROUPS = ["--all-extras", "--upgrade"]
_BLOCK = re.compile(r"constraint-dependencies = \[.*?\]", re.DOTALL)


def constraints_text(pins: list[str]) -> str:
    """Give constraints.txt for `pip install -c`, from the pins of pyproject.toml."""
    head = "# Generated from pyproject.toml by tests/bench/pin_versions.py; do not edit.\n"
    return head + "".join(f"{pin}\n" for pin in pins)


def main() -> None:
    """Resolve anew, without the old pins, and write both files."""
    project = ROOT / "pyproject.toml"
    project.write_text(_BLOCK.sub("constraint-dependencies = []", project.read_text("utf-8")))
    done = subprocess.run([*EXPORT, *GROUPS], cwd=ROOT, check=True, capture_output=True, text=True)
    pins = [line.replace('"', "'") for line in done.stdout.splitlines() if "==" in line]
    block = "".join(f'    "{pin}",\n' for pin in pins)
    text = _BLOCK.sub(
        lambda _: f"constraint-dependencies = [\n{block}]", project.read_text("utf-8")
    )
    project.write_text(text, "utf-8")
    written = tomllib.loads(text)["tool"]["uv"]["constraint-dependencies"]
    (ROOT / "constraints.txt").write_text(constraints_text(written), "utf-8")
    print(f"{len(pins)} versions pinned")


if __name__ == "__main__":
    main()
