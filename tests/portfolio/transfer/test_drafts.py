from tests.portfolio.transfer.files import read


def test_a_row_becomes_what_will_be_stored() -> None:
    [draft] = read(
        ["Name", "Agency", "Bureau", "Stage", "Date Initiated", "Date Implemented", "Owner",
         "Topic"],
        ["  Invoice\nreader ", "Treasury", "Mint", "In production", "3/14/2024", "2025-01-02 (go)",
         "Jane Doe (jane@example.org)", "a\r\nb"],
    )  # fmt: skip
    assert draft.cells == {
        "name": "Invoice reader", "unit": "Treasury / Mint", "stage": "production",
        "idea_on": "2024-03-14", "live_on": "2025-01-02", "owner": "jane@example.org",
        "fact:Topic": "a\nb",
    }  # fmt: skip
    assert draft.unit == ("Treasury", "Mint")
    assert draft.texts == {"Date Implemented": "2025-01-02 (go)"}
    assert draft.issues == []


def test_unreadable_cells_are_listed_and_kept() -> None:
    [draft] = read(
        ["Name", "Unit", "Stage", "Start date", "Owner", "Topic"],
        ["A", "N/A", "Mystery", "Q4FY25", "Nobody Known", "N/A"],
    )
    assert {(i.column, i.value) for i in draft.issues} == {
        ("Unit", "N/A"), ("Start date", "Q4FY25"), ("Owner", "Nobody Known"),
    }  # fmt: skip
    assert all(i.row == 2 and i.problem.startswith("The cell ") for i in draft.issues)
    assert draft.texts["Start date"] == "Q4FY25"
    assert draft.cells["unit"] == "Unassigned"
    # In a column of text "N/A" is text; without any known word a Stage column is text as well.
    assert draft.cells["fact:Topic"] == "N/A"
    assert draft.cells["fact:Stage"] == "Mystery"


def test_blank_cells_say_nothing() -> None:
    [draft] = read(["Name", "Unit", "Stage", "Start date"], ["A", "", " \u00a0", "\t"])
    assert draft.issues == []
    assert draft.cells == {"name": "A", "unit": "Unassigned"}


def test_unit_paths_are_cut_where_people_cut_them() -> None:
    rows = read(["Name", "Unit"], ["A", "Sales / DACH"], ["B", "Sales > DACH"], ["C", "R&D/IT"])
    assert [d.unit for d in rows] == [("Sales", "DACH"), ("Sales", "DACH"), ("R&D/IT",)]
    rows = read(
        ["Name", "Agency", "Bureau"], ["A", "X / Y", "Z / W"], ["B", "", "Z"], ["C", "X", ""]
    )
    assert [d.unit for d in rows] == [("X / Y", "Z / W"), ("Z",), ("X",)]


def test_values_and_people_are_mapped_first() -> None:
    rows = read(
        ["Name", "State", "Lead"], ["A", "Research  complete", "jdoe"],
        columns={"Name": "name", "State": "stage", "Lead": "owner"},
        values={"stage": {"research complete": "stopped"}},
        people={"map": {"JDoe": "jane@example.org"}},
    )  # fmt: skip
    assert rows[0].cells["stage"] == "stopped"
    assert rows[0].cells["owner"] == "jane@example.org"
    assert rows[0].issues == []


def test_unknown_people_are_made_when_wanted() -> None:
    columns = {"Name": "name", "Owner": "owner"}
    rows = [["Name", "Owner"], ["A", "Nina New (nina@example.org)"]]
    assert read(*rows, columns=columns)[0].issues
    [draft] = read(*rows, columns=columns, people={"create": True})
    assert draft.new_people == {"nina@example.org": "Nina New"}
    assert draft.issues == []


def test_a_column_s_date_order_comes_from_its_siblings_when_it_cannot_tell() -> None:
    columns = {"Name": "name", "Begin": "idea_on", "Decide": "decide_by"}
    rows = [["Name", "Begin", "Decide"], ["A", "3/4/2024", "25/12/2026"]]
    assert read(*rows, columns=columns)[0].cells["idea_on"] == "2024-04-03"
    alone = [["Name", "Begin"], ["A", "3/4/2024"]]
    assert "ambiguous" in read(*alone, columns=columns)[0].issues[0].problem
    assert read(*alone, columns=columns, dates="mdy")[0].cells["idea_on"] == "2024-03-04"


def test_a_name_too_long_is_an_issue_and_hidden_characters_are_too() -> None:
    columns = {"Name": "name", "Note": "fact"}
    long, hidden = read(["Name", "Note"], ["x" * 501, "n"], ["A", "\u202e\u202d"], columns=columns)
    assert "longer than the 500" in long.issues[0].problem
    assert "no readable character" in hidden.issues[0].problem


def test_the_hash_does_not_depend_on_the_order_of_columns() -> None:
    columns = {"Name": "name", "Note": "fact"}
    [one] = read(["Name", "Note"], ["A", "n"], columns=columns)
    [two] = read(["Note", "Name"], ["n", "A"], columns=columns)
    [three] = read(["Note", "Name"], ["m", "A"], columns=columns)
    assert one.hash == two.hash != three.hash
