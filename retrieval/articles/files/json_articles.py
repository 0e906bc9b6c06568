"""JSON and JSON lines: one article an object, its text under whatever name collections use."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import unescape
from typing import cast

from retrieval.articles.cleaning.page_lines import fold
from retrieval.articles.files.encoding import decode
from retrieval.articles.files.markdown_text import html_text
from retrieval.articles.metadata import FIELDS, checked_values
from retrieval.articles.raw import RawArticle, Skipped, raw_article
from retrieval.errors import ArticleError
from retrieval.text.words import listed_words

_LEFT_OUT = re.compile(r"\[\+\d+ chars\]$")
"""How news services say that they give an article's beginning only."""
_TEXT_KEYS, _PIECES_KEYS, _INNER_KEYS = (
    tuple(listed_words("pages/field_names", section)) for section in ("text", "pieces", "inner")
)
_MOST_DEEP = 6
_HTML = re.compile(r"</(?:p|div|li|h\d|article|section|blockquote)>|<br ?/?>", re.IGNORECASE)
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
            raw = _article(one, f"{source}#{number}", folder, note, text_key)
            yield replace(raw, place=f"line {number}")
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
    if isinstance(document, str) and (several := _one_after_another(text)):
        document = several
    if isinstance(document, str):
        raise ArticleError(document)
    rows = _listed(document)
    _check_keys([one for one in rows if isinstance(one, dict)], text_key)
    for number, one in enumerate(rows, start=1):
        try:
            raw = _article(one, f"{source}#{number}", folder, note, text_key)
            yield replace(raw, place=f"article {number}" if len(rows) > 1 else "")
        except ArticleError as error:
            yield Skipped(source=source, reason=f"article {number}: {error}")


def _listed(document: object) -> list[object]:
    """Give the document's articles: the nearest list or mapping of objects that have a text."""
    level = [document]
    for _ in range(_MOST_DEEP):
        for one in level:
            if isinstance(one, dict) and _has_text(one):
                return [document]
            rows = _rows_of(one)
            if any(isinstance(row, dict) and _has_text(row) for row in rows):
                return rows
        level = [
            value for one in level for value in _rows_of(one) if isinstance(value, dict | list)
        ]
    return document if isinstance(document, list) else [document]


def _rows_of(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _has_text(values: Mapping[str, object]) -> bool:
    return _is_article(values) or _opened(values) is not values


def _is_article(values: object) -> bool:
    return isinstance(values, dict) and (
        any(_name(key) in _TEXT_KEYS and _words(value) for key, value in values.items())
        or any(_pieces(values.get(key)) for key in _PIECES_KEYS)
    )


def _pieces(value: object) -> str:
    """Give a text that is kept in pieces; empty if these are none, or articles of their own."""
    parts = value if isinstance(value, list) else []
    if any(isinstance(part, dict) and ("title" in part or "headline" in part) for part in parts):
        return ""
    return "\n\n".join(words for part in parts if (words := _piece(part)))


def _piece(part: object) -> str | None:
    inner = part.get("data", part) if isinstance(part, dict) else part
    names = ("text", "content", "html", "body")
    words = inner if not isinstance(inner, dict) else next(filter(None, map(inner.get, names)), "")
    return words if isinstance(words, str) else _words(words)


def _opened(values: Mapping[str, object]) -> Mapping[str, object]:
    """Give the values of an article, those inside one envelope such as `_source` among them."""
    inner = [name for name, value in values.items() if _is_article(value)]
    if len(inner) != 1 or _is_article(values):
        return values
    (name,) = inner
    envelope = {key: value for key, value in values.items() if key != name}
    return {**envelope, **cast("dict[str, object]", values[name])}


def _name(key: str) -> str:
    return "_".join(re.findall(r"[^\W_]+", key.lower()))


def _words(value: object) -> str | None:
    """Give the text of a value: a string, a list of paragraphs, or an object around one."""
    if isinstance(value, list) and value and all(isinstance(part, str) for part in value):
        return "\n\n".join(value)
    if isinstance(value, dict):
        value = next((value[key] for key in _INNER_KEYS if isinstance(value.get(key), str)), None)
    return value if isinstance(value, str) else None


def _parsed(text: str) -> object:
    """Give the JSON value, or as a string what is wrong with it."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return f"not valid JSON: {error.msg} (line {error.lineno}, character {error.colno})"
    except (ValueError, RecursionError):
        return "not valid JSON: it holds a number or a nesting larger than any article needs"
    return "not a JSON object; write one article an object" if isinstance(value, str) else value


def _one_after_another(text: str) -> list[object]:
    """Give the values of a file that holds several, one after the other; none if it does not."""
    decoder, values, at = json.JSONDecoder(), list[object](), 0
    while rest := text[at:].lstrip(" \t\r\n,"):
        at = len(text) - len(rest)
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return []
        values.append(value)
    return values if all(isinstance(value, dict) for value in values) else []


def _check_keys(objects: list[dict[str, object]], text_key: str | None) -> None:
    keys = sorted({key for one in objects for key in (one if text_key else _opened(one))})
    known = (text_key,) if text_key else _TEXT_KEYS
    in_pieces = any(_pieces(one.get(key)) for one in objects for key in _PIECES_KEYS)
    if objects and not in_pieces and not any(key in known or _name(key) in known for key in keys):
        told = ", ".join(keys[:_MAX_KEYS_TOLD])
        raise ArticleError(f"no key for the text; it has {told}: choose one with --text-key NAME")


def _article(
    values: object, place: str, folder: str, note: str | None, text_key: str | None
) -> RawArticle:
    if isinstance(values, str):
        raise ArticleError(values)
    if not isinstance(values, dict):
        raise ArticleError("not a JSON object; write one article an object")
    values = values if text_key else _opened(values)
    text = _text(values, text_key)
    metadata, notes = checked_values({_name(key): _told(one) for key, one in values.items()}, note)
    source = metadata.url or place
    if metadata.id and not metadata.url:
        source = f"{place.rpartition('#')[0]}#{fold(metadata.id)}"
    known_from = dict.fromkeys(FIELDS, "JSON")
    return raw_article(
        text, metadata, source=source, folder=folder, notes=notes, known_from=known_from
    )


def _told(value: object) -> object:
    """Give a value of metadata as words where it is an object around them; signs are unescaped."""
    words = _words(value) if isinstance(value, dict) else value
    return unescape(words) if isinstance(words, str) else value


def _text(values: Mapping[str, object], text_key: str | None) -> str:
    by_name = {_name(key): value for key, value in values.items()}
    if text_key:
        by_name = {text_key: values.get(text_key)}
    names = [text_key] if text_key else [name for name in _TEXT_KEYS if name in by_name]
    for name in names:
        if (words := _words(by_name[name])) is not None:
            words = _LEFT_OUT.sub("", words.rstrip()).rstrip()
            return html_text(words) if _HTML.search(words) else words
    pieces = (_pieces(values.get(key)) for key in _PIECES_KEYS if not text_key)
    if text := next(filter(None, pieces), ""):
        return html_text(text) if _HTML.search(text) else text
    raise ArticleError(f'"{names[0]}" is not a string' if names else 'no "text"')
