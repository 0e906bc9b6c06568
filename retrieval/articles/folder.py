"""Article files and folders as raw articles; what cannot be read is reported, never lost."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter

from retrieval.articles.cleaning.page_lines import ends_sentence, letters, word_count
from retrieval.articles.files.apart import ApartReader
from retrieval.articles.files.formats import JSON_READERS, READERS
from retrieval.articles.metadata import FIELDS, first_known
from retrieval.articles.raw import MAX_BYTES, Metadata, RawArticle, Skipped
from retrieval.articles.read_before import Made, ReadBefore
from retrieval.articles.sources_toml import FILE_NAME, read_sources
from retrieval.errors import ArticleError
from retrieval.text.words import language_of
from retrieval.types import Article

__all__ = ["RawArticle", "Skipped", "describe", "read_articles"]

_ENDINGS = ", ".join(READERS)
_QUICKLY_READ = {".txt", *JSON_READERS}
_READ = Made("read", TypeAdapter(list[RawArticle | Skipped]))
_MAX_TITLE_WORDS = 25
_ID_CHARS = 12


OnFile = Callable[[int, int, str], None]
"""Gets how many files are read, of how many, and the next one's source."""


def untold(_done: int, _of: int, _what: str) -> None:
    """Tell nobody how far it is."""


def read_articles(
    path: Path,
    *,
    text_key: str | None = None,
    before: ReadBefore | None = None,
    on_file: OnFile = untold,
) -> Iterator[RawArticle | Skipped]:
    """Give the articles of a folder and those under it, or of one file, in order of their paths.

    Hidden files and `sources.toml` are passed over. Of two articles with the same text
    and outlet, or the same id, the second is skipped. Files are read one at a time, as the
    iterator moves on; what `before` knows of a file whose bytes are the same is not read again.

    Raises:
        ArticleError: There is no such path, the folder holds no article file, or `sources.toml`
            is broken. Raised by the call itself, before the first article.
    """
    if not path.exists():
        raise ArticleError(
            f"{path} does not exist; name a file or folder of articles, or a page as https://…"
        )
    folder = path if path.is_dir() else path.parent
    found = list(_walk(path, path)) if path.is_dir() else [path]
    files = [file for file in found if isinstance(file, Path)]
    if path.is_dir() and not any(file.suffix.lower() in READERS for file in files):
        raise ArticleError(f"{path} holds no article file ({_ENDINGS}); put some there.")
    tables, unused = read_sources(folder, {_relative(file, folder) for file in files})
    found += unused if path.is_dir() else []
    return _read_all(found, folder, tables, text_key, before, on_file)


def describe(raw: RawArticle, text: str) -> Article:
    """Give what is known of an article whose clean text this is, with a stable id.

    The id is the file's own, else made from the URL, else from the source. Without a title the
    text's first short line stands in for it, else the name of the file.
    """
    first_line = _first_line(text)
    known_from = dict(raw.known_from)
    if not raw.title:
        known_from["title"] = "first line" if first_line else "file name"
    return Article(
        article_id=raw.id or id_of(raw.url or raw.source),
        source=raw.source,
        folder=raw.folder,
        title=raw.title or first_line or Path(raw.source.partition("#")[0]).stem,
        outlet=raw.outlet,
        author=raw.author,
        published=raw.published,
        kind=raw.kind,
        url=raw.url,
        known_from=tuple(sorted(known_from.items())),
        language=language_of(text),
    )


def _walk(folder: Path, root: Path) -> Iterator[Path | Skipped]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        yield Skipped(source=_relative(folder, root), reason=reason, is_unread=True)
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name == FILE_NAME:
            continue
        if not entry.is_dir():
            yield entry
        elif entry.is_symlink():
            reason = "link to a folder; ingest that folder itself"
            yield Skipped(source=_relative(entry, root), reason=reason)
        else:
            yield from _walk(entry, root)


