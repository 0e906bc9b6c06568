"""A passage with what the index keeps beside it, and its form in stores that take flat values."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import TypeAlias

from retrieval.errors import StoreError
from retrieval.text.dates import first_day, last_day
from retrieval.types import Article, Passage, Span, outlet_key

Flat: TypeAlias = str | int | float | bool
_VERSION_CHARS = 24  # 96 bits of sha256: no two versions will meet
_ARTICLE_FIELDS = tuple(field.name for field in fields(Article))
_NOT_CONTENT = {"passages", "corrected"}
_LISTS = ("known_from", "also_in")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A passage, its place `ordinal` in the article, and `tail`, the white space after it.

    `version` is the content hash of the article: its text and everything known about it. Rows of
    one version, in order, give the clean text back.
    """

    passage: Passage
    version: str
    ordinal: int
    tail: str

    @property
    def article(self) -> Article:
        """The article that the passage is of."""
        return self.passage.article


def version_of(article: Article, text: str) -> str:
    """Give the content hash of an article; a change of one character or field changes it."""
    known = {name: getattr(article, name) for name in _ARTICLE_FIELDS if name not in _NOT_CONTENT}
    if not article.audience:  # of articles that everybody sees, versions are older than the field
        del known["audience"]
    return hashlib.sha256(repr((sorted(known.items()), text)).encode()).hexdigest()[:_VERSION_CHARS]


def passage_id(version: str, ordinal: int) -> str:
    """Give the id of a passage, which is one of a kind for its content and place."""
    return f"{version}-{ordinal:05d}"


def version_in(passage_id: str) -> str:
    """Give the version that the id of a passage names."""
    return passage_id.partition("-")[0]


def make_rows(article: Article, text: str, spans: Sequence[Span]) -> list[Row]:
    """Cut an article's clean text into rows, by the places of its passages in order.

    Between two passages stands white space alone; `article.passages` becomes their number.
    """
    version = version_of(article, text)
    counted = replace(article, passages=len(spans))
    starts = [*(start for start, _ in spans), len(text)]
    return [
        Row(
            passage=Passage(
                passage_id=passage_id(version, ordinal),
                article=counted,
                text=text[start:end],
                start=start,
                end=end,
            ),
            version=version,
            ordinal=ordinal,
            tail=text[end : starts[ordinal + 1]],
        )
        for ordinal, (start, end) in enumerate(spans)
    ]


def joined_text(rows: Sequence[Row]) -> str:
    """Put an article's clean text together from its rows, in order; overlaps count once.

    Raises:
        StoreError: A row is missing.
    """
    if not rows or len(rows) != rows[0].article.passages:
        raise StoreError('an article in the index lacks passages; run "dateline ingest" to mend it')
    pieces = [row.passage.text + row.tail for row in rows]
    for at, (one, other) in enumerate(pairwise(rows)):
        pieces[at] = pieces[at][: other.passage.start - one.passage.start]
    return "".join(pieces)


def flat_values(row: Row) -> dict[str, Flat]:
    """Give everything but id and text as flat values; unknown ones are left out.

    `first_day` and `last_day` are integers, the days that the date can mean. `has_audience` is
    there where not everybody sees the article: stores can ask for a value, not for a missing one.
    """
    article = row.article
    values: dict[str, Flat | None] = {name: getattr(article, name) for name in _ARTICLE_FIELDS}
    values |= {name: json.dumps(values[name]) if values[name] else None for name in _LISTS}
    values |= {
        "outlet_key": outlet_key(article.outlet),
        "version": row.version,
        "ordinal": row.ordinal,
        "start": row.passage.start,
        "end": row.passage.end,
        "tail": row.tail,
        "audience": article.audience or None,
        "has_audience": True if article.audience else None,
    }
    if article.published:
        values["first_day"] = first_day(article.published)
        values["last_day"] = last_day(article.published)
    return {name: value for name, value in values.items() if value is not None}


def row_from(passage_id: str, text: str | None, values: Mapping[str, object] | None) -> Row:
    """Read back what `flat_values` gave.

    Raises:
        StoreError: There is no text, or a value is missing: an id alone is never a passage.
    """
    if text is None or values is None:
        raise _damaged(passage_id)
    try:
        article = Article(
            article_id=str(values["article_id"]),
            source=str(values["source"]),
            title=str(values["title"]),
            folder=str(values["folder"]),
            passages=_number(values["passages"]),
            known_from=tuple(
                (name, how) for name, how in json.loads(str(values.get("known_from", "[]")))
            ),
            also_in=tuple(json.loads(str(values.get("also_in", "[]")))),
            audience=str(values.get("audience", "")),
            **{name: _text(values.get(name)) for name in _OPTIONAL},
        )
        place = Passage(
            passage_id=passage_id,
            article=article,
            text=text,
            start=_number(values["start"]),
            end=_number(values["end"]),
        )
        return Row(
            passage=place,
            version=str(values["version"]),
            ordinal=_number(values["ordinal"]),
            tail=str(values["tail"]),
        )
    except (KeyError, ValueError) as error:
        raise _damaged(passage_id) from error


_OPTIONAL = ("outlet", "author", "published", "kind", "url", "corrected", "language")


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(value: object) -> int:
    return int(str(value))


def _damaged(passage_id: str) -> StoreError:
    return StoreError(
        f'the index is damaged: passage {passage_id} has no text; run "dateline ingest" to mend it'
    )
