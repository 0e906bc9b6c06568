"""PDFs as print sets them: columns, justified rows, running heads, locks and titles of programs."""

import textwrap
from itertools import product

import pytest
from fpdf import FPDF
from PIL import Image

from retrieval.articles.cleaning.clean import clean
from retrieval.articles.files.pdf import read_pdf
from retrieval.errors import ArticleError

TITLE = "Three ferries and one harbour: how an island lost its winter"
PARAGRAPHS = [
    "The 28-year-old skipper lost her licence on Friday, the third on the coast to do so this year,"
    " after the port-authority court found that she had sailed without a certificate.",
    "Most of the electricity in the harbour is powered by wind, and the company wants all of its"
    " fields to be served that way within nine years. A worker who was employed by our reporter's"
    " uncle counted the masts: there are forty-one of them.",
    '"We are not a well-known company, and we do not want to be," said Jean-Pierre Quist, who owns'
    " two thirds of the harbour and to whom the ships belong.",
    "The court sat for eleven days. Nobody from the ministry came, although the minister had said"
    " that she would.",
    "Sailors, pilots and the owners of the smaller boats said afterwards that they had expected a"
    " milder sentence. The long-term effects on the island, which lives from the ferry and from a"
    " little fishing, will be felt in the winter, when no other ship lands there.",
] * 3


