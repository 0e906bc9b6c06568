"""One reader for each kind of article file; each gives raw articles, or says what is wrong."""

import re
from collections.abc import Callable, Iterator, Mapping

from retrieval.articles.files.encoding import decode
from retrieval.articles.files.json_articles import read_json, read_json_lines
from retrieval.articles.metadata import checked_values, field_of
from retrieval.articles.raw import (
    Metadata,
    PageText,
    RawArticle,
    Skipped,
    raw_article,
)
from retrieval.errors import ArticleError

SMALL_BYTES = 200_000
"""So much of any form but the packed ones may be read where it does harm if it can."""

_IS_PAGE = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype html|html)\b", re.IGNORECASE)
_HEAD_CHARS = 1_000
_MAIL_START = re.compile(rb"^From [^\n]*\n", re.MULTILINE)
Reader = Callable[[bytes, str, str], Iterator[RawArticle | Skipped]]


def _read_text(data: bytes, source: str, folder: str) -> Iterator[RawArticle]:
    text, note = decode(data)
    if _IS_PAGE.match(text[:_HEAD_CHARS]):
        yield from _read_page_in_a_text(data, source, folder)
        return
    notes = (note,) if note else ()
    yield raw_article(text, Metadata(), source=source, folder=folder, notes=notes)


def _read_page_in_a_text(data: bytes, source: str, folder: str) -> Iterator[RawArticle]:
    """Read a web page that has a text's name; a large one could do harm where texts are read."""
    if len(data) > SMALL_BYTES:
        raise ArticleError("a web page: let its name end in .html")
    yield from _read_page(data, source, folder)


def _read_markdown(data: bytes, source: str, folder: str) -> Iterator[RawArticle]:
    from retrieval.articles.files.markdown_text import read_markdown

    text, note = decode(data)
    yield _of_page(read_markdown(text), source, folder, note)


def _read_page(data: bytes, source: str, folder: str) -> Iterator[RawArticle]:
    from retrieval.articles.files.html import read_page

    text, note = decode(data, declares=True)
    yield _of_page(read_page(text), source, folder, note)


def _read_pdf(data: bytes, source: str, folder: str) -> Iterator[RawArticle]:
    from retrieval.articles.files.pdf import read_pdf

    yield _of_page(read_pdf(data), source, folder)


def _read_document(ending: str) -> Reader:
    def read(data: bytes, source: str, folder: str) -> Iterator[RawArticle]:
        from retrieval.articles.files.documents import READERS_BY_ENDING

        yield _of_page(READERS_BY_ENDING[ending](data), source, folder)

    return read


def _read_mailbox(data: bytes, source: str, folder: str) -> Iterator[RawArticle | Skipped]:
    """Give each mail of a mailbox file, as its number in it."""
    from retrieval.articles.files.documents import read_email

    mails = [mail for mail in _MAIL_START.split(data) if mail.strip()]
    for number, mail in enumerate(mails, start=1):
        try:
            yield _of_page(
                read_email(mail.replace(b"\n>From ", b"\nFrom ")), f"{source}#{number}", folder
            )
        except ArticleError as error:
            yield Skipped(source=source, reason=f"mail {number}: {error}")


def _of_page(page: PageText, source: str, folder: str, note: str | None = None) -> RawArticle:
    metadata, notes = checked_values(page.values, note)
    known_from = {field_of(name): how for name, how in page.known_from.items()}
    return raw_article(
        page.text,
        metadata,
        source=source,
        folder=folder,
        notes=notes,
        page=page,
        known_from=known_from,
    )


JSON_READERS = {".jsonl": read_json_lines, ".ndjson": read_json_lines, ".json": read_json}
READERS: Mapping[str, Reader] = {
    ".txt": _read_text,
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".html": _read_page,
    ".htm": _read_page,
    ".xhtml": _read_page,
    ".pdf": _read_pdf,
    **JSON_READERS,
    **{ending: _read_document(ending) for ending in (".docx", ".rtf", ".eml", ".mht", ".mhtml")},
    ".mbox": _read_mailbox,
}
