"""How large the house is and how far one question walks through it.

Run by hand: `uv run python tests/bench/house.py [CHECKOUT]`. It counts the Python
files of `bot/` and `retrieval/` of a checkout (this one by default), reads their imports, those
under TYPE_CHECKING and inside functions included, and follows one question through them.
"""

import argparse
import ast
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("bot", "retrieval")
QUESTIONS = ("Who met in Paris?", "How long did the meeting in Paris last?")
UNCOUNTED = {"__init__.py", "__pycache__", "py.typed"}

# Runs in the checkout with an index that is built already: a first question warms what is loaded
# once, the second is followed. A switch is a call whose function stands in another file than the
# one that was called before.
WALK = """
import contextlib, io, json, os, sys
from bot.cli import run
first, second = {questions!r}
ours = tuple(os.path.join(os.getcwd(), room) + os.sep for room in ("bot", "retrieval"))
passed = []

def called(frame, event, _argument):
    if event == "call" and frame.f_code.co_filename.startswith(ours):
        passed.append(frame.f_code.co_filename)

def lines():
    yield first.encode()
    sys.setprofile(called)
    yield second.encode()
    sys.setprofile(None)

class Input:
    buffer = lines()

sys.stdin, shown = Input(), io.TextIOWrapper(io.BytesIO())
with contextlib.redirect_stdout(shown), contextlib.suppress(SystemExit):
    run()
switches = sum(one != other for one, other in zip(passed, passed[1:]))
print(json.dumps({{"files": len(set(passed)), "switches": switches, "calls": len(passed)}}))
"""


def modules_of(root: Path) -> dict[str, Path]:
    """Give the modules of the product by their dotted names; a package by its folder's."""
    found = {}
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(root: Path) -> dict[str, set[str]]:
    """Give for each module those that it imports, wherever in the file it does."""
    modules = modules_of(root)
    return {
        name: {one for one in _named_in(path) if one in modules} - {name}
        for name, path in modules.items()
    }


def _named_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def cycles_in(imports: dict[str, set[str]]) -> list[list[str]]:
    """Give the groups of modules that import each other, directly or by way of others."""
    reached = {name: _reached_from(name, imports) for name in imports}
    groups = {
        tuple(sorted({name, *(one for one in reached[name] if name in reached[one])}))
        for name in imports
        if name in reached[name]
    }
    return [list(group) for group in sorted(groups)]


def _reached_from(name: str, imports: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        new = imports[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


def entries_of(root: Path) -> dict[str, int]:
    """Give how many entries each folder of the product has."""
    folders = {path.parent for path in modules_of(root).values()}
    return {
        folder.relative_to(root).as_posix(): sum(
            one.name not in UNCOUNTED and not one.name.startswith("LICEN")
            for one in folder.iterdir()
        )
        for folder in sorted(folders)
    }


def walk_of(root: Path, index: Path) -> dict[str, int]:
    """Give the files that one question passes, and how often it goes from one to another."""
    ask = ["--json", "--index", str(index)]
    build = ["-m", "bot", "ask", QUESTIONS[0], *ask]
    follow = ["-c", WALK.format(questions=QUESTIONS), "ask", "-", *ask]
    for run in (build, follow):
        done = subprocess.run(
            [sys.executable, *run], cwd=root, stdout=subprocess.PIPE, text=True, check=True
        )
    counted: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    return counted


def print_house(root: Path, walk: dict[str, int]) -> None:
    lines = {path: len(path.read_text("utf-8").splitlines()) for path in modules_of(root).values()}
    imports = imports_of(root)
    importers = Counter(one for held in imports.values() for one in held)
    own = {name for name, path in modules_of(root).items() if path.name != "__init__.py"}
    entries = entries_of(root)
    longest = max(lines, key=lambda path: lines[path])
    widest = max(entries, key=lambda folder: entries[folder])
    print(f"product: {sum(lines.values()):,} lines in {len(lines)} files")
    print(f"longest file: {lines[longest]} lines, {longest.relative_to(root).as_posix()}")
    print(f"widest folder: {entries[widest]} entries, {widest}")
    print(f"modules with one importer: {sum(importers[name] == 1 for name in own)} of {len(own)}")
    print(f"modules without an importer: {sorted(own - set(importers))}")
    print(f"import cycles: {cycles_in(imports) or 'none'}")
    print("one question: {files} files, {switches} switches, {calls} calls".format(**walk))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkout", nargs="?", type=Path, default=ROOT)
    root = parser.parse_args().checkout.resolve()
    with tempfile.TemporaryDirectory() as folder:
        print_house(root, walk_of(root, Path(folder) / "index"))


if __name__ == "__main__":
    main()