def columns(*, count: int, gutter_mm: float, align: str, indent_mm: float = 0) -> FPDF:
    pdf = FPDF()
    pdf.set_title("10811.exe")
    pdf.add_page()
    pdf.set_font("Times", "B", 18)
    pdf.multi_cell(0, 8, TITLE, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Times", "", 10)
    between_mm = 0 if indent_mm else 3
    with pdf.text_columns(ncols=count, gutter=gutter_mm, text_align=align) as text:
        for number, words in enumerate(PARAGRAPHS):
            with text.paragraph(bottom_margin=between_mm, first_line_indent=indent_mm) as one:
                one.write(f"{words} ({number})")
    return pdf


@pytest.mark.parametrize(
    ("count", "gutter_mm", "align", "indent_mm"), list(product((1, 2, 3), (4, 12), "JL", (0, 4)))
)
def test_columns_are_read_one_after_the_other(
    count: int, gutter_mm: float, align: str, indent_mm: float
) -> None:
    pdf = columns(count=count, gutter_mm=gutter_mm, align=align, indent_mm=indent_mm)

    page = read_pdf(bytes(pdf.output()))

    text = " ".join(clean(page.text, title=TITLE).text.split())
    assert text == " ".join(f"{one} ({n})" for n, one in enumerate(PARAGRAPHS))


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("count", [2, 3])
def test_a_last_column_of_few_rows_is_read_last(count: int, rows: int) -> None:
    width = 92 // count
    written = textwrap.wrap(" ".join(PARAGRAPHS), width, break_on_hyphens=False)[
        : 40 * (count - 1) + rows
    ]
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Courier", "B", 18)
    pdf.text(10, 15, TITLE[:45])
    pdf.set_font("Courier", "", 9)
    for number, row in enumerate(written):
        column, place = divmod(number, 40)
        pdf.text(10 + column * 190 / count, 25 + place * 4 + place // 7 * 3, row)

    text = " ".join(read_pdf(bytes(pdf.output())).text.split())

    assert " ".join(written) in text


def test_gaps_that_meet_in_justified_rows_are_no_column() -> None:
    rows = [
        ["Nobody", "rang", "the", "keeper", "of", "the", "lamp"],
        *(["Boats", "stood", "idle", f"there{n}", "for", "weeks", f"and{n}"] for n in range(4)),
        ["until", "a", "minister", "came", "to", "see", "for", "himself."],
    ] * 2
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Courier", "", 10)
    for number, row in enumerate(rows):
        gap_mm = (100 - sum(map(pdf.get_string_width, row))) / (len(row) - 1)
        x = 10.0
        for word in row:
            pdf.text(x, 20 + 4 * number, word)
            x += pdf.get_string_width(word) + gap_mm

    text = " ".join(read_pdf(bytes(pdf.output())).text.split())

    assert text == " ".join(word for row in rows for word in row)


@pytest.mark.parametrize("spacing", [1, 3, 9])
def test_letters_set_apart_are_words(spacing: float) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Times", "B", 20)
    pdf.set_char_spacing(spacing)
    pdf.cell(0, 10, "A Harbour in 40 Winters", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Times", "", 10)
    pdf.set_char_spacing(spacing / 2)
    pdf.multi_cell(0, 6, PARAGRAPHS[3], new_x="LMARGIN", new_y="NEXT")
    pdf.set_char_spacing(0)
    pdf.multi_cell(0, 5, PARAGRAPHS[4], new_x="LMARGIN", new_y="NEXT")

    page = read_pdf(bytes(pdf.output()))

    assert page.text.split("\n\n") == ["A Harbour in 40 Winters", PARAGRAPHS[3], PARAGRAPHS[4]]
    assert page.values["title"] == "A Harbour in 40 Winters"


def test_a_heading_with_a_space_after_each_letter_is_words() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Times", "B", 20)
    pdf.cell(0, 10, "T H E  N E W S  O F  1 9 2 1", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Times", "", 10)
    pdf.multi_cell(0, 5, f"{PARAGRAPHS[3]} The grades were A, B, C and D.")

    page = read_pdf(bytes(pdf.output()))

    assert page.text.startswith("THE NEWS OF 1921\n\n")
    assert page.text.endswith("The grades were A, B, C and D.")


def test_the_title_is_what_is_set_largest_and_not_a_programs_name() -> None:
    page = read_pdf(bytes(columns(count=2, gutter_mm=8, align="L").output()))

    assert page.values["title"] == TITLE


def test_a_locked_file_that_opens_without_a_password_is_read() -> None:
    pdf = columns(count=1, gutter_mm=8, align="L")
    pdf.set_encryption(owner_password="owner", encryption_method="AES-256")

    assert "eleven days" in read_pdf(bytes(pdf.output())).text


def test_a_file_that_asks_for_a_password_is_told() -> None:
    pdf = columns(count=1, gutter_mm=8, align="L")
    pdf.set_encryption(owner_password="owner", user_password="user")

    with pytest.raises(ArticleError, match="locked with a password"):
        read_pdf(bytes(pdf.output()))


def test_running_heads_and_page_numbers_go() -> None:
    pdf = FPDF()
    for number in range(1, 5):
        pdf.add_page()
        pdf.set_font("Times", "", 10)
        pdf.cell(0, 5, f"The Harbour Courier, page {number}", new_x="LMARGIN", new_y="NEXT")
        for words in PARAGRAPHS[number - 1 : number + 1]:
            pdf.multi_cell(0, 5, words, new_x="LMARGIN", new_y="NEXT")
        pdf.cell(0, 9, str(number))

    page = read_pdf(bytes(pdf.output()))

    assert "Courier" not in page.text
    assert page.boilerplate == 8
    assert page.text.count("eleven days") == 2


def test_a_table_stays_in_rows() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Times", "", 10)
    pdf.multi_cell(0, 5, PARAGRAPHS[4], new_x="LMARGIN", new_y="NEXT")
    rows = [("Reef", "12", "+2"), ("Harbour", "9", "-1"), ("Hills", "4", "-1"), ("Bay", "2", "0")]
    for row in rows:
        for cell in row:
            pdf.cell(25, 5, cell)
        pdf.ln()

    text = read_pdf(bytes(pdf.output())).text

    told = [row for row in text.split("\n\n") if " | " in row]
    assert told == [" | ".join(row) for row in rows]


def test_a_scan_without_text_is_told() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.image(Image.new("L", (60, 80), color=128), x=0, y=0, w=210)

    with pytest.raises(ArticleError, match="without a text layer, so a scan"):
        read_pdf(bytes(pdf.output()))


class Paper(FPDF):
    """Pages with a foot, and perhaps with a note in small letters above it."""

    note = ""

    def footer(self) -> None:
        self.set_y(-25)
        self.set_font("Times", "", 7)
        self.multi_cell(0, 4, self.note, new_x="LMARGIN", new_y="NEXT")
        self.cell(0, 5, f"www.courier.example    Page {self.page_no()} of 2")


@pytest.mark.parametrize("note", ["", "See the auditors' report, page 14, which nobody had read."])
@pytest.mark.parametrize("height_mm", range(6, 12))
def test_a_sentence_goes_on_over_the_foot_and_the_notes_of_a_page(
    height_mm: int, note: str
) -> None:
    pdf = Paper()
    pdf.note = note
    pdf.set_auto_page_break(True, 30)
    pdf.add_page()
    # Many rows begin with a capital letter, and none stands twice at a page's edge.
    written = [
        words.replace("the ", f"the {chr(65 + number)}ld ").replace("a ", f"a{chr(97 + number)} ")
        for number, words in enumerate(PARAGRAPHS)
    ]
    for words in written:
        pdf.set_font("Times", "", 13)
        pdf.multi_cell(0, height_mm, words, new_x="LMARGIN", new_y="NEXT")

    text = " ".join(clean(read_pdf(bytes(pdf.output())).text).text.split())

    assert "Page 1" not in text
    assert [words for words in written if words not in text] == []


@pytest.mark.parametrize("turned", [90, 180, 270])
@pytest.mark.parametrize("shown", ["", "/Rotate 90 ", "/Rotate 270 "])
def test_a_page_that_is_turned_is_read_upright(turned: int, shown: str) -> None:
    pdf = FPDF()
    pdf.compress = False
    pdf.add_page()
    pdf.set_font("Times", "", 11)
    with pdf.rotation(turned, 105, 148):
        for words in PARAGRAPHS[:5]:
            pdf.multi_cell(150, 5, words, new_x="LMARGIN", new_y="NEXT")
            pdf.ln(2)
    data = bytes(pdf.output()).replace(b"/Type /Page\n", f"{shown}/Type /Page\n".encode(), 1)

    text = " ".join(read_pdf(data).text.split())

    assert [words for words in PARAGRAPHS[:5] if words not in text] == []


def test_an_initial_belongs_to_its_word_a_raised_figure_to_no_number_and_a_stamp_nowhere() -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Times", "", 34)
    pdf.text(20, 38, "T")
    pdf.set_font("Times", "", 11)
    pdf.text(29, 31, "he mill at Orre was sold on Friday to a man who")
    pdf.text(29, 37, "had never seen it. Nobody knew the price of it, or")
    pdf.set_xy(19, 40)
    for words, place in (
        ("why. It was built in 1911", "LINE"),
        ("1", "SUP"),
        (" by a man of 1.8 m", "LINE"),
        ("2", "SUP"),
        (" and a wife.", "LINE"),
        ("14", "SUP"),
        (" Goats live there.", "LINE"),
    ):
        pdf.char_vpos = place
        pdf.write(5, words)
    pdf.char_vpos = "LINE"
    pdf.set_font("Times", "B", 60)
    with pdf.rotation(45, 100, 150):
        pdf.text(60, 150, "DRAFT")

    text = " ".join(read_pdf(bytes(pdf.output())).text.split())

    assert text == (
        "The mill at Orre was sold on Friday to a man who had never seen it. Nobody knew the price"
        " of it, or why. It was built in 1911¹ by a man of 1.8 m² and a wife. Goats live there."
    )
