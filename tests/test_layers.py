"""The walls of the house: who may import, print, read the environment, and how large a room is."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = sorted([*ROOT.glob("retrieval/**/*.py"), *ROOT.glob("bot/**/*.py")])
TESTS = sorted(ROOT.glob("tests/**/*.py"))
MAX_LINES, MAX_TEST_LINES, MAX_BODY_LINES = 350, 400, 40
MAX_ENTRIES = 14
UNCOUNTED = {"__init__.py", "__pycache__", "py.typed"}
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "base", "util", "helper"}
OWNERS = {
    "chromadb": {"retrieval/index/chroma/"},
    "psycopg": {"retrieval/chat/state/kept.py"},
    "alembic": {"retrieval/chat/state/"},
    "sqlite3": {
        "retrieval/chat/state/kept.py",
        "bot/commands/backup_commands.py",
        "retrieval/index/chroma/",
    },
    "tantivy": {"retrieval/index/lexical.py"},
    "discord": {"bot/discord"},
}


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


def imported(path: Path) -> Iterator[str]:
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_retrieval_imports_nothing_of_the_bot_and_holds_no_async_code_or_globals() -> None:
    barred = {"bot", "discord", "asyncio", "rich", "prompt_toolkit", "click"}
    kinds = (ast.AsyncFunctionDef, ast.Global)

    for path in ROOT.glob("retrieval/**/*.py"):
        assert not {module.split(".")[0] for module in imported(path)} & barred, name_of(path)
        assert not any(isinstance(node, kinds) for node in nodes_of(path)), name_of(path)


@pytest.mark.parametrize("library", OWNERS)
def test_a_library_with_an_owner_is_imported_there_alone(library: str) -> None:
    importers = {
        name_of(path)
        for path in ROOMS
        if any(module.split(".")[0] == library for module in imported(path))
    }

    assert importers
    assert all(any(name.startswith(owner) for owner in OWNERS[library]) for name in importers)


def test_the_environment_is_read_in_settings_alone() -> None:
    readers = {
        name_of(path)
        for path in ROOMS
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }

    assert readers == {"retrieval/settings.py"}


def test_a_file_is_about_one_thing() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in (*ROOMS, *TESTS)}

    assert [name_of(path) for path in ROOMS if lengths[path] > MAX_LINES] == []
    assert [name_of(path) for path in TESTS if lengths[path] > MAX_TEST_LINES] == []
    assert [name_of(path) for path in lengths if path.stem in FORBIDDEN_NAMES] == []


def test_no_two_modules_or_classes_have_one_name() -> None:
    modules = [path.stem for path in ROOMS if path.name != "__init__.py"]
    classes = [
        node.name for path in ROOMS for node in nodes_of(path) if isinstance(node, ast.ClassDef)
    ]

    assert [name for name, times in Counter([*modules, *classes]).items() if times > 1] == []


def test_a_folder_can_be_read_at_a_glance() -> None:
    folders = {path.parent for path in ROOMS}
    entries = {
        name_of(folder): [one for one in folder.iterdir() if one.name not in UNCOUNTED]
        for folder in folders
    }

    assert {name: len(held) for name, held in entries.items() if len(held) > MAX_ENTRIES} == {}


def test_no_function_is_longer_than_a_page() -> None:
    long = [
        f"{name_of(path)}: {node.name}"
        for path in (*ROOMS, *TESTS)
        for node in nodes_of(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and body_lines(node) > MAX_BODY_LINES
    ]

    assert long == []


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    has_docstring = ast.get_docstring(function) is not None and len(function.body) > 1
    body = function.body[1:] if has_docstring else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_no_seed_is_named_or_quoted_in_the_code() -> None:
    code = "\n".join(path.read_text("utf-8") for path in ROOMS)

    for seed in ROOT.glob("seeds/*.txt"):
        sentences = [line.strip() for line in seed.read_text("utf-8").splitlines()]
        assert seed.stem not in code
        assert not [line for line in sentences if len(line) > 40 and line in code]
