import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.actions import pilots
from portfolio.models import Pilot
from portfolio.queries import exports
from tests.factories import make_cast, pilot, unit
from tests.portfolio.commands.test_import_pilots import counts, run

pytestmark = pytest.mark.django_db


def exported(form: str) -> str:
    out = StringIO()
    call_command("export_pilots", "--format", form, stdout=out)
    return out.getvalue()


def test_csv_and_json_say_the_same() -> None:
    cast = make_cast()
    one = pilot(cast.mona, "=cmd()", owner=cast.alice, unit=unit("Finance", "AP"))
    pilot(cast.mona, "Second", stage="poc")
    pilots.edit(pilot=one, by=cast.mona, channel="web", restricted=True)
    rows = list(csv.DictReader(StringIO(exported("csv"), newline="")))
    found = json.loads(exported("json"))
    assert list(rows[0])[:8] == [
        "ref", "name", "unit_path", "stage", "stage_since", "owner", "health", "last_update",
    ]  # fmt: skip
    assert list(rows[0])[-1] == "open_flags"
    assert [row["name"] for row in rows] == ["'=cmd()", "Second"]
    assert found[0]["name"] == "=cmd()"
    assert found[0] | {"readiness": None} == {
        "ref": one.ref, "name": "=cmd()", "unit_path": "Finance / AP", "stage": "idea",
        "stage_since": None, "owner": "alice@example.com", "health": None, "last_update": None,
        "readiness": None, "open_flags": found[0]["open_flags"],
    }  # fmt: skip
    assert rows[1]["owner"] == ""
    assert rows[1]["open_flags"] == ", ".join(found[1]["open_flags"])


def test_an_export_comes_back_without_a_change(tmp_path: Path) -> None:
    cast = make_cast()
    for number in range(3):
        pilot(cast.mona, f"Pilot {number}", owner=cast.alice, unit=unit("Finance", "AP"))
    path = tmp_path / "export.csv"
    path.write_text(exported("csv"), newline="")
    result = run(path)
    assert counts(result) == (3, 0, 0, 3, 0)
    assert (result["conflicts"], result["issues"]) == ([], [])
    assert {"health", "last_update", "open_flags"} <= set(result["unmapped_columns"])
    changed = path.read_text().replace("Pilot 1", "New name")
    path.write_text(changed)
    assert counts(run(path)) == (3, 0, 1, 2, 0)
    assert Pilot.objects.filter(name="New name").count() == 1


def test_the_number_of_queries_does_not_grow() -> None:
    cast = make_cast()
    seen = []
    list(exports.rows(Pilot.objects.visible_to(cast.vera)))  # Her roles are asked for once.
    for _ in range(2):
        for number in range(3):
            pilot(cast.mona, f"Pilot {number}", owner=cast.alice)
        with CaptureQueriesContext(connection) as queries:
            list(exports.rows(Pilot.objects.visible_to(cast.vera)))
        seen.append(len(queries))
    assert seen[0] == seen[1]
