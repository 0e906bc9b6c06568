"""A folder as a stranger has it: what can be read is read, and what cannot is told by name."""

import json
import os
from email.message import EmailMessage
from pathlib import Path

import pytest

from retrieval.articles.cleaning.clean import clean
from retrieval.articles.files.encoding import decode
from retrieval.articles.folder import RawArticle, Skipped, read_articles
from retrieval.index.ingest import ingest, remove_articles
from retrieval.index.library import Library

TEXT = "The ferry to Skerry Island sank in the harbour on Monday, and nobody was hurt."
MORE = "Repairs are to cost 2.4 million, of which the province pays a third."


def read(folder: Path) -> list[RawArticle | Skipped]:
    return list(read_articles(folder))


def texts(folder: Path) -> list[str]:
    return [one.text for one in read(folder) if isinstance(one, RawArticle)]


def test_names_that_are_no_utf_8_are_held_found_and_removed(
    library: Library, tmp_path: Path
) -> None:
    folder = os.fsencode(tmp_path / "caf") + b"\xe9"
    Path(os.fsdecode(folder)).mkdir()
    with open(folder + b"/pr\xeat.txt", "w") as file:  # noqa: PTH123  a name that is no text
        file.write(f"{TEXT}\n\n{MORE}\n")

    report = ingest(library, [Path(os.fsdecode(folder))])
    again = ingest(library, [Path(os.fsdecode(folder))])

    assert [one.article.source for one in report.added] == ["pr\ufffdt.txt"]
    assert len(again.unchanged) == 1
    assert len(remove_articles(library, os.fsdecode(folder)).removed) == 1


@pytest.mark.parametrize("ending", [".txt", ".html", ".pdf", ".json", ".docx", ".eml"])
def test_a_file_without_a_byte_is_told_to_be_empty(tmp_path: Path, ending: str) -> None:
    (tmp_path / f"a{ending}").touch()

    assert read(tmp_path) == [Skipped(source=f"a{ending}", reason="empty: it holds no text")]


@pytest.mark.parametrize(
    "document",
    [
        {"title": "One", "paragraphs": [TEXT, MORE]},
        {"headline": "One", "blocks": [{"type": "p", "data": {"text": TEXT}}, {"text": MORE}]},
        {"title": "One", "sections": [{"content": TEXT}, {"content": MORE}, {"type": "image"}]},
    ],
)
def test_a_text_that_is_kept_in_pieces_is_one_article(
    tmp_path: Path, document: dict[str, object]
) -> None:
    (tmp_path / "A.JSON").write_text(json.dumps(document), "utf-8")

    (found,) = read(tmp_path)

    assert isinstance(found, RawArticle)
    assert (found.title, found.text) == ("One", f"{TEXT}\n\n{MORE}")


def test_sections_with_titles_of_their_own_are_articles(tmp_path: Path) -> None:
    sections = [{"title": "One", "text": TEXT}, {"title": "Two", "text": MORE}]
    (tmp_path / "a.json").write_text(json.dumps({"title": "Issue", "sections": sections}), "utf-8")

    assert texts(tmp_path) == [TEXT, MORE]


def test_objects_one_after_another_are_as_many_articles(tmp_path: Path) -> None:
    objects = [json.dumps({"title": t, "text": t}, indent=1) for t in (TEXT, MORE)]
    (tmp_path / "a.json").write_text("\n".join(objects), "utf-8")

    assert texts(tmp_path) == [TEXT, MORE]


def mail(text: str, subject: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Subject"] = "The Ledger <news@ledger.example>", subject
    message["Date"] = "Tue, 02 Mar 2021 08:00:00 +0000"
    message.set_content(text)
    return message


def test_each_mail_of_a_mailbox_is_an_article(tmp_path: Path) -> None:
    mails = (mail(TEXT, "One"), mail(f"From the pier it was seen.\n\n{MORE}", "Two"))
    written = [one.as_bytes().replace(b"\nFrom the", b"\n>From the") for one in mails]
    box = b"".join(
        b"From news@ledger.example Tue Mar  2 08:00:00 2021\n%s\n" % one for one in written
    )
    (tmp_path / "letters.mbox").write_bytes(box)

    found = [one for one in read(tmp_path) if isinstance(one, RawArticle)]

    assert [(one.source, one.title, one.published) for one in found] == [
        ("letters.mbox#1", "One", "2021-03-02"),
        ("letters.mbox#2", "Two", "2021-03-02"),
    ]
    assert found[1].text.startswith("From the pier")


def test_a_page_that_a_browser_has_saved_whole_is_read(tmp_path: Path) -> None:
    page = EmailMessage()
    page.set_content(
        f"<html><body><article><h1>One</h1><p>{TEXT}</p><p>{MORE}</p></article></body>"
    )
    page.replace_header("Content-Type", 'text/html; charset="utf-8"')
    page.make_related()
    (tmp_path / "a.mhtml").write_bytes(page.as_bytes())

    (text,) = texts(tmp_path)

    assert TEXT in text


def test_the_same_article_in_other_quotation_marks_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"“We know,” she said. {TEXT}", "utf-8")
    (tmp_path / "b.txt").write_text(f'"We know," she said. {TEXT}', "utf-8")

    assert read(tmp_path)[1] == Skipped(
        source="b.txt", reason="same text as a.txt", is_duplicate=True
    )


