"""Word documents, rich text and e-mails as text, with what they tell of themselves."""

import re
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from retrieval.articles.cleaning.page_lines import fold
from retrieval.articles.files.encoding import decode
from retrieval.articles.files.html import read_page
from retrieval.articles.raw import PageText
from retrieval.errors import ArticleError

_MAX_UNPACKED_BYTES = 200_000_000
_PROGRAMS = {"python-docx", "microsoft office user", "windows user", "user", "admin", "author"}
_RTF_TOLD = re.compile(rb"\{\\(title|author) ([^{}\\]+)\}")
_FORWARDED = re.compile(r"(?i)^(?:(?:fwd?|re|aw|wg|tr)\s?:\s*)+")
# By their form alone, whatever language a mail program speaks.
_INNER_HEAD = re.compile(r"(?m)^(?:--.*\n)?(?:[^\W\d][\w-]{1,20}: .+\n){3,}(?<=\n)(?=\n)")
_REPLIED_TO = re.compile(r"(?m)^[^\n>]+:\n(?:\n?>.*(?:\n|\Z))+")
_LINK_LINE = r"[^\n.!?]{0,60}?[<(\[]?https?://\S+[>)\]]?[ \t]*"
_LABELLED_LINKS = re.compile(rf"(?:\A|(?<=\n\n)){_LINK_LINE}(?:\n{_LINK_LINE})*(?=\n\n|\s*\Z)")
_SIGNATURE = re.compile(r"\n-- ?\n(?:.*\n){0,8}.*\Z")
_BARE_ADDRESS = re.compile(r"\s*<[^<>]*>\s*$")


def read_docx(data: bytes) -> PageText:
    """Give a Word document's paragraphs and the rows of its tables, in order.

    Raises:
        ArticleError: The file is broken, or none.
    """
    from docx import Document
    from docx.text.paragraph import Paragraph

    _check_unpacked(data)
    try:
        document = Document(BytesIO(data))
        blocks = list(document.iter_inner_content())
        told = document.core_properties
    except Exception as error:  # a broken file fails anywhere in the library, in any way
        raise ArticleError(f"Word document that cannot be read: {fold(str(error))}") from error
    rows: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            rows.append(fold(block.text))
        else:
            rows += [" | ".join(fold(cell.text) for cell in row.cells) for row in block.rows]
    author = "" if (told.author or "").casefold() in _PROGRAMS else told.author
    values = {"title": told.title, "author": author}
    known_from = dict.fromkeys(values, "document properties")
    return PageText(text="\n\n".join(rows), values=values, known_from=known_from)


def _check_unpacked(data: bytes) -> None:
    """Refuse a file that grows too large; the library unpacks no more than the file announces."""
    try:
        with ZipFile(BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except BadZipFile as error:
        raise ArticleError("Word document that cannot be read: it is no zip file") from error
    if size > _MAX_UNPACKED_BYTES:
        raise ArticleError(f"Word document that unpacks to {size / 1e6:,.0f} MB; it is not read")


def read_rtf(data: bytes) -> PageText:
    """Give the words of a rich text file and the rows of its tables, with title and author."""
    from striprtf.striprtf import rtf_to_text

    try:
        text = str(rtf_to_text(data.decode("latin-1"), errors="replace"))  # type: ignore[no-untyped-call]  # has no types
    except Exception as error:  # as above
        raise ArticleError(f"rich text that cannot be read: {fold(str(error))}") from error
    values = {name.decode(): value.decode("latin-1") for name, value in _RTF_TOLD.findall(data)}
    return PageText(
        text="\n\n".join(map(_cells, text.splitlines())),
        values=values,
        known_from=dict.fromkeys(values, "document properties"),
        is_extracted=False,
    )


def _cells(line: str) -> str:
    """Give the row of a table with its cells apart, another line as it is."""
    return " | ".join(map(fold, line.split("|")[:-1])) if line.endswith("|") else line


def read_email(data: bytes) -> PageText:
    """Give an e-mail's text, plain rather than HTML, with subject, sender and day.

    Raises:
        ArticleError: It holds no text.
    """
    try:
        message = message_from_bytes(data, policy=policy.default)
        body = message.get_body(("plain", "html"))
        content = body.get_payload(decode=True) if body else None
    except (MessageError, LookupError, ValueError, AttributeError) as error:
        raise ArticleError(f"e-mail that cannot be read: {fold(str(error))}") from error
    if not isinstance(body, EmailMessage) or not isinstance(content, bytes):
        raise ArticleError("e-mail without text")
    charset = body.get_content_charset() or "utf-8"
    try:
        text = content.decode(charset)
    except (UnicodeDecodeError, LookupError):
        text, _ = decode(content)
    told = {
        "title": _FORWARDED.sub("", str(message["subject"] or "")) or None,
        "outlet": _sender(str(message["from"] or "")),
        "published": message["date"].datetime if message["date"] else None,
    }
    known_from = dict.fromkeys(told, "head of the e-mail")
    if body.get_content_type() == "text/html":
        page = read_page(text)
        return PageText(
            text=page.text, values=told, known_from=known_from, boilerplate=page.boilerplate
        )
    text, inner = _own_words(text.replace("\r\n", "\n"))
    return PageText(text=text, values=told | inner, known_from=known_from, is_extracted=False)


def _sender(told: str) -> str | None:
    return _BARE_ADDRESS.sub("", told).strip('"') or None


def _own_words(text: str) -> tuple[str, dict[str, str | None]]:
    """Give a mail without signature, labelled links and what it replies to.

    Where it passes another one on, that one's sender and day count.
    """
    inner: dict[str, str | None] = {}
    text = _SIGNATURE.sub("", text)
    if head := _INNER_HEAD.search(text):
        told = dict(line.split(": ", 1) for line in head[0].strip().split("\n") if ": " in line)
        named = {"outlet": _sender(told.get("From", "")), "published": told.get("Date")}
        inner = {name: value for name, value in named.items() if value}
        text = text[: head.start()] + text[head.end() :]
    return _LABELLED_LINKS.sub("", _REPLIED_TO.sub("", text)).strip(), inner


def read_saved_page(data: bytes) -> PageText:
    """Give the page that a browser has saved whole, as a mail of its files."""
    message = message_from_bytes(data, policy=policy.default)
    pages = (part for part in message.walk() if part.get_content_type() == "text/html")
    page = next(pages, None)
    content = page.get_payload(decode=True) if page else None
    if page is None or not isinstance(content, bytes):
        raise ArticleError("saved page without a page in it")
    charset = page.get_content_charset()
    return read_page(content.decode(charset, "replace") if charset else decode(content)[0])


READERS_BY_ENDING = {
    ".docx": read_docx,
    ".rtf": read_rtf,
    ".eml": read_email,
    ".mht": read_saved_page,
    ".mhtml": read_saved_page,
}
