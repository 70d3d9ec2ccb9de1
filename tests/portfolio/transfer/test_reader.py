# ruff: noqa: RUF001 - typographic characters are what is tested
import gzip
import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from portfolio.transfer import limits
from portfolio.transfer.errors import Unreadable
from portfolio.transfer.reader import read_bytes, read_file
from tests.portfolio.transfer.files import csv_bytes, xlsx_bytes

TEXT = "Name;Bereich;Zweck\nMüller – Prüfung;Größe;„Prüft“ Straße\nZweites;Öffentlich;ß\n"
LATIN = TEXT.replace("–", "-").replace("„", '"').replace("“", '"')


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", TEXT), ("utf-8-sig", TEXT), ("utf-16", TEXT), ("utf-16-le", TEXT),
        ("utf-16-be", TEXT), ("utf-32", TEXT), ("cp1252", TEXT), ("iso-8859-1", LATIN),
    ],
)  # fmt: skip
def test_every_common_encoding_is_found(encoding: str, text: str) -> None:
    table = read_bytes(text.encode(encoding))
    assert table.headers == ("Name", "Bereich", "Zweck")
    assert table.rows[0][1][0].startswith("Müller")
    assert table.rows[1][1] == ["Zweites", "Öffentlich", "ß"]
    assert table.delimiter == ";"


@pytest.mark.parametrize("encoding", ["cp1251", "cp1250", "mac_roman", "shift_jis", "cp932"])
def test_rarer_encodings_are_detected_and_can_be_given(encoding: str) -> None:
    words = {
        "cp1251": "Классификация обращений граждан и проверка документов в отделе",
        "cp1250": "Zażółć gęślą jaźń łatwość obsługi wniosków dla pracowników urzędu",
        "mac_roman": "Größe der Bäume über Flüsse hinweg prüfen für müde Wächter",
        "shift_jis": "請求書の読み取りと検査を自動化するための試験的な取り組み",
        "cp932": "顧客からの問い合わせを分類する人工知能の試験的な取り組み",
    }[encoding]
    data = ("name,unit\n" + "\n".join(f"{words} {n},{words}" for n in range(30))).encode(encoding)
    given = read_bytes(data, encoding=encoding)
    assert given.rows[0][1][0] == f"{words} 0"
    assert read_bytes(data).rows[0][1][0] == f"{words} 0"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_every_delimiter_is_found(mark: str) -> None:
    data = csv_bytes(["Name", "Unit"], ["A, b; c", "x"], ["d|e\tf", "y"], mark=mark)
    assert [cells for _, cells in read_bytes(data).rows] == [["A, b; c", "x"], ["d|e\tf", "y"]]


def test_the_line_excel_writes_to_name_its_delimiter() -> None:
    assert read_bytes(b"sep=;\nName;Unit\nA,B,C;D\n").rows == [(2, ["A,B,C", "D"])]


def test_row_numbers_count_records_from_the_header() -> None:
    data = csv_bytes(
        ["Our AI list", "", ""], ["as of May", "", ""], ["Name", "Department", "Status"],
        ["One\nwith a line break", "IT", "Live"], ["", "", ""], ["Two", "HR", "PoC"],
    )  # fmt: skip
    table = read_bytes(data)
    assert table.headers == ("Name", "Department", "Status")
    assert [number for number, _ in table.rows] == [2, 4]
    assert table.notes == (
        "Records above the header (record 3), left out: 2.", "Blank records, skipped: 1.",
    )  # fmt: skip
    assert read_bytes(data, header_row=2).headers == ("as of May", "Column B", "Column C")


def test_repeated_and_missing_headers_get_names_of_their_own() -> None:
    rows = [["Name", "Other", "", "other", "Other"], ["a", "b", "c", "d", "e"]]
    headers = ("Name", "Other", "Column C", "other (2)", "Other (3)")
    assert read_bytes(csv_bytes(*rows)).headers == headers


def test_a_row_wider_than_the_header_keeps_its_cells() -> None:
    table = read_bytes(csv_bytes(["Name", "Unit"], ["a", "b", "c"], ["d"]))
    assert table.headers == ("Name", "Unit", "Column C")
    assert table.rows == [(2, ["a", "b", "c"]), (3, ["d", "", ""])]


