"""The fixed door `import_pilots`: its result, its exit status, its sentences."""

import json
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from accounts.models import User
from portfolio.actions import imports, people, pilots, stages
from portfolio.models import (
    Event,
    ImportMapping,
    ImportRun,
    Pilot,
    RoleAssignment,
    StageInterval,
)  # fmt: skip
from portfolio.queries import imports as queries
from portfolio.transfer.columns import COLUMNS
from tests.factories import make_cast
from tests.portfolio.transfer.files import csv_bytes

pytestmark = pytest.mark.django_db
HEADER = ["Name", "Unit", "Stage", "Start date", "Budget", "Owner", "Remark"]
ROWS = [
    ["Reader", "Finance / AP", "PoC", "2024-03-01", "1000", "alice@example.com", "first"],
    ["Sorter", "Finance", "Live", "Q4FY25", "", "Nobody Known", ""],
    ["=1+1", "HR", "Retired", "2020-01-01", "n/a", "", "=SUM(A1)"],
]


@pytest.fixture(autouse=True)
def _cast() -> None:
    make_cast()


def run(path: Path, *options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("import_pilots", str(path), "--json", *options, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def given(folder: Path, *rows: list[str], header: list[str] = HEADER) -> Path:
    path = folder / "list.csv"
    path.write_bytes(csv_bytes(header, *rows))
    return path


def counts(result: dict[str, Any]) -> tuple[int, ...]:
    return tuple(result[k] for k in ("rows", "created", "updated", "unchanged", "failed"))


def test_the_result_has_the_fixed_form(tmp_path: Path) -> None:
    result = run(given(tmp_path, *ROWS))
    assert list(result)[:6] == ["rows", "created", "updated", "unchanged", "failed", "issues"]
    assert counts(result) == (3, 3, 0, 0, 0)
    assert result["issues"] == [
        {"row": 3, "column": "Start date", "value": "Q4FY25",
         "problem": "The cell names a quarter, not a day."},
        {"row": 3, "column": "Owner", "value": "Nobody Known",
         "problem": "The cell names “Nobody Known”, who has no account: add the person or write "
                    "an e-mail address."},
        {"row": 4, "column": "Budget", "value": "n/a",
         "problem": "The cell says “n/a”: kept as unknown."},
    ]  # fmt: skip
    assert result["unmapped_columns"] == []


def test_what_is_stored(tmp_path: Path) -> None:
    run(given(tmp_path, *ROWS))
    reader = Pilot.objects.get(name="Reader")
    assert (reader.unit.path, reader.stage, str(reader.budget)) == (
        "Finance / AP", "poc", "1000.00",
    )  # fmt: skip
    # No day for the PoC: it began after the idea did, and must be decided a quarter later.
    assert (reader.stage_since, reader.stage_since_bound) == (None, date(2024, 3, 1))
    assert reader.decide_by == date(2024, 5, 31)
    owner = reader.people.get()
    assert (owner.role, owner.person.email, owner.accepted_on) == (
        "owner", "alice@example.com", None,
    )  # fmt: skip
    assert reader.facts.values == {"Remark": "first"}
    event = Event.objects.get(pilot=reader)
    assert (event.verb, event.channel, event.reason) == (
        "pilot.registered", "command", "Import of list.csv, row 2",
    )  # fmt: skip
    assert event.after["idea_on"] == "2024-03-01"
    sorter = Pilot.objects.get(name="Sorter")
    assert sorter.facts.values == {"Start date": "Q4FY25", "Owner": "Nobody Known"}
    assert sorter.shipped
    retired = Pilot.objects.get(unit__name="HR")
    assert retired.name == "=1+1"
    assert [leg.stage for leg in retired.stage_intervals.order_by("id")] == [
        "idea", "production", "retired",
    ]  # fmt: skip


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    trial = run(given(tmp_path, *ROWS), "--dry-run")
    assert not Pilot.objects.exists()
    assert not ImportRun.objects.exists()
    assert run(given(tmp_path, *ROWS)) == trial


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    path = given(tmp_path, *ROWS)
    run(path)
    state = list(Pilot.objects.values().order_by("pk"))
    events = Event.objects.count()
    again = run(path)
    assert counts(again) == (3, 0, 0, 3, 0)
    assert list(Pilot.objects.values().order_by("pk")) == state
    assert Event.objects.count() == events


def test_a_changed_file_updates_what_changed(tmp_path: Path) -> None:
    run(given(tmp_path, *ROWS))
    changed = ["Reader", "finance / ap", "Pilot", "2024-03-02", "1000", "bob@example.com", ""]
    result = run(given(tmp_path, changed, *ROWS[1:]))
    assert counts(result) == (3, 0, 1, 2, 0)
    reader = Pilot.objects.get(name="Reader")
    assert (reader.stage, reader.stage_since, reader.version) == ("pilot", None, 2)
    legs = reader.stage_intervals.order_by("id").values_list("stage", "since", "until")
    assert [stage for stage, _, _ in legs] == ["idea", "poc", "pilot"]
    assert legs[0][1] == date(2024, 3, 2)
    roles = reader.people.order_by("id").values_list("person__email", "until")
    assert [(email, until is None) for email, until in roles] == [
        ("alice@example.com", False), ("bob@example.com", True),
    ]  # fmt: skip
    assert reader.facts.values == {}
    event = Event.objects.filter(pilot=reader).latest("id")
    assert event.verb == "pilot.edited"
    assert event.before["stage"] == "poc"
    assert event.after["owner"] == "bob@example.com"
    assert event.after["fact:Remark"] is None


def test_what_was_edited_here_stays_and_is_shown(tmp_path: Path) -> None:
    run(given(tmp_path, *ROWS))
    mona = User.objects.get(email="mona@example.com")
    reader = Pilot.objects.get(name="Reader")
    reader = pilots.edit(pilot=reader, by=mona, channel="web", name="Invoice reader", budget=5)
    reader = stages.change(pilot=reader, by=mona, channel="web", stage="pilot")
    charlie = User.objects.get(email="charlie@example.com")
    people.assign(pilot=reader, person=charlie, by=mona, channel="web")
    again = run(given(tmp_path, *ROWS))
    assert counts(again) == (3, 0, 0, 3, 0)
    assert {(c["column"], c["ours"], c["theirs"]) for c in again["conflicts"]} == {
        ("Name", "Invoice reader", "Reader"), ("Budget", "5.00", "1000.00"),
        ("Stage", "pilot", "poc"), ("Owner", "charlie@example.com", "alice@example.com"),
    }  # fmt: skip
    reader.refresh_from_db()
    assert (reader.name, reader.stage) == ("Invoice reader", "pilot")
    mapping = tmp_path / "theirs.json"
    document = imports.run_file(path=tmp_path / "list.csv", mapping=None, dry_run=True).mapping
    mapping.write_text(json.dumps({**document.document(), "conflicts": "theirs"}))
    forced = run(tmp_path / "list.csv", "--mapping", str(mapping))
    assert counts(forced) == (3, 0, 1, 2, 0)
    reader.refresh_from_db()
    assert (reader.name, reader.stage, str(reader.budget)) == ("Reader", "poc", "1000.00")
    held = RoleAssignment.objects.get(pilot=reader, until=None)
    assert held.person.email == "alice@example.com"
    assert StageInterval.objects.filter(pilot=reader, until=None).count() == 1


def test_a_pilot_made_by_hand_is_met_not_doubled(tmp_path: Path) -> None:
    mona = User.objects.get(email="mona@example.com")
    run(given(tmp_path, ["Other", "Finance", "", "", "", "", ""]))
    unit = Pilot.objects.get().unit
    pilots.register(by=mona, channel="command", name="SORTER", unit=unit, stage="production")
    result = run(given(tmp_path, ["Sorter", "Finance", "Live", "", "7", "", "x"]))
    assert counts(result) == (1, 0, 1, 0, 0)
    sorter = Pilot.objects.get(name="SORTER")
    assert str(sorter.budget) == "7.00"
    assert sorter.facts.values == {"Remark": "x"}
    assert [c["column"] for c in result["conflicts"]] == ["Name"]


def test_accounts_are_made_when_the_mapping_says_so(tmp_path: Path) -> None:
    row = ["A", "IT", "", "", "", "Nina New (Nina@Example.org)", ""]
    mapping = tmp_path / "m.json"
    columns = {"Name": "name", "Unit": "unit", "Owner": "owner"}
    mapping.write_text(
        json.dumps({"columns": columns, "rest": "ignore", "people": {"create": True}})
    )
    result = run(given(tmp_path, row), "--mapping", str(mapping))
    assert result["issues"] == []
    assert result["unmapped_columns"] == ["Stage", "Start date", "Budget", "Remark"]
    nina = User.objects.get(email__iexact="nina@example.org")
    assert nina.name == "Nina New"
    assert not nina.has_usable_password()
    assert counts(run(given(tmp_path, row), "--mapping", str(mapping))) == (1, 0, 0, 1, 0)


def test_a_saved_mapping_is_used_by_name(tmp_path: Path) -> None:
    document = {"columns": {"Remark": "name"}, "rest": "ignore"}
    imports.save_mapping(name="Odd list", document=document, by=None)
    result = run(given(tmp_path, *ROWS), "--mapping", "Odd list")
    assert counts(result) == (3, 2, 0, 0, 1)
    assert ImportMapping.objects.get().document["rest"] == "ignore"
    assert Pilot.objects.filter(name="first").exists()


@pytest.mark.parametrize(
    ("content", "options", "part"),
    [
        (b"", (), "is empty"),
        (b"Name,Unit\n", (), "no rows below it"),
        (b"%PDF-1.4", (), "is a PDF"),
        (b"Name,Unit\nA\x00,B\n", (), "NUL byte"),
        (b"colour,size\nred,9\nred,9\nred,9\n", (), "No column of the file looks like the name"),
        (b"Name\nA\n", ("--mapping", "nowhere"), "neither a file nor a saved mapping"),
        (",".join(f"c{n}" for n in range(1000)).encode() + b"\n" + b"x," * 999 + b"x", (),
         "1,000 columns"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_imported_is_status_2_and_one_sentence(
    tmp_path: Path, content: bytes, options: tuple[str, ...], part: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("import_pilots", str(path), "--json", *options, stdout=out, stderr=err)
    assert caught.value.code == 2
    assert part in err.getvalue()
    assert err.getvalue().count("\n") == 1
    assert out.getvalue() == ""
    assert not ImportRun.objects.exists()
    assert not Pilot.objects.exists()


def test_people_can_read_the_result_too(tmp_path: Path) -> None:
    out = StringIO()
    call_command("import_pilots", str(given(tmp_path, *ROWS)), stdout=out)
    said = out.getvalue()
    assert "3 rows: 3 were created, 0 updated, 0 unchanged, 0 not imported." in said
    assert "row 3: “Q4FY25” The cell names a quarter, not a day." in said


def test_all_columns_of_a_pilot_survive_the_journey(tmp_path: Path) -> None:
    """Every import column by its own label, written and read back as the same cells."""
    sample = {
        "id": "X-1", "name": "A pilot", "line": "vision", "text": "One\ntwo", "amount": "12.50",
        "date": "2026-12-24", "stage": "production", "yesno": "yes", "unit": "Finance",
        "person": "alice@example.com",
    }  # fmt: skip
    choices = {"audience": "customer", "data_class": "personal", "form": "embedded",
               "hosting": "laptop", "build_basis": "rebuilt", "deploy": "manual",
               "integration": "api", "artefact": "notebook", "dataset": "static",
               "mode": "background"}  # fmt: skip
    entries = {"idea_on": "2023-01-01", "poc_on": "2023-02-01", "pilot_on": "2023-03-01",
               "rollout_on": "2023-04-01", "production_on": "2023-05-01"}  # fmt: skip
    used = [c for c in COLUMNS if c.kind not in ("ref", "out")]
    used = [c for c in used if c.code not in ("subunit", "stage_since", "live_on", "ended_on")]
    cells = {c.code: {**choices, **entries}.get(c.code) or sample[c.kind] for c in used}
    path = given(tmp_path, list(cells.values()), header=[c.label for c in used])
    mapping = tmp_path / "m.json"
    mapping.write_text(json.dumps({"columns": {c.label: c.code for c in used}}))
    assert run(path, "--mapping", str(mapping))["issues"] == []
    outcome = imports.run_file(path=path, mapping=None, dry_run=True)
    [pilot] = queries.existing([row.draft for row in outcome.plan.rows], None)
    for column in used:
        expected = True if column.kind == "yesno" else cells[column.code]
        assert pilot.current[column.code] == expected, column.code
    assert counts(run(path, "--mapping", str(mapping))) == (1, 0, 0, 1, 0)
