"""What reading article files gives before cleaning: raw articles, and what was left out."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from retrieval.errors import ArticleError

MAX_BYTES = 50_000_000
"""A file of this size or more is not read: no article is as long, and memory is shared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is told of an article, checked: None where nothing is.

    `published` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; `kind` is news, analysis or opinion.
    """

    id: str | None = None
    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    url: str | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawArticle(Metadata):
    """One article as its file tells it; `text` is plain text that still wants cleaning.

    `source` is the path relative to `folder`, with `/`, or for a line of a `.jsonl` its URL, else
    `file.jsonl#id`; `place` is which line or article of its file it is, where there are several.
    `boilerplate` and `comments` count paragraphs that the reader of the format
    has left out already, `left_out` gives them where it can; `is_extracted` tells that only what
    is surely no article may still go. `known_from` says of each value where it is told. `notes`
    say what a person should know: values that could not be used.
    """

    source: str
    folder: str
    text: str
    place: str = ""
    boilerplate: int = 0
    comments: int = 0
    left_out: tuple[str, ...] = ()
    is_extracted: bool = False
    known_from: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """A file's article text, what the file tells of it, and what the reader of it has left out.

    `known_from` says of each value where it is told. `is_extracted`: the text has one paragraph a
    line, and no page furniture but by mistake.
    """

    text: str
    values: Mapping[str, object]
    known_from: Mapping[str, str] = field(default_factory=dict)
    boilerplate: int = 0
    comments: int = 0
    left_out: tuple[str, ...] = ()
    is_extracted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A file, or a line of one, that was left out; `reason` says why and what to do.

    `is_unread`: the file or folder could not be opened, so nobody knows what it holds now.
    `is_duplicate`: what it holds has come already, so that nothing is missing without it.
    """

    source: str
    reason: str
    is_unread: bool = False
    is_duplicate: bool = False


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
        **asdict(metadata),
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
