"""Text and what a file tells of it, put together as a raw article."""

from collections.abc import Mapping

from retrieval.articles.metadata import parse_metadata
from retrieval.articles.raw import Metadata, PageText, RawArticle
from retrieval.errors import ArticleError

_MAX_CHARS = 5_000_000  # the longest novels; as one article it would be searched for minutes


def raw_article(
    text: str,
    metadata: Metadata,
    *,
    source: str,
    folder: str,
    notes: tuple[str, ...] = (),
    page: PageText | None = None,
    known_from: Mapping[str, str] | None = None,
) -> RawArticle:
    """Put text and metadata together.

    Raises:
        ArticleError: There is no text, or more than any article has.
    """
    if not text.strip():
        raise ArticleError("empty: it holds no text")
    if len(text) > _MAX_CHARS:
        raise ArticleError(
            f"{len(text):,} characters in one article; up to {_MAX_CHARS:,} are read: split it"
        )
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
        known_from={
            name: how for name, how in (known_from or {}).items() if getattr(metadata, name, None)
        },
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
