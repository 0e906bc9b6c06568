"""Word documents, rich text and e-mails as articles."""

from io import BytesIO

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import qn

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


def test_a_word_document_whose_title_a_program_wrote_is_called_as_its_heading() -> None:
    document, file = docx.Document(), BytesIO()
    document.core_properties.title = "Microsoft Word - draft3.docx"
    document.add_paragraph("Harbour desk, Monday")
    document.add_heading("Mill sold to a bakery", level=0)
    document.add_paragraph("The mill was sold on Friday.")
    document.save(file)

    page = read_docx(file.getvalue())

    assert (page.values["title"], page.known_from["title"]) == ("Mill sold to a bakery", "heading")


W = f'xmlns:w="{qn("w:t")[1:].partition("}")[0]}"'


def word_file(*body: str) -> bytes:
    document, file = docx.Document(), BytesIO()
    for xml in body:
        document.element.body.insert(-1, parse_xml(xml.replace(">", f" {W}>", 1)))
    document.save(file)
    return file.getvalue()


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def test_a_word_document_reads_as_with_all_its_changes_accepted() -> None:
    changed = (
        run("The mill was ")
        + '<w:del w:id="1" w:author="x"><w:r><w:delText>burnt</w:delText></w:r></w:del>'
        + f'<w:ins w:id="2" w:author="x">{run("sold")}</w:ins>'
        + f'<w:moveFrom w:id="3" w:author="x">{run(" once more")}</w:moveFrom>'
        + f'<w:moveTo w:id="4" w:author="x">{run(" on Friday")}</w:moveTo>'
        + f"<w:sdt><w:sdtContent>{run(' to the town')}</w:sdtContent></w:sdt>"
        + run(" in secret", "<w:rPr><w:vanish/></w:rPr>")
        + '<w:r><w:footnoteReference w:id="2"/></w:r>'
        + run(".")
    )
    joined = '<w:pPr><w:rPr><w:del w:id="5" w:author="x"/></w:rPr></w:pPr>'

    page = read_docx(
        word_file(
            f"<w:p>{changed}</w:p>",
            f"<w:sdt><w:sdtContent><w:p>{run('It becomes a school.')}</w:p></w:sdtContent></w:sdt>",
            f"<w:p>{joined}{run('The wheel ')}</w:p>",
            f"<w:p>{run('stays.')}</w:p>",
        )
    )

    assert page.text.split("\n\n") == [
        "The mill was sold on Friday to the town.",
        "It becomes a school.",
        "The wheel stays.",
    ]


def test_a_table_that_sets_the_page_gives_its_paragraphs_and_merged_cells_stand_once() -> None:
    document, file = docx.Document(), BytesIO()
    table = document.add_table(rows=2, cols=3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "Prices"
    for number, text in enumerate(("Mill", "1974", "2 million")):
        table.cell(1, number).text = text
    layout = document.add_table(rows=1, cols=2)
    layout.cell(0, 0).text = "The mill was sold.\nNobody had asked for it.\nThe town paid."
    for text in ("The town paid.", "It becomes a school."):
        layout.cell(0, 1).add_paragraph(text)
    layout.cell(0, 1).add_paragraph("The wheel stays.")
    document.save(file)

    assert read_docx(file.getvalue()).text.split("\n\n") == [
        "Prices",
        "Mill | 1974 | 2 million",
        "The mill was sold. Nobody had asked for it. The town paid.",
        "The town paid.",
        "It becomes a school.",
        "The wheel stays.",
    ]


def test_rich_text_may_hold_letters_of_its_code_page_as_they_are() -> None:
    page = read_rtf(
        r"{\rtf1\ansi\ansicpg1251{\info{\title Мельница}}Мельницу продали.{\v тайно}\par}".encode(
            "cp1251"
        )
    )

    assert (page.text.strip(), page.values["title"]) == ("Мельницу продали.", "Мельница")


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


def test_the_program_that_made_a_word_document_is_no_author() -> None:
    document = docx.Document()
    document.add_paragraph("The mill was sold on Friday.")
    file = BytesIO()
    document.save(file)

    assert document.core_properties.author == "python-docx"
    assert not read_docx(file.getvalue()).values["author"]


def test_rich_text_tells_title_and_author_and_gives_rows_of_tables() -> None:
    page = read_rtf(
        rb"{\rtf1\ansi{\info{\title Mill sold}{\author Ann Reed}}The mill was sold.\par "
        rb"\trowd\cellx100\cellx200 Price\cell 2,400\cell\row It becomes a school.}"
    )

    assert page.values == {"title": "Mill sold", "author": "Ann Reed"}
    assert "Price | 2,400" in page.text.splitlines()


def a_mail(*lines: str, subject: str = "Mill sold") -> bytes:
    head = [
        "From: Bo <bo@x.example>",
        f"Subject: {subject}",
        "Date: Fri, 05 Mar 2021 10:00:00 +0100",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    return "\r\n".join([*head, "", *lines]).encode()


MILL = "The mill was sold on Friday."


def test_what_a_reply_quotes_goes_and_what_a_newsletter_quotes_stays() -> None:
    reply = read_email(a_mail(MILL, "", "On Fri, Ann wrote:", "> Was it sold?", "> I heard so."))
    letter = read_email(a_mail(MILL, "", "> We had no choice.", "", "It becomes a school."))

    assert reply.text.split("\n") == [MILL]
    assert "We had no choice." in letter.text


@pytest.mark.parametrize("mark", ["--", "-- "])
def test_links_with_their_labels_and_a_signature_go(mark: str) -> None:
    page = read_email(
        a_mail(
            *("View in browser: https://x.example/1", "", MILL, ""),
            *("See https://x.example/2 for the plans, says the owner.", "", mark, "Bo", "Quay 4"),
        )
    )

    assert page.text.split("\n\n") == [
        MILL,
        "See https://x.example/2 for the plans, says the owner.",
    ]


def test_a_link_at_the_end_of_a_row_stays_in_its_sentence() -> None:
    page = read_email(a_mail("The plans are at", "https://x.example/2", "and cost nothing."))

    assert page.text.split() == "The plans are at https://x.example/2 and cost nothing.".split()


def test_a_forwarded_mail_is_that_of_its_sender() -> None:
    page = read_email(
        a_mail(
            *("---------- Forwarded message ---------", "From: Harbour Briefs <n@h.example>"),
            *("Date: Thu, 4 Mar 2021 at 06:30", "Subject: Mill sold", "To: Bo <bo@x.example>"),
            *("", MILL),
            subject="Fwd: Mill sold",
        )
    )

    assert page.text.strip() == MILL
    assert (page.values["title"], page.values["outlet"]) == ("Mill sold", "Harbour Briefs")
    assert str(page.values["published"]).startswith("Thu, 4 Mar 2021")
