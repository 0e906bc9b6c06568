"""Files that are made to harm: each a named failure within limits, and the next file is read."""

import subprocess
import sys
import time
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import psutil
import pytest

from retrieval.articles.files.apart import ApartReader
from retrieval.articles.folder import Skipped, read_articles
from retrieval.errors import ArticleError

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
ENTITIES = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "laugh">{LAUGHS}]>'
MAX_S = 30.0
ROOT = Path(__file__).parents[2]
QUAKE = ROOT / "tests" / "data" / "articles" / "quake.pdf"
GOOD = b"{\\rtf1 The mill was sold on Friday.}"


def word_file(document: bytes) -> bytes:
    """A Word document whose text is this XML."""
    import docx

    whole, changed = BytesIO(), BytesIO()
    docx.Document().save(whole)
    with (
        zipfile.ZipFile(whole) as parts,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in parts.namelist():
            new.writestr(name, document if name == "word/document.xml" else parts.read(name))
    return changed.getvalue()


def pdf_file(*objects: bytes) -> bytes:
    """A PDF of these objects; the first is the catalogue. Its table is missing, as in many."""
    numbered = (b"%d 0 obj %s endobj" % (n, body) for n, body in enumerate(objects, start=1))
    return b"%PDF-1.4\n" + b"\n".join(numbered) + b"\ntrailer << /Root 1 0 R >>\n%%EOF"


def packed_page(size_bytes: int) -> bytes:
    chunk = b"(x) Tj " * 100_000
    packer = zlib.compressobj(1)
    packed = [packer.compress(chunk) for _ in range(size_bytes // len(chunk) + 1)]
    stream = zlib.compress(b"".join((*packed, packer.flush())))
    return pdf_file(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        b"<< /Filter [/FlateDecode /FlateDecode] /Length %d >> stream\n%s\nendstream"
        % (len(stream), stream),
    )


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ZIP_BOMB = word_file(b"<w:p/>" * 50_000_000)
HOSTILE = {
    "zip bomb.docx": ZIP_BOMB,
    "entities.docx": word_file(
        f'{ENTITIES}<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>&l11;</w:t></w:r></w:p>'
        "</w:body></w:document>".encode()
    ),
    "no zip.docx": b"PK\x03\x04 and nothing more",
    "entities.html": f"{ENTITIES}<html><body><p>&l11;</p></body></html>".encode(),
    "deep.html": b"<html><body>" + b"<div>" * 1_000_000 + b"The mill was sold on Friday.",
    "deep.md": b"> " * 1_000_000 + b"The mill was sold.",
    "deep.json": b"[" * 1_000_000,
    "deep.rtf": rb"{\rtf1 " + b"{" * 1_000_000,
    "loop.pdf": pdf_file(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"
    ),
    "parts.eml": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(20_000)
    ),
    "line.txt": b"The mill was sold on Friday. " * 700_000,
    "line.jsonl": b'{"text": "%s"}' % (b"The mill was sold on Friday. " * 700_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_a_named_failure_within_limits(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(HOSTILE[name])
    (tmp_path / "z.txt").write_text("The mill was sold on Friday.")
    began = time.monotonic()

    found = list(read_articles(tmp_path))

    told = {one.source: one.reason if isinstance(one, Skipped) else "" for one in found}
    assert told.keys() == {name, "z.txt"}
    assert told[name]
    assert told["z.txt"] == ""
    assert time.monotonic() - began < MAX_S


SLOW_FOR_A_RULE = {
    "ticks.md": b" ".join(b"`" * n for n in range(1, 600)),
    "heads.eml": b"Subject: x\r\n\r\n" + b"Abc: d\n" * 25_000 + b"The mill was sold.",
    "paragraphs.html": b"<html><body>%s" % (b"<p>The mill was sold on Friday.</p>" * 5_000),
    "times.html": b"<html><body>%s"
    % (b"<div><time>18:10</time><p>The mill was sold on Friday.</p></div>" * 2_500),
}


@pytest.mark.parametrize("name", SLOW_FOR_A_RULE)
def test_small_files_that_would_keep_a_rule_busy_are_read_in_time(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(SLOW_FOR_A_RULE[name])
    began = time.monotonic()

    found = list(read_articles(tmp_path))

    assert [one.source for one in found] == [name]
    assert time.monotonic() - began < MAX_S


def test_what_unpacks_beyond_all_measure_ends_alone_for_want_of_memory() -> None:
    with ApartReader(max_memory_bytes=1_000_000_000) as reader:
        packed, held = packed_page(1_000_000_000), psutil.Process().memory_info().rss
        with pytest.raises(ArticleError, match=r"memory|allocate|ended its process"):
            list(reader.read(".pdf", packed, "a.pdf", "/"))
        assert psutil.Process().memory_info().rss - held < 500_000_000
        [article] = reader.read(".rtf", GOOD + b" " * 200_000, "b.rtf", "/")

    assert not isinstance(article, Skipped)


def test_what_takes_too_long_is_ended_and_the_next_file_is_read() -> None:
    with ApartReader(max_s=0.01) as reader, pytest.raises(ArticleError, match="not read within"):
        list(reader.read(".pdf", packed_page(10_000), "a.pdf", "/"))
    with ApartReader() as reader:
        [article] = reader.read(".rtf", GOOD + b" " * 200_000, "b.rtf", "/")

    assert not isinstance(article, Skipped)
    commands = (" ".join(child.cmdline()) for child in psutil.Process().children())
    assert not [command for command in commands if "import serve" in command]


def test_a_script_that_reads_a_pdf_is_not_run_a_second_time(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\nfrom retrieval.articles.folder import read_articles\n"
        f"print([one.title for one in read_articles(Path({str(QUAKE)!r}))])\n"
    )

    done = subprocess.run(
        [sys.executable, script], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )

    assert done.stdout == "['Quake felt across three provinces']\n"


def test_small_text_needs_no_other_process() -> None:
    before = psutil.Process().children()
    with ApartReader() as reader:
        [article] = reader.read(".md", b"The mill was sold.", "a.md", "/")
        during = psutil.Process().children()

    assert not isinstance(article, Skipped)
    assert during == before