@pytest.mark.parametrize(
    "text",
    [
        "“We don’t know,” said Ms. O’Neil – the café’s owner… “Nobody’s been here since.”",
        "« L’été dernier, à Besançon, le conseil d’État a décidé », a déclaré Élise.",
        "„Die Fähre hätte über Köln fahren müssen“, sagte Jörg Müßig. Äpfel und Öl.",
        "El año pasado, ¿quién salió? ¡Nadie! La señora Muñoz comió en Málaga, según él.",
        "Färjan går från Åland på lördag. Ön är stängd. Räksmörgås.",
        "A situação não é fácil, disse João. Avó e avô estão à espera.",
    ],
)
@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_texts_of_windows_and_of_the_old_macintosh_are_told_apart(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1250", "Żaden z rybaków nie został zapytany – powiedziała latarniczka w środę rano."),
        ("iso8859_2", "Łódź wróciła później, a większość mieszkańców była bardzo zdziwiona."),
        ("cp1250", "Egyetlen halászt sem kérdeztek meg, mondta szerdán a világítótorony őre."),
        ("cp1250", "Niciun pescar nu a fost întrebat, iar locuitorii au fost surprinşi de ştire."),
        ("cp1254", "Balıkçılar karşı çıkıyor, çünkü çoğunun alıcısı yok. Fener nisanda sönecek."),
        (
            "cp1257",
            "Nė vieno žvejo niekas neklausė, trečiadienį sakė švyturio sargė. Laivas grįžo vėliau,"
            " ir dauguma gyventojų buvo nustebę dėl šių žinių.",
        ),
    ],
)
def test_a_text_is_read_in_the_encoding_that_its_language_is_written_in(
    encoding: str, text: str
) -> None:
    assert decode(text.encode(encoding)) == (text, f"not UTF-8; read as {encoding}")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_text_in_utf_16_is_told_without_its_mark(encoding: str) -> None:
    for text in (f"{TEXT}\n\n{MORE}", "“Café”, sagte Élise. Die Fähre fährt nicht."):
        assert decode(text.encode(encoding)) == (text, f"not UTF-8; read as {encoding}")


def test_letters_that_a_program_has_written_twice_over_are_mended() -> None:
    text = "“We don’t know,” said Ms Muñoz – the café’s owner… It cost €5."
    twice = b"".join(
        bytes([byte]).decode("cp1252", "replace").encode() if byte != 0x9D else b"\xc2\x9d"
        for byte in text.encode()
    )

    mended, note = decode(twice)

    assert mended == text
    assert note is not None
    assert "mended" in note


@pytest.mark.parametrize(
    "text", ["In Ü« steht ein Ö.", "Il dit « voilà» et «CAFÉ».", "Ó Ã¡ são letras", TEXT]
)
def test_letters_that_some_language_writes_so_stay(text: str) -> None:
    assert decode(text.encode()) == (text, None)


def test_a_web_page_with_a_texts_name_is_read_as_a_page(tmp_path: Path) -> None:
    page = f"<!DOCTYPE html><html><body><nav>Home</nav><h1>One</h1><p>{TEXT}</p><p>{MORE}</p>"
    (tmp_path / "a.txt").write_text(page, "utf-8")
    (tmp_path / "b.txt").write_text(page + "<div>" * 100_000, "utf-8")

    found = read(tmp_path)

    assert texts(tmp_path) == [f"{TEXT}\n\n{MORE}"]
    assert found[1] == Skipped(source="b.txt", reason="a web page: let its name end in .html")


def test_marks_that_turn_or_hide_letters_are_no_part_of_a_text(tmp_path: Path) -> None:
    turned = TEXT.replace("sank", "\u202esank\u202c").replace(
        "Monday", "\u2066Mon\U000e0061day\u2069"
    )
    (tmp_path / "a.txt").write_text(turned, "utf-8")

    (text,) = texts(tmp_path)

    assert clean(text).text == TEXT


def test_a_mail_that_another_passes_on_is_the_article(tmp_path: Path) -> None:
    cover = mail("See below.", "Fwd: look")
    cover.add_attachment(mail(f"{TEXT}\n\n{MORE}", "One"))
    cover.replace_header("From", "Bo <bo@x.example>")
    letter = mail(f"{TEXT}\n\n" * 5, "Letter")
    letter.add_attachment(mail(MORE, "Two"))
    for name, message in (("a.eml", cover), ("b.eml", letter)):
        (tmp_path / name).write_bytes(message.as_bytes())

    found = [(one.title, one.outlet) for one in read(tmp_path) if isinstance(one, RawArticle)]

    assert found == [("One", "The Ledger"), ("Letter", "The Ledger")]
    assert "Repairs" not in texts(tmp_path)[1]
