"""What an uploaded file is: real bytes, good ones, broken ones, and those that are two things."""

import struct
import zlib
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import pytest
from openpyxl import Workbook

from readiness.contents import DOCX, PDF, PNG, PPTX, TEXT, XLSX, clean_name, kind_of, office
from readiness.contents.unfit import Unfit
from tests.factories import files

GOOD = {
    "pdf": (files.pdf(), "application/pdf"),
    "png": (files.png(), "image/png"),
    "jpeg": (files.jpeg(), "image/jpeg"),
    "jpeg with its preview behind": (files.jpeg() * 2, "image/jpeg"),
    "gif": (files.gif(), "image/gif"),
    "webp": (files.webp(), "image/webp"),
    "text": (b"p95 640 ms\n", "text/plain"),
    "umlauts": ("Prüfung bestanden\n".encode(), "text/plain"),
    "windows text": ("Prüfung \u2013 bestanden\n".encode("cp1252"), "text/plain"),
    "utf-16": ("Prüfung\n".encode("utf-16"), "text/plain"),
    "csv": (b"\xef\xbb\xbfa;b\r\n1;2\r\n", "text/plain"),
    "json": (b'{"p95": 640, "a": "<b>"}', "text/plain"),
    "markdown": (b"# Load\n\nlatency <a limit, p < q, <details>more</details>\n", "text/plain"),
    "log with colours": (b"\x1b[32mok\x1b[0m\n", "text/plain"),
    "log of markup, far down": (b"line\n" * 500 + b"got <html>\n", "text/plain"),
    "docx": (files.docx(), DOCX.media),
    "pptx": (files.pptx(), PPTX.media),
    "pptx with the workbook of a chart": (
        files.pptx({"ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": files.xlsx()}), PPTX.media,
    ),
    "xlsx": (files.xlsx(), XLSX.media),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_known_by_their_content(name: str) -> None:
    content, media = GOOD[name]
    assert kind_of(content).media == media


def test_a_workbook_of_a_real_program_is_taken() -> None:
    book, kept = Workbook(), BytesIO()
    for row in range(2_000):
        book.active.append([row, "the same words in every row", 12.5])  # type: ignore[union-attr]
    book.save(kept)
    assert kind_of(kept.getvalue()) == XLSX


def _lying() -> bytes:
    """A part that claims ten bytes and unpacks to forty million."""
    content = files.docx({"word/big.xml": b"0" * 40_000_000})
    place = content.rindex(b"word/big.xml") - 46
    size = struct.pack("<I", 10)
    return content[: place + 24] + size + content[place + 28 :]


def _nested(depth: int) -> bytes:
    inner = files.xlsx()
    for _ in range(depth):
        inner = files.xlsx({"xl/embeddings/inner.xlsx": inner})
    return inner


def _with(archive: bytes, name: str, method: int) -> bytes:
    kept = BytesIO(archive)
    with ZipFile(kept, "a") as opened:
        info = ZipInfo(name)
        info.compress_type = method
        opened.writestr(info, b"x" * 100)
    return kept.getvalue()


def _zip(**parts: bytes) -> bytes:
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return kept.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
RELS = (
    b'<Relationships><Relationship Type="http://x/attachedTemplate" Target="http://evil.example/"'
    b' TargetMode="External"/></Relationships>'
)
BAD = {
    "empty": (b"", "empty"),
    "blank": (b" \n\n\t", "nothing in the file"),
    "html": (HTML, "HTML"),
    "html behind spaces": (b"\n  \t" + HTML, "HTML"),
    "html behind a mark": (b"\xef\xbb\xbf" + HTML, "HTML"),
    "html in utf-16": (HTML.decode().encode("utf-16"), "HTML"),
    "html behind words": (b"Hello " + HTML, "HTML"),
    "one tag": (b"<b>hello</b>", "HTML"),
    "a comment": (b"<!-- --><p>x", "HTML"),
    "svg": (SVG, "SVG"),
    "svg far down": (b"line\n" * 500 + SVG, "SVG"),
    "xml": (b"<?xml version='1.0'?><a/>", "XML"),
    "php": (b"<?php system('id');", "XML"),
    "shell script": (b"#!/bin/sh\nrm -rf /\n", "script"),
    "windows program": (b"MZ\x90\x00" + b"\x00" * 100, "program"),
    "linux program": (b"\x7fELF\x02" + b"\x00" * 100, "program"),
    "mac program": (b"\xcf\xfa\xed\xfe" + b"\x00" * 100, "program"),
    "java class": (b"\xca\xfe\xba\xbe" + b"\x00" * 100, "program"),
    "postscript": (b"%!PS-Adobe-3.0\n", "PostScript"),
    "rtf": (b"{\\rtf1 {\\object}}", "RTF"),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old Office"),
    "rar": (b"Rar!\x1a\x07\x00", "archive"),
    "gzip": (b"\x1f\x8b\x08\x00", "archive"),
    "a plain zip": (_zip(a=b"x"), "archive"),
    "an empty zip": (b"PK\x05\x06" + b"\x00" * 18, "not taken"),
    "bytes": (bytes(range(256)) * 4, "not taken"),
    "text with a nul": (b"hello\x00world", "not taken"),
    "mp4": (b"\x00\x00\x00\x18ftypmp42", "not taken"),
    # Cut off or damaged.
    "cut pdf": (files.pdf()[:-20], "cut off"),
    "pdf in name only": (b"%PDF-nothing", "none"),
    "cut png": (files.png()[:-5], "cut off"),
    "png of another picture": (files.png().replace(b"IDAT", b"IDAX"), "cut off"),
    "cut jpeg": (files.jpeg()[:-2], "cut off"),
    "jpeg in name only": (b"\xff\xd8\xff\xd9", "cut off"),
    "cut gif": (files.gif()[:-1], "cut off"),
    "gif in name only": (b"GIF89a/*<script>alert(1)</script>*/", "cut off|pixels"),
    "cut webp": (files.webp()[:-3], "cut off"),
    "riff that is no webp": (b"RIFF\x04\x00\x00\x00WAVE", "not taken"),
    "cut docx": (files.docx()[:-30], "cut off"),
    # Two things at once.
    "pdf with html in front": (HTML + files.pdf(), "HTML"),
    "pdf with html in its head": (files.pdf(head=b"%<html><script></script>\n"), "another kind"),
    "pdf and zip": (files.pdf() + _zip(a=b"x"), "behind its end"),
    "pdf around a zip": (files.pdf(head=_zip(a=b"x")), "another kind"),
    "png and zip": (files.png() + _zip(a=b"x"), "behind the end"),
    "jpeg and html": (files.jpeg() + HTML, "behind the end"),
    "gif and script": (files.gif() + b"=1;alert(1)", "behind the end"),
    "webp and zip": (files.webp() + _zip(a=b"x"), "behind the end"),
    "docx behind a program": (b"PK\x03\x04" + b"\x00" * 50 + files.docx(), "in front"),
    "docx and html": (files.docx() + HTML, "cut off|behind"),
    # PDF that does something.
    "pdf with a script": (files.pdf(body=b"<< /S /JavaScript /JS (app.alert(1)) >>"), "scripts"),
    "pdf with a spelled script": (files.pdf(body=b"<< /S /J#61vaScript >>"), "scripts"),
    "pdf that launches": (files.pdf(body=b"<< /S /Launch /F (cmd.exe) >>"), "scripts"),
    "pdf with a file": (files.pdf(body=b"<< /Type /EmbeddedFile >>"), "scripts"),
    "pdf with a password": (files.pdf(body=b"<< /Encrypt 5 0 R >>"), "password"),
    # Pictures that claim a universe.
    "huge png": (files.png(width=60_000, height=60_000), "pixels"),
    "huge gif": (b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b";", "pixels"),
    # Office files.
    "macros": (files.docx({"word/vbaProject.bin": b"x"}), "macros"),
    "macros under another name": (files.docx(types=b"application/vnd.ms-word.document.macroEnabled"
                                             b".main+xml"), "macros"),
    "control": (files.docx({"word/activeX/activeX1.xml": b"<a/>"}), "macros"),
    "packed object": (files.docx({"word/embeddings/oleObject1.bin": b"x"}), "macros"),
    "program inside": (files.docx({"word/media/image1.png": b"MZ\x90"}), "macros"),
    "old office inside": (files.docx({"word/embeddings/a.doc": b"\xd0\xcf\x11\xe0"}), "macros"),
    "zip inside": (files.docx({"word/media/a.zip": _zip(a=b"x")}), "archive"),
    "workbook in a workbook in a workbook": (_nested(2), "archive"),
    "entities": (files.docx({"word/a.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'}), "unpacks"),
    "entities in utf-16": (
        files.docx({"word/a.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>".encode("utf-16")}), "unpacks"
    ),
    "template from elsewhere": (files.docx({"word/_rels/settings.xml.rels": RELS}), "elsewhere"),
    "bomb": (files.docx({"word/a.xml": b"0" * 40_000_000}), "unpacks"),
    "bomb that lies": (_lying(), "cut off|unpacks"),
    "bomb in the workbook of a chart": (
        files.pptx({"ppt/embeddings/a.xlsx": files.xlsx({"xl/a.xml": b"0" * 40_000_000})}),
        "unpacks",
    ),
    "many small bombs": (
        files.docx({f"word/{n}.xml": b"0" * office.FREE for n in range(61)}), "unpacks"
    ),
    "thousands of parts": (files.docx({f"word/{n}.xml": b"" for n in range(3_000)}), "unpacks"),
    "climbs out": (_with(files.docx(), "../../etc/passwd", ZIP_STORED), "damaged"),
    "absolute": (_with(files.docx(), "/etc/passwd", ZIP_STORED), "damaged"),
    "twice": (_with(files.docx(), "WORD/document.xml", ZIP_STORED), "damaged"),
    "other packing": (_with(files.docx(), "a", ZIP_BZIP2), "damaged"),
    "no main part": (_zip(**{"[Content_Types].xml": b"<Types/>", "a": b""}), "archive"),
    "damaged part": (files.docx(damage=True), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_with_a_reason(name: str) -> None:
    content, words = BAD[name]
    with pytest.raises(Unfit, match=words):
        kind_of(content)


def test_a_password_is_refused() -> None:
    content = bytearray(files.docx())
    for place in (content.index(b"PK\x03\x04") + 6, content.index(b"PK\x01\x02") + 8):
        content[place] |= 1
    with pytest.raises(Unfit, match="damaged"):
        kind_of(bytes(content))


def test_a_picture_cut_anywhere_is_refused() -> None:
    for whole in (files.png(), files.gif(), files.webp(), files.docx()):
        for end in range(8, len(whole) - 1, max(1, len(whole) // 60)):
            with pytest.raises(Unfit):
                kind_of(whole[:end])


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("report.pdf", PDF, "report.pdf"),
        ("REPORT.PDF", PDF, "REPORT.pdf"),
        ("D:\\Tests\\load test.pdf", PDF, "load test.pdf"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("page.html", TEXT, "page.html.txt"),
        ("picture.exe", PNG, "picture.exe.png"),
        ("results.csv", TEXT, "results.csv"),
        ("\u202egnp.exe", PNG, "gnp.exe.png"),
        ("a\x00b\r\nc.pdf", PDF, "ab c.pdf"),
        ("u\u0308ber.pdf", PDF, "über.pdf"),
        ('a"b<c>|d.pdf', PDF, "a_b_c__d.pdf"),
        (".pdf", PDF, "pdf.pdf"),
        ("", PDF, "evidence.pdf"),
        ("...", PDF, "evidence.pdf"),
        ("x" * 300 + ".pdf", PDF, "x" * 116 + ".pdf"),
    ],
)
def test_names_are_cleaned(name: str, kind: object, kept: str) -> None:
    assert clean_name(name, kind) == kept


def test_the_budget_counts_what_was_unpacked() -> None:
    assert zlib.decompress(zlib.compress(b"x")) == b"x"
    budget = office.Budget()
    office.office_kind(files.docx({"word/a.bin": b"x" * 1000}), budget)
    assert office.MOST_BYTES - budget.left > 1000


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xd8" + b"\xff" * 4_000_000 + b"\x00",
        files.docx({"word/a.xml": b"<" * 1_900_000}),
        files.docx({"word/a.xml": b"<" + b"oleObject" * 200_000}),
        files.docx({"word/a.xml": b"<oleObject" * 190_000}),
    ],
    ids=["fill bytes", "tags that never end", "one long tag", "tags in tags"],
)
def test_long_rows_of_one_thing_take_no_hours(content: bytes) -> None:
    """A pattern that begins anew at every byte would hold the server up for good."""
    with suppress(Unfit):
        kind_of(content)


def test_words_about_templates_outside_of_tags_are_words() -> None:
    said = b"<a><b x='y'/>oleObject external<c oleObject='no'/> external</a>"
    assert kind_of(files.docx({"word/a.xml": said})) is DOCX
    with pytest.raises(Unfit, match="elsewhere"):
        kind_of(files.docx({"word/a.xml": b"oleObject <c oleObject='1' Mode='External'/>"}))
