import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from portfolio.transfer import text
from portfolio.transfer.output import csv_lines, json_lines, safe


def test_no_cell_is_a_formula() -> None:
    for evil in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"):
        assert safe(evil) == f"'{evil}"
    assert safe("7/10") == "7 of 10"
    assert safe(["NO_OWNER", "STALE_POC"]) == "NO_OWNER, STALE_POC"
    assert safe(None) == ""


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"])), min_size=1))
def test_what_goes_out_comes_in_again(cells: list[str]) -> None:
    columns = [f"c{n}" for n in range(len(cells))]
    lines = "".join(csv_lines(columns, [dict(zip(columns, cells, strict=True))]))
    [_, row] = csv.reader(io.StringIO(lines, newline=""))
    for sent, got in zip(cells, row, strict=True):
        if not safe(sent).endswith(" of") and "/" not in sent:
            assert text.line(got) == text.line(sent if sent[:1] != "'" else safe(sent))


def test_json_is_json_with_and_without_rows() -> None:
    assert json.loads("".join(json_lines([]))) == []
    assert json.loads("".join(json_lines([{"a": 1}, {"a": None}]))) == [{"a": 1}, {"a": None}]


def test_the_mark_for_excel_is_optional() -> None:
    assert next(csv_lines(["ref"], [])) == "ref\r\n"
    assert next(csv_lines(["ref"], [], mark=True)) == "\ufeffref\r\n"
