"""What the README, the settings' example and the pins say is what the code does."""

import re
import tomllib
from pathlib import Path

from retrieval.settings import Settings
from tests.bench.pin_versions import constraints_text

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
NAMES = {str(field.validation_alias) for field in Settings.model_fields.values()}


def test_ci_ends_with_the_readmes_test_command() -> None:
    last = (ROOT / ".ci" / "run").read_text("utf-8").strip().splitlines()[-1]

    assert last == "uv run pytest"
    assert f"\n{last}\n" in README


def test_the_readmes_first_command_is_the_console_script() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert project["scripts"] == {"dateline": "bot.cli:run"}
    assert "\nuv run dateline repl\n" in README


def test_the_configuration_table_names_every_setting_and_no_other() -> None:
    table = set(re.findall(r"^\| `([A-Z_]+)`", README, re.MULTILINE))

    assert table == NAMES


def test_the_example_file_names_every_setting_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")

    assert set(re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE)) == NAMES


def test_the_defaults_in_the_table_are_those_of_the_code() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \|([^|]*)\|", README, re.MULTILINE))

    for field in Settings.model_fields.values():
        shown = rows[str(field.validation_alias)].strip().strip("`")
        if field.default is not None:
            assert shown == str(field.default), field.validation_alias


def test_every_picture_and_file_of_the_readme_is_there() -> None:
    linked = re.findall(r"\]\((?!https?:|#|mailto:)([^)\s]+)\)", README)

    assert [link for link in linked if not (ROOT / link).exists()] == []


def test_constraints_are_those_that_uv_obeys() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    pins = project["tool"]["uv"]["constraint-dependencies"]

    assert pins
    assert (ROOT / "constraints.txt").read_text("utf-8") == constraints_text(pins)