def _read_all(
    found: Sequence[Path | Skipped],
    folder: Path,
    tables: Mapping[str, Metadata],
    text_key: str | None,
    before: ReadBefore | None,
    on_file: OnFile,
) -> Iterator[RawArticle | Skipped]:
    texts: dict[str, str] = {}
    ids: dict[str, str] = {}
    with ApartReader(text_key=text_key) as apart:
        for number, file in enumerate(found):
            if isinstance(file, Skipped):
                yield file
                continue
            source = _relative(file, folder)
            on_file(number, len(found), source)
            for raw in _read(file, source, folder, apart, before):
                if isinstance(raw, Skipped):
                    yield raw
                else:
                    yield _once(_told(raw, tables.get(source, Metadata())), texts, ids)


def _read(
    file: Path, source: str, folder: Path, apart: ApartReader, before: ReadBefore | None
) -> Iterator[RawArticle | Skipped]:
    """Read one file; whatever is wrong with it becomes a reason."""
    is_unread = False
    try:
        reason = _refusal(file)
        if reason is None:
            data, ending = file.read_bytes(), file.suffix.lower()
            request = ending, data, source, place_of(folder.resolve())
            if before is None or ending in _QUICKLY_READ:
                yield from apart.read(*request)
            else:
                yield from before.value(_READ, request, lambda: list(apart.read(*request)))
            return
    except ArticleError as error:
        reason = str(error)
    except OSError as error:
        reason, is_unread = f"cannot be read: {error.strerror}", True
    yield Skipped(source=source, reason=reason, is_unread=is_unread)


def _refusal(file: Path) -> str | None:
    """Say why a file is not read at all, if so."""
    if file.suffix.lower() not in READERS:
        return f"unknown ending; article files end in {_ENDINGS}"
    if not file.is_file():
        return "not a file, or a link that leads nowhere"
    if not file.stat().st_size:
        return "empty: it holds no text"
    if file.stat().st_size >= MAX_BYTES:
        limit_mb, size_mb = MAX_BYTES / 1e6, file.stat().st_size / 1e6
        return f"{size_mb:.0f} MB; files of {limit_mb:.0f} MB and more are not read: split it"
    return None


def _told(raw: RawArticle, told: Metadata) -> RawArticle:
    """Let what `sources.toml` tells win over what the file says."""
    merged = first_known(told, raw)
    known_from = dict(raw.known_from) | {name: FILE_NAME for name in FIELDS if getattr(told, name)}
    return replace(raw, **{name: getattr(merged, name) for name in FIELDS}, known_from=known_from)


def _once(raw: RawArticle, texts: dict[str, str], ids: dict[str, str]) -> RawArticle | Skipped:
    """Give the article if neither its text nor its id came before; in another paper it is new."""
    text = _hashed(letters(raw.text) or raw.text)
    printed = f"{text} {raw.outlet.casefold() if raw.outlet else ''}"
    first = texts.get(printed if raw.outlet else text)
    here = f"{raw.place}: " if raw.place else ""
    if first is not None:
        reason = f"{here}same text as {first}"
        return Skipped(source=raw.source, reason=reason, is_duplicate=True)
    name = raw.id or raw.url or raw.source
    if name in ids:
        what = f"id {raw.id!r}" if raw.id else "URL"
        reason = f"{here}same {what} as {ids[name]}; give it its own id"
        return Skipped(source=raw.source, reason=reason)
    there = f"{raw.source}, {raw.place}" if raw.place else raw.source
    texts.setdefault(text, there)
    texts[printed] = ids[name] = there
    return raw


def _first_line(text: str) -> str | None:
    line = text.partition("\n")[0]
    short = 0 < word_count(line) <= _MAX_TITLE_WORDS and not line.endswith((".", ",", ";"))
    return line if short and (not ends_sentence(line) or line[-1] in "?!") else None


def _relative(file: Path, folder: Path) -> str:
    return place_of(file.relative_to(folder))


def place_of(path: Path) -> str:
    """Give a path as text that can be stored: bytes of a name that are no UTF-8 become a sign."""
    return os.fsencode(path.as_posix()).decode("utf-8", "replace")


def id_of(text: str) -> str:
    """Give a short id made of a text: 48 bits, which no two articles of an index will share."""
    return _hashed(text)[:_ID_CHARS]


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
