"""`sources.toml`: what people tell about the text files of a folder, one table a file."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath

from retrieval.articles.metadata import FIELDS, first_known, parse_metadata
from retrieval.articles.raw import Metadata, Skipped
from retrieval.errors import ArticleError

FILE_NAME = "sources.toml"


def read_sources(folder: Path, names: Collection[str]) -> tuple[dict[str, Metadata], list[Skipped]]:
    """Give what the `sources.toml` in and under a folder tell of each file, and unused tables.

    A table is named by the file's path from its `sources.toml`, or by the file's name alone where
    only one file has it. The nearest `sources.toml` wins.

    Args:
        folder: The ingested folder.
        names: Paths of the article files, relative to the folder, with `/`.

    Raises:
        ArticleError: A `sources.toml` is broken; the message names file and line.
    """
    tables: dict[str, Metadata] = {}
    unused: list[Skipped] = []
    parents = {parent for name in names for parent in PurePosixPath(name).parents}
    for parent in sorted(parents, key=lambda parent: (len(parent.parts), parent.as_posix())):
        path = folder / parent / FILE_NAME
        if not path.is_file():
            continue
        for key, (metadata, line) in _read_tables(path).items():
            name = _named(key, parent, names, f"{path}, line {line}")
            if name is None:
                reason = f"its table {key!r} names no file that is here"
                unused.append(Skipped(source=(parent / FILE_NAME).as_posix(), reason=reason))
            else:
                tables[name] = first_known(metadata, tables.get(name, Metadata()))
    return tables, unused


def _named(key: str, parent: PurePosixPath, names: Collection[str], place: str) -> str | None:
    exact = (parent / key).as_posix()
    if exact in names:
        return exact
    under = [name for name in names if parent in PurePosixPath(name).parents]
    found = [name for name in under if PurePosixPath(name).name == key]
    if len(found) > 1:
        raise ArticleError(f"{place}: {key!r} names {len(found)} files; write the path of one.")
    return found[0] if found else None


def _read_tables(path: Path) -> dict[str, tuple[Metadata, int]]:
    """Give each table's values and the line that it begins on."""
    text = _read_text(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        number = line[1] if line else text.count("\n") + 1
        raise ArticleError(f"{path}, line {number} is not valid TOML: {error}. Mend it.") from error
    lines = text.splitlines()
    return {
        name: (_checked(path, lines, name, table), _line_of(lines, name))
        for name, table in _flat(path, lines, document)
    }


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = data[: error.start].count(b"\n") + 1
        raise ArticleError(f"{path}, line {number} is not UTF-8 text; save it as UTF-8.") from error
    except OSError as error:
        raise ArticleError(f"{path} cannot be read: {error.strerror}.") from error


def _flat(
    path: Path, lines: Sequence[str], document: Mapping[str, object], prefix: str = ""
) -> list[tuple[str, dict[str, object]]]:
    """Give the tables by file name; an unquoted `[a.txt]` is a table in a table to TOML."""
    found: list[tuple[str, dict[str, object]]] = []
    values: dict[str, object] = {}
    for key, value in document.items():
        if isinstance(value, dict):
            found += _flat(path, lines, value, f"{prefix}.{key}" if prefix else key)
        elif prefix:
            values[key] = value
        else:
            number = _line_of(lines, "", key)
            raise ArticleError(f'{path}, line {number}: {key!r} stands before any ["file"] table.')
    return [(prefix, values), *found] if prefix and (values or not found) else found


def _checked(path: Path, lines: Sequence[str], name: str, table: Mapping[str, object]) -> Metadata:
    metadata, problems = parse_metadata(table)
    problems |= {key: f"is none of {', '.join(FIELDS)}" for key in table if key not in FIELDS}
    for key, problem in problems.items():
        place = f"{path}, line {_line_of(lines, name, key)}"
        raise ArticleError(f"{place}: {key} of {name!r}: {problem}.")
    return metadata


def _line_of(lines: Sequence[str], name: str, key: str = "") -> int:
    """Give the line of a table's header, or of a key in it, counted from 1."""
    header = 1
    inside = not name
    for number, line in enumerate(lines, start=1):
        if line.lstrip().startswith("["):
            inside = line.split("#")[0].strip().strip("[]").strip().strip("\"'") == name
            header = number if inside else header
        elif inside and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return header
