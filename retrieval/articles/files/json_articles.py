"""JSON and JSON lines: one article an object, its text under whatever name collections use."""

import json
from collections.abc import Iterator, Mapping

from retrieval.articles.cleaning.page_lines import fold
from retrieval.articles.files.encoding import decode
from retrieval.articles.metadata import FIELDS, checked_values
from retrieval.articles.raw import RawArticle, Skipped, raw_article
from retrieval.errors import ArticleError

# What public collections of news call the text, the likeliest first.
_TEXT_KEYS = (
    *("text", "content", "body", "article", "raw_text", "full_text", "article_text", "maintext"),
    *("article_body", "articlebody", "article_content", "news", "story", "document"),
)
_MAX_KEYS_TOLD = 20


def read_json_lines(
    data: bytes, source: str, folder: str, text_key: str | None = None
) -> Iterator[RawArticle | Skipped]:
    """Give the article of each line; what is wrong with a line is told with its number.

    Raises:
        ArticleError: The file is empty, or no line has text under a name that is known.
    """
    text, note = decode(data)
    rows = [(number, row) for number, row in enumerate(text.split("\n"), start=1) if row.strip()]
    if not rows:
        raise ArticleError("empty: it holds no text")
    parsed = [(number, _parsed(row)) for number, row in rows]
    _check_keys([one for _, one in parsed if isinstance(one, dict)], text_key)
    for number, one in parsed:
        try:
            yield _article(one, f"{source}#{number}", folder, note, text_key)
        except ArticleError as error:
            yield Skipped(source=source, reason=f"line {number}: {error}")


def read_json(
    data: bytes, source: str, folder: str, text_key: str | None = None
) -> Iterator[RawArticle | Skipped]:
    """Give the articles of one JSON document: an object, or a list of them, perhaps under a name.

    Raises:
        ArticleError: It is no JSON, or no object has text under a name that is known.
    """
    text, note = decode(data)
    if not text.strip():
        raise ArticleError("empty: it holds no text")
    document = _parsed(text)
    if isinstance(document, str):
        raise ArticleError(document)
    rows = _listed(document)
    _check_keys([one for one in rows if isinstance(one, dict)], text_key)
    for number, one in enumerate(rows, start=1):
        try:
            yield _article(one, f"{source}#{number}", folder, note, text_key)
        except ArticleError as error:
            yield Skipped(source=source, reason=f"article {number}: {error}")


def _listed(document: object) -> list[object]:
    """Give the document's articles: of an object that holds a list of objects, that list."""
    if isinstance(document, list):
        return document
    if isinstance(document, dict) and not any(key.lower() in _TEXT_KEYS for key in document):
        for value in document.values():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                return value
    return [document]


def _parsed(text: str) -> object:
    """Give the JSON value, or as a string what is wrong with it."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return f"not valid JSON: {error.msg} (line {error.lineno}, character {error.colno})"
    except (ValueError, RecursionError) as error:
        return f"not valid JSON: {error}"
    return "not a JSON object; write one article an object" if isinstance(value, str) else value


def _check_keys(objects: list[dict[str, object]], text_key: str | None) -> None:
    keys = sorted({key for one in objects for key in one})
    known = (text_key,) if text_key else _TEXT_KEYS
    if objects and not any(key in known or key.lower() in known for key in keys):
        told = ", ".join(keys[:_MAX_KEYS_TOLD])
        raise ArticleError(f"no key for the text; it has {told}: choose one with --text-key NAME")


def _article(
    values: object, place: str, folder: str, note: str | None, text_key: str | None
) -> RawArticle:
    if isinstance(values, str):
        raise ArticleError(values)
    if not isinstance(values, dict):
        raise ArticleError("not a JSON object; write one article an object")
    text = _text(values, text_key)
    metadata, notes = checked_values(values, note)
    source = metadata.url or place
    if metadata.id and not metadata.url:
        source = f"{place.rpartition('#')[0]}#{fold(metadata.id)}"
    known_from = dict.fromkeys(FIELDS, "JSON")
    return raw_article(
        text, metadata, source=source, folder=folder, notes=notes, known_from=known_from
    )


def _text(values: Mapping[str, object], text_key: str | None) -> str:
    by_name = {key.lower(): value for key, value in values.items()}
    if text_key:
        by_name = {text_key: values.get(text_key)}
    names = [text_key] if text_key else [name for name in _TEXT_KEYS if name in by_name]
    for name in names:
        value = by_name[name]
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = "\n\n".join(value)
        if isinstance(value, str):
            return value
    raise ArticleError(f'"{names[0]}" is not a string' if names else 'no "text"')
