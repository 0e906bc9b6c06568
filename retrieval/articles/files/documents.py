"""Word documents, rich text and e-mails as text, with what they tell of themselves."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from retrieval.articles.cleaning.page_lines import fold
from retrieval.articles.files.encoding import decode
from retrieval.articles.files.html import read_page
from retrieval.articles.metadata import PROGRAM_TITLE
from retrieval.articles.raw import PageText
from retrieval.errors import ArticleError

if TYPE_CHECKING:
    from docx.document import Document
    from lxml import etree

_MAX_UNPACKED_BYTES = 200_000_000
_PROGRAMS = {"python-docx", "microsoft office user", "windows user", "user", "admin", "author"}
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TAKEN_OUT = {
    *(f"{_W}{name}" for name in ("del", "moveFrom", "delText", "instrText", "pPr", "txbxContent")),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_SIGNS = {f"{_W}tab": " ", f"{_W}br": " ", f"{_W}cr": " ", f"{_W}noBreakHyphen": "-"}
_HEADING_STYLES = {"Title", "Heading 1"}
_MIN_CELL_PARAGRAPHS = 3
_MAIL, _MAX_COVER_WORDS = "message/rfc822", 60
_HIDDEN_RTF = re.compile(rb"\{\\v(?!\w)[^{}]*\}")
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})\b")
_RTF_TOLD = re.compile(r"\{\\(title|author) ([^{}\\]+)\}")
_FORWARDED = re.compile(r"(?i)^(?:(?:fwd?|re|aw|wg|tr)\s?:\s*)+")
# By their form alone, whatever language a mail program speaks.
_INNER_HEAD = re.compile(r"(?m)^(?:--.*\n)?(?:[^\W\d][\w-]{1,20}: .+\n){3,40}(?<=\n)(?=\n)")
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

    _check_unpacked(data)
    try:
        document = Document(BytesIO(data))
        rows = list(_word_blocks(document.element.body))
        told = document.core_properties
    except Exception as error:  # a broken file fails anywhere in the library, in any way
        raise ArticleError(
            "Word document that cannot be read; open it in a word processor and save it anew"
        ) from error
    author = "" if (told.author or "").casefold() in _PROGRAMS else told.author
    told_title = "" if PROGRAM_TITLE.search(told.title or "") else told.title
    heading = "" if told_title else _heading(document)
    values = {"title": told_title or heading, "author": author}
    known_from = dict.fromkeys(values, "document properties")
    if heading:
        known_from["title"] = "heading"
    return PageText(text="\n\n".join(rows), values=values, known_from=known_from)


def _heading(document: "Document") -> str:
    """Give the first paragraph that is set as the title, or as a heading of the first order."""
    set_as = [(one.style.name if one.style else "", fold(one.text)) for one in document.paragraphs]
    return next((text for style, text in set_as if style in _HEADING_STYLES and text), "")


def _word_blocks(parent: "etree._Element") -> Iterator[str]:
    """Give the paragraphs and rows of tables as they are with all changes accepted, in order.

    The library passes over what was inserted or stands in a form's field, and the rest of such a
    sentence would read as another one.
    """
    unended = ""
    for block in parent:
        if block.tag == f"{_W}p":
            text = f"{unended}{_word_text(block)}"
            is_joined = block.find(f"{_W}pPr/{_W}rPr/{_W}del") is not None
            unended = text if is_joined else ""
            if not is_joined:
                yield fold(text)
        elif block.tag == f"{_W}tbl":
            yield from _word_rows(block)
        elif block.tag not in _TAKEN_OUT:
            yield from _word_blocks(block)
    if unended:
        yield fold(unended)


def _word_rows(table: "etree._Element") -> Iterator[str]:
    for row in table.iter(f"{_W}tr"):
        is_own = next(row.iterancestors(f"{_W}tbl")) is table
        if is_own and row.find(f"{_W}trPr/{_W}del") is None:
            yield from _word_cells(row)


def _word_cells(row: "etree._Element") -> list[str]:
    """Give a row of a table; where its cells hold prose the table only sets the page."""
    cells = [list(filter(None, _word_blocks(cell))) for cell in row.findall(f"{_W}tc")]
    if any(len(cell) >= _MIN_CELL_PARAGRAPHS for cell in cells):
        return [text for cell in cells for text in cell]
    return [" | ".join(filter(None, map(" ".join, cells)))]


def _word_text(element: "etree._Element") -> str:
    """Give the words of a paragraph, without what was taken out, is hidden or is a note's sign."""
    if element.tag in _TAKEN_OUT or element.find(f"{_W}rPr/{_W}vanish") is not None:
        return ""
    if element.tag == f"{_W}t":
        return element.text or ""
    return _SIGNS.get(element.tag) or "".join(map(_word_text, element))


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

    source = _rtf_source(data)
    try:
        text = str(rtf_to_text(source, errors="replace"))  # type: ignore[no-untyped-call]  # has no types
    except Exception as error:  # as above
        raise ArticleError(f"rich text that cannot be read: {fold(str(error))}") from error
    values = dict(_RTF_TOLD.findall(source))
    return PageText(
        text="\n\n".join(map(_cells, text.splitlines())),
        values=values,
        known_from=dict.fromkeys(values, "document properties"),
        is_extracted=False,
    )


def _rtf_source(data: bytes) -> str:
    """Give the file's own text without hidden words; letters may stand in it as they are."""
    page = _CODE_PAGE.search(data)
    data = _HIDDEN_RTF.sub(b"", data)
    try:
        return data.decode(f"cp{int(page[1])}" if page else "cp1252")
    except (LookupError, UnicodeDecodeError):
        return data.decode("latin-1")


def _cells(line: str) -> str:
    """Give the row of a table with its cells apart, another line as it is."""
    return " | ".join(map(fold, line.split("|")[:-1])) if line.endswith("|") else line


def read_email(data: bytes) -> PageText:
    """Give an e-mail's text, plain rather than HTML, with subject, sender and day.

    Raises:
        ArticleError: It holds no text.
    """
    try:
        message = _passed_on(message_from_bytes(data, policy=policy.default))
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


def _passed_on(message: EmailMessage) -> EmailMessage:
    """Give the one mail that another passes on as an attachment with no more than a line to it."""
    inner = [one for one in message.iter_attachments() if one.get_content_type() == _MAIL]
    body = message.get_body(("plain", "html"))
    words = len(body.as_bytes().split()) if body else 0
    if len(inner) != 1 or words > _MAX_COVER_WORDS:
        return message
    (mail,) = inner[0].iter_parts()
    return mail if isinstance(mail, EmailMessage) else message


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
