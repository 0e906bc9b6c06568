"""What README, docs, the settings' example and the pins say is what the code does."""

import re
import shlex
import tomllib
from contextlib import nullcontext, suppress
from pathlib import Path

import click
import pytest

from bot.cli import main
from bot.discord.incoming.owners_view import insights, watch
from bot.discord.incoming.server_settings import settings as server_settings
from bot.discord.incoming.slash_commands import EVERYBODYS
from retrieval.settings import Settings
from tests.bench.pin_versions import constraints_text

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCS = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md")))
}
CONFIGURATION = DOCS["docs/configuration.md"]
ARCHITECTURE = DOCS["docs/architecture.md"]
NAMES = {str(field.validation_alias) for field in Settings.model_fields.values()}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
_CODE = re.compile(r"```\w*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_ROOMS = r"(?:retrieval|bot|tests|docs|seeds|\.ci)"
README_LINES = 125


def code_of(text: str) -> list[str]:
    """Give the lines of code in a page, of blocks and of running text, without comments."""
    pieces = [block or inline for block, inline in _CODE.findall(text)]
    return [re.sub(r"(?:^|\s)# .*", "", line) for piece in pieces for line in piece.splitlines()]


def dateline_commands() -> list[str]:
    lines = [line for text in DOCS.values() for line in code_of(text)]
    commands = [part.strip() for line in lines for part in re.split(r"&&|;|>", line)]
    called = [re.match(r"(?:\$ )?(?:uv run (?:\S+ \S+ )??)?dateline (.+)", one) for one in commands]
    return sorted({match[1].strip() for match in called if match})


def test_ci_ends_with_the_test_command_of_contributing() -> None:
    last = (ROOT / ".ci" / "run").read_text("utf-8").strip().splitlines()[-1]

    assert last.startswith("uv run pytest")
    assert f"\n{last}\n" in DOCS["CONTRIBUTING.md"]


def test_the_readmes_first_command_is_the_console_script() -> None:
    assert PROJECT["project"]["scripts"] == {"dateline": "bot.cli:run"}
    assert "\nuv run dateline repl\n" in README


def test_the_readme_takes_two_minutes() -> None:
    assert len(README.splitlines()) <= README_LINES


def test_every_command_of_the_docs_is_one_that_the_command_line_takes() -> None:
    context = click.Context(main)
    commands = dateline_commands()

    assert len(commands) > 30
    for command in commands:
        name, *arguments = shlex.split(command)
        if name != "-v":
            found = main.get_command(context, name)
            assert found is not None, command
            # A command's name alone, as in 'a cold `dateline ask`', is no call.
            with suppress(click.MissingParameter) if not arguments else nullcontext():
                found.make_context(name, arguments)


def test_every_script_of_the_docs_is_there() -> None:
    code = "\n".join(line for text in DOCS.values() for line in code_of(text))
    modules = re.findall(r"python -m (tests[\w.]+)", code)
    scripts = re.findall(r"python (?:-m pytest -s )?(tests/\S+\.py)", code)

    paths = [*scripts, *(f"{module.replace('.', '/')}.py" for module in modules)]
    assert paths
    assert [path for path in paths if not (ROOT / path).is_file()] == []


def test_every_slash_command_of_the_docs_is_registered() -> None:
    registered = {command.name for command in (*EVERYBODYS, server_settings, insights, watch)}
    named = set(re.findall(r"`/([a-z-]+)`", DOCS["docs/discord.md"]))

    assert named
    assert named <= registered


def test_the_configuration_table_names_every_setting_and_no_other() -> None:
    assert set(re.findall(r"^\| `([A-Z_]+)`", CONFIGURATION, re.MULTILINE)) == NAMES


def test_every_setting_that_a_page_sets_is_one() -> None:
    code = "\n".join(line for text in DOCS.values() for line in code_of(text))

    assert set(re.findall(r"\b((?:DATELINE|DISCORD)_[A-Z_]+)", code)) <= NAMES


def test_the_example_file_names_every_setting_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")

    assert set(re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE)) == NAMES


def test_the_defaults_in_the_table_are_those_of_the_code() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \|([^|]*)\|", CONFIGURATION, re.MULTILINE))

    for field in Settings.model_fields.values():
        shown = rows[str(field.validation_alias)].strip().strip("`")
        if field.default is not None:
            assert shown == str(field.default).replace("False", "false"), field.validation_alias


@pytest.mark.parametrize("page", DOCS)
def test_every_picture_and_file_of_a_page_is_there(page: str) -> None:
    linked = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[\w-]+)?\)", DOCS[page])
    named = re.findall(rf"`({_ROOMS}/[\w./-]*)`", DOCS[page])

    assert [link for link in linked if not (ROOT / page).parent.joinpath(link).exists()] == []
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_map_shows_every_room_and_names_files_that_stand_in_it() -> None:
    rows = re.findall(r"^\| `((?:retrieval|bot)/[\w/]*)` \|[^|]*\|(.*)\|$", ARCHITECTURE, re.M)
    folders = {
        path.parent for room in ("retrieval", "bot") for path in ROOT.glob(f"{room}/**/*.py")
    }

    assert {ROOT / room for room, _ in rows} == folders
    for room, files in rows:
        missing = [
            one for one in re.findall(r"`([^`]+)`", files) if not (ROOT / room / one).exists()
        ]
        assert missing == [], room


def test_the_project_file_points_to_no_file_that_is_not_there() -> None:
    build = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    named = [PROJECT["project"]["readme"], *PROJECT["project"]["license-files"]]
    named += [*build["packages"], *build["force-include"], *PROJECT["tool"]["pytest"]["testpaths"]]
    named += [
        name for name in PROJECT["tool"]["ruff"]["lint"]["per-file-ignores"] if "*" not in name
    ]

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_constraints_are_those_that_uv_obeys() -> None:
    pins = PROJECT["tool"]["uv"]["constraint-dependencies"]

    assert pins
    assert (ROOT / "constraints.txt").read_text("utf-8") == constraints_text(pins)
