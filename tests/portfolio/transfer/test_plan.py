from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.transfer.drafts import drafts
from portfolio.transfer.mapping import load
from portfolio.transfer.match import Existing
from portfolio.transfer.plan import Plan, plan
from portfolio.transfer.reader import Table, table
from tests.portfolio.transfer.files import DIRECTORY, TODAY

HEADER = ["Name", "Unit", "Stage", "Budget", "Note"]
COLUMNS = {"Name": "name", "Unit": "unit", "Stage": "stage", "Budget": "budget", "Note": "fact"}


def run(rows: list[list[str]], existing: list[Existing], **document: Any) -> Plan:
    document = {"columns": COLUMNS, **document}
    found: Table = table(
        [HEADER if "header" not in document else document.pop("header"), *rows], {}
    )
    mapping = load(document)
    return plan(found, mapping, drafts(found, mapping, DIRECTORY, TODAY), existing)


def imported(done: Plan, start: int = 1) -> list[Existing]:
    """The pilots that applying a plan of new rows would leave."""
    return [
        Existing(
            id=start + index, key=row.draft.key, external_id=row.cells.get("external_id", ""),
            current=dict(row.cells), imported=dict(row.cells), hash=row.draft.hash,
            imported_on=date(2026, 1, 1),
        )
        for index, row in enumerate(done.rows)
        if row.action == "created"
    ]  # fmt: skip


ROWS = [["A", "IT", "PoC", "5", "n"], ["B", "IT", "Live", "", ""], ["C", "HR", "", "7", "m"]]


def test_the_same_file_again_changes_nothing() -> None:
    first = run(ROWS, [])
    assert first.counts() == {"rows": 3, "created": 3, "updated": 0, "unchanged": 0, "failed": 0}
    again = run(ROWS, imported(first))
    assert again.counts()["unchanged"] == 3
    assert again.conflicts == []


def test_what_changed_in_the_file_is_updated_and_nothing_else() -> None:
    before = imported(run(ROWS, []))
    after = run([["A", "IT", "Pilot", "5", ""], *ROWS[1:]], before)
    assert after.counts()["updated"] == 1
    assert after.rows[0].changes == {"stage": ("poc", "pilot"), "fact:Note": ("n", None)}


def test_a_cell_edited_here_is_a_conflict_and_ours_stays() -> None:
    pilots = imported(run(ROWS, []))
    pilots[0].current["budget"] = "99.00"
    pilots[1].current["fact:Note"] = "added here"
    again = run(ROWS, pilots)
    assert again.counts()["unchanged"] == 3
    [conflict] = again.conflicts
    assert (conflict.row, conflict.column, conflict.ours, conflict.theirs, conflict.kept) == (
        2, "Budget", "99.00", "5.00", True,
    )  # fmt: skip
    changed = run([["A", "IT", "PoC", "6", "k"], *ROWS[1:]], pilots)
    assert changed.rows[0].changes == {"fact:Note": ("n", "k")}
    # The next import compares with what the last one wrote, not with what it offered.
    assert changed.rows[0].cells["budget"] == "5.00"


@pytest.mark.parametrize("policy", ["ours", "theirs"])
def test_a_file_moves_no_day_to_decide_by_from_poc_on(policy: str) -> None:
    columns = {"Name": "name", "Stage": "stage", "Decide": "decide_by"}
    sent = {"header": list(columns), "columns": columns, "conflicts": policy}
    rows = [["A", "PoC", "2026-03-01"], ["B", "Idea", "2026-03-01"], ["C", "PoC", ""]]
    pilots = imported(run(rows, [], **sent))
    moved = run([[name, stage, "2027-03-01"] for name, stage, _ in rows], pilots, **sent)
    assert [row.changes for row in moved.rows] == [
        {}, {"decide_by": ("2026-03-01", "2027-03-01")}, {"decide_by": (None, "2027-03-01")},
    ]  # fmt: skip
    [conflict] = moved.conflicts
    assert (conflict.row, conflict.column, conflict.kept) == (2, "Decide", True)
    assert any("1 row gives another day to decide by" in note for note in moved.notes)


def test_the_policy_theirs_overwrites() -> None:
    pilots = imported(run(ROWS, []))
    pilots[0].current["budget"] = "99.00"
    again = run(ROWS, pilots, conflicts="theirs")
    assert again.rows[0].changes == {"budget": ("99.00", "5.00")}
    assert [c.kept for c in again.conflicts] == [False]


def test_our_own_edit_that_the_file_now_repeats_is_no_conflict() -> None:
    pilots = imported(run(ROWS, []))
    pilots[0].current["budget"] = "6.00"
    again = run([["A", "IT", "PoC", "6", "n"], *ROWS[1:]], pilots)
    assert (again.conflicts, again.counts()["unchanged"]) == ([], 3)
    assert again.rows[0].cells["budget"] == "6.00"


def test_a_pilot_made_by_hand_is_filled_not_overwritten() -> None:
    [made] = imported(run(ROWS[:1], []))
    made = replace(made, imported=None, current={"name": "A", "unit": "IT", "stage": "idea"})
    again = run(ROWS[:1], [made])
    assert again.rows[0].changes == {"budget": (None, "5.00"), "fact:Note": (None, "n")}
    assert [c.column for c in again.conflicts] == ["Stage"]


def test_equal_names_are_told_apart_by_content_then_order() -> None:
    twins = [["Gen AI", "Edu", "PoC", "1", "x"], ["Gen AI", "Edu", "PoC", "2", "y"],
             ["gen  ai", "EDU", "PoC", "3", "z"]]  # fmt: skip
    pilots = imported(run(twins, []))
    mixed = run([twins[2], ["Gen AI", "Edu", "PoC", "9", "x"], twins[1]], pilots)
    assert [row.pilot.id for row in mixed.rows if row.pilot] == [3, 1, 2]
    assert mixed.counts()["updated"] == 1


