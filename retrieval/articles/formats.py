"""One reader for each kind of article file; each gives raw articles, or says what is wrong."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from retrieval.articles.cleaning.page_lines import fold
from retrieval.articles.encoding import decode
from retrieval.articles.metadata import parse_metadata
from retrieval.articles.raw import Metadata, PageText, RawArticle, Skipped
from retrieval.errors import ArticleError

Reader = Callable[[bytes, str, str], Iterator[RawArticle | Skipped]]


def read_file(path: Path, source: str, folder: str) -> Iterator[RawArticle | Skipped]:
    """Give the articles of one file.

    Raises:
        ArticleError: The file as a whole cannot be used; the message says why.
    """
    return READERS[path.suffix.lower()](path.read_bytes(), source, folder)


def raw_article(
    text: str,
    metadata: Metadata,
    *,
    source: str,
    folder: str,
    notes: tuple[str, ...] = (),
    page: PageText | None = None,
) -> RawArticle:
    """Put text and metadata together.

    Raises:
        ArticleError: There is no text.
    """
    if not text.strip():
        raise ArticleError("empty: it holds no text")
    return RawArticle(
        id=metadata.id,
        title=metadata.title,
        outlet=metadata.outlet,
        author=metadata.author,
        published=metadata.published,
        url=metadata.url,
        kind=metadata.kind,
        source=source,
        folder=folder,
        text=text,
        boilerplate=page.boilerplate if page else 0,
        comments=page.comments if page else 0,
        left_out=page.left_out if page else (),
        is_extracted=page is not None and page.is_extracted,
        notes=notes,
    )


def checked_values(
    values: Mapping[str, object], note: str | None = None
) -> tuple[Metadata, tuple[str, ...]]:
    """Give the metadata that a file tells itself, and notes on values that cannot be used."""
    metadata, problems = parse_metadata(values)
    notes = [note] if note else []
    notes += [f"{name} left out: {problem}" for name, problem in problems.items()]
    return metadata, tuple(notes)


def _read_text(data: bytes, source: str, folder: str) -> Iterator[RawArticle]:
    text, note = decode(data)
    notes = (note,) if note else ()
    yield raw_article(text, Metadata(), source=source, folder=folder, notes=notes)


def _read_markdown(data: bytes, source: str, folder: str) -> Iterator[RawArticle]:
    text, note = decode(data)
    values, body = _front_matter(text)
    metadata, notes = checked_values(values, note)
    yield raw_article(body, metadata, source=source, folder=folder, notes=notes)


def _front_matter(text: str) -> tuple[Mapping[str, object], str]:
    """Give the values above a Markdown text, and the text; a rule line alone begins none."""
    from frontmatter.default_handlers import YAMLHandler
    from yaml import YAMLError  # type: ignore[import-untyped]  # has no stubs of its own

    handler = YAMLHandler()
    if not handler.detect(text):
        return {}, text
    try:
        above, body = handler.split(text)
        values = handler.load(above)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise ArticleError(f"its front matter is not valid YAML{line}; mend it") from error
    except ValueError as error:  # no closing line, or a date such as 2014-02-31
        if text.count("\n---") == 0:
            return {}, text
        raise ArticleError(f"its front matter has a wrong value: {error}") from error
    return (values, body) if isinstance(values, dict) else ({}, text)


def _read_json_lines(data: bytes, source: str, folder: str) -> Iterator[RawArticle | Skipped]:
    text, note = decode(data)
    if not text.strip():
        raise ArticleError("empty: it holds no text")
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield _json_article(line, f"{source}#{number}", folder, note)
        except ArticleError as error:
            yield Skipped(source=source, reason=f"line {number}: {error}")


def _json_article(line: str, place: str, folder: str, note: str | None) -> RawArticle:
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        raise ArticleError(f"not valid JSON: {error.msg} (character {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise ArticleError(f"not valid JSON: {error}") from error
    if not isinstance(values, dict):
        raise ArticleError("not a JSON object; write one article a line")
    text = values.get("text")
    if not isinstance(text, str):
        raise ArticleError('no "text"' if text is None else '"text" is not a string')
    metadata, notes = checked_values(values, note)
    source = metadata.url or place
    if metadata.id and not metadata.url:
        source = f"{place.rpartition('#')[0]}#{fold(metadata.id)}"
    return raw_article(text, metadata, source=source, folder=folder, notes=notes)


def _read_page(data: bytes, source: str, folder: str) -> Iterator[RawArticle]:
    from retrieval.articles.html import read_page

    text, note = decode(data, declares=True)
    yield _of_page(read_page(text), source, folder, note)


def _read_pdf(data: bytes, source: str, folder: str) -> Iterator[RawArticle]:
    from retrieval.articles.pdf import read_pdf

    yield _of_page(read_pdf(data), source, folder)


def _of_page(page: PageText, source: str, folder: str, note: str | None = None) -> RawArticle:
    metadata, notes = checked_values(page.values, note)
    return raw_article(page.text, metadata, source=source, folder=folder, notes=notes, page=page)


READERS: Mapping[str, Reader] = {
    ".txt": _read_text,
    ".md": _read_markdown,
    ".html": _read_page,
    ".htm": _read_page,
    ".pdf": _read_pdf,
    ".jsonl": _read_json_lines,
}
