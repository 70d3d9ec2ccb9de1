"""The real inventory in the real database."""

import csv
import json
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Count

from accounts.models import Unit
from portfolio.models import (
    Event,
    ImportedCells,
    ImportRow,
    ImportRun,
    Pilot,
    PilotFacts,
    StageInterval,
)  # fmt: skip
from tests.portfolio.transfer.inventory import inventory_path

pytestmark = pytest.mark.django_db


def command(path: Path, *options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("import_pilots", str(path), "--json", *options, stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def counts(result: dict[str, Any]) -> list[int]:
    return [result[k] for k in ("rows", "created", "updated", "unchanged", "failed")]


def test_the_inventory_arrives_whole_and_again_changes_nothing() -> None:
    path = inventory_path()
    result = command(path)
    assert counts(result) == [2133, 2133, 0, 0, 0]
    assert result["unmapped_columns"] == []
    assert Pilot.objects.count() == 2133
    _account_balances(path, result)
    _history_is_sound()
    before = (Event.objects.count(), ImportedCells.objects.filter(pilot__version=1).count())
    again = command(path)
    assert counts(again) == [2133, 0, 0, 2133, 0]
    assert again["conflicts"] == []
    assert again["issues"] == result["issues"]
    assert (Event.objects.count(), ImportedCells.objects.filter(pilot__version=1).count()) == before
    assert ImportRun.objects.filter(state="applied").count() == 2
    assert ImportRow.objects.exclude(pilot=None).count() == 2 * 2133


def _account_balances(path: Path, result: dict[str, Any]) -> None:
    """Counted from the database by a reader of its own."""
    with path.open(encoding="cp1252", newline="") as file:
        header, *rows = csv.reader(file)
    listed: dict[str, int] = {}
    for issue in result["issues"]:
        listed[issue["column"]] = listed.get(issue["column"], 0) + 1
    facts = list(PilotFacts.objects.values_list("values", flat=True))
    entries = dict(
        StageInterval.objects.exclude(since=None).values_list("stage").annotate(n=Count("id"))
    )
    ended = entries.get("retired", 0) + entries.get("stopped", 0)
    stored = {
        "Use Case Name": Pilot.objects.exclude(name="").count(),
        "Agency": Pilot.objects.filter(unit__isnull=False).count(),
        "Bureau": Pilot.objects.filter(unit__parent__isnull=False).count(),
        "What is the intended purpose and expected benefits of the AI?":
            Pilot.objects.exclude(summary="").count(),
        "Date Initiated": entries["idea"],
        "Date when Acquisition and/or Development began": entries["poc"],
        "Date Implemented": entries["production"] + entries["pilot"],
        "Date Retired": ended,
    }  # fmt: skip
    for index, column in enumerate(result["columns"]):
        name = column["column"]
        filled = sum(1 for row in rows if row[index].strip())
        if name == "Stage of Development":
            assert filled == column["stored"] + listed[name] == 2129
            continue
        kept = stored.get(name)
        if kept is None:
            kept = sum(1 for values in facts if name in values)
        assert filled == kept + listed.get(name, 0), name
    assert len(header) == len(result["columns"])


def _history_is_sound() -> None:
    assert StageInterval.objects.filter(until=None).count() == 2133
    for pilot in Pilot.objects.prefetch_related("stage_intervals"):
        legs = sorted(pilot.stage_intervals.all(), key=lambda leg: leg.id)
        assert legs[-1].until is None
        assert (legs[-1].stage, legs[-1].since) == (pilot.stage, pilot.stage_since)
        assert all(a.until == b.since_bound for a, b in pairwise(legs))
    assert Event.objects.filter(verb="pilot.registered", channel="command").count() == 2133
    assert Unit.objects.filter(parent=None).count() == 41  # One is spelled with a space at its end.
    va = Unit.objects.get(name="VHA: Veterans Health Administration")
    assert va.path == "Department of Veterans Affairs / VHA: Veterans Health Administration"
    assert va.lineage == f"/{va.parent_id}/{va.pk}/"
    assert va.pilots.count() == 187