def test_rows_of_a_name_whose_number_changed_are_reported_not_applied() -> None:
    twins = [["Gen AI", "Edu", "PoC", "1", "x"], ["Gen AI", "Edu", "PoC", "2", "y"]]
    pilots = imported(run(twins, []))
    more = run([*twins, ["Gen AI", "Edu", "PoC", "3", "z"], ["New", "Edu", "", "", ""]], pilots)
    assert more.counts() == {"rows": 4, "created": 1, "updated": 0, "unchanged": 0, "failed": 3}
    listed = [(i.row, i.column) for i in more.issues if i.row == 2]
    assert listed == [(2, h) for h in HEADER]
    assert "3 rows have this unit and name, but not as many pilots do" in more.issues[0].problem
    fewer = run(twins[:1], pilots)
    assert fewer.counts()["failed"] == 1


def test_an_external_id_outlives_a_new_name_and_unit() -> None:
    header = ["Id", "Name", "Unit"]
    columns = {"Id": "external_id", "Name": "name", "Unit": "unit"}
    first = run([["X1", "A", "IT"], ["X2", "A", "IT"]], [], header=header, columns=columns)
    pilots = imported(first)
    moved = run([["X2", "Z", "HR"], ["X1", "A", "IT"], ["X3", "A", "IT"]], pilots,
                header=header, columns=columns)  # fmt: skip
    assert [row.action for row in moved.rows] == ["updated", "unchanged", "created"]
    assert moved.rows[0].changes == {"name": ("A", "Z"), "unit": ("IT", "HR")}
    twice = run([["X1", "A", "IT"], ["X1", "B", "IT"]], [], header=header, columns=columns)
    assert [row.action for row in twice.rows] == ["created", "failed"]
    assert "same external id" in twice.rows[1].problem


def test_a_reference_names_its_pilot() -> None:
    header, columns = ["Ref", "Name"], {"Ref": "ref", "Name": "name"}
    pilot = Existing(7, "k", "", {"name": "Old"}, {"name": "Old"})
    rows = [["PIL-7", "New"], ["PIL-8", ""], ["PIL-9", "Other"]]
    done = run(rows, [pilot], header=header, columns=columns)
    assert done.rows[2].action == "created"
    assert [i.problem for i in done.issues if i.row == 4] == [
        "The cell names PIL-9, which is not here: the row is registered as a new pilot."
    ]
    assert done.columns[0].filled == done.columns[0].stored + done.columns[0].issues == 3
    assert done.rows[0].changes == {"name": ("Old", "New")}
    assert done.rows[1].action == "failed"
    assert "there is no pilot PIL-8" in done.rows[1].problem


def test_a_row_without_a_name_fails_and_every_cell_of_it_is_listed() -> None:
    done = run([["", "IT", "PoC", "5", ""], ["A", "IT", "", "", ""]], [])
    assert done.counts()["failed"] == 1
    assert [(i.row, i.column) for i in done.issues] == [(2, "Unit"), (2, "Stage"), (2, "Budget")]


def test_what_may_not_be_changed_fails() -> None:
    [pilot] = imported(run(ROWS[:1], []))
    done = run(ROWS[:1], [replace(pilot, may_change=False)])
    assert "you may not change" in done.rows[0].problem


def test_unreadable_cells_do_not_clear_what_is_there() -> None:
    pilots = imported(run(ROWS, []))
    again = run([["A", "IT", "???", "lots", "n"], *ROWS[1:]], pilots)
    assert again.rows[0].changes == {
        "fact:Stage": (None, "???"), "fact:Budget": (None, "lots"),
    }  # fmt: skip
    # Once they read again, the texts they left behind go.
    pilots[0].current.update({"fact:Stage": "???", "fact:Budget": "lots"})
    pilots = [replace(pilots[0], imported=again.rows[0].cells), *pilots[1:]]
    healed = run(ROWS, pilots)
    assert healed.rows[0].changes == {"fact:Stage": ("???", None), "fact:Budget": ("lots", None)}


def test_every_filled_cell_is_stored_or_listed() -> None:
    done = run([*ROWS, ["D", "n/a", "Done?", "much", "x"], ["", "IT", "", "", "y"]], [])
    assert [(c.column, c.filled, c.stored, c.issues) for c in done.columns] == [
        ("Name", 4, 4, 0), ("Unit", 5, 3, 2), ("Stage", 3, 2, 1), ("Budget", 3, 2, 1),
        ("Note", 4, 3, 1),
    ]  # fmt: skip
    assert done.notes == [
        "2 rows name no stage and count as Idea.",
        "1 row names no unit: registered under “Unassigned”.",
    ]  # fmt: skip


CELL = st.sampled_from(["", "A", "B", "PoC", "Live", "5", "n/a", "???", "IT", "1.234", " "])


@given(st.lists(st.lists(CELL, min_size=5, max_size=5), min_size=1, max_size=12))
def test_the_account_always_balances(rows: list[list[str]]) -> None:
    if not any(cell.strip() for row in rows for cell in row):
        return
    done = run(rows, [])
    counts = done.counts()
    assert counts["rows"] == sum(counts[a] for a in ("created", "updated", "unchanged", "failed"))
    for index, column in enumerate(done.columns):
        filled = sum(1 for row in rows if row[index].strip())
        assert filled == column.filled == column.stored + column.issues
    again = run(rows, imported(done))
    assert again.counts()["created"] == 0
    assert again.counts()["updated"] == 0
    assert again.conflicts == []
