"""Word documents, rich text and e-mails as articles."""

from io import BytesIO

import docx
import pytest

from retrieval.articles.files.documents import read_docx, read_email, read_rtf
from retrieval.errors import ArticleError


def test_a_word_document_gives_paragraphs_table_rows_and_title() -> None:
    document = docx.Document()
    document.core_properties.title = "Mill sold"
    document.add_paragraph("The mill was sold on Friday.")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Price", "2,400"
    document.add_paragraph("It becomes a school.")
    file = BytesIO()
    document.save(file)

    page = read_docx(file.getvalue())

    assert page.text.split("\n\n") == [
        "The mill was sold on Friday.",
        "Price | 2,400",
        "It becomes a school.",
    ]
    assert page.values["title"] == "Mill sold"


def test_rich_text_gives_its_words() -> None:
    page = read_rtf(rb"{\rtf1\ansi The mill was sold.\par It becomes a caf\'e9.}")

    assert page.text.split() == "The mill was sold. It becomes a café.".split()


def test_an_email_gives_its_plain_text_sender_subject_and_day() -> None:
    mail = (
        b"From: Harbour Briefs <news@harbour.example>\r\nSubject: =?utf-8?q?Caf=C3=A9_sold?=\r\n"
        b"Date: Fri, 05 Mar 2021 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable"
        b"\r\n\r\nThe caf=C3=A9 was sold on Friday, its owner sai=\r\nd.\r\n"
    )

    page = read_email(mail)

    assert page.text.strip() == "The café was sold on Friday, its owner said."
    assert (page.values["title"], page.values["outlet"]) == ("Café sold", "Harbour Briefs")
    assert str(page.values["published"]).startswith("2021-03-05")


def test_an_email_without_text_is_told() -> None:
    with pytest.raises(ArticleError, match="without text"):
        read_email(b"Subject: x\r\nContent-Type: image/png\r\n\r\n")