def test_a_workbook_reads_as_its_reader_sees_it() -> None:
    data = xlsx_bytes(
        {
            "Read me": [["This list is kept by the AI office."]],
            "Use cases": [
                ["AI register", None, None, None, None],
                ["Use case", "Department", "Start date", "Budget", "Third party"],
                ["Reader", "Finance", date(2024, 3, 1), 1200.0, True],
                ["Sorter", None, datetime.fromisoformat("2024-04-02T08:30"), 0.5, False],
                [None, None, None, None, None],
                ["Finder", "HR", 45000, 3, None],
            ],
        },
        merged=["A1:E1", "B3:B4"],
    )
    table = read_bytes(data)
    assert (table.sheet, table.header_row) == ("Use cases", 2)
    assert table.rows == [
        (2, ["Reader", "Finance", "2024-03-01", "1200", "TRUE"]),
        (3, ["Sorter", "Finance", "2024-04-02 08:30:00", "0.5", "FALSE"]),
        (5, ["Finder", "HR", "45000", "3", ""]),
    ]
    assert "Cells filled from merged areas: 1." in table.notes
    assert "Sheets not read: Read me." in table.notes
    with pytest.raises(Unreadable, match="no sheet named “Other”"):
        read_bytes(data, sheet="Other")


def test_a_formula_without_a_value_is_flawed_and_an_error_too() -> None:
    data = xlsx_bytes({"S": [["Name", "Unit", "Note"], ["A", '="x"&"y"', "#REF!"]]})
    table = read_bytes(data)
    assert table.rows == [(2, ["A", '="x"&"y"', "#REF!"])]
    assert "formula without a stored value" in table.flaws[2, 1]
    assert table.flaws[2, 2] == "holds the spreadsheet error #REF!"


def _zip(**members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


BAD = {
    "empty": (b"", "is empty"),
    "blank": (b"\xef\xbb\xbf \r\n\t\r\n", "is empty"),
    "only marks": (b",,,\n,,,\n", "is empty"),
    "header only": (b"Name,Unit\n", "a header but no rows"),
    "header only and blanks": (b"Name,Unit\n,\n,\n", "a header but no rows"),
    "pdf": (b"%PDF-1.7 ...", "is a PDF"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0", "a picture"),
    "gzip": (gzip.compress(b"Name,Unit\na,b"), "compressed"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel format"),
    "html": (b"<!DOCTYPE html><html><table>", "web page"),
    "json": (b'[{"name": "x"}]', "is JSON"),
    "zip": (_zip(hello="x"), "without a workbook"),
    "word": (_zip(**{"word__document.xml": "x"}), "a Word document"),
    "broken zip": (b"PK\x03\x04" + bytes(100), "damaged"),
    "broken workbook": (_zip(**{"xl__workbook.xml": "<no"}), "damaged"),
    "nul": (b"Name,Unit\nA\x00B,C\n", "a NUL byte (line 2)"),
    "thousand columns": (
        (",".join(f"c{n}" for n in range(1000)) + "\n" + "x," * 999 + "x").encode(),
                         "1,000 columns"),
    "endless quote": (b'Name,Unit\n"' + b"a,b\n" * 100_000, "quotation mark"),
    "random bytes": (bytes(range(1, 256)) * 3, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_ends_in_one_sentence(name: str) -> None:
    data, part = BAD[name]
    with pytest.raises(Unreadable) as caught:
        read_bytes(data)
    sentence = caught.value.sentence
    assert part in sentence
    assert sentence.endswith((".", "it."))
    assert "\n" not in sentence
    assert "Traceback" not in sentence


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"list\.csv cannot be opened: No such file"):
        read_file(tmp_path / "list.csv")
    with pytest.raises(Unreadable):
        read_file(tmp_path)


def test_too_many_rows_and_too_many_bytes() -> None:
    with pytest.raises(Unreadable, match="more than 100,000 rows"):
        read_bytes(b"Name,Unit\n" + b"a,b\n" * 100_001)
    with pytest.raises(Unreadable, match="larger than 20 MB"):
        read_bytes(b"a" * (limits.MOST_BYTES + 1))


def test_a_workbook_with_a_cell_far_away_is_refused_quickly() -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["A2"] = "Name", "x"
    sheet.cell(row=3, column=16_384, value="far")
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(Unreadable, match="16,384 columns"):
        read_bytes(stream.getvalue())
    sheet.delete_rows(3)
    sheet.cell(row=1_048_576, column=1, value="low")
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(Unreadable, match="more than 100,000 rows"):
        read_bytes(stream.getvalue())


def test_a_small_file_that_unpacks_large_is_stopped() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (limits.MOST_UNPACKED + 1))
    with pytest.raises(Unreadable, match="unpacks to more than"):
        read_bytes(stream.getvalue())
