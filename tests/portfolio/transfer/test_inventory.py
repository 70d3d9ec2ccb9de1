"""The real inventory, counted independently with nothing but the csv module."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from portfolio.transfer.drafts import drafts
from portfolio.transfer.people import Directory
from portfolio.transfer.plan import Plan, plan
from portfolio.transfer.propose import propose
from portfolio.transfer.reader import read_file
from tests.portfolio.transfer.files import TODAY
from tests.portfolio.transfer.inventory import inventory_path


@pytest.fixture(scope="module")
def path() -> Path:
    return inventory_path()


@pytest.fixture(scope="module")
def done(path: Path) -> Plan:
    table = read_file(path)
    mapping, _ = propose(table)
    return plan(table, mapping, drafts(table, mapping, Directory(), TODAY), [])


def test_every_row_becomes_a_pilot(done: Plan) -> None:
    assert done.counts() == {
        "rows": 2133, "created": 2133, "updated": 0, "unchanged": 0, "failed": 0,
    }  # fmt: skip


def test_filled_cells_are_stored_or_listed_by_an_independent_count(done: Plan, path: Path) -> None:
    with path.open(encoding="cp1252", newline="") as file:
        header, *rows = csv.reader(file)
    assert len(header) == len(done.columns) == 62
    for index, column in enumerate(done.columns):
        filled = sum(1 for row in rows if row[index].strip())
        target = f"fact:{column.column}" if column.to == "fact" else column.to
        if target in ("unit", "subunit"):
            stored = column.stored
        else:
            stored = sum(1 for row in done.rows if row.draft.cells.get(target))
        assert filled == stored + column.issues, column
        assert stored == column.stored
    assert len(done.issues) == sum(column.issues for column in done.columns)


def test_the_columns_that_matter_are_fields(done: Plan) -> None:
    fields = {column.to: column.column for column in done.columns if column.to != "fact"}
    assert fields == {
        "name": "Use Case Name", "unit": "Agency", "subunit": "Bureau",
        "summary": "What is the intended purpose and expected benefits of the AI?",
        "stage": "Stage of Development", "idea_on": "Date Initiated",
        "poc_on": "Date when Acquisition and/or Development began",
        "live_on": "Date Implemented", "ended_on": "Date Retired",
    }  # fmt: skip


def test_stages_are_mapped_and_only_one_word_is_not_known(done: Plan) -> None:
    stages = Counter(row.cells["stage"] for row in done.rows)
    assert stages == {"production": 892, "poc": 404, "idea": 408, "pilot": 287, "retired": 142}
    listed = [i for i in done.issues if i.column == "Stage of Development"]
    assert {i.value for i in listed} == {"Research or  Administrative Action Complete"}
    assert len(listed) == 5
    assert "4 rows name no stage and count as Idea." in done.notes


def test_issues_point_at_the_cell(done: Plan, path: Path) -> None:
    with path.open(encoding="cp1252", newline="") as file:
        rows = list(csv.reader(file))
    for issue in done.issues:
        assert rows[issue.row - 1][rows[0].index(issue.column)] == issue.value
        assert issue.problem


def test_rows_of_one_name_are_all_there(done: Plan) -> None:
    names = Counter(row.draft.key for row in done.rows)
    assert sum(n for n in names.values() if n > 1) == 80  # 78 spelled alike, two more by case
